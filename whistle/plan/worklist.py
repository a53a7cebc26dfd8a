"""What waits for a person in the plan: their measures with dates, and words of others to confirm."""

from dataclasses import dataclass
from datetime import date, timedelta

from whistle.access.selectors import duties
from whistle.accounts.models import Staff
from whistle.core import clock
from whistle.core.deadlines import add_months
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.plan.due import missed, next_due
from whistle.plan.figures import shown_dates
from whistle.plan.models import Attestation, Measure, MeasureUpdate, Plan, RoleHolder
from whistle.plan.rules import Period

CHIEF_EXECUTIVE = "KD"  # the code of the chief executive's role, in every plan
ANSWERS_FOR_ALL = frozenset({Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER})


@dataclass(frozen=True)
class Task:
    """A measure with the date that is next, and how many days are left; negative when it is late."""

    measure: Measure
    due: date | None
    days: int | None
    late: bool


def roles_of(person: Staff) -> set[str]:
    """Return the codes of the plan's roles that a person holds."""
    return set(
        RoleHolder.objects.filter(organisation=person.organisation_id, staff_ref=person.ref).values_list(
            "role", flat=True
        )
    )


def acts_as(person: Staff) -> str:
    """Return as what a person works on the plan, for the log."""
    held = duties(person)
    ranks = (Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER, Duty.MEASURE_OWNER)
    return next((duty.value for duty in ranks if duty in held), Duty.MEASURE_OWNER.value)


def may_work_on(person: Staff, measure: Measure) -> bool:
    """Say whether a person may speak for a measure: who holds its role, or answers for the whole plan."""
    if person.organisation_id != measure.organisation_id:
        return False
    return bool(roles_of(person) & set(measure.responsible)) or may_confirm(person)


def may_confirm(person: Staff) -> bool:
    """Say whether a person may confirm the word of others."""
    return bool(duties(person) & ANSWERS_FOR_ALL)


def tasks_of(person: Staff, plan: Plan) -> list[Task]:
    """Return the measures of the roles a person holds, the late ones first, then by date."""
    roles = roles_of(person)
    rows = [it for it in plan.measures.select_related("area") if roles & set(it.responsible)]
    return in_order(plan, rows)


def in_order(plan: Plan, measures: list[Measure]) -> list[Task]:
    """Return measures as tasks, the late ones first, then by date."""
    today = clock.today()
    shown = shown_dates(plan.organisation, today)
    tasks = [_task(it, shown.get(it.code, set()), today) for it in measures]
    return sorted(tasks, key=lambda task: (task.due is None, task.due or today, task.measure.place))


def waiting_words(person: Staff) -> list[Attestation]:
    """Return the attestations of others that a person may confirm, oldest first."""
    if not may_confirm(person):
        return []
    rows = Attestation.objects.filter(organisation=person.organisation_id, approved_by="", declined=False)
    return list(rows.exclude(by=person.log_name).order_by("at", "id"))


def _task(measure: Measure, shown: set[date], today: date) -> Task:
    late = missed(measure.due, measure.recurrence, measure.status, shown, today)
    due = late[0] if late else _ahead(measure, shown, today)
    return Task(measure, due, (due - today).days if due else None, bool(late))


def _ahead(measure: Measure, shown: set[date], today: date) -> date | None:
    """Return the next date for which nothing is shown yet; none for what is finished."""
    if measure.status in ("done", "stopped"):
        return None
    due = next_due(measure.due, measure.recurrence, today)
    while due is not None and due in shown:
        later = next_due(measure.due, measure.recurrence, date.fromordinal(due.toordinal() + 1))
        due = later if later != due else None
    return due


def is_chief(person: Staff) -> bool:
    """Say whether a person is the chief executive, as the plan's roles have it."""
    return CHIEF_EXECUTIVE in roles_of(person)


def words_in(organisation: Organisation, period: Period) -> dict[str, MeasureUpdate]:
    """Return the newest word on each measure in a period: what its owner wrote, in the quarterly status or beside a step."""
    rows = MeasureUpdate.objects.filter(organisation=organisation).exclude(comment="").order_by("at", "id")
    return {row.measure: row for row in rows if row.at.astimezone(clock.OSLO).date() in period}


def quarter_of(day: date) -> Period:
    """Return the quarter that a date lies in.

    >>> quarter_of(date(2026, 11, 23)).first.isoformat(), quarter_of(date(2026, 3, 31)).last.isoformat()
    ('2026-10-01', '2026-03-31')
    """
    first = date(day.year, 1 + (day.month - 1) // 3 * 3, 1)
    return Period(first, add_months(first, 3) - timedelta(days=1))
