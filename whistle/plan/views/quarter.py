"""The measure owner's quarterly status: one line on each measure, all on one page; and how the work is done, in short."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import wording, worklist
from whistle.plan.due import FINISHED
from whistle.plan.models import Measure
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.services import work
from whistle.plan.views.desk import context, language
from whistle.plan.views.work import WORKERS
from whistle.ui.messages import sentence

STATUSES = (Measure.Status.NOT_STARTED, Measure.Status.UNDER_WAY, Measure.Status.STOPPED)


@audience(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def quarter_page(request: StaffRequest) -> HttpResponse:
    """One's open measures with a place for a word on each; what is left empty is left alone."""
    if request.method != "POST":
        return _page(request)
    try:
        for measure in _open_ones(request):
            _take(request, measure)
    except DomainError as error:
        return _page(request, refused=error)
    return redirect("desk-my-measures")


@require_safe
@audience(*WORKERS)
def guide(request: OrganisationRequest) -> HttpResponse:
    """How a measure is worked on, in five short steps."""
    return render(request, "plan/guide.html", context(request))


def _take(request: StaffRequest, measure: Measure) -> None:
    words = request.POST.get(f"words-{measure.code}", "").strip()[:400]
    status = request.POST.get(f"status-{measure.code}", measure.status)
    if not words and status == measure.status:
        return
    if status != measure.status and status not in STATUSES:
        raise DomainError("measure.status")
    role = worklist.acts_as(request.staff)
    work.update(measure, status, by=request.staff.log_name, role=role, comment=words)


def _open_ones(request: StaffRequest) -> list[Measure]:
    plan = plan_in_force(request.organisation)
    tasks = worklist.tasks_of(request.staff, plan) if plan else []
    return [task.measure for task in tasks if task.measure.status not in FINISHED]


def _page(request: StaffRequest, *, refused: DomainError | None = None) -> HttpResponse:
    quarter = worklist.quarter_of(clock.today())
    known = worklist.words_in(request.organisation, quarter)
    rows = [
        {
            "code": it.code,
            "text": said(it.text, language()),
            "said": known[it.code].comment if it.code in known else "",
            "said_on": wording.day(known[it.code].at.date()) if it.code in known else "",
            "words": request.POST.get(f"words-{it.code}", ""),
            "statuses": [
                (code, wording.status_word(code), code == it.status)
                for code in dict.fromkeys((it.status, *STATUSES))
            ],
        }
        for it in _open_ones(request)
    ]
    shown = {
        "rows": rows,
        "owing": sum(not row["said"] for row in rows),
        "last_day": wording.day(quarter.last),
        "number": (quarter.first.month + 2) // 3,
        "year": quarter.first.year,
        "refused": sentence(refused.code) if refused else "",
    }
    status = refused.status if refused else 200
    return render(request, "plan/quarter.html", context(request, **shown), status=status)
