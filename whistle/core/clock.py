"""The only place that asks what time it is.

Everything else takes the time as an argument or calls `now()` and `today()` here, so that the demo can be
seeded in the past and tests can stand on a chosen day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

OSLO = ZoneInfo("Europe/Oslo")  # legal dates are civil dates here

_stopped_at: ContextVar[datetime | None] = ContextVar("whistle_clock", default=None)


def now() -> datetime:
    """Return the present moment in UTC, to the second.

    >>> now().tzinfo is UTC
    True
    """
    return (_stopped_at.get() or datetime.now(UTC)).replace(microsecond=0)


def today() -> date:
    """Return the civil date in Europe/Oslo, the date the law's clocks count.

    >>> with standing_at(datetime(2026, 3, 1, 23, 30, tzinfo=UTC)):
    ...     today().isoformat()
    '2026-03-02'
    """
    return now().astimezone(OSLO).date()


@contextmanager
def standing_at(moment: datetime) -> Iterator[None]:
    """Let the clock stand at `moment` inside the block (demo seeding and tests)."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    token = _stopped_at.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _stopped_at.reset(token)


def days_ago(days: int) -> date:
    """Return the date `days` before today."""
    return today() - timedelta(days=days)
