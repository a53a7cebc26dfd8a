"""Whom a report was kept from, worked out afterwards for cases that were adopted before it was remembered.

The log tells who held the case first: whoever lost it without having been given it, and whoever holds it now without
having been given it.  Those on the roster of that day who should have got a key and are not among them were kept out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from whistle.core.recipients import closed_groups

Told = Iterable[tuple[str, str]]
GIVEN = frozenset({"access.granted", "access.recovered", "access.restored"})
TAKEN = "access.revoked"


def first_holders(told: Told, now: Iterable[str]) -> set[str]:
    """Return who held a case when it came, from the log's (act, to) in order and those who hold it now.

    >>> sorted(first_holders([("access.granted", "eve"), ("access.revoked", "bo")], ["ada", "eve"]))
    ['ada', 'bo']
    """
    first: dict[str, str] = {}
    for act, to in told:
        if act in GIVEN or act == TAKEN:
            first.setdefault(to, act)
    lost = {name for name, act in first.items() if act == TAKEN}
    return lost | {name for name in now if name not in first}


def kept_out(roster: Mapping[str, Any], sealed_to: set[str]) -> set[str]:
    """Return who of the roster should have got a key by its plain rule and did not, whatever the reason.

    The server does not know why: the report is sealed.  A substitute is missing only when the one they stand in for
    is; an alternate only when some alternate got a key.

    >>> ada = {"staff_id": "aa", "stands_in_for": None}
    >>> kept_out({"readers": [ada], "alternates": []}, set())
    {'aa'}
    """
    out = {row["staff_id"] for row in roster["readers"] if not row["stands_in_for"]} - sealed_to
    for row in roster["readers"]:
        if row["stands_in_for"] in out and row["staff_id"] not in sealed_to:
            out.add(row["staff_id"])
    alternates = {row["staff_id"] for row in roster["alternates"]}
    return out | (alternates - sealed_to if alternates & sealed_to else set())


def derive(roster: Mapping[str, Any], told: Told, now: Iterable[str]) -> tuple[set[str], list[str]]:
    """Return whom a case was kept from and which groups were closed; all by staff reference."""
    out = kept_out(roster, first_holders(told, now))
    return out, closed_groups(roster, out)
