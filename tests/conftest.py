"""What every test may ask for."""

import os
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser
from xdist.scheduler import LoadFileScheduling

import whistle.celery  # noqa: F401  # the application that announcements go to
from tests.browser import started
from tests.debts import every_request_pays  # noqa: F401  # for every test
from tests.town import Town, make_town
from tests.watching import Watcher, be_watched
from whistle.audit.tasks import publish_and_show
from whistle.vault import staff


@pytest.fixture(scope="session", autouse=True)
def stretched_once() -> Iterator[None]:
    """A passphrase is stretched once a run: it takes a quarter of a second, and most tests sign somebody in."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staff, "master", cache(staff.master))
        yield


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """Give each test that touches the database its own folders for blobs, uploads, logs and keys."""
    if "db" not in request.fixturenames and "town" not in request.fixturenames:
        return
    patch = request.getfixturevalue("settings")
    patch.DATA = tmp_path
    patch.BLOBS, patch.UPLOADS = tmp_path / "blobs", tmp_path / "uploads"
    patch.LOGS, patch.LOG_KEYS = tmp_path / "logs", tmp_path / "logkeys"


@pytest.fixture
def town(db: None, own_folders: None) -> Town:
    """Fjellvik: people, keys, roster, an open channel."""
    return make_town("fjellvik")


@pytest.fixture
def other_town(db: None, own_folders: None) -> Town:
    """Nordvik, on the same installation, whose people are strangers in Fjellvik."""
    return make_town("nordvik")


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    """The control committee's witness, which follows nobody yet."""
    it = Watcher(tmp_path / "committee", "committee")
    yield it
    it.stop()


@pytest.fixture
def watched_town(town: Town, watcher: Watcher) -> Town:
    """Fjellvik, with that witness outside; no report yet."""
    be_watched(town.organisation, watcher)
    assert publish_and_show(town.organisation)
    return town


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, the same for all tests of the run."""
    with started() as browser:
        yield browser


class ByFile(LoadFileScheduling):  # type: ignore[misc]  # untyped
    """One file at a time to each of the processes, but a folder whose files share a running server to one of them."""

    SHARING = "tests/deploy/"

    def _split_scope(self, nodeid: str) -> str:
        return self.SHARING if nodeid.startswith(self.SHARING) else str(super()._split_scope(nodeid))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByFile | None:
    """Schedule by file where the command line asks for it."""
    return ByFile(config, log) if config.getvalue("dist") == "loadfile" else None


LONGEST_FIRST = ("stack", "browser")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put files that start servers and browsers first: with two files at once, none of them is left for the end.

    On another database than SQLite only what touches a database is run once more.
    """
    if "WHISTLE_TEST_DATABASE_URL" in os.environ:
        elsewhere = [item for item in items if not _touches_the_database(item)]
        items[:] = [item for item in items if _touches_the_database(item)]
        config.hook.pytest_deselected(items=elsewhere)
    place: dict[Path, int] = {}
    for item in items:
        own = (at for at, mark in enumerate(LONGEST_FIRST) if item.get_closest_marker(mark))
        place[item.path] = min(place.get(item.path, len(LONGEST_FIRST)), next(own, len(LONGEST_FIRST)))
    items.sort(key=lambda item: place[item.path])


def _touches_the_database(item: pytest.Item) -> bool:
    asked_for = getattr(item, "fixturenames", ())
    return "db" in asked_for or "transactional_db" in asked_for or bool(item.get_closest_marker("django_db"))


def pytest_sessionfinish() -> None:
    """Leave nothing behind."""
    shutil.rmtree(settings.DATA, ignore_errors=True)
