"""Keeping the disk honest: files that no row names go."""

from whistle.store import blobs, uploads
from whistle.store.models import Item
from whistle.store.services import removals

A_DAY = 24 * 3600  # a plain form over a slow line may take hours before a row names its first file


def sweep_files() -> int:
    """Delete orphaned blobs, what is left of removed items, and abandoned uploads; return how many files went."""
    known = set(Item.objects.values_list("blob", flat=True).iterator(chunk_size=5000))
    orphaned = list(blobs.orphans(known, older_than_seconds=A_DAY))
    gone = 0
    for name in orphaned:
        if not Item.objects.filter(blob=name).exists():  # named since the list was made
            blobs.remove(name)
            gone += 1
    return gone + removals.sweep() + uploads.sweep()
