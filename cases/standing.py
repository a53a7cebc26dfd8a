"""Where a case stands in every list: when its next deadline is, and from which day it calls for somebody.

Kept as columns of the case (`Case.save` asks here), so that 100,000 cases are put in order by an index and not by
looking at each of them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from cases.workflow import AT_REST, State
from whistle.core import deadlines

NEVER = date(9999, 12, 31)  # sorts after every date, on every database
LEAD = timedelta(days=3)  # so long before a deadline the case calls for somebody


@dataclass(frozen=True)
class Standing:
    """`due_on` and `due_clock`: the deadline that runs out first; `calls_on`: the first day somebody should act."""

    due_on: date = NEVER
    due_clock: str = ""
    calls_on: date = NEVER


def standing(
    *,
    state: str,
    received_on: date,
    acknowledged_on: date | None = None,
    feedback_on: date | None = None,
    feedback_due: date | None = None,
    reporter_waits_since: date | None = None,
    proposed_on: date | None = None,
    others: Iterable[tuple[str, date]] = (),
) -> Standing:
    """Return where a case stands.  `others` are deadlines beside C1 and C2 that still run, as (clock, due).

    `feedback_due` is where C2 was moved to, if it was.

    >>> standing(state="received", received_on=date(2026, 11, 23)).due_clock
    'C1'
    >>> standing(state="assessment", received_on=date(2026, 11, 23), acknowledged_on=date(2026, 11, 24)).calls_on
    datetime.date(2027, 2, 21)
    """
    running = list(others)
    if state in AT_REST:  # after closing the law still has its clocks; they stand in `others`
        clock, due = min(running, key=lambda each: (each[1], each[0]), default=("", NEVER))
        calls = [each - LEAD for _name, each in running] + ([proposed_on] if proposed_on else [])
        return Standing(due, clock, min(calls, default=NEVER))
    if acknowledged_on is None:
        running.append(("C1", deadlines.acknowledgement_due(received_on)))
    if feedback_on is None:
        running.append(("C2", feedback_due or deadlines.feedback_due(received_on, acknowledged_on)))
    calls = [due - LEAD for _clock, due in running]
    calls += [day for day in (reporter_waits_since, proposed_on) if day is not None]
    if acknowledged_on is None and state == State.RECEIVED:
        calls.append(received_on)
    clock, due = min(running, key=lambda each: (each[1], each[0]), default=("", NEVER))
    return Standing(due, clock, min(calls, default=NEVER))
