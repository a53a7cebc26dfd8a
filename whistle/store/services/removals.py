"""Removing the content of an item for good: its header and its file go, its row and its hash stay.

Without the 56 octets of the header nobody opens the item, whatever keys they hold (vault README, “Shredding”); without
the file there is nothing to open.  The row keeps its place, so that numbers and chains of the box still hold.
"""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from whistle.core import clock
from whistle.store import blobs
from whistle.store.models import Item, ItemHeader, Removal

log = logging.getLogger("whistle.store")


@dataclass(frozen=True)
class Decided:
    """Why the content goes: a ground of `cases.codes.REMOVAL`, and the staff references of the two who decided."""

    ground: str
    by: str
    agreed: str


def remove(items: Iterable[Item], why: Decided) -> None:
    """Destroy what the items hold.  Call it inside `audit.atomic()`, with an entry for each; files go at its commit."""
    rows = list(items)
    ItemHeader.objects.filter(item__in=rows).delete()
    Removal.objects.bulk_create(
        Removal(item=row, ground=why.ground, by=why.by, agreed=why.agreed, on_date=clock.today())
        for row in rows
    )
    names = [row.blob for row in rows]
    transaction.on_commit(lambda: _unlink(names))


def is_removed(item: Item) -> bool:
    """Return whether only a tombstone is left of an item."""
    return hasattr(item, "removal")


def tombstone(item: Item) -> dict[str, Any] | None:
    """Return what is said of a removed item, None for one that is whole: day, ground, and the two who decided."""
    if not is_removed(item):
        return None
    row = item.removal
    return {"on": row.on_date, "ground": row.ground, "by": row.by, "agreed": row.agreed}


def deciders(items: Iterable[Item]) -> set[str]:
    """Return the staff references of those who removed any of these items."""
    return {ref for item in items if is_removed(item) for ref in (item.removal.by, item.removal.agreed)}


def _unlink(names: list[str]) -> None:
    for name in names:
        try:
            blobs.remove(name)
        except OSError as error:  # `sweep` finds it
            log.error("a removed item's file is still there: %s", type(error).__name__)


def sweep() -> int:
    """Delete files of removed items that are still there, because a disk or a store was away; return how many."""
    left = [name for name in Removal.objects.values_list("item__blob", flat=True) if blobs.exists(name)]
    for name in left:
        blobs.remove(name)
    return len(left)
