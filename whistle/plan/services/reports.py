"""The yearly report: one person makes it, another publishes it, its hash stands in the log."""

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Max

from whistle.audit import services as audit
from whistle.core import canonical, clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.document import LANGUAGES
from whistle.plan.due import next_due
from whistle.plan.facts import year_of
from whistle.plan.models import CouncilReport, Evidence
from whistle.plan.report import report_document, report_figures
from whistle.plan.selectors import plan_in_force
from whistle.plan.services import work
from whistle.plan.services.proposals import names_a_case
from whistle.plan.services.readings import tell_registers, told_sizes, year_readings

LONGEST = 2000


def draft_report(
    organisation: Organisation, year: int, narrative: Mapping[str, Any], *, by: str
) -> CouncilReport:
    """Return a preview of a year's report; it replaces an earlier preview of that year.

    `narrative` is `{"nb": {"title", "lead", "lessons": […]}, "nn": …, "en": …}`.  A later edition changes words only:
    two editions with different figures would show the difference.  Raises `reading.too_early` before the year is
    over, `yearly.words` when a language is missing or names a case, `plan.not_in_force`.
    """
    plan = plan_in_force(organisation)
    if plan is None:
        raise DomainError("plan.not_in_force", status=409)
    _check_words(narrative)
    period = year_of(year)
    published = CouncilReport.objects.filter(organisation=organisation, year=year, state="published")
    if clock.today() > period.last and not published.exists():
        tell_registers(plan, period)
    with audit.atomic():
        CouncilReport.objects.filter(organisation=organisation, year=year, state="preview").delete()
        earlier = published.order_by("-edition").first()
        figures = (
            earlier.document["figures"]
            if earlier
            else report_figures(plan, year, year_readings(plan, year), sizes=told_sizes(organisation, period))
        )
        edition = (published.aggregate(Max("edition"))["edition__max"] or 0) + 1
        document = report_document(plan, year, edition, figures, narrative)
        return CouncilReport.objects.create(
            organisation=organisation,
            year=year,
            edition=edition,
            document=document,
            hash=hashlib.sha256(canonical.encode(document)).hexdigest(),
            made_by=by,
            made_at=clock.now(),
        )


def publish_report(report: CouncilReport, *, by: str, role: str, decision_ref: str = "") -> CouncilReport:
    """Publish somebody else's preview and return it.  Raises `yearly.own` or `yearly.published`."""
    with audit.atomic():
        row = CouncilReport.objects.select_for_update().get(pk=report.pk)
        if row.made_by == by:
            raise DomainError("yearly.own", status=403)
        if row.state != CouncilReport.State.PREVIEW:
            raise DomainError("yearly.published", status=409)
        row.state, row.published_by, row.published_at = CouncilReport.State.PUBLISHED, by, clock.now()
        row.decision_ref = decision_ref.strip()
        row.save()
        audit.record(
            "plan.reported",
            organisation=row.organisation,
            actor=by,
            role=role,
            hash=row.hash,
            year=row.year,
            edition=row.edition,
        )
        _show_delivery(row, by)
    return row


def _show_delivery(report: CouncilReport, by: str) -> None:
    """Let the report be the evidence of the measure that promised it."""
    plan = plan_in_force(report.organisation)
    for measure in plan.measures.all() if plan else ():
        if "plan.reported" in measure.events:
            due = next_due(measure.due, measure.recurrence, date(report.year + 1, 1, 1))
            in_time = due if due and clock.today() <= due else None
            work.show(measure, Evidence.Kind.DOCUMENT, by=by, for_due=in_time, sha256=report.hash)


def _check_words(narrative: Mapping[str, Any]) -> None:
    for language in LANGUAGES:
        words = narrative.get(language) or {}
        texts = [words.get("title", ""), words.get("lead", ""), *words.get("lessons", [])]
        if not all(isinstance(text, str) and len(text) <= LONGEST for text in texts):
            raise DomainError("yearly.words", language=language)
        if not texts[0].strip() or not texts[1].strip() or any(names_a_case(text) for text in texts):
            raise DomainError("yearly.words", language=language)
