"""The four-monthly status to the chief executive: a page that prints, and PDF."""

from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from whistle.core import clock
from whistle.core.audience import audience
from whistle.plan import present, wording
from whistle.plan.live import SEES_LIVE, live_document
from whistle.plan.models import Plan
from whistle.plan.pdf import available, pdf
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.status import Status, period_of, status_of
from whistle.plan.views.desk import context, language
from whistle.plan.worklist import Task


@require_safe
@audience(*SEES_LIVE)
def status_page(request: HttpRequest) -> HttpResponse:
    """The status of the period with the day `?on=`, this one unless told."""
    return render(request, "plan/status.html", context(request, **_shown(request), has_pdf=available()))


@require_safe
@audience(*SEES_LIVE)
def status_pdf(request: HttpRequest) -> HttpResponse:
    """The same on paper."""
    if not available():
        raise Http404
    shown = {**_shown(request), "organisation": request.organisation}  # type: ignore[attr-defined]
    return HttpResponse(pdf("plan/status_print.html", shown, language()), content_type="application/pdf")


def _shown(request: HttpRequest) -> dict[str, Any]:
    plan = plan_in_force(request.organisation)  # type: ignore[attr-defined]
    if plan is None:
        raise Http404
    try:
        day = date.fromisoformat(request.GET.get("on", "") or clock.today().isoformat())
    except ValueError:
        raise Http404 from None
    period = period_of(min(day, clock.today()))
    document = live_document(plan)
    return {
        "headline": present.headline(document),
        "sums": present.sums(document),
        "areas": present.page(document, language())["areas"],
        "first": wording.day(period.first),
        "last": wording.day(period.last),
        "today": wording.day(clock.today()),
        "on": period.first.isoformat(),
        "before": (period.first - timedelta(days=1)).isoformat(),
        **_worded(plan, status_of(plan, period)),
    }


def _worded(plan: Plan, status: Status) -> dict[str, Any]:
    def line(task: Task) -> dict[str, Any]:
        """Return a task in words."""
        measure = task.measure
        return {
            "id": measure.code,
            "text": said(measure.text, language()),
            "owners": ", ".join(said(plan.roles[code], language()) for code in measure.responsible),
            "due": wording.day(task.due),
            "days": -task.days if task.days else 0,
        }

    return {
        "late": [line(task) for task in status.late],
        "soon": [line(task) for task in status.soon],
        "finished": [{"id": it.code, "text": said(it.text, language())} for it in status.finished],
        "failed": [{"id": it.code, "text": said(it.text, language())} for it in status.failed],
        "added": sum(status.shown.values()),
        "added_to": len(status.shown),
        "risks_waiting": status.risks_waiting,
        "lessons_waiting": status.lessons_waiting,
    }
