"""Things of a case by the sealed items they consist of: what the server can tell of them without opening any."""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import Case, Record
from cases.selectors.mailboxes import with_merged
from whistle.store.models import Box, Item
from whistle.vault.item import Author, Kind

MESSAGE, FILE, NOTE, RECORD = "message", "file", "note", "record"
_SHAPES = {
    (Kind.MESSAGE,): MESSAGE,
    (Kind.ATTACHMENT, Kind.DESCRIPTION): FILE,  # what is in it, and what it is called
    (Kind.NOTE,): NOTE,
}


@dataclass(frozen=True)
class Thing:
    """One thing: a message, a file with its card, a note, or a record with every version of it."""

    what: str
    items: list[Item]
    box: Box
    record: Record | None = None

    @property
    def called(self) -> str:
        """What it is, as a code: a record is called by its kind."""
        return self.what if self.record is None else self.record.kind

    @property
    def by_reporter(self) -> bool:
        """Whether a reporter wrote it, by whatever way it was sealed."""
        return all(item.role != Author.OFFICER for item in self.items)


def thing(case: Case, ids: Iterable[str]) -> Thing | None:
    """Return the thing that consists of exactly these items of the case's boxes; None when there is none such.

    Announcements of keys are no things: without them nobody could check who holds a box.
    """
    wanted = set(ids)
    found = Item.objects.filter(box__of_case__case=case, item_id__in=wanted)
    items = list(found.select_related("box", "removal").order_by("position"))
    if not items or len(items) != len(wanted) or len({(each.box_id, each.author) for each in items}) != 1:
        return _record(case, items, wanted)
    record = Record.objects.filter(item__in=items).first()
    if record is not None:
        return _record(case, items, wanted)
    what = _SHAPES.get(tuple(sorted(Kind(item.kind) for item in items)))
    return Thing(what, items, items[0].box) if what else None


def _record(case: Case, items: list[Item], wanted: set[str]) -> Thing | None:
    """Return the record whose versions these are, all of them."""
    row = case.records.filter(item__in=items).first()
    if row is None:
        return None
    versions = case.records.filter(kind=row.kind, number=row.number)
    if set(versions.values_list("item_id", flat=True)) != wanted or len(items) != len(wanted):
        return None
    return Thing(RECORD, items, items[0].box, row)


def is_report(found: Thing) -> bool:
    """Return whether it is what a mailbox began with: the report itself."""
    if found.what != MESSAGE or found.box.kind != Box.Kind.MAILBOX:
        return False
    first = (
        found.box.items.filter(kind=Kind.MESSAGE).exclude(role=Author.OFFICER).order_by("position").first()
    )
    return first is not None and first.pk == found.items[0].pk


def family(case: Case) -> list[Case]:
    """Return the case with every one it was merged with, before or after."""
    root = case
    while root.merged_into is not None:
        root = root.merged_into
    return with_merged(root)


def internal(case: Case) -> list[Record]:
    """Return the marks of internal preparation in force on the case's documents."""
    return [row for row in case.records.filter(kind="internal", current=True) if row.codes["state"] == "on"]
