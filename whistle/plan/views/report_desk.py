"""Making the yearly report: words in three languages, a preview with its figures, publishing by somebody else."""

from collections.abc import Mapping

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from whistle.accounts.requests import StaffRequest
from whistle.core import clock
from whistle.core.audience import audience
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.requests import OrganisationRequest
from whistle.plan import present_report, wording
from whistle.plan.document import LANGUAGES
from whistle.plan.models import CouncilReport
from whistle.plan.pdf import available
from whistle.plan.printing import printed
from whistle.plan.selectors import published_reports
from whistle.plan.services.reports import draft_report, publish_report
from whistle.plan.views.desk import context, language
from whistle.ui.messages import sentence

REPORTERS = (Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER)
NAMES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


@require_safe
@audience(*REPORTERS)
def report_page(request: StaffRequest) -> HttpResponse:
    """The newest preview, the form for the words, and what is published."""
    return _page(request)


@require_POST
@audience(*REPORTERS)
def make_draft(request: StaffRequest) -> HttpResponse:
    """Make the preview of a year's report from the words sent."""
    sent = request.POST
    narrative = {
        code: {
            "title": sent.get(f"title_{code}", "").strip(),
            "lead": sent.get(f"lead_{code}", "").strip(),
            "lessons": [
                line.strip() for line in sent.get(f"lessons_{code}", "").splitlines() if line.strip()
            ],
        }
        for code in LANGUAGES
    }
    try:
        year = int(sent.get("year", ""))
        draft_report(request.organisation, year, narrative, by=request.staff.log_name)
    except (DomainError, ValueError) as error:
        return _page(request, refused=error, words=narrative)
    return redirect("desk-plan-report")


@require_POST
@audience(*REPORTERS)
def publish(request: StaffRequest, year: int) -> HttpResponse:
    """Publish somebody else's preview."""
    found = CouncilReport.objects.filter(
        organisation=request.organisation,
        year=year,
        state="preview",
    ).first()
    if found is None:
        raise Http404
    ref = request.POST.get("decision_ref", "")[:60]
    try:
        publish_report(found, by=request.staff.log_name, role="plan_owner", decision_ref=ref)
    except DomainError as error:
        return _page(request, refused=error)
    return redirect("desk-plan-report")


@require_safe
@audience(*REPORTERS)
def preview_pdf(request: OrganisationRequest, year: int) -> HttpResponse:
    """The preview on paper, in the reader's language."""
    found = CouncilReport.objects.filter(
        organisation=request.organisation,
        year=year,
        state="preview",
    ).first()
    if found is None or not available():
        raise Http404
    return HttpResponse(printed(found, language()), content_type="application/pdf")


def _page(
    request: StaffRequest,
    *,
    refused: Exception | None = None,
    words: Mapping[str, Mapping[str, object]] | None = None,
) -> HttpResponse:
    organisation, person = request.organisation, request.staff
    preview = (
        CouncilReport.objects.filter(organisation=organisation, state="preview").order_by("-year").first()
    )
    written = words or (preview.document["narrative"] if preview else {})
    shown = {
        **(present_report.report(preview.document, language()) if preview else {}),
        "preview": preview,
        "has_pdf": available(),
        "mine": preview is not None and preview.made_by == person.log_name,
        "made_on": wording.day(preview.made_at.date()) if preview else "",
        "years": [report.year for report in published_reports(organisation)],
        "last_year": clock.today().year - 1,
        "forms": [
            {"code": code, "label": NAMES[code], **_written(written.get(code, {}))} for code in LANGUAGES
        ],
        "refused": sentence(getattr(refused, "code", "request.malformed")) if refused else "",
    }
    status = getattr(refused, "status", 400) if refused else 200
    return render(request, "plan/desk_report.html", context(request, **shown), status=status)


def _written(words: Mapping[str, object]) -> dict[str, object]:
    lessons = words.get("lessons", [])
    text = "\n".join(str(line) for line in lessons) if isinstance(lessons, list) else ""
    return {"title_words": words.get("title", ""), "lead_words": words.get("lead", ""), "lesson_lines": text}
