"""The yearly report in public: a page one would print, and its figures as open data."""

import csv
import io
import json

from django.http import Http404, HttpResponse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from whistle.core.audience import PUBLIC, audience
from whistle.organisations.requests import OrganisationRequest
from whistle.plan.models import CouncilReport
from whistle.plan.open_data import report_rows
from whistle.plan.pdf import available
from whistle.plan.printing import printed, shown_of
from whistle.plan.selectors import published_reports
from whistle.plan.views.public import answer, known_language, rendered


@require_safe
@audience(PUBLIC)
def report_page(request: OrganisationRequest, lang: str, year: int) -> HttpResponse:
    """The report of a year."""
    report = _report(request, year)
    with override(known_language(lang)):
        shown = {**shown_of(report, lang), "has_pdf": available()}
        html = rendered(request, "plan/report.html", lang, "plan-report", shown, year=year)
    return answer(request, html, lang)


@require_safe
@audience(PUBLIC)
def report_json(request: OrganisationRequest, lang: str, year: int) -> HttpResponse:
    """The document as it is hashed."""
    report = _report(request, year)
    body = json.dumps({**report.document, "hash": report.hash}, ensure_ascii=False, indent=1)
    return answer(request, body, "", content_type="application/json")


@require_safe
@audience(PUBLIC)
def report_csv(request: OrganisationRequest, lang: str, year: int) -> HttpResponse:
    """The figures as one long table for spreadsheets."""
    report = _report(request, year)
    with override(known_language(lang)):
        out = io.StringIO()
        csv.writer(out, delimiter=";").writerows(report_rows(report.document, lang))
    return answer(request, "\ufeff" + out.getvalue(), lang, content_type="text/csv; charset=utf-8")


@require_safe
@audience(PUBLIC)
def report_pdf(request: OrganisationRequest, lang: str, year: int) -> HttpResponse:
    """The report on paper, tagged for screen readers."""
    report = _report(request, year)
    with override(known_language(lang)):
        if not available():
            raise Http404
        octets = printed(report, lang)
    return answer(request, octets, lang, content_type="application/pdf")


def _report(request: OrganisationRequest, year: int) -> CouncilReport:
    reports = published_reports(request.organisation)
    found = next((report for report in reports if report.year == year), None)
    if found is None:
        raise Http404
    return found
