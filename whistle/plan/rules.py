"""From entries of the log to a figure, by rules that are data.  Pure: the log goes in, whole numbers come out.

A rule stands in the adopted plan, whose hash stands in the log; so that anyone who holds the log and the plan can
compute every figure again.  Six kinds of what happened:

`deadline`  of what `start` began and fell due in the period, how much saw `stop` in time.  `due` is `{"days": n}`
            after the start, or `{"months": n, "after": …, "else_days": n}` after the first such entry, and, when
            there is none, after `else_days` days.  Entries belong together by case.  With `same`, by that field too,
            and what begins again counts again (`whistle.plan.ordered`).
`queue`     of what `start` began, the oldest answered first by `stop`, how much in `due` days.
`reviewed`  of the entries `of`, how many lie in a part of the log that `by` signed off in `due` days.
`preceded`  of the first times that somebody did `of` in a case, how many came after the same person's `by`.
`share`     of the entries `of` dated in the period, how many also match `with`.
`days`      of the days of the period, on how many `of` happened.

and three of what people and other systems put in the log (see `whistle.plan.implied`):

`given`     the figure given last for `indicator`, by the last day it speaks of; one from our own registers counts
            only where nobody gave another.
`runs`      the control runs of `measure` in the period, by `counts`: "closed" of the deviations in time, "clean" of
            the sample, "sampled" of the population, or "left": deviations not closed, of the sample.
`done`      of the due dates of `measure` in the last year of the period, for how many something was shown in it.

A pattern `{"log", "act", "only": {field: [values]}, "unless": {field: [values]}}` looks a field up in `d`, then in
the entry itself; several in a list match what any of them matches.  What is dated after the period does not count, so
a longer log gives the same figure.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from statistics import median_low
from typing import Any

from whistle.core.deadlines import add_months
from whistle.plan import ordered
from whistle.plan.due import occurrences
from whistle.plan.lines import Dated, Figure, Line, Period, Rule, civil_date, is_one_of, matches, several

__all__ = ["KINDS", "PUT", "Figure", "Line", "Period", "Rule", "civil_date", "evaluate", "matches", "wanted"]

# kind → the event of the desk's log that it reads
PUT = {"given": "figure.given", "runs": "control.run", "done": "measure.shown"}


def wanted(rule: Rule) -> dict[str, tuple[str, ...]]:
    """Return, for each log, the events the rule reads.

    >>> wanted({"kind": "days", "of": {"log": "desk", "act": "log.verified"}})
    {'desk': ('log.verified',)}
    """
    if rule["kind"] in PUT:
        return {"desk": (PUT[rule["kind"]],)}
    patterns = [one for name in ("start", "stop", "of", "by") for one in several(rule.get(name, []))]
    patterns += [rule["due"]["after"]] if "after" in rule.get("due", {}) else []
    found: dict[str, set[str]] = {}
    for pattern in patterns:
        found.setdefault(pattern["log"], set()).add(pattern["act"])
    return {log: tuple(sorted(acts)) for log, acts in sorted(found.items())}


def evaluate(rule: Rule, lines: Iterable[Line], period: Period) -> Figure:
    """Return the figure of a rule in a period.  Raises KeyError for a kind that does not exist."""
    if (
        rule["kind"] == "given"
    ):  # a December's figure comes in January; the reading names the log it was read in
        return _given(rule, lines, period)
    if ordered.knows(rule):
        return ordered.figure_of(rule, lines, period)
    known = [(log, fields, day) for log, fields in lines if (day := civil_date(fields["at"])) <= period.last]
    return _KINDS[rule["kind"]](rule, known, period)


def _deadline(rule: Rule, lines: list[Dated], period: Period) -> Figure:
    started = _first(rule["start"], lines)
    stopped = _first(rule["stop"], lines)
    due = rule["due"]
    after = _first(due["after"], lines) if "after" in due else {}
    took, counted, met = [], 0, 0
    for key, began in started.items():
        last_day = _due(due, began, after.get(key))
        if last_day not in period:
            continue
        counted += 1
        ended = stopped.get(key)
        if ended is not None:
            met += ended <= last_day
            took.append((ended - began).days)
    return Figure(counted, met, median_low(took) if took else None)


def _due(due: Rule, began: date, after: date | None) -> date:
    if "months" not in due:
        return began + timedelta(days=due["days"])
    return add_months(after or began + timedelta(days=due["else_days"]), due["months"])


def _share(rule: Rule, lines: list[Dated], period: Period) -> Figure:
    of = [fields for fields, day in _matching(rule["of"], lines) if day in period]
    return Figure(len(of), sum(matches(rule["with"], fields) for fields in of))


def _days(rule: Rule, lines: list[Dated], period: Period) -> Figure:
    return Figure(period.days, len({day for _fields, day in _matching(rule["of"], lines) if day in period}))


def _given(rule: Rule, lines: Iterable[Line], period: Period) -> Figure:
    """Return the figure given last; `to` decides, then the order of the log."""
    found = [
        d
        for _log, fields in lines
        if fields["act"] == PUT["given"]
        and (d := fields["d"])["indicator"] == rule["indicator"].lower()
        and date.fromisoformat(d["to"]) in period
    ]
    found = [d for d in found if d["source"] != "register"] or found
    if not found:
        return Figure(0, 0)
    last = max(enumerate(found), key=lambda pair: (pair[1]["to"], pair[0]))[1]
    return Figure(last["counted"], last["met"])


def _runs(rule: Rule, lines: list[Dated], period: Period) -> Figure:
    runs = [
        fields["d"]
        for fields, day in _matching({"log": "desk", "act": PUT["runs"]}, lines)
        if day in period and fields["d"]["measure"] == rule["measure"].lower()
    ]
    deviations, closed, sample, population = (
        sum(run[name] for run in runs) for name in ("deviations", "closed", "sample", "population")
    )
    met, counted = {
        "closed": (closed, deviations),
        "clean": (sample - deviations, sample),
        "sampled": (sample, population),
        "left": (deviations - closed, sample),
    }[rule["counts"]]
    return Figure(counted, met)


def _done(rule: Rule, lines: list[Dated], period: Period) -> Figure:
    year = period.last.year
    first = date.fromisoformat(rule["due"]) if rule["due"] else None
    planned = {day for day in occurrences(first, rule["recurrence"], date(year, 12, 31)) if day.year == year}
    shown = {
        date.fromisoformat(fields["d"]["due"])
        for fields, _day in _matching({"log": "desk", "act": PUT["done"]}, lines)
        if fields["d"]["measure"] == rule["measure"].lower() and fields["d"].get("due")
    }
    return Figure(len(planned), len(planned & shown))


_KINDS = {"deadline": _deadline, "share": _share, "days": _days, "runs": _runs, "done": _done}
KINDS = (*_KINDS, *ordered.KINDS, "given")


def _matching(pattern: Rule, lines: list[Dated]) -> list[tuple[Mapping[str, Any], date]]:
    return [(fields, day) for log, fields, day in lines if is_one_of(pattern, log, fields)]


def _first(pattern: Rule, lines: list[Dated]) -> dict[str, date]:
    found: dict[str, date] = {}
    for fields, day in _matching(pattern, lines):
        key = fields["case"] or ""
        found[key] = min(day, found.get(key, day))
    return found
