"""Keeping the disk honest: files that no row names go."""

from whistle.store import blobs, uploads
from whistle.store.models import Item

AN_HOUR = 3600


def sweep_files() -> int:
    """Delete orphaned blobs and abandoned uploads; return how many files went."""
    known = set(Item.objects.values_list("blob", flat=True).iterator(chunk_size=5000))
    orphaned = list(blobs.orphans(known, older_than_seconds=AN_HOUR))
    for name in orphaned:
        blobs.remove(name)
    return len(orphaned) + uploads.sweep()
