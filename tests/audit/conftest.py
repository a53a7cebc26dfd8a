"""Towns whose logs are watched by a witness that runs on this machine."""

import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.databases import Place, new_postgres, new_sqlite, postgres_server
from tests.town import Town
from whistle.audit import policies
from whistle.audit.folders import LOGS, log_folder
from whistle.audit.tasks import publish_and_show
from whistle.organisations.models import Organisation
from whistle.tlog.witness.server import Server, open_witness


class Watcher:
    """A witness in a thread, as a control committee would run it."""

    def __init__(self, folder: Path, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.name = name
        self.witness = open_witness(folder / "memory", folder / "key", f"{name}.example/witness")
        self.server = Server("127.0.0.1", 0, self.witness)
        self.thread = threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self.thread.start()

    @property
    def vkey(self) -> str:
        return str(self.witness.signers[0].public)

    def watch(self, organisation: Organisation) -> None:
        """Follow both logs of an organisation."""
        for log in LOGS:
            self.witness.follow((log_folder(organisation, log) / "log.vkey").read_text().strip())

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    """The control committee's witness, which follows nobody yet."""
    it = Watcher(tmp_path / "committee", "committee")
    yield it
    it.stop()


def be_watched(organisation: Organisation, *watchers: Watcher, needed: int = 1) -> None:
    """Put a policy in force that asks these witnesses."""
    for one in watchers:
        one.watch(organisation)
    policies.write(organisation, {one.name: (one.vkey, one.server.url) for one in watchers}, needed=needed)


@pytest.fixture
def watched(town: Town, watcher: Watcher) -> Town:
    """Fjellvik with one report in it, published and cosigned."""
    be_watched(town.organisation, watcher)
    town.report("A dinner for everybody on the board.")
    assert publish_and_show(town.organisation)
    return town


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
