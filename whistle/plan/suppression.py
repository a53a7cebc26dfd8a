"""What may be shown of small numbers.  Pure.

Fewer than five is shown as "1–4" (Statistics Norway hides cells with few observations, and whatever else would give
them away).  A rate is a number too: 97 % of a published 61 is two.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

THRESHOLD = 5  # the smallest count that is shown; 0 is shown as well
SMALL = f"1–{THRESHOLD - 1}"


@dataclass(frozen=True)
class Share:
    """A rate as it may be shown.

    `shown` is "none" (nothing to count), "few" (too few to show at all), "tied" (other published numbers and it would
    give small ones away), "exact" or "between"; percentages are whole and rounded down, so that 100 means all.
    """

    shown: str
    low: int | None = None
    high: int | None = None


def small(count: int) -> bool:
    """Say whether a count must be hidden."""
    return 0 < count < THRESHOLD


def count_words(count: int) -> str:
    """Return a count as it may be shown.

    >>> count_words(0), count_words(3), count_words(5)
    ('0', '1–4', '5')
    """
    return SMALL if small(count) else str(count)


def share(met: int, counted: int, *, people: bool = True) -> Share:
    """Return `met` of `counted` as it may be shown.

    Where the hits or the misses are few, every reader must be left with at least four possible values: the answer
    then depends on `counted` alone.

    >>> share(59, 61)
    Share(shown='between', low=93, high=98)
    >>> share(50, 61), share(61, 61), share(2, 3), share(0, 0)
    (Share(shown='exact', low=81, high=81), Share(shown='exact', low=100, high=100), Share(shown='few', low=None, high=None), Share(shown='none', low=None, high=None))
    """
    if counted == 0:
        return Share("none")
    missed = counted - met
    if not people:
        return _exact(met, counted)
    if counted < THRESHOLD:
        return Share("few")
    if not small(met) and not small(missed):
        return _exact(met, counted)
    if counted < 2 * THRESHOLD:
        return _between(1, counted - 1, counted)  # hits and misses may both be few: one band for all
    return (
        _between(counted - THRESHOLD + 1, counted - 1, counted)
        if small(missed)
        else _between(1, THRESHOLD - 1, counted)
    )


def is_hushed(received: Mapping[int, int], year: int) -> bool:
    """Say whether no rate of reports and cases is shown for a year, since few came in it or in the year before.

    What falls due in a year came in one of the two; how many fell due can be told from a rate, and would give the few away.
    """
    return any(small(received.get(each, 0)) for each in (year - 1, year))


def is_outrun(received: Iterable[int], done: int) -> bool:
    """Say whether so many cases were done that the years of "1–4" reports must have had more than one each.

    >>> is_outrun([4, 4], 8), is_outrun([4, 20], 8)
    (True, False)
    """
    counts = list(received)
    return any(map(small, counts)) and done > sum(1 if small(count) else count for count in counts)


def number(count: int, *, of: int | None = None) -> Share:
    """Return a count as it may be shown, as a span when it is small; with `of`, for each hundred of them.

    >>> number(0), number(3), number(12)
    (Share(shown='number', low=0, high=0), Share(shown='number', low=1, high=4), Share(shown='number', low=12, high=12))
    >>> number(61, of=4600)
    Share(shown='number', low=1, high=1)
    """
    low, high = (1, THRESHOLD - 1) if small(count) else (count, count)
    if of is None:
        return Share("number", low, high)
    return Share("number", 100 * low // of, 100 * high // of) if of else Share("none")


def reaches(what: Share, target: int | None, direction: str) -> bool | None:
    """Say whether a rate reaches its target, or None when what is shown does not say.

    >>> reaches(Share("between", 93, 98), 90, "at_least"), reaches(Share("between", 93, 98), 95, "at_least")
    (True, None)
    """
    if target is None or what.low is None or what.high is None:
        return None
    if direction == "at_most":
        return True if what.high <= target else (False if what.low > target else None)
    return True if what.low >= target else (False if what.high < target else None)


def _percent(part: int, whole: int) -> int:
    return 100 * part // whole


def _exact(met: int, counted: int) -> Share:
    return Share("exact", _percent(met, counted), _percent(met, counted))


def _between(least: int, most: int, counted: int) -> Share:
    return Share("between", _percent(least, counted), _percent(most, counted))
