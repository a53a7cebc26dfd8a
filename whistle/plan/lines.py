"""Lines of the log, and what it means that one matches a pattern.  Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from whistle.core.clock import OSLO

Rule = Mapping[str, Any]
Line = tuple[str, Mapping[str, Any]]  # the log's name, and the fields of an entry with its place as `index`
Dated = tuple[str, Mapping[str, Any], date]


@dataclass(frozen=True)
class Period:
    """Civil dates in Europe/Oslo, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last

    @property
    def days(self) -> int:
        """The number of days."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Figure:
    """`met` of `counted`; the median in whole days where the rule measures time."""

    counted: int
    met: int
    median_days: int | None = None


def civil_date(at: str) -> date:
    """Return the date in Europe/Oslo of an entry's `at`, which is a date or a UTC time to the second.

    >>> civil_date("2026-03-01T23:30:00Z").isoformat(), civil_date("2026-03-01").isoformat()
    ('2026-03-02', '2026-03-01')
    """
    return date.fromisoformat(at) if len(at) == 10 else datetime.fromisoformat(at).astimezone(OSLO).date()


def matches(pattern: Rule, fields: Mapping[str, Any]) -> bool:
    """Say whether an entry's fields are what a pattern asks for, whatever its log and act."""
    return all(value(fields, name) in values for name, values in pattern.get("only", {}).items()) and not any(
        value(fields, name) in values for name, values in pattern.get("unless", {}).items()
    )


def is_one_of(patterns: Rule | Sequence[Rule], log: str, fields: Mapping[str, Any]) -> bool:
    """Say whether an entry matches a pattern, or one of several."""
    return any(
        log == one["log"] and fields["act"] == one["act"] and matches(one, fields)
        for one in several(patterns)
    )


def several(patterns: Rule | Sequence[Rule]) -> Sequence[Rule]:
    """Return one pattern or several as a list."""
    return [patterns] if isinstance(patterns, Mapping) else patterns


def value(fields: Mapping[str, Any], name: str) -> Any:
    """Return a field of an entry: from `d`, else from the entry itself."""
    return fields["d"].get(name, fields.get(name))
