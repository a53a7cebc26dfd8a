"""Files on their way up, part by part.  No row: the folder says how far each has come.

An upload is two files: `<id>.meta` says its size and whose it is, the length of `<id>.part` is the next expected offset.
The id is the only key to it.  What nobody finished is swept away after a day, without having been readable to anyone.

**Floods.**  What has arrived counts against the organisation's day, and each open upload keeps room for a few parts more;
announcing much costs the announcer nothing and takes nothing from others.  When too many are open, the one that has been
idle longest goes: who is sending is never idle for long.  Text needs no upload, so a flood of files keeps no report out.
"""

import fcntl
import hashlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from whistle.core.errors import DomainError
from whistle.core.ids import is_id, new_id
from whistle.store import budgets
from whistle.vault.item import plausible_body

PART = 2**20
AHEAD = 4 * PART  # room that an open upload keeps for what comes next
MOST_OPEN = 1000
KEEP_SECONDS = 24 * 3600


def begin(size: int, organisation_ref: str = "") -> str:
    """Make room for `size` octets and return the upload's id.

    Raises `item.malformed` for a size that no sealed file has, `upload.too_large`, or `upload.no_room` when all uploads
    together, or those of one organisation in one day, have used what there is.
    """
    if not 0 < size <= settings.LARGEST_FILE + settings.LARGEST_FILE // 8 + 2**16:  # padding, chunk tags
        raise DomainError("upload.too_large", status=413)
    if not plausible_body(size):
        raise DomainError("item.malformed")
    settings.UPLOADS.mkdir(parents=True, exist_ok=True, mode=0o770)
    with budgets.spent_today(organisation_ref or "staff") as spent:
        waiting = list(_open())
        if sum(have for *_rest, have in waiting) + size > settings.UPLOAD_BUDGET:
            raise DomainError("upload.no_room", status=503)
        kept = sum(_ahead(due, have) for _path, ref, due, have in waiting if ref == organisation_ref)
        if organisation_ref and spent[0] + kept + _ahead(size, 0) > settings.UPLOAD_BUDGET // 2:
            raise DomainError("upload.no_room", status=503)
        if len(waiting) >= MOST_OPEN:
            _drop(min(waiting, key=lambda one: _touched(one[0]))[0])
        upload = new_id()
        _meta(upload).write_text(json.dumps({"size": size, "org": organisation_ref}))
        _part(upload).touch(mode=0o660)
    return upload


def add_part(upload: str, offset: int, part: bytes, digest: str) -> int:
    """Append one part and return the next expected offset.

    Raises `upload.offset` (409, with the expected offset) when the part is not the next one, `upload.damaged` when it is
    not what its SHA-256 says, and `upload.no_room` when the organisation's day is used up.
    """
    size, organisation_ref = _find(upload)
    try:
        file = _part(upload).open("rb+", buffering=0)
    except FileNotFoundError:
        raise DomainError("upload.unknown", status=404) from None
    with file:
        fcntl.flock(file, fcntl.LOCK_EX)  # a part sent again while its first copy is still being written
        have = os.fstat(file.fileno()).st_size
        if offset != have:
            raise DomainError("upload.offset", status=409, offset=have)
        if not part or len(part) > PART or have + len(part) > size:
            raise DomainError("upload.part_size", status=413)
        if hashlib.sha256(part).hexdigest() != digest:
            raise DomainError("upload.damaged")
        spend(organisation_ref, len(part))
        file.seek(have)
        try:
            left = memoryview(part)
            while left:
                left = left[file.write(left) or 0 :]
        except (
            OSError
        ):  # a full disk: nothing of a part that did not fit is kept, so that it can be sent again
            os.ftruncate(file.fileno(), have)
            raise DomainError("upload.no_room", status=503) from None
        if have + len(part) == size:  # durable before anybody is told it is complete
            os.fsync(file.fileno())
    return have + len(part)


def spend(organisation_ref: str, size: int) -> None:
    """Count `size` octets of files against the organisation's day; staff ("") have no limit.  Raises `upload.no_room`."""
    with budgets.spent_today(organisation_ref or "staff") as spent:
        if organisation_ref and spent[0] + size > settings.UPLOAD_BUDGET // 2:
            raise DomainError("upload.no_room", status=503)
        spent[0] += size


def finished(upload: str) -> Path:
    """Return the path of a complete upload.  Raises `upload.unfinished` or `upload.unknown`."""
    size, _organisation_ref = _find(upload)
    if _length(_part(upload)) != size:
        raise DomainError("upload.unfinished", status=409)
    return _part(upload)


def sweep() -> int:
    """Delete uploads that were left unfinished for a day, and what finished ones left; return how many."""
    limit, gone = time.time() - KEEP_SECONDS, 0
    for path in settings.UPLOADS.iterdir() if settings.UPLOADS.is_dir() else ():
        partner = path.with_suffix(".part" if path.suffix == ".meta" else ".meta")
        if _touched(path) < limit and (not partner.exists() or _touched(partner) < limit):
            path.unlink(missing_ok=True)
            gone += path.suffix != ".meta"
    return gone


def _ahead(size: int, have: int) -> int:
    return min(size - have, AHEAD)


def _open() -> Iterator[tuple[Path, str, int, int]]:
    """Yield (path, organisation, size, octets so far) of every upload."""
    for path in settings.UPLOADS.glob("*.meta"):
        try:
            told = json.loads(path.read_text())
        except (OSError, ValueError):  # finished or swept a moment ago
            continue
        part = path.with_suffix(".part")
        if part.exists():
            yield path, told["org"], told["size"], _length(part)


def _drop(meta: Path) -> None:
    meta.unlink(missing_ok=True)
    meta.with_suffix(".part").unlink(missing_ok=True)


def _touched(path: Path) -> float:
    part = path.with_suffix(".part") if path.suffix == ".meta" else path
    try:
        return (part if part.exists() else path).stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _length(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:  # its report was stored a moment ago
        return 0


def _meta(upload: str) -> Path:
    return Path(settings.UPLOADS) / f"{upload}.meta"


def _part(upload: str) -> Path:
    return Path(settings.UPLOADS) / f"{upload}.part"


def _find(upload: str) -> tuple[int, str]:
    """Return size and organisation of an upload.  Raises `upload.unknown`."""
    if is_id(upload):
        try:
            told = json.loads(_meta(upload).read_text())
            return told["size"], told["org"]
        except (OSError, ValueError):
            pass
    raise DomainError("upload.unknown", status=404)
