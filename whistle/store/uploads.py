"""Files on their way up, part by part.  No row: the folder says how far each has come.

An upload is a file `<id>.<size>`; its length is the next expected offset.  The id is the only key to it.  What nobody
finished is swept away after a day, without having been readable to anyone.
"""

import fcntl
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.ids import is_id, new_id

PART = 2**20
KEEP_SECONDS = 24 * 3600


def begin(size: int, organisation_ref: str = "") -> str:
    """Make room for `size` octets and return the upload's id.

    Raises `upload.too_large`, or `upload.no_room` when all uploads together, or those of one organisation in one day,
    have used what there is.  Text needs no upload, so a flood of files keeps no report out.
    """
    if not 0 < size <= settings.LARGEST_FILE + settings.LARGEST_FILE // 8 + 2**16:  # padding, chunk tags
        raise DomainError("upload.too_large", status=413)
    folder = settings.UPLOADS
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if size + sum(_length(path) for path in folder.iterdir()) > settings.UPLOAD_BUDGET:
        raise DomainError("upload.no_room", status=503)
    if organisation_ref:  # anybody's; staff are few and known
        _spend(organisation_ref, size)
    upload = new_id()
    (folder / f"{upload}.{size}").touch(mode=0o600)
    return upload


def add_part(upload: str, offset: int, part: bytes, digest: str) -> int:
    """Append one part and return the next expected offset.

    Raises `upload.offset` (409, with the expected offset) when the part is not the next one, and `upload.damaged`
    when it is not what its SHA-256 says.  Sending the last part again is answered as if it were new.
    """
    path, size = _find(upload)
    with path.open("ab") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # a part sent again while its first copy is still being written
        have = os.fstat(file.fileno()).st_size
        if offset != have:
            raise DomainError("upload.offset", status=409, offset=have)
        if not part or len(part) > PART or have + len(part) > size:
            raise DomainError("upload.part_size", status=413)
        if hashlib.sha256(part).hexdigest() != digest:
            raise DomainError("upload.damaged")
        file.write(part)
        file.flush()
        if have + len(part) == size:  # durable before anybody is told it is complete
            os.fsync(file.fileno())
    return have + len(part)


def finished(upload: str) -> Path:
    """Return the path of a complete upload.  Raises `upload.unfinished` or `upload.unknown`."""
    path, size = _find(upload)
    if path.stat().st_size != size:
        raise DomainError("upload.unfinished", status=409)
    return path


def sweep() -> int:
    """Delete uploads that were left unfinished for a day; return how many."""
    stale = [path for path in _all() if path.stat().st_mtime < time.time() - KEEP_SECONDS]
    for path in stale:
        path.unlink(missing_ok=True)
    return len(stale)


def _spend(organisation_ref: str, size: int) -> None:
    """Count `size` against the organisation's day; half of all room is the most that one of them may take in a day."""
    folder = settings.DATA / "budgets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    today = f"{organisation_ref}-{clock.today()}"
    for old in folder.glob(f"{organisation_ref}-*"):
        if old.name != today:
            old.unlink(missing_ok=True)
    with (folder / today).open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        spent = int(file.read() or 0) + size
        if spent > settings.UPLOAD_BUDGET // 2:
            raise DomainError("upload.no_room", status=503)
        file.truncate(0)
        file.write(str(spent))


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # its report was stored a moment ago
        return 0


def _all() -> Iterator[Path]:
    return settings.UPLOADS.glob("*.*") if settings.UPLOADS.is_dir() else iter(())


def _find(upload: str) -> tuple[Path, int]:
    if is_id(upload):
        for path in settings.UPLOADS.glob(f"{upload}.*"):
            return path, int(path.suffix[1:])
    raise DomainError("upload.unknown", status=404)
