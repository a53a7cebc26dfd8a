"""The tables of the yearly report, small numbers hidden, and the rates that lean on the same cases.  Pure.

All tables of closed cases share one total, and so do those of assessed cases.  It is shown, or the table is not; so the tables are
independent of each other, and each is safe by itself (`whistle.plan.hiding`).  A rate of closed cases is not: it would
tie them together.  It is shown where nothing is hidden that it could give away.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from whistle.plan.facts import CONSEQUENCES, GROUPS, LESSONS, NO_AREA, REPORTERS, SUBJECTS, Facts
from whistle.plan.hiding import hide
from whistle.plan.implied import is_put
from whistle.plan.lines import Rule, several
from whistle.plan.rules import wanted
from whistle.plan.suppression import THRESHOLD, Share, share, small

OTHER_AREAS = "other"  # areas with too few closed cases to stand alone
TABLED = ("case.closed", "case.assessed")  # what the tables are made of


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


def reporter_table(of_year: Facts) -> dict[str, Any]:
    """Return who reported what was assessed, one row with its total.  `cells` is None when it cannot be shown."""
    counts = [of_year.reporters[code] for code in REPORTERS]
    table = _publishable([counts])
    return {"columns": list(REPORTERS), "cells": table[0] if table else None, "none": not sum(counts)}


def consequence_row(of_year: Facts) -> dict[str, Any]:
    """Return what followed for closed cases: numbers of cases without a total, since one case may have several.

    Hidden are few, and all but a few: 33 of 34 is one.  How many had none is left out: from the total it would give
    how many had any.
    """
    total = sum(of_year.closed.values())
    counts = [of_year.consequences[code] for code in CONSEQUENCES]
    cells = [None if small(count) or small(total - count) else count for count in counts]
    return {
        "columns": list(CONSEQUENCES),
        "cells": cells if total >= THRESHOLD else None,
        "none": not sum(counts),
    }


def counts_cases(rule: Rule) -> bool:
    """Say whether a rule counts what comes of reports."""
    acts = [act for of_log in wanted(rule).values() for act in of_log]
    return bool(rule["people"]) and not is_put(rule) and not any(act.startswith("gift.") for act in acts)


def is_tied(rule: Rule) -> bool:
    """Say whether a rule counts what the report's tables count."""
    return any(
        pattern["act"] in TABLED for name in ("start", "of") for pattern in several(rule.get(name, []))
    )


def tied_share(met: int, counted: int, areas: Mapping[str, Any], years: Sequence[Facts]) -> Share:
    """Return a rate of closed cases as it may stand beside the tables: exact, or "tied" when it is hidden.

    It is shown where the tables of the `years` in which its cases were closed hide nothing and it cuts no small number
    out of the last one's: of the substantiated cases and of the others, with a lesson and without.
    """
    if not counted:
        return Share("none")
    closed = sum(years[-1].closed.values())
    without = years[-1].lessons["none"] - (counted - met)
    parts = (met, counted - met, without, closed - counted - without)
    hidden = [table for of_year in years for table in (outcome_table(areas, of_year), lesson_table(of_year))]
    if any(small(part) for part in parts) or not all(it["none"] or _is_whole(it["cells"]) for it in hidden):
        return Share("tied")
    return share(met, counted)


def _is_whole(cells: list[Any] | None) -> bool:
    return bool(cells) and None not in _flat(cells or [])


def _flat(cells: list[Any]) -> list[int | None]:
    return [value for row in cells for value in (row if isinstance(row, list) else [row])]


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
