"""The plan: live figures over a long log, carried along against computed in full.

BENCH_ENTRIES (1,000,000) sets how long the log is.  The desk's log holds a case's life again and again.
"""

import datetime
import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path

from tests.bench import Row, seconds
from whistle.plan import folding
from whistle.plan.rules import Figure, Line, Period, evaluate, wanted

ENTRIES = int(os.environ.get("BENCH_ENTRIES", "1000000"))
PLAN = Path(folding.__file__).parent / "demo" / "plan.json"
NEW = 1000
FIRST = datetime.date(2026, 1, 1)
YEAR = Period(FIRST, datetime.date(2026, 12, 31))
LIFE = (  # days after the report, log, act, what it says
    (0, "channel", "report.received", {"form": "sealed"}),
    (3, "desk", "report.acknowledged", {}),
    (40, "desk", "feedback.sent", {}),
    (60, "desk", "case.closed", {"outcome": "substantiated", "lesson": "training", "risk_area": "r1"}),
    (61, "desk", "log.verified", {"faults": 0}),
)


def rows() -> Iterator[Row]:
    """Measure a refresh after 1,000 new entries, of a full computation over all of them."""
    old, new = lives(0, ENTRIES - NEW), lives(ENTRIES - NEW, ENTRIES)
    rules = [rule for rule in json.loads(PLAN.read_text(encoding="utf-8"))["rules"] if folding.folds(rule)]
    states = {rule["id"]: folding.empty() for rule in rules}
    for rule in rules:
        folding.feed(rule, states[rule["id"]], of(rule, old))
    lines = old + new
    whole: dict[str, Figure] = {}
    added: dict[str, Figure] = {}

    def full() -> None:
        for rule in rules:
            whole[rule["id"]] = evaluate(rule, of(rule, lines), YEAR)

    def refresh() -> None:
        for rule in rules:
            folding.feed(rule, states[rule["id"]], of(rule, new))
            added[rule["id"]] = folding.figure(rule, states[rule["id"]], YEAR)

    refreshing = seconds(refresh)  # once: a second feed of the same entries would count them twice
    computing = seconds(full)
    yield Row(
        f"indicators after {NEW:,} new entries, of a full computation over {ENTRIES:,}",
        refreshing / computing,
        "x",
        "<= 0.01",
    )
    yield Row("   the refresh", refreshing * 1000, "ms")
    yield Row("   the full computation", computing, "s")
    yield Row(
        "   figures that differ between the two", sum(whole[it] != added[it] for it in whole), "", "<= 0"
    )


def lives(first: int, last: int) -> list[Line]:
    """Return entries `first` to `last` (left out) of the two logs, in the order of time."""
    return [line(number) for number in range(first, last)]


def line(number: int) -> Line:
    """Return one entry: life `number // 5` is spread so that times never go back."""
    turn, part = divmod(number, len(LIFE))
    after, log, act, d = LIFE[part]
    # the part that comes `after` days later belongs to the life that began that much earlier
    day = turn * 300 * len(LIFE) // max(ENTRIES, 1)
    at = FIRST + datetime.timedelta(days=day)
    life = turn - after * ENTRIES // (300 * len(LIFE))
    case = hashlib.sha256(str(life).encode()).hexdigest()[:32]
    when = at.isoformat() if log == "channel" else f"{at.isoformat()}T11:00:00Z"
    return log, {"act": act, "at": when, "case": case, "actor": "a" * 32, "d": d}


def of(rule: dict[str, object], lines: list[Line]) -> list[Line]:
    """Return the entries that a rule asks the log for."""
    acts = wanted(rule)
    return [(log, fields) for log, fields in lines if log in acts and fields["act"] in acts[log]]


def main() -> None:
    """Print the ratios."""
    for row in rows():
        print(row, flush=True)


if __name__ == "__main__":
    main()
