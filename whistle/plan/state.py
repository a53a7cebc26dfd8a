"""How a measure goes, in one word; and the colour of a risk.  Pure."""

from collections.abc import Iterable
from datetime import date

PROVEN, ON_TRACK, LATE, BEHIND, STOPPED = "proven", "on_track", "late", "behind", "stopped"
STATES = (PROVEN, ON_TRACK, LATE, BEHIND, STOPPED)


def state(
    status: str, missed: Iterable[date], reached: Iterable[bool | None], *, more_time: bool = False
) -> str:
    """Return a measure's state from its stored status, the dates it missed and whether its targets are reached.

    "proven" needs every target to be reached; a target that what is shown does not decide proves nothing.  With
    `more_time`, a due date lies ahead, and a target not reached yet is no fault.

    >>> state("continuous", [], [True, True]), state("continuous", [], [True, None])
    ('proven', 'on_track')
    >>> state("under_way", [date(2026, 6, 30)], [True]), state("under_way", [], [False, None])
    ('late', 'behind')
    """
    verdicts = list(reached)
    if status == "stopped":
        return STOPPED
    if list(missed):
        return LATE
    if False in verdicts and not more_time:
        return BEHIND
    return PROVEN if verdicts and all(verdicts) else ON_TRACK


def level(score: int) -> int:
    """Return 1 green (1–4), 2 yellow (5–9), 3 orange (10–14), 4 red (15–25).

    >>> [level(score) for score in (4, 5, 9, 10, 14, 15)]
    [1, 2, 2, 3, 3, 4]
    """
    return 1 + (score >= 5) + (score >= 10) + (score >= 15)
