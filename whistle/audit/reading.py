"""What the auditor reads out of the log: filtered entries, who could see what, samples.  Never content: there is none."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from whistle.audit import selectors
from whistle.audit.models import Entry
from whistle.audit.registry import DESK, EVENTS
from whistle.audit.selectors import Read
from whistle.core import canonical, clock
from whistle.organisations.models import Organisation

FILLER = "pad"
SAMPLE = 5
ACCESS = (
    "access.granted",
    "access.revoked",
    "habilitet.declared",
    "habilitet.withdrew",
    "case.read",
    "file.read",
)

UNUSUAL = (
    "access.recovered",
    "gate.lifted",
    "identity.unsealed",
)  # somebody came by another way than every day's
REVIEW_DAYS = 5  # within which the plan (8.4) asks for a look at each


@dataclass(frozen=True)
class Wanted:
    """What a reader filters by; empty means everything.  `cases` limits to these and to entries without a case."""

    log: str = DESK
    act: str = ""
    measure: str = ""
    case: str = ""
    since: date | None = None
    until: date | None = None
    overdue: bool = False
    cases: frozenset[str] | None = None

    def rows(self, organisation: Organisation) -> QuerySet[Entry]:
        """Return the rows, oldest first.  Fillers are left out unless asked for."""
        rows = Entry.objects.filter(organisation=organisation, log=self.log).order_by("index")
        if self.act != FILLER:
            rows = rows.exclude(act=FILLER)
        if self.act:
            rows = rows.filter(act=self.act)
        if self.overdue:
            rows = rows.filter(act="clock.overdue")
        if self.measure:
            rows = rows.filter(
                act__in=[act for act, event in EVENTS.items() if self.measure in event.measures]
            )
        if self.case:
            rows = rows.filter(case__startswith=self.case)
        if self.since:
            rows = rows.filter(at__gte=self.since.isoformat())
        if self.until:
            rows = rows.filter(at__lt=f"{self.until.isoformat()}~")  # "~" is after every time of that day
        if self.cases is not None:
            rows = rows.filter(Q(case="") | Q(case__in=self.cases))
        return rows


def page(
    organisation: Organisation, wanted: Wanted, *, before: int | None, length: int
) -> tuple[list[Read], int | None]:
    """Return the newest `length` entries below `before`, newest first, and where the next page begins."""
    rows = wanted.rows(organisation)
    if before is not None:
        rows = rows.filter(index__lt=before)
    found = list(rows.order_by("-index").values_list("index", "body")[: length + 1])
    more = found[length - 1][0] if len(found) > length else None
    return [_read(wanted.log, index, body) for index, body in found[:length]], more


def measures() -> list[str]:
    """Return the measures of the plan that some event evidences."""
    return sorted({one for event in EVENTS.values() for one in event.measures})


def last_review(organisation: Organisation, log: str) -> dict[str, Any] | None:
    """Return the newest sign-off of a log: its `last`, `finding` and time; None before the first."""
    newest = None
    for row in Entry.objects.filter(organisation=organisation, log=DESK, act="log.reviewed").order_by(
        "-index"
    ):
        fields = canonical.decode(bytes(row.body))
        if fields["d"]["log"] == log:
            newest = {**fields["d"], "at": fields["at"], "actor": fields["actor"]}
            break
    return newest


@dataclass(frozen=True)
class Unusual:
    """An access by an unusual way that no sign-off covers yet, and the last day for it."""

    read: Read
    until: date


def unreviewed(organisation: Organisation) -> list[Unusual]:
    """Return what came in by an unusual way and lies in no part of the desk's log that was signed off, oldest first."""
    found = list(selectors.entries(organisation, DESK, acts=UNUSUAL))
    if not found:
        return []
    signed = [read.fields["d"] for read in selectors.entries(organisation, DESK, acts=("log.reviewed",))]
    parts = [range(d["first"], d["last"] + 1) for d in signed if d["log"] == DESK]
    return [
        Unusual(read, _day(read) + timedelta(days=REVIEW_DAYS))
        for read in found
        if not any(read.index in part for part in parts)
    ]


def _day(read: Read) -> date:
    return datetime.fromisoformat(read.fields["at"]).astimezone(clock.OSLO).date()


@dataclass
class Seen:
    """One person's dealings with one case, as the log knows them."""

    case: str
    actor: str
    since: str
    until: str = ""
    readings: int = 0
    answer: str = ""
    parts: set[str] = field(default_factory=set)


def access(organisation: Organisation, wanted: Wanted) -> list[Seen]:
    """Return who had access to what, newest case first: granted, declared, read how often, and when it ended."""
    found: dict[tuple[str, str], Seen] = {}
    rows = wanted.rows(organisation).filter(act__in=ACCESS).exclude(case="")
    for index, body in rows.values_list("index", "body").iterator(chunk_size=2000):
        fields = _read(DESK, index, body).fields
        person = fields["d"].get("to", fields["actor"])
        seen = found.setdefault((fields["case"], person), Seen(fields["case"], person, fields["at"]))
        _count(seen, fields)
    return list(found.values())[::-1]


def _count(seen: Seen, fields: dict[str, Any]) -> None:
    act = fields["act"]
    if act.endswith(".read"):
        seen.readings += 1
    elif act == "access.granted":
        seen.parts.add(fields["d"]["part"])
        seen.until = ""
    elif act in ("access.revoked", "habilitet.withdrew"):
        seen.until = fields["at"]
    else:
        seen.answer = fields["d"]["answer"]
        if seen.answer == "impartial":
            seen.parts.add(fields["role"])
    if act != "access.granted" and fields["role"] not in ("staff", "system"):
        seen.parts.add(fields["role"])


def sample(organisation: Organisation, *, size: int, root: str, count: int) -> list[str]:
    """Return the log references of cases drawn by a checkpoint: anybody who has it draws the same ones.

    The cases opened in the first `size` entries of the desk log, in the order of SHA-256(root ‖ reference): nobody
    knows the root before the last of those entries was written, so nobody can choose who is drawn.
    """
    rows = Entry.objects.filter(organisation=organisation, log=DESK, act="case.opened", index__lt=size)
    cases = set(rows.values_list("case", flat=True))
    return sorted(cases, key=lambda case: hashlib.sha256(bytes.fromhex(root + case)).digest())[:count]


def of_case(organisation: Organisation, case: str) -> Iterator[Read]:
    """Yield everything both logs say about a case, channel first."""
    for log in ("channel", DESK):
        rows = Entry.objects.filter(organisation=organisation, log=log, case=case).order_by("index")
        for index, body in rows.values_list("index", "body"):
            yield _read(log, index, body)


def _read(log: str, index: int, body: bytes | memoryview) -> Read:
    octets = bytes(body)
    return Read(log, index, octets, canonical.decode(octets))
