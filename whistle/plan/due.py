"""When a measure is due, and when it is late.  Pure functions of dates; the clock decides, nobody's hand."""

import calendar
from collections.abc import Collection, Iterator
from datetime import date
from itertools import count

from whistle.core.deadlines import add_months

MONTHS = {"monthly": 1, "quarterly": 3, "four_monthly": 4, "half_yearly": 6, "yearly": 12}
# Month and day on which the public page may change: after each four-month period, when its figures are complete.
FIXED_DATES = ((3, 1), (7, 1), (11, 1))
ONCE, CONTINUOUS = "none", "continuous"
RECURRENCES = (ONCE, CONTINUOUS, *MONTHS)
FINISHED = ("done", "stopped")


def occurrences(first: date | None, recurrence: str, until: date) -> Iterator[date]:
    """Yield the due dates from the first one up to and including `until`.

    A month's last day stays the last day of later months; a yearly date keeps its day.

    >>> [day.isoformat() for day in occurrences(date(2026, 4, 30), "four_monthly", date(2026, 12, 31))]
    ['2026-04-30', '2026-08-31', '2026-12-31']
    >>> list(occurrences(None, "continuous", date(2026, 12, 31)))
    []
    """
    if first is None:
        return
    for turn in count():
        day = _nth(first, recurrence, turn)
        if day is None or day > until:
            return
        yield day


def next_due(first: date | None, recurrence: str, after: date) -> date | None:
    """Return the first due date on or after `after`, or None when there is none.

    >>> next_due(date(2026, 3, 31), "quarterly", date(2026, 7, 1)).isoformat()
    '2026-09-30'
    """
    if first is None:
        return None
    for turn in count():
        day = _nth(first, recurrence, turn)
        if day is None or day >= after:
            return day
    return None


def missed(
    first: date | None, recurrence: str, status: str, shown: Collection[date], today: date
) -> list[date]:
    """Return the due dates that have passed with nothing to show for them, oldest first.

    `shown` are the due dates for which there is evidence.  A date ends at 24:00: on the day itself it is not late.

    >>> missed(date(2026, 3, 31), "quarterly", "under_way", {date(2026, 3, 31)}, date(2026, 7, 1))
    [datetime.date(2026, 6, 30)]
    """
    if status in FINISHED:
        return []
    return [day for day in occurrences(first, recurrence, today) if day < today and day not in shown]


def _nth(first: date, recurrence: str, turn: int) -> date | None:
    months = MONTHS.get(recurrence)
    if months is None:
        return first if turn == 0 else None
    day = add_months(first, months * turn)
    if recurrence != "yearly" and _is_last(first):
        return day.replace(day=calendar.monthrange(day.year, day.month)[1])
    return day


def _is_last(day: date) -> bool:
    return day.day == calendar.monthrange(day.year, day.month)[1]
