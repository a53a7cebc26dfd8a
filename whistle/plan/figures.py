"""Figures that do not come from the log: imports, attestations confirmed by a second person, control runs."""

from dataclasses import dataclass
from datetime import date

from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.plan.due import occurrences
from whistle.plan.models import (
    Attestation,
    ControlRun,
    Evidence,
    Gift,
    ImportRun,
    Indicator,
    Interest,
    Plan,
)
from whistle.plan.rules import Period
from whistle.plan.services.registers import declarers


@dataclass(frozen=True)
class Known:
    """`met` of `counted` for an indicator, and the date it was last added to."""

    met: int
    counted: int
    on: date


def known_figures(plan: Plan, period: Period) -> dict[str, Known]:
    """Return the figures that people and other systems gave in a period, by indicator code."""
    given = registered(plan.organisation, period) | _imported(plan.organisation, period)
    given |= _attested(plan.organisation, period)
    return given | _counted(plan, period)


def shown_dates(organisation: Organisation, until: date) -> dict[str, set[date]]:
    """Return, by measure, the due dates for which there was evidence at the end of `until`."""
    found: dict[str, set[date]] = {}
    rows = Evidence.objects.filter(organisation=organisation, for_due__isnull=False, period_to__lte=until)
    for measure, day in rows.values_list("measure", "for_due"):
        if day is not None:
            found.setdefault(measure, set()).add(day)
    return found


def registered(organisation: Organisation, period: Period) -> dict[str, Known]:
    """Return what our own registers come to, which counts where no other system's file covers the period.

    Travel and events: how many were allowed before they began.  Interests: how many of the staff declared theirs.
    """
    found = {}
    trips = Gift.objects.filter(
        organisation=organisation,
        kind__in=(Gift.Kind.TRAVEL, Gift.Kind.EVENT),
        answer=Gift.Answer.ACCEPTED,
        on_date__gte=period.first,
        on_date__lte=period.last,
    )
    if rows := list(trips):
        met = sum(
            it.decision == Gift.Decision.ALLOWED
            and it.decided_at is not None
            and it.decided_at.astimezone(clock.OSLO).date() <= it.on_date
            for it in rows
        )
        found["5.2-1"] = Known(met, len(rows), max(it.on_date for it in rows))
    staff = {it.ref for it in declarers(organisation)}
    declared = {
        it.staff_ref
        for it in Interest.objects.filter(organisation=organisation, year=period.last.year)
        if it.declared_at.astimezone(clock.OSLO).date() <= period.last
    }
    if declared and staff:
        found["4.2-1"] = Known(len(declared & staff), len(staff), period.last)
    return found


def _imported(organisation: Organisation, period: Period) -> dict[str, Known]:
    rows = ImportRun.objects.filter(
        organisation=organisation, period_to__gte=period.first, period_to__lte=period.last
    )
    return {
        row.indicator: Known(row.met, row.counted, row.period_to) for row in rows.order_by("period_to", "id")
    }


def _attested(organisation: Organisation, period: Period) -> dict[str, Known]:
    rows = Attestation.objects.filter(
        organisation=organisation,
        counted__isnull=False,
        at__date__gte=period.first,
        at__date__lte=period.last,
    )
    confirmed = rows.exclude(approved_by="").exclude(indicator="").order_by("at", "id")
    return {row.indicator: Known(row.met or 0, row.counted or 0, row.at.date()) for row in confirmed}


def _counted(plan: Plan, period: Period) -> dict[str, Known]:
    shown = shown_dates(plan.organisation, period.last)
    runs: dict[str, list[ControlRun]] = {}
    for run in ControlRun.objects.filter(
        organisation=plan.organisation, on_date__gte=period.first, on_date__lte=period.last
    ):
        runs.setdefault(run.measure, []).append(run)
    found = {}
    for indicator in plan.indicators.exclude(counts="").select_related("measure"):
        code = indicator.measure.code
        figure = (
            _done(indicator, shown.get(code, set()), period.last)
            if indicator.counts == "done"
            else _of_runs(indicator.counts, runs.get(code, []))
        )
        if figure is not None:
            found[indicator.code] = figure
    return found


def _done(indicator: Indicator, shown: set[date], until: date) -> Known | None:
    """Count what was carried out against what falls due in the calendar year of `until`."""
    measure, year = indicator.measure, until.year
    planned = sum(
        day.year == year for day in occurrences(measure.due, measure.recurrence, date(year, 12, 31))
    )
    done = sum(day.year == year for day in shown)
    return Known(min(done, planned), planned, until) if planned else None


def _of_runs(counts: str, runs: list[ControlRun]) -> Known | None:
    if not runs:
        return None
    deviations, closed = sum(run.deviations for run in runs), sum(run.closed_in_time for run in runs)
    sample, population = sum(run.sample for run in runs), sum(run.population for run in runs)
    met, counted = {
        "closed": (closed, deviations),
        "clean": (sample - deviations, sample),
        "sampled": (sample, population),
        "left": (deviations - closed, deviations - closed),
    }[counts]
    return Known(met, counted, max(run.on_date for run in runs))
