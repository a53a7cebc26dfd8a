"""Looking at what lies on the disk: every sealed item is still the one that was taken in.

The hash of an item stands in its row and in the log; whoever holds the ciphertext can compute it, without any key.  A
little is looked at each time, round and round, so that it costs the same with ten items and with a million.
"""

import json
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet

from whistle.core.errors import DomainError
from whistle.store import blobs
from whistle.store.models import Item
from whistle.vault import item as envelope

ITEMS = 500  # looked at in one go
OCTETS = 64 * 2**20


@dataclass(frozen=True)
class Inspection:
    """How far the round has come, and the ids of items that are damaged or gone."""

    after: str = ""
    damaged: tuple[str, ...] = ()


def last() -> Inspection:
    """Return what the last look found."""
    try:
        kept = json.loads(_place().read_text())
        return Inspection(kept["after"], tuple(kept["damaged"]))
    except (OSError, ValueError, KeyError):
        return Inspection()


def look(*, items: int = ITEMS, octets: int = OCTETS) -> Inspection:
    """Look at the next items, and again at those found damaged; keep and return the result."""
    before = last()
    again = Item.objects.filter(item_id__in=before.damaged, removal=None)  # a tombstone is no damage
    damaged = [item.item_id for item in _rows(again) if not whole(item)]
    after, left = "", octets
    for item in _rows(
        Item.objects.filter(item_id__gt=before.after, removal=None).order_by("item_id")[:items]
    ):
        after, left = item.item_id, left - item.size
        if item.item_id not in before.damaged and not whole(item):
            damaged.append(item.item_id)
        if left <= 0:
            break
    else:
        after = after if Item.objects.filter(item_id__gt=after).exists() else ""
    found = Inspection(after, tuple(damaged))
    _place().parent.mkdir(parents=True, exist_ok=True, mode=0o770)
    draft = _place().with_suffix(".draft")
    draft.write_text(json.dumps({"after": found.after, "damaged": found.damaged}))
    draft.replace(_place())
    return found


def whole(item: Item) -> bool:
    """Return whether the item's octets on the disk are those whose hash its row holds."""
    context = envelope.Context(
        item.kind,
        bytes.fromhex(item.box.organisation.ref),
        bytes.fromhex(item.box_id),
        item.epoch,
        bytes.fromhex(item.item_id),
        item.role,
        item.seq,
    )
    running = envelope.ItemHash(context, bytes(item.header.octets))
    try:
        for part in blobs.stream(item.blob):
            running.update(part)
    except DomainError as error:
        # a store that is away says nothing about what it holds
        return error.status == 503 or not _kept(item)
    except OSError:
        return not _kept(item)
    return running.digest().hex() == item.item_hash


def _kept(item: Item) -> bool:
    """Return whether it should be here: neither deleted nor removed since it was read, which is no damage."""
    return Item.objects.filter(pk=item.pk, removal=None).exists()


def _rows(items: QuerySet[Item]) -> QuerySet[Item]:
    return items.select_related("box__organisation", "header")


def _place() -> Path:
    return Path(settings.HEARTBEATS) / "inspection.json"
