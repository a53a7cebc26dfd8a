"""Backup: records, keys and sealed files apart, each with its own life, and the published log for ever.

    DIR/records/STAMP.gz    every table but the key store's and the sessions
    DIR/keys/STAMP.gz       the key store: seals, item headers, wrapped staff keys
    DIR/blobs/…             sealed files, each once; DIR/blobs/STAMP.names.gz says which a backup needs
    DIR/log/…               the published logs, never thrown away
    DIR/STAMP.json          hashes and counts, written last: without it the backup does not exist

The three may lie on three media: links will do.  Once the key archives of a deleted case have gone, what is left of it
in the others is noise; that is why keys are kept for a shorter time.
"""

import gzip
import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.operations import rows
from whistle.operations.watch import sign
from whistle.organisations.selectors import every
from whistle.store import blobs
from whistle.store.models import Item

FORMAT = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Done:
    """What a backup holds, and what it could not find."""

    stamp: str
    rows: int
    blobs: int
    new_blobs: int
    missing: tuple[str, ...]


def make(folder: Path) -> Done:
    """Write one backup into the folder and return what it holds.  Reporters and staff go on meanwhile."""
    stamp = clock.now().strftime(FORMAT)
    for name in ("records", "keys", "blobs", "log"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    copy_log(folder)  # first: then no entry is published that the rows do not have
    head = {"stamp": stamp, "migrations": migrations(), "vendor": connection.vendor}
    with snapshot():
        records = rows.write(
            folder / "records" / f"{stamp}.gz", {"store": "records", **head}, _source(keys=False)
        )
        keys = rows.write(folder / "keys" / f"{stamp}.gz", {"store": "keys", **head}, _source(keys=True))
        kept = Item.objects.filter(removal=None).values_list("blob", flat=True)
        names = sorted(kept.iterator(chunk_size=5000))
    new, missing = _copy_blobs(folder / "blobs", names)
    _write_names(folder / "blobs" / f"{stamp}.names.gz", names)
    os.sync()  # everything is on the disk before the backup exists
    manifest = {
        "v": rows.VERSION,
        "stamp": stamp,
        "sha256": {store: rows.digest(folder / store / f"{stamp}.gz") for store in ("records", "keys")},
        "counts": {**records, **keys},
        "blobs": len(names),
        "missing": missing,
        "organisations": [one.slug for one in every()],
    }
    _write_manifest(folder / f"{stamp}.json", manifest)
    sign("backup")
    return Done(stamp, sum(records.values()) + sum(keys.values()), len(names), new, tuple(missing))


def migrations() -> list[list[str]]:
    """Return the migrations this database has gone through."""
    return sorted([app, name] for app, name in MigrationRecorder(connection).applied_migrations())


@contextmanager
def snapshot() -> Iterator[None]:
    """Let everything read within the block be of one moment, without keeping anybody from writing."""
    if connection.vendor == "sqlite":
        # Django's own transactions take the write lock at once (transaction_mode IMMEDIATE); this one never does
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _source(*, keys: bool) -> Iterator[tuple[Any, Iterable[Iterable[Any]]]]:
    for model in rows.tables():
        if rows.is_key(model) == keys:
            found = model._base_manager.order_by("pk").values_list(*rows.columns(model))
            yield model, found.iterator(chunk_size=2000)


def _copy_blobs(folder: Path, names: list[str]) -> tuple[int, list[str]]:
    """Copy sealed files that are not there yet: they are written once, so a name that is there is enough."""
    new, missing = 0, []
    for name in names:
        target = folder / name
        if target.exists():
            continue
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = target.with_suffix(".part")
        try:
            with draft.open("wb") as out:
                for part in blobs.stream(name):
                    out.write(part)
        except DomainError:
            draft.unlink(missing_ok=True)
            missing.append(name)
            continue
        draft.replace(target)
        new += 1
    return new, missing


def copy_log(folder: Path) -> None:
    """Copy what is new of the published logs; heads last, so that the copy never promises more than it holds.

    Cheap, and to be done every few minutes: what was signed and is nowhere any more can never be signed again.
    """
    target, heads = folder / "log", []
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    for path in sorted(settings.LOGS.rglob("*")) if settings.LOGS.is_dir() else []:
        if not path.is_file() or path.name in ("halted", "lock"):
            continue
        if path.name == "checkpoint":
            heads.append((path.relative_to(settings.LOGS), path.read_bytes()))
            continue
        copy = target / path.relative_to(settings.LOGS)
        if not copy.exists() or copy.stat().st_mtime < path.stat().st_mtime:
            _replace(copy, path.read_bytes())
    for name, octets in heads:
        _replace(target / name, octets)


def _replace(path: Path, octets: bytes) -> None:
    if path.exists() and path.read_bytes() == octets:
        return
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(octets)
    draft.replace(path)


def _write_names(path: Path, names: list[str]) -> None:
    with gzip.open(path, "wt", compresslevel=1) as out:
        out.writelines(f"{name}\n" for name in names)


def read_names(path: Path) -> list[str]:
    """Return the names of the sealed files a backup needs."""
    with gzip.open(path, "rt") as opened:
        return opened.read().split()


def _write_manifest(path: Path, manifest: dict[str, Any]) -> None:
    draft = path.with_suffix(".part")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(manifest, indent=1))
    with draft.open("rb") as opened:
        os.fsync(opened.fileno())
    draft.replace(path)


# ——— age ———


def stamps(folder: Path) -> list[str]:
    """Return the backups of a folder, oldest first."""
    return sorted(path.stem for path in folder.glob("*Z.json"))


def expire(folder: Path) -> dict[str, int]:
    """Throw away what is older than its store's days, never the newest; return how many files went of each."""
    kept = stamps(folder)
    newest = kept[-1] if kept else ""
    limits = {
        "records": settings.BACKUP_RECORD_DAYS,
        "keys": settings.BACKUP_KEY_DAYS,
        "blobs": settings.BACKUP_BLOB_DAYS,
    }
    gone = dict.fromkeys(limits, 0)
    for store, days in limits.items():
        for path in (folder / store).glob("*Z*.gz"):
            stamp = path.name.partition(".")[0]
            if stamp != newest and _age(stamp) > timedelta(days=days):
                path.unlink()
                gone[store] += 1
    for stamp in kept:
        if not (folder / "records" / f"{stamp}.gz").exists():
            (folder / f"{stamp}.json").unlink()
    if gone["blobs"]:
        gone["files"] = _expire_blobs(folder / "blobs")
    return gone


def _expire_blobs(folder: Path) -> int:
    wanted = {name for path in folder.glob("*.names.gz") for name in read_names(path)}
    unwanted = [path for path in folder.glob("??/*") if f"{path.parent.name}/{path.name}" not in wanted]
    for path in unwanted:
        path.unlink()
    return len(unwanted)


def _age(stamp: str) -> timedelta:
    return clock.now() - datetime.strptime(f"{stamp}+0000", f"{FORMAT}%z")
