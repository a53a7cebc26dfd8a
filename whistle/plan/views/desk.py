"""The plan at the desk: live for those who answer for it, the newest edition for everybody else."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from whistle.access.selectors import duties
from whistle.accounts.requests import StaffRequest
from whistle.core.audience import STAFF, audience
from whistle.core.policy import Duty
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import present
from whistle.plan.live import SEES_LIVE, live_document
from whistle.plan.open_data import plan_rows
from whistle.plan.selectors import newest_edition, plan_in_force
from whistle.plan.spreadsheet import xlsx
from whistle.plan.state import STATES
from whistle.plan.worklist import is_chief

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORKS = frozenset({Duty.MEASURE_OWNER, Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER})


@require_safe
@audience(STAFF)
def plan_page(request: StaffRequest) -> HttpResponse:
    """The plan: risk map, measures, figures; `?only=late` shows the delayed ones."""
    document, is_live = document_for(request)
    only = request.GET.get("only", "")
    shown = present.page(document, language(), only=only if only in STATES else "") if document else {}
    return render(
        request,
        "plan/desk.html",
        context(
            request,
            **shown,
            is_live=is_live,
            has_plan=bool(document),
            works=bool(duties(request.staff) & WORKS),
            is_chief=is_chief(request.staff),
        ),
    )


@require_safe
@audience(STAFF)
def proof_page(request: StaffRequest, indicator: str) -> HttpResponse:
    """Where one figure comes from."""
    document, is_live = document_for(request, prove=indicator)
    shown = present.proof(document, indicator, language()) if document else None
    if shown is None:
        raise Http404
    return render(request, "plan/desk_proof.html", context(request, **shown, is_live=is_live))


@require_safe
@audience(STAFF)
def plan_xlsx(request: StaffRequest) -> HttpResponse:
    """The plan as this person may see it, as a spreadsheet."""
    document, _is_live = document_for(request)
    if document is None:
        raise Http404
    octets = xlsx(document["plan"]["council_ref"].replace("/", "-"), plan_rows(document, language()))
    answer = HttpResponse(octets, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="plan.xlsx"'
    return answer


def language() -> str:
    """Return the language of the person at the desk."""
    return (get_language() or "nb")[:2]


def context(request: OrganisationRequest, **more: Any) -> dict[str, Any]:
    """Return what every page of the plan at the desk needs, and `more`; the frame comes from the desk itself."""
    return {"organisation": request.organisation, "language": language(), "desk": True, **more}


def document_for(request: StaffRequest, *, prove: str = "") -> tuple[dict[str, Any] | None, bool]:
    """Return the plan as this person may see it, and whether it is live."""
    plan = plan_in_force(request.organisation)
    if plan is not None and duties(request.staff) & SEES_LIVE:
        return live_document(plan, prove=prove), True
    edition = newest_edition(request.organisation)
    return (edition.document if edition else None), False
