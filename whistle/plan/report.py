"""The yearly report as a document: figures already hidden where they must be, and the words people wrote."""

from collections.abc import Mapping, Sequence
from typing import Any

from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.plan.edition import area_lines, measure_lines
from whistle.plan.facts import (
    GROUPS,
    LESSONS,
    NO_AREA,
    SUBJECTS,
    Facts,
    facts,
    received_in,
    reported_to_police,
)
from whistle.plan.hiding import hide
from whistle.plan.implied import is_put
from whistle.plan.indicators import range_of
from whistle.plan.models import Plan, Reading
from whistle.plan.rules import Period
from whistle.plan.state import LATE, STATES
from whistle.plan.suppression import THRESHOLD, reaches, share, small

YEARS_SHOWN = 4
OTHER_AREAS = "other"  # areas with too few closed cases to stand alone
LEAST_FOR_MEDIAN = 2 * THRESHOLD


def report_figures(
    plan: Plan, year: int, readings: Sequence[Reading], *, sizes: Mapping[str, int]
) -> dict[str, Any]:
    """Return every figure of a year's report as it may be published.  `sizes` are the logs' sizes it counts to."""
    organisation = plan.organisation
    of_year = facts(organisation, year)
    return {
        "received": _received(organisation, year),
        "deadlines": [
            _deadline(plan, it) for it in readings if it.people and it.rule and not is_put(it.rule)
        ],
        "outcomes": outcome_table({area.code: area.name for area in plan.riskareas.all()}, of_year),
        "lessons": lesson_table(of_year),
        "subjects": subject_table(of_year),
        "police": _police(plan, year),
        "verified": _verified(readings),
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


def _received(organisation: Organisation, year: int) -> list[dict[str, Any]]:
    counts = received_in(organisation, range(year - YEARS_SHOWN + 1, year + 1))
    started = next((each for each, count in counts.items() if count), year)
    return [
        {"year": each, "count": None if small(count) else count}
        for each, count in counts.items()
        if each >= started
    ]


def _deadline(plan: Plan, reading: Reading) -> dict[str, Any]:
    indicator = plan.indicators.filter(code=reading.indicator).first()
    shown = share(reading.met, reading.counted)
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


def outcome_table(areas: Mapping[str, Any], of_year: Facts) -> dict[str, Any]:
    """Return the table of areas and outcomes; areas with few cases are put together before anything is hidden.

    `areas` are the names of the plan's areas by code.  `cells` is None when the table cannot be shown at all.
    """
    totals: dict[str, int] = {}
    for (area, _group), count in of_year.closed.items():
        code = area if area in areas else NO_AREA
        totals[code] = totals.get(code, 0) + count
    alone = [code for code in (*areas, NO_AREA) if totals.get(code, 0) >= THRESHOLD]
    together = [code for code in totals if code not in alone]
    if together and sum(totals[code] for code in together) < THRESHOLD and alone:
        together.append(alone.pop(min(range(len(alone)), key=lambda place: totals[alone[place]])))
    rows = [(code, [code]) for code in alone] + ([(OTHER_AREAS, together)] if together else [])
    cells = [
        [sum(_closed(areas, of_year, code, group) for code in codes) for group in GROUPS]
        for _name, codes in rows
    ]
    return {
        "rows": [{"code": code, "name": areas.get(code)} for code, _codes in rows],
        "columns": list(GROUPS),
        "cells": _publishable(cells),
        "none": not totals,
    }


def lesson_table(of_year: Facts) -> dict[str, Any]:
    """Return the lessons of closed cases, one row with its total.  `cells` is None when it cannot be shown."""
    counts = [of_year.lessons[code] for code in LESSONS]
    table = _publishable([counts])
    return {"columns": list(LESSONS), "cells": table[0] if table else None, "none": not sum(counts)}


def subject_table(of_year: Facts) -> dict[str, Any]:
    """Return what the assessed cases were about, one row with its total.  `cells` is None when it cannot be shown."""
    counts = [of_year.subjects[code] for code in SUBJECTS]
    table = _publishable([counts])
    return {"columns": list(SUBJECTS), "cells": table[0] if table else None, "none": not sum(counts)}


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


def _closed(areas: Mapping[str, Any], of_year: Facts, code: str, group: str) -> int:
    if code != NO_AREA:
        return of_year.closed[code, group]
    return sum(count for (area, of), count in of_year.closed.items() if area not in areas and of == group)


def _publishable(cells: list[list[int]]) -> list[list[int | None]] | None:
    """Return the table with its small numbers hidden; None unless its grand total may stand.

    Tables of one report share that total: hidden in one and shown in another, it would not be hidden.
    """
    if not cells or sum(map(sum, cells)) < THRESHOLD:
        return None
    shown = hide(cells).shown()
    return shown if shown[-1][-1] is not None else None


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
