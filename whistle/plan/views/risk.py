"""The risk review: one risk at a time, three questions, with what is known beside them."""

from collections.abc import Callable
from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import audience
from whistle.core.deadlines import add_months
from whistle.core.errors import DomainError
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import wording
from whistle.plan.models import ControlRun, Measure, Plan, Risk, RiskAssessment
from whistle.plan.revising import name_of
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.services import work
from whistle.plan.state import level
from whistle.plan.views.desk import context, language
from whistle.plan.views.review import REVIEWERS
from whistle.plan.worklist import acts_as
from whistle.ui.messages import sentence

YEARLY = ("R1", "R2", "R3")  # measure 9.5: every year in these, every other year elsewhere


@audience(*REVIEWERS)
@require_http_methods(["GET", "HEAD", "POST"])
def assess(request: StaffRequest, code: str) -> HttpResponse:
    """One risk; answered, the next one that waits, or the list when none is left."""
    plan = plan_in_force(request.organisation)
    risk = plan.risks.select_related("area").filter(code=code).first() if plan else None
    if plan is None or risk is None:
        raise Http404
    if request.method != "POST":
        return _page(request, plan, risk)
    sent = request.POST
    try:
        if not sent.get("reason", "").strip():
            raise DomainError("risk.reason")
        work.assess_risk(
            plan,
            code,
            likelihood=int(sent.get("likelihood", "0")),
            consequence=int(sent.get("consequence", "0")),
            next_review=add_months(clock.today(), 12 if code in YEARLY else 24),
            by=request.staff.log_name,
            role=acts_as(request.staff),
            reason=sent.get("reason", ""),
            method=sent.get("method", "judgement"),
        )
    except (DomainError, ValueError) as error:
        return _page(request, plan, risk, refused=error)
    after = _next(plan, code)
    return redirect("desk-plan-assess", code=after) if after else redirect("desk-plan-review")


def _next(plan: Plan, code: str) -> str:
    """Return the next risk that waits, in the plan's order from here on and round; nothing when none does."""
    rows = list(plan.risks.all())
    here = next(place for place, it in enumerate(rows) if it.code == code)
    today = clock.today()
    waiting = [it.code for it in rows[here + 1 :] + rows[:here] if _waits(it, today)]
    return waiting[0] if waiting else ""


def _waits(risk: Risk, today: date) -> bool:
    return risk.review_asked or (risk.next_review is not None and risk.next_review < today)


def _page(
    request: OrganisationRequest, plan: Plan, risk: Risk, *, refused: Exception | None = None
) -> HttpResponse:
    rows, today = list(plan.risks.all()), clock.today()
    measures = list(plan.measures.filter(area=risk.area))
    sent = request.POST if refused else {}
    shown = {
        "code": risk.code,
        "area": said(risk.area.name, language()),
        "scenario": said(risk.scenario, language()),
        "number": next(n for n, it in enumerate(rows, 1) if it.code == risk.code),
        "of": len(rows),
        "waiting": sum(_waits(it, today) for it in rows),
        "measures": [_measure(it) for it in measures],
        "runs": _runs(plan, [it.code for it in measures]),
        "earlier": [_earlier(it) for it in _assessments(plan, risk)],
        "start": f"{risk.likelihood} × {risk.consequence} = {risk.score}",
        "now": f"{risk.likelihood_now} × {risk.consequence_now} = {risk.score_now}",
        "level": level(risk.score_now),
        "level_word": wording.level_word(level(risk.score_now)),
        "likelihoods": _steps(sent.get("likelihood"), risk.likelihood_now, wording.likelihood_word),
        "consequences": _steps(sent.get("consequence"), risk.consequence_now, wording.consequence_word),
        "methods": [(it, wording.method_word(it)) for it in work.METHODS],
        "reason": sent.get("reason", ""),
        "refused": sentence(getattr(refused, "code", "risk.score")) if refused else "",
    }
    status = getattr(refused, "status", 400) if refused else 200
    return render(request, "plan/risk.html", context(request, **shown), status=status)


def _steps(sent: str | None, now: int, words: Callable[[int], str]) -> list[dict[str, object]]:
    chosen = sent or str(now)
    return [{"step": step, "word": words(step), "chosen": str(step) == chosen} for step in range(1, 6)]


def _measure(it: Measure) -> dict[str, object]:
    return {
        "code": it.code,
        "text": said(it.text, language()),
        "status": wording.status_word(it.status),
        "contradicted": it.contradicted,
    }


def _runs(plan: Plan, codes: list[str]) -> dict[str, int]:
    """Return what the area's spot checks of the last year came to."""
    rows = ControlRun.objects.filter(
        organisation=plan.organisation, measure__in=codes, on_date__gt=clock.today() - timedelta(days=365)
    )
    return {
        "many": len(rows),
        "sample": sum(it.sample for it in rows),
        "deviations": sum(it.deviations for it in rows),
    }


def _assessments(plan: Plan, risk: Risk) -> list[RiskAssessment]:
    rows = RiskAssessment.objects.filter(organisation=plan.organisation, risk=risk.code)
    return list(rows.order_by("-at", "-id")[:5])


def _earlier(it: RiskAssessment) -> dict[str, object]:
    return {
        "on": wording.day(it.at.date()),
        "score": f"{it.likelihood} × {it.consequence} = {it.likelihood * it.consequence}",
        "reason": it.reason,
        "method": wording.method_word(it.method),
        "by": name_of(it.organisation, it.by),
    }
