"""Running a control: draw the sample from a seed that nobody chose, look at those, record what was found."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from whistle.accounts.requests import StaffRequest
from whistle.audit.outside import outside_checkpoint
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import worklist
from whistle.plan.models import Control, Measure
from whistle.plan.samples import random_sample, risk_sample
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.services import work
from whistle.plan.views.desk import context, language
from whistle.plan.views.work import WORKERS
from whistle.ui.messages import sentence

MOST = 100_000  # numbers in a population
LARGEST = 500  # numbers in a sample


@audience(*WORKERS)
@require_http_methods(["GET", "HEAD", "POST"])
def control_page(request: StaffRequest, code: str) -> HttpResponse:
    """The form; with a population, the sample drawn from it.  Nothing is stored."""
    measure = _measure(request, code)
    if request.method != "POST":
        return _page(request, measure)
    try:
        numbers = _population(request.POST.get("population", ""))
        size = int(request.POST.get("size", "0"))
        if not 0 < size <= LARGEST or not numbers:
            raise ValueError
    except ValueError:
        return _page(request, measure, refused="control.figures")
    seed = _seed(request, measure)
    weighted = any(risk != 1 for risk in numbers.values())
    drawn = risk_sample(seed, numbers, size) if weighted else random_sample(seed, numbers, size)
    return _page(request, measure, drawn=drawn, population=len(numbers), weighted=weighted)


@audience(*WORKERS)
@require_POST
def record(request: StaffRequest, code: str) -> HttpResponse:
    """Record what a run came to."""
    measure, sent = _measure(request, code), request.POST
    names = ("population", "sample", "deviations", "closed_in_time")
    try:
        figures = {name: int(sent.get(name) or "0") for name in names}
        due = date.fromisoformat(sent["for_due"]) if sent.get("for_due") else None
        if not figures["sample"]:
            raise ValueError
        work.run_control(
            measure,
            by=request.staff.log_name,
            role=worklist.acts_as(request.staff),
            for_due=due,
            seed=sent.get("seed", "")[:64],
            **figures,
        )
    except (DomainError, ValueError):
        return _page(request, measure, refused="control.figures")
    return redirect("desk-measure", code=code)


def _measure(request: StaffRequest, code: str) -> Measure:
    plan = plan_in_force(request.organisation)
    found = plan.measures.select_related("area", "plan").filter(code=code).first() if plan else None
    if found is None or not worklist.may_work_on(request.staff, found):
        raise Http404
    if not Control.objects.filter(measure=found).exists():
        raise Http404
    return found


def _seed(request: OrganisationRequest, measure: Measure) -> str:
    """Return the root of the newest log that outsiders have seen: nobody at the desk could choose it."""
    head = outside_checkpoint(request.organisation, "desk")
    return head.root.hex() if head else measure.plan.hash


def _population(text: str) -> dict[str, int]:
    """Return numbers with their risks: `900` means 1 to 900; else one number a line, a risk behind a semicolon.

    >>> _population("3"), _population("K-7; 2\\nK-8")
    ({'1': 1, '2': 1, '3': 1}, {'K-7': 2, 'K-8': 1})
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) == 1 and lines[0].isdecimal():
        count = int(lines[0])
        if count > MOST:
            raise ValueError
        return {str(number): 1 for number in range(1, count + 1)}
    if len(lines) > MOST:
        raise ValueError
    found = {}
    for line in lines:
        number, _semicolon, risk = line.partition(";")
        found[number.strip()[:60]] = max(0, int(risk)) if risk.strip() else 1
    return found


def _page(
    request: OrganisationRequest,
    measure: Measure,
    *,
    drawn: list[str] | None = None,
    population: int = 0,
    weighted: bool = False,
    refused: str = "",
) -> HttpResponse:
    task = worklist.in_order(measure.plan, [measure])[0]
    shown: dict[str, Any] = {
        "id": measure.code,
        "text": said(measure.text, language()),
        "seed": _seed(request, measure),
        "drawn": drawn,
        "population": population,
        "weighted": weighted,
        "due": task.due.isoformat() if task.due else "",
        "refused": sentence(refused) if refused else "",
        "sent": request.POST,  # nothing typed is lost, also when the sample is drawn
        "recorded": "deviations" in request.POST,
    }
    return render(request, "plan/control.html", context(request, **shown), status=400 if refused else 200)
