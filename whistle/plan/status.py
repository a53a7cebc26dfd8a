"""The status that the chief executive gets after each four-month period: what is late, what moved, what waits."""

from dataclasses import dataclass
from datetime import date, timedelta

from whistle.core import clock
from whistle.core.deadlines import add_months
from whistle.plan.models import Evidence, Measure, MeasureUpdate, Plan, Proposal
from whistle.plan.rules import Period
from whistle.plan.worklist import Task, in_order

MONTHS = 4


@dataclass(frozen=True)
class Status:
    """One period's status; `shown` counts what was added that shows measures, by measure."""

    period: Period
    late: list[Task]
    soon: list[Task]
    finished: list[Measure]
    shown: dict[str, int]
    failed: list[Measure]
    risks_waiting: int
    lessons_waiting: int


def period_of(day: date) -> Period:
    """Return the four-month period that a date lies in.

    >>> period_of(date(2026, 11, 23)).first.isoformat(), period_of(date(2026, 4, 30)).last.isoformat()
    ('2026-09-01', '2026-04-30')
    """
    first = date(day.year, 1 + (day.month - 1) // MONTHS * MONTHS, 1)
    return Period(first, add_months(first, MONTHS) - timedelta(days=1))


def status_of(plan: Plan, period: Period) -> Status:
    """Return the status of a plan: what happened in the period, and what is late or soon due today."""
    measures = list(plan.measures.select_related("area"))
    tasks, today = in_order(plan, measures), clock.today()
    soon = today + timedelta(days=60)
    within = {
        "organisation": plan.organisation,
        "at__date__gte": period.first,
        "at__date__lte": period.last,
    }
    finished = set(MeasureUpdate.objects.filter(**within, status_to="done").values_list("measure", flat=True))
    shown: dict[str, int] = {}
    for code in Evidence.objects.filter(**within).values_list("measure", flat=True):
        shown[code] = shown.get(code, 0) + 1
    return Status(
        period=period,
        late=[task for task in tasks if task.late],
        soon=[task for task in tasks if not task.late and task.due and task.due <= soon],
        finished=[it for it in measures if it.code in finished],
        shown=shown,
        failed=[it for it in measures if it.contradicted],
        risks_waiting=plan.risks.filter(review_asked=True).count(),
        lessons_waiting=Proposal.objects.filter(
            organisation=plan.organisation, state=Proposal.State.OPEN
        ).count(),
    )
