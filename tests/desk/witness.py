"""A witness and a publisher for the served town, for as long as a test asks for them; and the worker, once."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from whistle.organisations.models import Organisation

ASKED, THERE, NEWS = "watched", "watching", "news"  # files by which a test and the site's process speak


@contextmanager
def attending(folder: Path) -> Iterator[None]:
    """Have somebody outside sign the log until the block ends."""
    (folder / ASKED).touch()
    try:
        _until((folder / THERE).exists)
        yield
    finally:
        (folder / ASKED).unlink()
        _until(lambda: not (folder / THERE).exists())


def worker_looks(folder: Path) -> None:
    """Have the worker note what reporters have written."""
    (folder / NEWS).touch()
    _until(lambda: not (folder / NEWS).exists())


def _until(what: object) -> None:
    end = time.monotonic() + 20
    while not what():  # type: ignore[operator]
        assert time.monotonic() < end, "what was asked for does not come, or go"
        time.sleep(0.1)


def attend(folder: Path, organisation: Organisation) -> None:
    """Begin to look, in the site's own process, whether a witness is asked for."""
    # all imports here: the server forks, and what a thread has imported by half stays by half in the child
    from cases.services.adopt import note_new_messages
    from tests.watching import Watcher, be_watched
    from whistle.audit.folders import policy_path
    from whistle.audit.tasks import carry_out_witnessed, publish_and_show

    def look() -> None:
        policy = policy_path(organisation)
        while True:
            time.sleep(0.3)
            if (folder / NEWS).exists():
                note_new_messages(organisation)
                (folder / NEWS).unlink()
            if not (folder / ASKED).exists():
                continue
            watcher, before = Watcher(folder / "committee", "committee"), policy.read_bytes()
            be_watched(organisation, watcher)
            (folder / THERE).touch()
            while (folder / ASKED).exists():
                publish_and_show(organisation)
                carry_out_witnessed()
                time.sleep(0.2)
            policy.write_bytes(before)
            watcher.stop()
            (folder / THERE).unlink()

    threading.Thread(target=look, daemon=True).start()
