"""Sealed files in an S3-compatible store, where one is configured; without one, everything here answers “nothing”.

Nothing is written there while a reporter waits: a file is first durable on the local disk, and moves at night
(`blobs.carry`).  So the store's own times tell the day at most, and a store that is down keeps no report out.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files import File
from django.core.files.storage import storages

from whistle.core.errors import DomainError

READ_SIZE = 2**20
AWAY = 503


def configured() -> bool:
    """Return whether there is such a store."""
    return bool(settings.S3_URL)


def exists(name: str) -> bool:
    """Return whether the store has it; False when there is no store."""
    return configured() and bool(_store().exists(name))


def put(name: str, source: Path) -> None:
    """Copy a file into the store and read it back.  Raises OSError when what came back is something else."""
    with source.open("rb") as opened:
        due = hashlib.file_digest(opened, "sha256").digest()
        opened.seek(0)
        _store().save(name, File(opened))
    found = hashlib.sha256()
    for part in stream(name):
        found.update(part)
    if found.digest() != due:
        raise OSError("the store gave back other octets than it was given")


def stream(name: str) -> Iterator[bytes]:
    """Yield the octets in parts.  Raises DomainError `blob.missing`: 410 when they are gone, 503 when the store is away."""
    if not configured():
        raise DomainError("blob.missing", status=410)
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        with _store().open(name, "rb") as opened:
            while part := opened.read(READ_SIZE):
                yield part
    except FileNotFoundError:
        raise DomainError("blob.missing", status=410) from None
    except (BotoCoreError, ClientError):
        raise DomainError("blob.missing", status=AWAY) from None


def remove(name: str) -> None:
    """Delete it from the store; one that is not there is fine."""
    if configured():
        _store().delete(name)


def names(older_than: float) -> Iterator[str]:
    """Yield the names of what the store has had since before a POSIX time."""
    if configured():
        for one in _store().bucket.objects.all():
            if one.last_modified.timestamp() < older_than:
                yield one.key


def _store() -> Any:
    return storages["blobs"]
