"""What waits for the two who answer for the plan: lessons, risks, and measures whose effect is to be looked at."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from whistle.core import clock
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import wording, worklist
from whistle.plan.models import Plan, Proposal, Risk
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.services import effect, proposals
from whistle.plan.state import level
from whistle.plan.views.desk import context, language
from whistle.ui.messages import sentence

REVIEWERS = (Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER)
SOON = 90  # days ahead that a look at an effect is shown


@require_safe
@audience(*REVIEWERS)
def review_page(request: OrganisationRequest) -> HttpResponse:
    """Proposals and risks."""
    return _page(request)


@require_POST
@audience(*REVIEWERS)
def answer_proposal(request: OrganisationRequest, proposal: int) -> HttpResponse:
    """Take a proposal into a measure, or say why not."""
    found = Proposal.objects.filter(organisation=request.organisation, pk=proposal).first()
    if found is None:
        raise Http404
    words = request.POST.get("words", "").strip()[:400]
    staff = request.staff  # type: ignore[attr-defined]
    who = {"by": staff.log_name, "role": worklist.acts_as(staff)}
    try:
        if request.POST.get("answer") == "take":
            proposals.take(found, request.POST.get("measure", ""), answer=words, **who)
        else:
            proposals.decline(found, answer=words, **who)
    except DomainError as error:
        return _page(request, refused=error)
    return redirect("desk-plan-review")


def _plan(request: OrganisationRequest) -> Plan:
    plan = plan_in_force(request.organisation)
    if plan is None:
        raise Http404
    return plan


def _page(request: OrganisationRequest, *, refused: Exception | None = None) -> HttpResponse:
    plan = _plan(request)
    today = clock.today()
    rows = Proposal.objects.filter(organisation=plan.organisation, state=Proposal.State.OPEN).order_by("id")
    names = {area.code: said(area.name, language()) for area in plan.riskareas.all()}
    measures = [(it.code, said(it.text, language())) for it in plan.measures.all()]
    risks = [_risk(risk, today) for risk in plan.risks.select_related("area")]
    shown = {
        "proposals": [
            {
                "id": row.pk,
                "area": f"{row.area} {names.get(row.area, '')}",
                "cause": wording.cause_word(row.cause),
                "lesson": wording.lesson_words(row.lesson),
                "month": wording.month(row.made_in),
                "measures": [it for it in measures if it[0].startswith(f"{row.area[1:]}.")],
            }
            for row in rows
        ],
        "risks": risks,
        "failed": [
            {"code": it.code, "text": said(it.text, language())}
            for it in plan.measures.filter(contradicted=True)
        ],
        "waiting": sum(bool(risk["waits"]) for risk in risks),
        "first": next((risk["code"] for risk in risks if risk["waits"]), risks[0]["code"] if risks else ""),
        "looks": [
            {
                "code": look.measure.code,
                "text": said(look.measure.text, language()),
                "due": wording.day(look.due),
                "late": look.due <= today,
                "verdict": wording.verdict_word(look.last.verdict) if look.last else "",
            }
            for look in effect.looks(plan)
            if look.due <= today + timedelta(days=SOON)
        ],
        "refused": sentence(getattr(refused, "code", "risk.score")) if refused else "",
    }
    status = getattr(refused, "status", 400) if refused else 200
    return render(request, "plan/review.html", context(request, **shown), status=status)


def _risk(risk: Risk, today: date) -> dict[str, object]:
    return {
        "code": risk.code,
        "name": said(risk.area.name, language()),
        "scenario": said(risk.scenario, language()),
        "score": risk.score_now,
        "place": f"{risk.likelihood_now} × {risk.consequence_now}",
        "level": level(risk.score_now),
        "level_word": wording.level_word(level(risk.score_now)),
        "asked": risk.review_asked,
        "waits": risk.review_asked or (risk.next_review is not None and risk.next_review < today),
        "assessed": wording.day(risk.assessed_on),
        "next": wording.day(risk.next_review),
    }
