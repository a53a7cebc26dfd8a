"""Taking in sealed items: checked for shape, written to disk, then named by rows."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Max

from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.store import blobs, uploads
from whistle.store.models import Box, Item, ItemHeader
from whistle.vault import item as envelope

INLINE = 2**21  # octets of body inside a JSON request; files come as uploads


@dataclass(frozen=True)
class NewItem:
    """A sealed item as it arrives: its body inline, or the id of a finished upload."""

    item_id: str
    kind: int
    epoch: int
    role: int
    seq: int
    header: bytes
    body: bytes | None = None
    upload: str | None = None
    stored: str | None = None  # name of a blob that the plain path wrote while sealing


@dataclass(frozen=True)
class CheckedItem:
    """An item of the right shape, with its hash, ready to be written."""

    new: NewItem
    item_hash: str
    size: int
    path: Path | None


def check(
    organisation_ref: str, box_id: str, new: NewItem, *, roles: frozenset[int], kinds: frozenset[int]
) -> CheckedItem:
    """Return the item with its hash.

    Raises `item.malformed` for anything that is not a sealed item, `item.too_long` for more words than one may hold.
    """
    path = uploads.finished(new.upload) if new.upload else None
    if new.role not in roles or new.kind not in kinds or len(new.header) != envelope.HEADER_SIZE:
        raise DomainError("item.malformed")
    if (new.body is None) == (path is None and new.stored is None):
        raise DomainError("item.malformed")
    if len(new.body or b"") > INLINE:
        raise DomainError("item.too_long", status=413)
    running = envelope.ItemHash(
        envelope.Context(
            new.kind,
            bytes.fromhex(organisation_ref),
            bytes.fromhex(box_id),
            new.epoch,
            bytes.fromhex(new.item_id),
            new.role,
            new.seq,
        ),
        new.header,
    )
    size = 0
    for part in _parts(new, path):
        running.update(part)
        size += len(part)
    if not envelope.plausible_body(size):
        raise DomainError("item.malformed")
    return CheckedItem(new, running.digest().hex(), size, path)


def file(
    box: Box,
    checked: list[CheckedItem],
    *,
    author: str = "",
    author_key: str = "",
    at: datetime | None = None,
) -> list[Item]:
    """Write the items into the box, in order, and return their rows.  Call it inside `audit.atomic()`.

    `at` is None for a reporter, whose acts bear a date only.  Raises `item.order` when another item took the
    place, and `box.wrong` for an item of another epoch.
    """
    if any(item.new.epoch != box.epoch for item in checked):
        raise DomainError("box.wrong", status=409)
    last = box.items.aggregate(Max("position"))["position__max"] or 0
    rows = [
        Item(
            item_id=item.new.item_id,
            box=box,
            position=last + number,
            kind=item.new.kind,
            epoch=item.new.epoch,
            role=item.new.role,
            seq=item.new.seq,
            author=author,
            author_key=author_key,
            item_hash=item.item_hash,
            blob=_write(item),
            size=item.size,
            on_date=clock.today(),
            at=at,
        )
        for number, item in enumerate(checked, start=1)
    ]
    try:
        with transaction.atomic():
            Item.objects.bulk_create(rows)
            ItemHeader.objects.bulk_create(
                ItemHeader(item=row, octets=item.new.header) for row, item in zip(rows, checked, strict=True)
            )
    except IntegrityError:
        raise DomainError("item.order", status=409) from None
    return rows


def _write(item: CheckedItem) -> str:
    if item.new.stored:
        return item.new.stored
    if item.path is None:
        return blobs.keep([item.new.body or b""])
    name, path = blobs.link(item.path), item.path
    transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return name


def _parts(new: NewItem, path: Path | None) -> Iterator[bytes]:
    if new.stored:
        yield from blobs.stream(new.stored)
    elif path is not None:
        with path.open("rb") as opened:
            while part := opened.read(blobs.READ_SIZE):
                yield part
    else:
        yield new.body or b""


def lookup_hash(value: bytes) -> str:
    """Return what is stored of a value derived from the code."""
    return hashlib.sha256(value).hexdigest()
