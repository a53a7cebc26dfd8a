"""Rows as lines of JSON, the same from SQLite and from PostgreSQL.

An archive is gzip over lines: a head, then for each table its columns and its rows, then a foot that counts them.  An
archive without a foot was cut off and is refused.
"""

import gzip
import hashlib
import json
import os
from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db.models import Model

VERSION = 1
KEYSTORE = "keystore_"
LEFT_OUT = {"django_session"}  # whoever was signed in signs in again
LAST = (
    "audit_entry"  # an entry in the same transaction lets the audited tables be filled (whistle.audit.guards)
)
BATCH = 1000


class ArchiveError(Exception):
    """An archive is not what it should be; the message says which and how."""


def tables() -> list[type[Model]]:
    """Return every table that is backed up, the log's entries last."""
    found = [
        model
        for model in apps.get_models(include_auto_created=True)
        if model._meta.managed and not model._meta.proxy and model._meta.db_table not in LEFT_OUT
    ]
    return sorted(found, key=lambda model: (model._meta.db_table == LAST, model._meta.db_table))


def is_key(model: type[Model]) -> bool:
    """Return whether a table belongs to the key store."""
    return model._meta.db_table.startswith(KEYSTORE)


def columns(model: type[Model]) -> list[str]:
    """Return the names of a table's fields, in the order of their definition."""
    return [field.attname for field in model._meta.concrete_fields]


def write(
    path: Path, head: dict[str, Any], source: Iterable[tuple[type[Model], Iterable[Iterable[Any]]]]
) -> dict[str, int]:
    """Write an archive, durable before it has its name; return how many rows each table has."""
    counts: dict[str, int] = {}
    draft = path.with_suffix(".part")
    with (
        os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as raw,
        gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=1, mtime=0) as out,
    ):
        _line(out, {"v": VERSION, **head})
        for model, rows in source:
            name = model._meta.db_table
            _line(out, {"table": name, "columns": columns(model)})
            counts[name] = 0
            for row in rows:
                _line(out, [pack(value) for value in row])
                counts[name] += 1
        _line(out, {"counts": counts})
        out.close()
        raw.flush()
        os.fsync(raw.fileno())
    draft.replace(path)
    return counts


def _line(out: Any, value: object) -> None:
    out.write(json.dumps(value, separators=(",", ":"), ensure_ascii=True).encode() + b"\n")


def read(path: Path) -> Iterator[tuple[str, list[str], list[list[Any]]]]:
    """Yield (table, columns, some rows) until all have come.  Raises ArchiveError for one that was cut off."""
    counts: dict[str, int] = {}
    table, names, rows = "", list[str](), list[list[Any]]()
    for line in _lines(path):
        if isinstance(line, list):
            rows.append([unpack(value) for value in line])
            counts[table] += 1
            if len(rows) == BATCH:
                yield table, names, rows
                rows = []
            continue
        if rows:
            yield table, names, rows
            rows = []
        if "table" in line:
            table, names = line["table"], line["columns"]
            counts[table] = 0
        elif "counts" in line:
            if line["counts"] != counts:
                raise ArchiveError(f"{path.name}: the rows are not as many as were written")
            return
    raise ArchiveError(f"{path.name}: cut off")


def head(path: Path) -> dict[str, Any]:
    """Return an archive's first line."""
    for line in _lines(path):
        if isinstance(line, dict) and line.get("v") == VERSION:
            return line
        break
    raise ArchiveError(f"{path.name}: not an archive of this version")


def _lines(path: Path) -> Iterator[Any]:
    try:
        with gzip.open(path, "rb") as opened:
            for line in opened:
                yield json.loads(line)
    except (OSError, EOFError, ValueError) as error:
        raise ArchiveError(f"{path.name}: damaged ({type(error).__name__})") from error


def digest(path: Path) -> str:
    """Return a file's SHA-256 in hex."""
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def pack(value: Any) -> Any:
    """Return a column's value as JSON.

    >>> [pack(one) for one in (7, "a", None, b"a", date(2026, 1, 2), {"k": 1})]
    [7, 'a', None, {'b': 'YQ=='}, {'d': '2026-01-02'}, {'j': {'k': 1}}]
    """
    if isinstance(value, bytes | bytearray | memoryview):
        return {"b": b64encode(bytes(value)).decode()}
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, dict | list):
        return {"j": value}
    if value is None or isinstance(value, str | int | float):
        return value
    raise TypeError(f"a column holds a {type(value).__name__}, which no archive can")


def unpack(value: Any) -> Any:
    """Return what `pack` was given.

    >>> unpack(pack(b"a")), unpack(pack(date(2026, 1, 2))), unpack(pack([1]))
    (b'a', datetime.date(2026, 1, 2), [1])
    """
    if not isinstance(value, dict):
        return value
    ((kind, inner),) = value.items()
    if kind == "b":
        return b64decode(inner)
    if kind == "t":
        return datetime.fromisoformat(inner)
    return date.fromisoformat(inner) if kind == "d" else inner
