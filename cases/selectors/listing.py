"""The list of cases and what needs me: metadata, in an order an index keeps, a page at a time.

However many cases there are, a page is the same few queries over at most one page of rows; nothing is counted beyond
`MANY`.
"""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, prefetch_related_objects

from cases.models import Assignment, Case, Declaration, Proposal
from cases.selectors import card, visible
from cases.selectors.visible import IMPARTIAL
from cases.standing import NEVER
from cases.workflow import AT_REST, State
from whistle.accounts.models import Staff
from whistle.core import clock
from whistle.core.policy import Part

PAGE = 50
MANY = 1000  # "1000+": nobody counts further
SOON = timedelta(days=7)
WHEN = ("late", "week", "none")
ORDERS = ("due", "newest")


@dataclass(frozen=True)
class Asked:
    """Which cases somebody wants to see.  Values outside the tables count as not asked (`asked`)."""

    state: str = ""
    clock: str = ""  # a clock's code, or one of WHEN
    part: str = ""
    order: str = "due"
    after: str = ""


@dataclass(frozen=True)
class Page:
    """One page: its rows, where the next one begins, and how many there are in all (at most MANY + 1)."""

    rows: list[dict[str, Any]]
    next: str
    total: int


def asked(given: dict[str, str], clocks: tuple[str, ...]) -> Asked:
    """Return what was asked for, of what may be asked.

    >>> asked({"state": "closed", "order": "; drop"}, ("C1",))
    Asked(state='closed', clock='', part='', order='due', after='')
    """
    allowed = {
        "state": {state.value for state in State},
        "clock": {*clocks, *WHEN},
        "part": {part.value for part in Part},
        "order": set(ORDERS),
    }
    chosen = {name: value for name, value in given.items() if value in allowed.get(name, ())}
    return replace(Asked(**chosen), after=given.get("after", ""))


def page(person: Staff, wanted: Asked, size: int = PAGE) -> Page:
    """Return one page of the cases `person` may see."""
    found = narrowed(person, wanted)
    fields = ("due_on", "id") if wanted.order == "due" else ("-received_on", "-id")
    rows = list(_after(found, wanted).order_by(*fields)[: size + 1])
    following = _place(rows[size - 1], wanted.order) if len(rows) > size else ""
    return Page(dressed(rows[:size], person), following, found.order_by()[: MANY + 1].count())


def narrowed(person: Staff, wanted: Asked) -> QuerySet[Case]:
    """Return the cases that `person` may see and asked for, in no order."""
    found = visible.cases_visible_to(person).order_by()
    if wanted.state:
        found = found.filter(state=wanted.state)
    if wanted.part:
        parts = Assignment.objects.filter(case=OuterRef("pk"), staff=person, part=wanted.part)
        found = found.filter(Exists(parts))
    today = clock.today()
    ranges = {
        "late": Q(due_on__lt=today),
        "week": Q(due_on__gte=today, due_on__lte=today + SOON),
        "none": Q(due_on=NEVER),
    }
    if wanted.clock:
        found = found.filter(ranges.get(wanted.clock, Q(due_clock=wanted.clock)))
    return found


def dressed(cases: list[Case], person: Staff) -> list[dict[str, Any]]:
    """Return list rows for these cases: five queries however many they are."""
    keys = [case.pk for case in cases]
    held = {row.case_id: row for row in Assignment.objects.filter(case__in=keys, staff=person)}
    for case in cases:
        held[case.pk].case = case
    prefetch_related_objects(cases, "deadlines")
    declared = set(
        Declaration.objects.filter(case__in=keys, staff=person, answer=IMPARTIAL).values_list(
            "case_id", flat=True
        )
    )
    proposals = {row.case_id: row for row in Proposal.objects.filter(case__in=keys, decided_at=None)}
    hurried = hurrying(keys)
    return [
        {
            **_row(case, held[case.pk], case.pk in declared, proposals.get(case.pk)),
            "hurried": case.pk in hurried,
        }
        for case in cases
    ]


def hurrying(keys: list[int]) -> set[int]:
    """Return which of these cases nobody has confirmed though their reporter asked to be heard at once."""
    asked = Case.objects.filter(pk__in=keys, acknowledged_on=None, boxes__box__status__urgent=True)
    return set(asked.values_list("pk", flat=True))


def waiting(person: Staff, *, limit: int = PAGE) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the rows that need this person now, and those with something to do later; most urgent first.

    A report whose writer asked us to hurry stands before all others until it is confirmed.  What a case asks of whom stands with their assignment, so both are read off an index, however many cases there are.
    """
    first, now = (mine.select_related("case")[:limit] for mine in _calls(person))
    seen = visible.cases_visible_to(person).order_by().values("pk")
    mine = Assignment.objects.select_related("case").filter(staff=person, case__in=seen)
    coming = mine.filter(calls_on__gt=clock.today()).order_by("calls_on", "case_id")[:limit]
    called = {held.case_id: held.case for held in (*first, *now)}
    later = [held.case for held in coming if held.case_id not in called]
    these = list(called.values())[:limit]
    rows = dressed([*these, *later], person)
    return rows[: len(these)], rows[len(these) :]


def calling(person: Staff, *, limit: int = PAGE) -> int:
    """Return how many cases need this person now, counted no further than `limit`: two queries, for every page's rail."""
    first, now = (mine.order_by().values_list("case_id", flat=True)[:limit] for mine in _calls(person))
    return min(len({*first, *now}), limit)


def _calls(person: Staff) -> tuple[QuerySet[Assignment], QuerySet[Assignment]]:
    """Return the parts on cases whose reporter asked us to hurry, and on those that call for the person by now."""
    seen = visible.cases_visible_to(person).order_by().values("pk")
    mine = Assignment.objects.filter(staff=person, case__in=seen)
    urgent = mine.filter(case__acknowledged_on=None, case__boxes__box__status__urgent=True)
    return urgent.order_by("case_id"), mine.filter(calls_on__lte=clock.today()).order_by("due_on", "case_id")


def _row(case: Case, held: Assignment, declared: bool, proposal: Proposal | None) -> dict[str, Any]:  # noqa: FBT001
    return {
        "case": case,
        "reference": case.reference,
        "state": case.state,
        "received_on": case.received_on,
        "declared": declared,
        "clocks": card.clocks(case),
        "next": card.next_act(held, declared=declared, proposal=proposal),
        "waits_since": case.reporter_waits_since,
        "proposed": proposal is not None,
        "proposed_step": proposal.step if proposal else "",
    }


def _place(case: Case, order: str) -> str:
    """Return where in the list a case stands; with `_after`, the page that follows it."""
    day = case.due_on if order == "due" else case.received_on
    return f"{day.isoformat()}.{case.pk}"


def _after(cases: QuerySet[Case], wanted: Asked) -> QuerySet[Case]:
    day, _, number = wanted.after.partition(".")
    try:
        at, pk = date.fromisoformat(day), int(number)
    except ValueError:
        return cases
    if wanted.order == "due":
        return cases.filter(due_on__gte=at).exclude(due_on=at, id__lte=pk)
    return cases.filter(received_on__lte=at).exclude(received_on=at, id__gte=pk)


def overview(person: Staff) -> dict[str, Any]:
    """Return how many open cases there are in each state, and how many cases are past a deadline, closed ones too.

    What is owed to a reporter goes on after closing.  Nobody counts beyond MANY: then `many` is true and the states are left out.
    """
    going = [state.value for state in State if state not in AT_REST]
    mine = visible.cases_visible_to(person).order_by()
    still = mine.filter(state__in=going)
    found = Counter(still.values_list("state", flat=True)[: MANY + 1])
    late = mine.filter(due_on__lt=clock.today())[: MANY + 1].count()
    many = found.total() > MANY
    states = [(state.value, found[state.value]) for state in State if found[state.value]]
    return {"open": min(found.total(), MANY), "many": many, "states": [] if many else states, "late": late}
