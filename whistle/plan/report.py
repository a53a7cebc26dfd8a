"""The yearly report as a document: figures already hidden where they must be, and the words people wrote."""

from collections.abc import Mapping, Sequence
from typing import Any

from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.plan.edition import area_lines, measure_lines, shown_share
from whistle.plan.facts import (
    facts,
    outrun,
    received_in,
    reported_to_police,
    routine_on,
    work_done,
    year_of,
)
from whistle.plan.implied import is_put
from whistle.plan.indicators import range_of
from whistle.plan.models import CouncilReport, Plan, Reading
from whistle.plan.rules import Period
from whistle.plan.state import LATE, STATES
from whistle.plan.suppression import THRESHOLD, reaches, share, small
from whistle.plan.tables import consequence_row, lesson_table, outcome_table, reporter_table, subject_table

YEARS_SHOWN = 4
LEAST_FOR_MEDIAN = 2 * THRESHOLD


def report_figures(
    plan: Plan, year: int, readings: Sequence[Reading], *, sizes: Mapping[str, int]
) -> dict[str, Any]:
    """Return every figure of a year's report as it may be published.  `sizes` are the logs' sizes it counts to."""
    organisation = plan.organisation
    of_year, areas = facts(organisation, year), {area.code: area.name for area in plan.riskareas.all()}
    closed, assessed = (outrun(organisation, year, act) for act in ("case.closed", "case.assessed"))
    return {
        "received": _received(organisation, year),
        "deadlines": _deadlines(plan, year, readings),
        "outcomes": _kept_back(outcome_table(areas, of_year), closed),
        "lessons": _kept_back(lesson_table(of_year), closed),
        "consequences": _kept_back(consequence_row(of_year), closed),
        "subjects": _kept_back(subject_table(of_year), assessed),
        "reporters": _kept_back(reporter_table(of_year), assessed),
        "police": _police(plan, year),
        "verified": _verified(readings),
        "control": work_done(organisation, year_of(year)),
        "routine": routine_on(organisation, year_of(year)),
        "plan": _standing(plan, year, readings),
        "known": _known(plan, readings),
        "log": [vars(range_of(organisation, log, last=size - 1)) for log, size in sorted(sizes.items())],
    }


def report_document(
    plan: Plan, year: int, edition: int, figures: Mapping[str, Any], narrative: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the whole document, whose hash stands in the log."""
    return {
        "v": 1,
        "year": year,
        "edition": edition,
        "plan": {
            "title": plan.title,
            "council_ref": plan.council_ref,
            "version": plan.version,
            "hash": plan.hash,
        },
        "narrative": narrative,
        "figures": figures,
    }


def _kept_back(table: dict[str, Any], kept: object) -> dict[str, Any]:
    return {**table, "cells": None} if kept else table


def _received(organisation: Organisation, year: int) -> list[dict[str, Any]]:
    counts = received_in(organisation, range(year - YEARS_SHOWN + 1, year + 1))
    started = next((each for each, count in counts.items() if count), year)
    return [
        {"year": each, "count": None if small(count) else count}
        for each, count in counts.items()
        if each >= started
    ]


def _deadlines(plan: Plan, year: int, readings: Sequence[Reading]) -> list[dict[str, Any]]:
    """Return the rates of what is counted from reports and cases, with the year before as its report had them."""
    rows = CouncilReport.objects.filter(organisation=plan.organisation, year=year - 1, state="published")
    last = rows.order_by("-edition").first()
    before = {it["id"]: it for it in last.document["figures"]["deadlines"]} if last else {}
    names = ("shown", "low", "high")
    return [
        {
            **_deadline(plan, it),
            "before": {name: before[it.indicator][name] for name in names}
            if it.indicator in before
            else None,
        }
        for it in readings
        if it.people and it.rule and not is_put(it.rule)
    ]


def _deadline(plan: Plan, reading: Reading) -> dict[str, Any]:
    indicator = plan.indicators.filter(code=reading.indicator).first()
    shown = shown_share(plan, reading)
    enough = reading.counted >= LEAST_FOR_MEDIAN and shown.low is not None
    return {
        "id": reading.indicator,
        "name": indicator.name if indicator else {},
        "target": indicator.target if indicator else None,
        "shown": shown.shown,
        "low": shown.low,
        "high": shown.high,
        "reached": reaches(shown, indicator.target, indicator.direction) if indicator else None,
        "median_days": reading.median_days if enough else None,
    }


def _police(plan: Plan, year: int) -> str | None:
    """Return "none", "few" or "more" for the whole of the plan's period, in the report of its last year; else None.

    A count for each year, or one that rolls, would give the year's own number by subtraction.
    """
    if year != plan.period_to.year:
        return None
    period = Period(plan.period_from, plan.period_to)
    count = reported_to_police(plan.organisation, period)
    return "none" if not count else "few" if small(count) else "more"


def _verified(readings: Sequence[Reading]) -> dict[str, int] | None:
    """Return on how many of the year's days the log was verified without faults."""
    found = next((it for it in readings if not it.people and it.rule and it.rule["kind"] == "days"), None)
    return {"met": found.met, "counted": found.counted} if found else None


def _standing(plan: Plan, year: int, readings: Sequence[Reading]) -> dict[str, Any]:
    """Return how the plan stands when the report is made: measures by state, and the risk of each area."""
    frozen = {reading.indicator: reading for reading in readings}
    lines = measure_lines(plan, clock.today(), frozen)
    return {
        "sums": {name: sum(line["state"] == name for line in lines) for name in STATES},
        "late": [{"id": line["id"], "text": line["text"]} for line in lines if line["state"] == LATE],
        "areas": area_lines(plan),
    }


def _known(plan: Plan, readings: Sequence[Reading]) -> list[dict[str, Any]]:
    found = {it.indicator: it for it in readings if it.rule and is_put(it.rule)}
    lines = []
    for indicator in plan.indicators.filter(unit="percent", code__in=found).select_related("measure"):
        shown = share(found[indicator.code].met, found[indicator.code].counted)
        if shown.low is not None:
            lines.append(
                {
                    "id": indicator.code,
                    "measure": indicator.measure.code,
                    "name": indicator.name,
                    "target": indicator.target,
                    "low": shown.low,
                    "high": shown.high,
                }
            )
    return lines
