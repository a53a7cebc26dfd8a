"""Ciphertext on disk: write-once files under random names, durable before a row names them.

BUG(durability): a folder on a network file system may acknowledge `fsync` before the data is safe; the
architecture page says which storage is supported.
"""

import os
import secrets
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from django.conf import settings

from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.store import remote

READ_SIZE = 2**20


def keep(parts: Iterable[bytes]) -> str:
    """Write the octets to a new file, flush it to the disk, and return its name."""
    name, path = _new_path()
    with path.open("xb") as file:
        for part in parts:
            file.write(part)
        file.flush()
        os.fsync(file.fileno())
    _blur_time(path)
    _sync_folder(path.parent)
    return name


class Growing:
    """A blob that is written as its octets come; durable once it is closed."""

    def __init__(self) -> None:
        self.name, self._path = _new_path()
        self._file = self._path.open("xb")

    def write(self, part: bytes) -> None:
        """Append octets."""
        self._file.write(part)

    def close(self) -> None:
        """Flush everything to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        _blur_time(self._path)
        _sync_folder(self._path.parent)

    def discard(self) -> None:
        """Delete what was written, finished or not."""
        self._file.close()
        self._path.unlink(missing_ok=True)


def link(upload: Path) -> str:
    """Give a finished upload a second name among the blobs and return it.

    The upload keeps its own name until the transaction is through, so that a refused sending can be tried again.  Its
    octets were flushed when it finished.
    """
    name, path = _new_path()
    os.link(upload, path)
    _blur_time(path)
    _sync_folder(path.parent)
    return name


def exists(name: str) -> bool:
    """Return whether there is a blob of this name."""
    return (settings.BLOBS / name).exists() or remote.exists(name)


def put(name: str, source: Path) -> bool:
    """Lay a file back under the name it had and return True: for restoring many, which `os.sync()` then makes durable."""
    path = settings.BLOBS / name
    _make_folder(path.parent)
    draft = path.with_suffix(".part")
    with source.open("rb") as read_from, draft.open("wb") as file:
        while part := read_from.read(READ_SIZE):
            file.write(part)
    draft.replace(path)
    _blur_time(path)
    return True


def read(name: str) -> bytes:
    """Return all octets of a small blob.  Raises DomainError `blob.missing` when the file is gone."""
    return b"".join(stream(name))


def read_or_none(name: str) -> bytes | None:
    """Return the octets, or None for a lost blob: the rest of the box still opens, and says what is missing."""
    try:
        return read(name)
    except DomainError:
        return None


def stream(name: str) -> Iterator[bytes]:
    """Yield the octets in parts of 1 MiB.  Raises DomainError `blob.missing` when the file is gone."""
    try:
        file = (settings.BLOBS / name).open("rb")
    except FileNotFoundError:
        yield from remote.stream(name)
        return
    with file:
        while part := file.read(READ_SIZE):
            yield part


def remove(name: str) -> None:
    """Delete a blob; one that is already gone is fine."""
    (settings.BLOBS / name).unlink(missing_ok=True)
    remote.remove(name)


def orphans(known: set[str], *, older_than_seconds: int) -> Iterator[str]:
    """Yield names of blobs that no row names and that are not just being written."""
    limit = time.time() - older_than_seconds
    for path in settings.BLOBS.glob("??/*"):
        name = f"{path.parent.name}/{path.name}"
        if name not in known and path.stat().st_ctime < limit:
            yield name
    yield from (name for name in remote.names(limit) if name not in known)


def carry() -> int:
    """Move blobs of earlier days to the remote store, if there is one; return how many went.

    A local copy goes only after the remote one has been read back.
    """
    if not remote.configured():
        return 0
    midnight, moved = datetime.combine(clock.today(), datetime.min.time(), tzinfo=clock.OSLO).timestamp(), 0
    for path in sorted(settings.BLOBS.glob("??/*")):
        if path.stat().st_ctime < midnight and path.suffix != ".part":
            remote.put(f"{path.parent.name}/{path.name}", path)
            path.unlink()
            moved += 1
    return moved


def _new_path() -> tuple[str, Path]:
    name = secrets.token_hex(20)
    name = f"{name[:2]}/{name[2:]}"
    path = settings.BLOBS / name
    _make_folder(path.parent)
    return name, path


def _make_folder(folder: Path) -> None:
    """Make a folder of blobs, and the one above it, closed to all but our group: two faces, two users of one group."""
    settings.BLOBS.mkdir(parents=True, exist_ok=True, mode=0o770)
    folder.mkdir(exist_ok=True, mode=0o770)


def _blur_time(path: Path) -> None:
    """Set the file's times to midnight: when exactly a report arrived is nobody's business."""
    midnight = datetime.combine(clock.today(), datetime.min.time(), tzinfo=clock.OSLO).timestamp()
    os.utime(path, (midnight, midnight))


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
