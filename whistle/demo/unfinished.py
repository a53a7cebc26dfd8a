"""A demo that was interrupted while it was made is made anew: half of one looks whole and is not.

A file says that the making has begun, and goes when it is done.  No Django here: what is half made is thrown away before
the database is opened.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MARK = "demo-unfinished"
# everything the making leaves in the data folder, and nothing else that may lie there
MADE = (
    "whistle.sqlite3*", "blobs", "broker", "budgets", "cache", "heartbeats", "logkeys", "logs", "offline", "uploads",
    "witness", "beat.*", "demo*.json",
)  # fmt: skip


@contextmanager
def making(folder: Path) -> Iterator[None]:
    """Mark the folder for as long as the demo is being made."""
    mark = folder / MARK
    mark.touch()
    yield
    mark.unlink()


def interrupted(folder: Path) -> bool:
    """Return whether a making was begun here and never done."""
    return (folder / MARK).exists()


def forget(folder: Path) -> None:
    """Throw away what an interrupted making left; the mark goes last, so that this may be interrupted too.

    >>> from tempfile import mkdtemp
    >>> folder = Path(mkdtemp())
    >>> for name in ("demo-unfinished", "whistle.sqlite3-wal", "demo.json", "a stranger's letter"):
    ...     (folder / name).touch()
    >>> forget(folder)
    >>> [path.name for path in folder.iterdir()]
    ["a stranger's letter"]
    """
    for pattern in MADE:
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
    (folder / MARK).unlink()
