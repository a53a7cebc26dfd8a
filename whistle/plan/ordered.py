"""Rules that go by the order of one log: what begins again, what waits in a queue, what is signed off, what came first.

An entry's place says what was before what, also within a day.  Each is fed line by line into a state that is JSON, so
that it can be kept and carried on (`whistle.plan.folding`): what is still open, and counters by due date for the rest.
Pure.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from statistics import median_low
from typing import Any

from whistle.core.deadlines import add_months
from whistle.plan.lines import Figure, Line, Period, Rule, civil_date, is_one_of, matches, value

State = dict[str, Any]
KINDS = ("queue", "reviewed", "preceded")


def knows(rule: Rule) -> bool:
    """Say whether a rule goes by the order of the log."""
    return rule["kind"] in KINDS or "same" in rule


def empty() -> State:
    """Return the state before the first entry."""
    return {"open": {}, "by_day": {}}


def figure_of(rule: Rule, lines: Iterable[Line], period: Period) -> Figure:
    """Return the rule's figure in a period from all lines of the log."""
    state = empty()
    for log, fields in lines:
        if civil_date(fields["at"]) <= period.last:
            feed(rule, state, log, fields)
    return figure(rule, state, period)


def feed(rule: Rule, state: State, log: str, fields: Mapping[str, Any]) -> None:
    """Add an entry to a state, in the order of its log."""
    _FEED.get(rule["kind"], _again)(rule, state, log, fields)


def figure(rule: Rule, state: State, period: Period) -> Figure:
    """Return the figure of what fell due in a period."""
    counted = met = 0
    took: Counter[int] = Counter()
    for day, row in state["by_day"].items():
        if date.fromisoformat(day) in period:
            counted, met = counted + row[0], met + row[1]
            took.update({int(days): many for days, many in row[2].items()})
    if rule["kind"] == "preceded":
        return Figure(counted, met)
    counted += sum(_last_day(rule, at) in period for began in state["open"].values() for at in began)
    return Figure(counted, met, median_low(list(took.elements())) if took else None)


def _again(rule: Rule, state: State, log: str, fields: Mapping[str, Any]) -> None:
    """What begins while the same is open counts once; after its due date, or after its end, it counts anew."""
    key = f"{fields['case'] or ''} {value(fields, rule['same'])}"
    running = state["open"].get(key)
    if is_one_of(rule["start"], log, fields):
        if running and civil_date(fields["at"]) > _last_day(rule, running[0]):
            _settle(rule, state, running[0], None)
            running = None
        state["open"][key] = running = running or [fields["at"]]
    if running and is_one_of(rule["stop"], log, fields):
        _settle(rule, state, running[0], fields["at"])
        del state["open"][key]


def _queue(rule: Rule, state: State, log: str, fields: Mapping[str, Any]) -> None:
    """An answer is for the one that has waited longest; what matches `never` can have none."""
    key = str(value(fields, rule["same"]))
    if is_one_of(rule["start"], log, fields):
        if "never" in rule and matches(rule["never"], fields):
            _settle(rule, state, fields["at"], None)
        else:
            state["open"].setdefault(key, []).append(fields["at"])
    elif state["open"].get(key) and is_one_of(rule["stop"], log, fields):
        _settle(rule, state, state["open"][key].pop(0), fields["at"])


def _reviewed(rule: Rule, state: State, log: str, fields: Mapping[str, Any]) -> None:
    if is_one_of(rule["of"], log, fields):
        state["open"][str(fields["index"])] = [fields["at"]]
    elif is_one_of(rule["by"], log, fields):
        first, last = fields["d"]["first"], fields["d"]["last"]
        for key in [key for key in state["open"] if first <= int(key) <= last]:
            _settle(rule, state, state["open"].pop(key)[0], fields["at"])


def _preceded(rule: Rule, state: State, log: str, fields: Mapping[str, Any]) -> None:
    key = f"{fields['case'] or ''} {value(fields, rule['same'])}"
    known = state["open"].get(key)  # "by" once they declared, "of" once they have done it
    if known != "of" and is_one_of(rule["of"], log, fields):
        row = _row(state, civil_date(fields["at"]))
        row[0] += 1
        row[1] += known == "by"
        state["open"][key] = "of"
    elif known is None and is_one_of(rule["by"], log, fields):
        state["open"][key] = "by"


_FEED = {"queue": _queue, "reviewed": _reviewed, "preceded": _preceded}


def _settle(rule: Rule, state: State, began: str, ended: str | None) -> None:
    row = _row(state, _last_day(rule, began))
    row[0] += 1
    if ended is None:
        return
    row[1] += _in_time(rule, began, ended)
    days = str((civil_date(ended) - civil_date(began)).days)
    row[2][days] = row[2].get(days, 0) + 1


def _row(state: State, day: date) -> Any:
    return state["by_day"].setdefault(day.isoformat(), [0, 0, {}])


def _in_time(rule: Rule, began: str, ended: str) -> bool:
    if "hours" in rule["due"]:
        return _moment(ended) <= _moment(began) + timedelta(hours=rule["due"]["hours"])
    return civil_date(ended) <= _last_day(rule, began)


def _last_day(rule: Rule, began: str) -> date:
    due = rule["due"]
    if "hours" in due:
        return civil_date((_moment(began) + timedelta(hours=due["hours"])).isoformat())
    start = civil_date(began)
    return add_months(start, due["months"]) if "months" in due else start + timedelta(days=due["days"])


def _moment(at: str) -> datetime:
    """Return an entry's time; the first second of a date in UTC."""
    return datetime.fromisoformat(at if len(at) > 10 else f"{at}T00:00:00+00:00")
