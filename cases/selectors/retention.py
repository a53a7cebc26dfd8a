"""What the archivist sees: which closed cases are kept how long, by which rule, what holds them, and what was deleted.

References, dates and codes; never a title, never a text.  Of a case that was kept from the archivist, nothing.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from cases.models import Assignment, Case, Deadline, Declaration, Export, KeptOut, Record
from cases.services.needs import Facts, lacking_of
from cases.workflow import Need, State, step
from whistle.accounts.models import Staff
from whistle.audit import selectors as audit
from whistle.core import clock

SOON = timedelta(days=90)
MOST = 200
STEP = "delete"


@dataclass(frozen=True)
class Kept:
    """A closed case as the archivist sees it.  `lacks` are the needs of deleting it that are not met."""

    case: Case
    retention: Record | None
    until: date | None
    lacks: list[Need]
    proposed_by: Staff | None
    archived_on: date | None
    ended_on: date | None  # closed, or set aside

    @property
    def codes(self) -> dict[str, Any]:
        """Class and rule, by the codes of the table; empty where nobody has chosen."""
        return self.retention.codes if self.retention else {}


def closed_cases(archivist: Staff) -> QuerySet[Case]:
    """Return the ended cases of the archivist's organisation, but those kept from them or that they ever worked on."""
    found = Case.objects.filter(organisation=archivist.organisation_id, probe=False)
    found = found.filter(state__in=[State.CLOSED, State.SET_ASIDE, State.DELETED])
    return (
        found.exclude(pk__in=KeptOut.objects.filter(staff=archivist).values("case"))
        .exclude(pk__in=Assignment.objects.filter(staff=archivist).values("case"))
        .exclude(pk__in=Declaration.objects.filter(staff=archivist).values("case"))
    )


def overview(archivist: Staff) -> dict[str, list[Kept]]:
    """Return what is due, what something stands in the way of, what waits for others, and what comes next.

    At most MOST rows each, the longest overdue first; the number of rows read does not grow with the cases kept.
    """
    today, mine = clock.today(), closed_cases(archivist)
    rows = Deadline.objects.filter(clock="C10", met_on=None, case__in=mine).order_by("due_on", "pk")
    over = _kept(rows.filter(due_on__lt=today)[:MOST])
    under_way = Q(state=State.DELETED) | Q(proposals__step=STEP, proposals__decided_at=None)
    held = Record.objects.filter(kind="hold", current=True, done_on=None, case__in=mine).order_by("due_on")
    unruled = Record.objects.filter(
        kind="retention", current=True, codes__basis="missing", case__in=mine.exclude(state=State.DELETED)
    )
    found = {
        "due": [row for row in over if not row.lacks and row.proposed_by is None],
        "waiting": [
            _one(case) for case in mine.filter(under_way).distinct().order_by("closed_on", "pk")[:MOST]
        ],
        "hindered": [row for row in over if row.lacks and row.proposed_by is None],
        "held": _kept(held[:MOST]),
        "unruled": _kept(unruled.order_by("case__closed_on")[:MOST]),
        "coming": _kept(rows.filter(due_on__gte=today, due_on__lte=today + SOON)[:MOST]),
    }
    known = {row.case.pk for name in ("held", "unruled") for row in found[name]}
    found["hindered"] = [row for row in found["hindered"] if row.case.pk not in known]
    return found


def tombstones(archivist: Staff) -> list[dict[str, Any]]:
    """Return what was deleted, the newest first: day, ground, and how many entries of each log were about it."""
    found = [
        {"day": date.fromisoformat(read.fields["at"][:10]), "index": read.index, **read.fields["d"]}
        for read in audit.entries(archivist.organisation, "desk", acts=("case.shredded",))
    ]
    return found[::-1][:MOST]


def due(archivist: Staff) -> int:
    """Return how many cases the archivist can propose for deletion now, at most MOST."""
    return len(overview(archivist)["due"])


def _kept(rows: Any) -> list[Kept]:
    cases = {row.case_id: row.case for row in rows.select_related("case")}
    return [_one(case) for case in cases.values()]


def _one(case: Case) -> Kept:
    facts = Facts(case)
    proposal = case.proposals.filter(step=STEP).exclude(confirmed=False).select_related("by").last()
    live = proposal if proposal and (proposal.confirmed is None or case.state == State.DELETED) else None
    wanted = step(State.CLOSED, STEP)
    archived = case.exports.filter(why=Export.Why.ARCHIVE).exclude(released_at=None).last()
    return Kept(
        case=case,
        retention=facts.retention,
        until=facts.kept_until(),
        lacks=[need for need in lacking_of(wanted, facts) if need != Need.ARCHIVIST],
        proposed_by=live.by if live else None,
        ended_on=case.closed_on or facts.set_aside_on(),
        archived_on=archived.released_at.date() if archived and archived.released_at else None,
    )
