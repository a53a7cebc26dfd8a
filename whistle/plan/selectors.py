"""Reading the plan in force, and the figures that stand."""

from collections.abc import Mapping
from datetime import date

from django.db.models import QuerySet

from whistle.organisations.models import Organisation
from whistle.plan.models import CouncilReport, Edition, Plan, Reading

Words = Mapping[str, str]


def plan_in_force(organisation: Organisation) -> Plan | None:
    """Return the adopted plan, or None before the first adoption."""
    return Plan.objects.filter(organisation=organisation, status__in=Plan.IN_FORCE).first()


def area_measures(organisation: Organisation) -> dict[str, list[str]]:
    """Return the codes of the measures in force by risk area; nothing without a plan in force."""
    plan = plan_in_force(organisation)
    if plan is None:
        return {}
    found: dict[str, list[str]] = {area.code: [] for area in plan.riskareas.all()}
    for measure in plan.measures.select_related("area"):
        found[measure.area.code].append(measure.code)
    return found


def readings(organisation: Organisation, *, until: date | None = None) -> QuerySet[Reading]:
    """Return the readings that stand (corrected ones left out), newest period first."""
    rows = Reading.objects.filter(organisation=organisation, corrected_by=None)
    if until is not None:
        rows = rows.filter(period_to__lte=until)
    return rows.order_by("-period_to", "indicator")


def newest_edition(organisation: Organisation) -> Edition | None:
    """Return what the public page shows now."""
    return Edition.objects.filter(organisation=organisation).order_by("-as_of").first()


def said(words: Words, language: str) -> str:
    """Return words in a language, bokmål when that is missing.

    >>> said({"nb": "tiltak", "en": "measure"}, "nn")
    'tiltak'
    """
    return words.get(language) or words["nb"]


def published_reports(organisation: Organisation) -> list[CouncilReport]:
    """Return the newest edition of each published yearly report, newest year first."""
    rows = CouncilReport.objects.filter(organisation=organisation, state="published").order_by(
        "year", "edition"
    )
    return sorted({row.year: row for row in rows}.values(), key=lambda row: -row.year)


def plan_areas(organisation: Organisation, language: str) -> list[dict[str, object]]:
    """Return the risk areas in force with their measures, in a language; nothing without a plan in force."""
    plan = plan_in_force(organisation)
    if plan is None:
        return []
    measures: dict[int, list[dict[str, str]]] = {}
    for it in plan.measures.all():
        measures.setdefault(it.area_id, []).append({"code": it.code, "text": said(it.text, language)})
    return [
        {"code": area.code, "name": said(area.name, language), "measures": measures.get(area.pk, [])}
        for area in plan.riskareas.all()
    ]
