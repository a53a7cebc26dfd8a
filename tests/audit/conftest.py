"""Towns whose logs are watched by a witness that runs on this machine."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.databases import Place, new_postgres, new_sqlite, postgres_server
from tests.audit.visitor import Visitor
from tests.town import Town
from whistle.audit.tasks import publish_and_show


@pytest.fixture
def watched(watched_town: Town) -> Town:
    """The same with one report in it, published and cosigned."""
    watched_town.report("A dinner for everybody on the board.")
    assert publish_and_show(watched_town.organisation)
    return watched_town


@pytest.fixture
def auditor(watched: Town) -> Visitor:
    """Randi, who audits that town's log."""
    return Visitor(watched, "randi")


@pytest.fixture(scope="session")
def made_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Place:
    """A SQLite file with one organisation, made once."""
    place = new_sqlite(tmp_path_factory.mktemp("sqlite"))
    place.run("make")
    return place


@pytest.fixture(scope="session")
def made_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Place]]:
    """A PostgreSQL server and a database with one organisation, made once."""
    with postgres_server() as host:
        place = new_postgres(host, tmp_path_factory.mktemp("postgresql"))
        place.run("make")
        yield host, place


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A database of each kind with a fresh copy of that organisation."""
    folder = tmp_path / "lab"
    if request.param == "sqlite":
        made = request.getfixturevalue("made_sqlite")
        shutil.copytree(made.folder, folder)
        return new_sqlite(folder)
    host, made = request.getfixturevalue("made_postgresql")
    shutil.copytree(made.folder, folder)
    return new_postgres(host, folder, template=made.url.partition("@/")[2].partition("?")[0])
