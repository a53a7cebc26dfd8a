"""The yearly report with all that stands around its figures, for the page and for paper."""

from typing import Any

from django.utils.translation import override

from whistle.audit.folders import origin
from whistle.plan import present_report, wording
from whistle.plan.models import CouncilReport
from whistle.plan.pdf import as_image, pdf


def shown_of(report: CouncilReport, lang: str) -> dict[str, Any]:
    """Return the context of a report's page, in the language of the moment."""
    shown = present_report.report(report.document, lang)
    return {
        **shown,
        "published": wording.day(report.published_at and report.published_at.date()),
        "decision_ref": report.decision_ref,
        "hash": report.hash,
        "log": [{**part, "origin": origin(report.organisation, part["log"])} for part in shown["log"]],
    }


def printed(report: CouncilReport, lang: str) -> bytes:
    """Return a report, published or not, as PDF.  Raises `pdf.missing` where there is no Pango."""
    with override(lang):
        shown = shown_of(report, lang)
        shown["chart_image"] = as_image("plan/chart.svg", shown)
        return pdf("plan/report_print.html", {**shown, "organisation": report.organisation}, lang)
