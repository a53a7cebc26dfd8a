"""The public page as one document: everything it says between two fixed dates, small numbers already hidden."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from whistle.plan.due import missed, next_due
from whistle.plan.facts import facts, outrun, received_in
from whistle.plan.figures import shown_dates
from whistle.plan.models import Indicator, Measure, Plan, Reading
from whistle.plan.state import STATES, level, state
from whistle.plan.suppression import Share, is_hushed, number, reaches, share
from whistle.plan.tables import counts_cases, is_tied, tied_share


def edition_document(plan: Plan, as_of: date, readings: Iterable[Reading]) -> dict[str, Any]:
    """Return all that the public page says of a plan on a fixed date.

    Holds no count of reports or people: shares as they may be shown, and for each the part of the log it came from.
    """
    measures = measure_lines(plan, as_of, {reading.indicator: reading for reading in readings})
    report = next_due(*_report_due(plan), as_of)
    return {
        "v": 1,
        "as_of": as_of.isoformat(),
        "plan": {
            "title": plan.title,
            "council_ref": plan.council_ref,
            "period": [plan.period_from.isoformat(), plan.period_to.isoformat()],
            "version": plan.version,
            "hash": plan.hash,
        },
        "goals": [{"id": goal.code, "text": goal.text} for goal in plan.goals.all()],
        "areas": area_lines(plan),
        "measures": measures,
        "sums": {name: sum(line["state"] == name for line in measures) for name in STATES},
        "next_report": report.isoformat() if report else None,
    }


def area_lines(plan: Plan) -> list[dict[str, Any]]:
    """Return the risk areas with their place in the map, at the start and now."""
    return [
        {
            "id": risk.area.code,
            "name": risk.area.name,
            "likelihood": risk.likelihood_now,
            "consequence": risk.consequence_now,
            "start": risk.score,
            "now": risk.score_now,
            "level": level(risk.score_now),
        }
        for risk in plan.risks.select_related("area")
    ]


def measure_lines(plan: Plan, today: date, readings: Mapping[str, Reading]) -> list[dict[str, Any]]:
    """Return the measures with their state and figures as they may be shown to anybody on the morning of `today`."""
    shown = shown_dates(plan.organisation, today - timedelta(days=1))
    rows = plan.measures.select_related("area").prefetch_related("indicators")
    return [_line(plan, it, today, shown.get(it.code, set()), readings) for it in rows]


def _line(
    plan: Plan,
    measure: Measure,
    today: date,
    shown: set[date],
    readings: Mapping[str, Reading],
) -> dict[str, Any]:
    figures = [_figure(plan, it, readings.get(it.code)) for it in measure.indicators.all()]
    late = missed(measure.due, measure.recurrence, measure.status, shown, today)
    due = late[0] if late else next_due(measure.due, measure.recurrence, today)
    return {
        "id": measure.code,
        "area": measure.area.code,
        "kind": measure.kind,
        "text": measure.text,
        "responsible": [plan.roles[code] for code in measure.responsible],
        "due": due.isoformat() if due else None,
        "recurrence": measure.recurrence,
        "state": state(measure.status, late, [it["reached"] for it in figures], more_time=due is not None),
        "figures": figures,
    }


def _figure(plan: Plan, indicator: Indicator, reading: Reading | None) -> dict[str, Any]:
    what, done, of = Share("none"), None, None
    if reading is not None and indicator.unit == "percent":
        what = shown_share(plan, reading)
    elif reading is not None and reading.counted:
        if indicator.unit == "per_year":  # samples and reviews: no people in it
            what, done, of = share(reading.met, reading.counted, people=False), reading.met, reading.counted
        else:
            what = number(reading.met, of=reading.counted if indicator.unit == "per_100" else None)
    return {
        "id": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "target": indicator.target,
        "direction": indicator.direction,
        "shown": what.shown,
        "low": what.low,
        "high": what.high,
        "done": done,
        "of": of,
        "reached": (done >= of or None)
        if done is not None and of
        else reaches(what, indicator.target, indicator.direction),
        "proof": proof_of(reading) if reading is not None else None,
    }


def shown_share(plan: Plan, reading: Reading) -> Share:
    """Return the rate of a reading as it may be shown, also beside the tables of the same year's report."""
    year = reading.period_to.year
    if reading.rule and counts_cases(reading.rule):
        received = received_in(plan.organisation, range(year - 1, year + 1))
        if is_hushed(received, year):
            return Share("few")
    if reading.rule and is_tied(reading.rule):
        if outrun(plan.organisation, year, "case.closed"):
            return Share("tied")
        areas = {area.code: area.name for area in plan.riskareas.all()}
        years = [  # some that fell due in it were closed in the year before
            facts(plan.organisation, each) for each in (year - 1, year)
        ]
        return tied_share(reading.met, reading.counted, areas, years)
    return share(reading.met, reading.counted, people=reading.people)


def proof_of(reading: Reading) -> dict[str, Any]:
    """Return what a stranger needs to compute a reading again: period, rule, plan, ranges of the log."""
    return {
        "period": [reading.period_from.isoformat(), reading.period_to.isoformat()],
        "frozen_on": reading.frozen_at.date().isoformat(),
        "rule": reading.rule,
        "plan": reading.plan_hash,
        "ranges": reading.ranges,
    }


def _report_due(plan: Plan) -> tuple[date | None, str]:
    measure = next((it for it in plan.measures.all() if "plan.reported" in it.events), None)
    return (measure.due, measure.recurrence) if measure else (None, "none")
