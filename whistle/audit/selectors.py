"""Reading the log.  The plan and the auditor's pages see cases only through here."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from whistle.audit.models import Document, Entry
from whistle.core import canonical
from whistle.organisations.models import Organisation


@dataclass(frozen=True)
class Read:
    """An entry with its place: `index` in `log`, and the decoded fields of its canonical bytes."""

    log: str
    index: int
    octets: bytes
    fields: dict[str, Any]


def entries(
    organisation: Organisation,
    log: str,
    *,
    acts: tuple[str, ...] = (),
    first: int = 0,
    last: int | None = None,
    case: str | None = None,
) -> Iterator[Read]:
    """Yield entries of one log in order, both ends included, without holding them all in memory."""
    rows = Entry.objects.filter(organisation=organisation, log=log, index__gte=first)
    if last is not None:
        rows = rows.filter(index__lte=last)
    if acts:
        rows = rows.filter(act__in=acts)
    if case is not None:
        rows = rows.filter(case=case)
    for row in rows.order_by("index").values_list("index", "body").iterator(chunk_size=2000):
        octets = bytes(row[1])
        yield Read(log, row[0], octets, canonical.decode(octets))


def entries_of(organisation: Organisation, cases: list[str]) -> Iterator[Read]:
    """Yield what both logs say about these cases, in no order: one query."""
    rows = Entry.objects.filter(organisation=organisation, case__in=cases).values_list("log", "index", "body")
    for log, index, body in rows.iterator(chunk_size=2000):
        octets = bytes(body)
        yield Read(log, index, octets, canonical.decode(octets))


def octets(organisation: Organisation, log: str, *, first: int = 0, last: int) -> Iterator[bytes]:
    """Yield the canonical bytes of entries in order, both ends included: what a range's hash is made of."""
    rows = Entry.objects.filter(organisation=organisation, log=log, index__gte=first, index__lte=last)
    for body in rows.order_by("index").values_list("body", flat=True).iterator(chunk_size=2000):
        yield bytes(body)


def cases_with(organisation: Organisation, act: str) -> list[str]:
    """Return the log references of all cases that have an entry of this act, in either log."""
    rows = Entry.objects.filter(organisation=organisation, act=act).exclude(case="")
    return list(rows.values_list("case", flat=True).distinct())


def size(organisation: Organisation, log: str) -> int:
    """Return the number of entries of one log."""
    last = Entry.objects.filter(organisation=organisation, log=log).aggregate(Max("index"))["index__max"]
    return 0 if last is None else last + 1


def documents(organisation: Organisation) -> list[Document]:
    """Return the plan versions and registries that the log names by hash."""
    return list(Document.objects.filter(organisation=organisation).order_by("id"))


def count_of_case(organisation: Organisation, log: str, case: str) -> int:
    """Return how many entries of one log are about a case: what `case.shredded` says of each."""
    return Entry.objects.filter(organisation=organisation, log=log, case=case).count()
