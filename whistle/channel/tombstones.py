"""What a reporter is told where the content of a message or a file was removed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from whistle.accounts.models import Staff
from whistle.store.models import Item
from whistle.store.services.removals import tombstone
from whistle.vault.item import Kind


@dataclass(frozen=True)
class Tombstone:
    """Who removed what, when and on which ground (a code)."""

    on: date
    size: int  # of what was sealed, in octets
    file: bool
    ground: str
    by: str
    agreed: str


def of(row: Item, people: Mapping[str, Staff]) -> Tombstone | None:
    """Return the tombstone of an item, None for one that is whole; a file's stands where its card stood."""
    said = tombstone(row)
    if said is None:
        return None
    by, agreed = (people[ref].name if ref in people else "" for ref in (said["by"], said["agreed"]))
    file = row.kind == Kind.DESCRIPTION
    return Tombstone(said["on"], _size(row) if file else row.size, file, said["ground"], by, agreed)


def _size(card: Item) -> int:
    """Return the size of the file itself: the nearest one before its card that was removed with it."""
    bodies = Item.objects.filter(box=card.box_id, kind=Kind.ATTACHMENT, role=card.role, author=card.author)
    sizes = (
        bodies.filter(seq__lt=card.seq).exclude(removal=None).order_by("-seq").values_list("size", flat=True)
    )
    return sizes.first() or card.size
