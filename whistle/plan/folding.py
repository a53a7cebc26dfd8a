"""The same figures as `whistle.plan.rules`, carried along: new entries are added, old ones never read again.  Pure.

A fold holds what is still open, and counters by date for what is settled, so it stays small however long the log is.
It speaks for the present only: the period asked for must reach past everything the fold has seen.  Figures that are
to stand are always computed in full.

It relies on what the log promises: times never go back within one log, and a start is fed no later than what
follows it.  What goes by the order of the log is carried by `whistle.plan.ordered`; who ever opened which case is not,
since that can never be forgotten.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta
from statistics import median_low
from typing import Any

from whistle.core.deadlines import add_months
from whistle.plan import ordered
from whistle.plan.lines import Figure, Line, Period, Rule, civil_date, is_one_of, matches

State = dict[str, Any]  # JSON, so that it can be kept


def folds(rule: Rule) -> bool:
    """Say whether a rule can be folded."""
    return bool(rule["kind"] != "preceded")


def empty() -> State:
    """Return the state before the first entry."""
    return {"seen": "", **ordered.empty()}


def feed(rule: Rule, state: State, lines: Iterable[Line]) -> None:
    """Add entries to a state, in the order of each log."""
    known = list(lines)
    for _log, fields in known:
        state["seen"] = max(state["seen"], civil_date(fields["at"]).isoformat())
    if ordered.knows(rule):
        for log, fields in known:
            ordered.feed(rule, state, log, fields)
        return
    if rule["kind"] == "deadline":
        _feed_deadline(rule, state, known)
        return
    for log, fields in known:
        if is_one_of(rule["of"], log, fields):
            row = state["by_day"].setdefault(civil_date(fields["at"]).isoformat(), [0, 0])
            row[0] += 1
            row[1] += matches(rule.get("with", {}), fields)


def figure(rule: Rule, state: State, period: Period) -> Figure:
    """Return the rule's figure in a period.  Raises ValueError for a period the fold has seen beyond.

    >>> rule = {"kind": "days", "of": {"log": "desk", "act": "log.verified"}}
    >>> state = empty()
    >>> feed(rule, state, [("desk", {"act": "log.verified", "at": "2026-03-01", "d": {}})])
    >>> figure(rule, state, Period(date(2026, 3, 1), date(2026, 3, 4)))
    Figure(counted=4, met=1, median_days=None)
    """
    if state["seen"] > period.last.isoformat():
        raise ValueError("the fold has seen later entries")
    if ordered.knows(rule):
        return ordered.figure(rule, state, period)
    rows = [row for day, row in state["by_day"].items() if date.fromisoformat(day) in period]
    if rule["kind"] == "days":
        return Figure(period.days, len(rows))
    if rule["kind"] == "share":
        return Figure(sum(row[0] for row in rows), sum(row[1] for row in rows))
    counted, met = sum(row[0] for row in rows), sum(row[1] for row in rows)
    took: Counter[int] = Counter()
    for row in rows:
        took.update({int(days): many for days, many in row[2].items()})
    for began, after, ended in state["open"].values():
        if began is None or (due := _due(rule, began, after)) not in period:
            continue
        counted += 1
        if ended is not None:
            met += ended <= due.isoformat()
            took[_days(began, ended)] += 1
    return Figure(counted, met, median_low(list(took.elements())) if took else None)


def _feed_deadline(rule: Rule, state: State, lines: list[Line]) -> None:
    opened, touched = state["open"], set()
    for log, fields in lines:
        if is_one_of(rule["start"], log, fields):
            opened.setdefault(fields["case"] or "", [civil_date(fields["at"]).isoformat(), None, None])
    after = rule["due"].get("after")
    for log, fields in lines:
        case = opened.get(fields["case"] or "")
        if case is None:
            continue  # settled, or never begun
        touched.add(fields["case"] or "")
        day = civil_date(fields["at"]).isoformat()
        if after and is_one_of(after, log, fields):
            case[1] = min(case[1] or day, day)
        if is_one_of(rule["stop"], log, fields):
            case[2] = min(case[2] or day, day)
    for key in touched:  # only these can have settled
        began, afterwards, ended = opened[key]
        if ended is not None and (afterwards is not None or not after):
            due = _due(rule, began, afterwards).isoformat()
            row = state["by_day"].setdefault(due, [0, 0, {}])
            row[0] += 1
            row[1] += ended <= due
            days = str(_days(began, ended))
            row[2][days] = row[2].get(days, 0) + 1
            del opened[key]


def _due(rule: Rule, began: str, after: str | None) -> date:
    due, start = rule["due"], date.fromisoformat(began)
    if "months" not in due:
        return start + timedelta(days=due["days"])
    from_day = date.fromisoformat(after) if after else start + timedelta(days=due["else_days"])
    return add_months(from_day, due["months"])


def _days(began: str, ended: str) -> int:
    return (date.fromisoformat(ended) - date.fromisoformat(began)).days
