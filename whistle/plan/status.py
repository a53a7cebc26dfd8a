"""The status that the chief executive gets after each four-month period: what is late, what moved, where the risk is.

What cases taught stands in `Signals`, beside the status and never in it: it reaches the two who answer for the plan,
and nobody else before the next fixed date (a chief executive may be whom a case is about).
"""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from whistle.core import clock
from whistle.core.deadlines import add_months
from whistle.core.errors import DomainError
from whistle.plan.models import Evidence, MeasureUpdate, Plan, Proposal, SentStatus
from whistle.plan.rules import Period
from whistle.plan.state import level
from whistle.plan.worklist import Task, in_order, words_in

MONTHS = 4
SOON_DAYS = 60


@dataclass(frozen=True)
class Signals:
    """What cases taught and nobody has answered yet: measures that failed, risks and lessons that wait."""

    failed: list[str]
    risks_waiting: int
    lessons_waiting: int


def period_of(day: date) -> Period:
    """Return the four-month period that a date lies in.

    >>> period_of(date(2026, 11, 23)).first.isoformat(), period_of(date(2026, 4, 30)).last.isoformat()
    ('2026-09-01', '2026-04-30')
    """
    first = date(day.year, 1 + (day.month - 1) // MONTHS * MONTHS, 1)
    return Period(first, add_months(first, MONTHS) - timedelta(days=1))


def status_document(plan: Plan, period: Period) -> dict[str, Any]:
    """Return the status of a plan as a document: what happened in the period, what is late or soon due today.

    It is made of dates, of what people wrote and of risks as people set them; no figure from a case is in it.
    """
    measures = list(plan.measures.select_related("area"))
    tasks, today = in_order(plan, measures), clock.today()
    done, shown = _done(plan, period), _shown(plan, period)
    said = words_in(plan.organisation, period)
    soon = today + timedelta(days=SOON_DAYS)
    return {
        "v": 1,
        "period": [period.first.isoformat(), period.last.isoformat()],
        "as_of": today.isoformat(),
        "measures": len(measures),
        "late": [_line(plan, task) for task in tasks if task.late],
        "soon": [_line(plan, task) for task in tasks if not task.late and task.due and task.due <= soon],
        "finished": [{"id": it.code, "text": it.text} for it in measures if it.code in done],
        "said": [
            {"id": it.code, "text": it.text, "words": said[it.code].comment}
            for it in measures
            if it.code in said
        ],
        "added": sum(shown.values()),
        "added_to": len(shown),
        "areas": [
            {
                "id": risk.area.code,
                "name": risk.area.name,
                "start": risk.score,
                "now": risk.score_now,
                "level": level(risk.score_now),
            }
            for risk in plan.risks.select_related("area")
        ],
    }


def signals_of(plan: Plan) -> Signals:
    """Return what cases taught, for the two who answer for the plan."""
    return Signals(
        failed=list(plan.measures.filter(contradicted=True).values_list("code", flat=True)),
        risks_waiting=plan.risks.filter(review_asked=True).count(),
        lessons_waiting=Proposal.objects.filter(
            organisation=plan.organisation, state=Proposal.State.OPEN
        ).count(),
    )


def send(plan: Plan, period: Period, *, by: str) -> SentStatus:
    """Give the chief executive the status as it is now, and return what was sent.

    Raises `status.sent` when the same was sent already.
    """
    document = status_document(plan, period)
    earlier = SentStatus.objects.filter(organisation=plan.organisation, period_from=period.first).first()
    if earlier is not None and earlier.document == document:
        raise DomainError("status.sent", status=409)
    return SentStatus.objects.create(
        organisation=plan.organisation,
        period_from=period.first,
        period_to=period.last,
        document=document,
        sent_by=by,
        sent_at=clock.now(),
    )


def _line(plan: Plan, task: Task) -> dict[str, Any]:
    measure = task.measure
    return {
        "id": measure.code,
        "text": measure.text,
        "owners": [plan.roles[code] for code in measure.responsible],
        "due": task.due.isoformat() if task.due else None,
        "days": -task.days if task.days else 0,
    }


def _done(plan: Plan, period: Period) -> set[str]:
    rows = MeasureUpdate.objects.filter(organisation=plan.organisation, status_to="done")
    return {row.measure for row in rows if row.at.astimezone(clock.OSLO).date() in period}


def _shown(plan: Plan, period: Period) -> dict[str, int]:
    shown: dict[str, int] = {}
    for code, at in Evidence.objects.filter(organisation=plan.organisation).values_list("measure", "at"):
        if at.astimezone(clock.OSLO).date() in period:
            shown[code] = shown.get(code, 0) + 1
    return shown
