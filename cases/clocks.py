"""The clocks of a case as a table: when its people are told, whether the log says that one ran out.

A clock counts dates in Europe/Oslo and is never moved to the next working day.  C1–C10 are the law's and the
municipality's own promises; the rest are dates that somebody set on the case.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

SOON = timedelta(days=3)  # so long before its end a clock calls for somebody
MISSED = -1  # days left on the day after the last


@dataclass(frozen=True)
class Clock:
    """`told` are the numbers of days left at which the case's people get a notice, the largest first.

    From 0 days left on, those who may decide get it too.  `logged` clocks leave an entry when they run out.
    """

    told: tuple[int, ...]
    logged: bool = False
    share: float = 0.0  # of the time, left when people are told: C4 warns when three quarters are gone


CLOCKS: dict[str, Clock] = {
    "C1": Clock((4, 2, 0, MISSED), logged=True),  # reminders on days 3, 5 and 7
    "C2": Clock((30, 10, 0, MISSED), logged=True),
    "C2b": Clock((10, 0, MISSED), logged=True),
    "C3": Clock((16, 5, 0, MISSED), logged=True),
    "C4": Clock((0, MISSED), logged=True, share=0.25),
    "C5": Clock((0, MISSED)),
    "C6": Clock((10, 3, 0, MISSED), logged=True),
    "C7": Clock((2, 1, 0, MISSED), logged=True),
    "C8": Clock((2, 0)),  # that it ran out is logged where transfers are: cases.services.transfer
    "C9": Clock((1, 0, MISSED), logged=True),
    "C10": Clock((30, 0)),
    "keep": Clock((10, 0, MISSED)),  # what is kept for ten years is looked at again each year
    "task": Clock((2, 0, MISSED)),
    "ask": Clock((0,)),
    "hear": Clock((0,)),
    "meet": Clock((1, 0)),
    "meas": Clock((10, 0, MISSED)),
    "prot": Clock((2, 0, MISSED)),
    "hold": Clock((10, 0)),
    "vote": Clock((2, 0)),
}
# Which clock runs for a record that has a date.
CLOCK_OF = {
    "person": "C3",
    "mandate": "C4",
    "care": "C5",
    "request": "C6",
    "breach": "C7",
    "insight": "C9",
    "task": "task",
    "question": "ask",
    "reply": "hear",
    "interview": "meet",
    "measure": "meas",
    "protection": "prot",
    "hold": "hold",
    "agenda": "vote",
}


@dataclass(frozen=True)
class Running:
    """One clock of a case; `number` is that of the record it runs for, 0 for the case itself."""

    clock: str
    number: int
    started_on: date
    due_on: date
    met_on: date | None = None


def thresholds(clock: str, started_on: date, due_on: date) -> Iterator[date]:
    """Yield the dates on which people are told of a clock, the earliest first.

    >>> [day.isoformat() for day in thresholds("C1", date(2026, 11, 23), date(2026, 11, 30))]
    ['2026-11-26', '2026-11-28', '2026-11-30', '2026-12-01']
    """
    its = CLOCKS[clock]
    if its.share:
        yield due_on - timedelta(days=int((due_on - started_on).days * its.share))
    for left in its.told:
        yield due_on - timedelta(days=left)


def next_told(running: Running, after: date | None) -> date | None:
    """Return when people are told next, after the date they were told last; None when never again.

    >>> next_told(Running("C9", 1, date(2026, 11, 23), date(2026, 11, 26)), date(2026, 11, 26)).isoformat()
    '2026-11-27'
    """
    if running.met_on is not None:
        return None
    days = thresholds(running.clock, running.started_on, running.due_on)
    return next((day for day in days if after is None or day > after), None)


def first_told(running: Running, today: date) -> date | None:
    """Return when people are told of a clock that begins to run, or was moved: at once of what has passed already.

    >>> late = Running("C1", 0, date(2026, 11, 1), date(2026, 11, 8))
    >>> first_told(late, date(2026, 11, 20)).isoformat()
    '2026-11-20'
    """
    if running.met_on is not None:
        return None
    first = next(thresholds(running.clock, running.started_on, running.due_on))
    return max(first, today)
