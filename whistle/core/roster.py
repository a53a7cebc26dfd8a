"""Whether a roster can be put in force: what would leave reports without readers, or a rule without sense.

The same for the page that drafts it, the command that signs it and the server that takes it in.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from whistle.core.recipients import recipients, rules_of

BELOW = ("excluded", "no_decision")
LEAST_QUORUM = 2
SUBJECTS = (  # handbook, “Whom is it about?”: coarse on purpose
    "unit_staff",
    "director",
    "chief_executive",
    "mayor_or_elected",
    "reporting_office",
    "legal",
    "hr_or_finance",
    "audit",
    "supplier",
    "unknown",
)
# Which groups a report about somebody keeps out, where nobody decided otherwise
EXCLUDES: dict[str, tuple[str, ...]] = {
    "director": ("under_director",),
    "chief_executive": ("administration",),
    "mayor_or_elected": ("administration", "control_committee"),
    "reporting_office": ("intake",),
    "legal": ("legal",),
    "hr_or_finance": ("hr_or_finance",),
    "audit": ("auditors",),
}
RECOVERY = ("ordinary", "alternate")
Roster = Mapping[str, Any]


def standard_subjects() -> list[dict[str, Any]]:
    """Return every subject with the groups it keeps out where nobody decided otherwise."""
    return [{"code": code, "excludes": list(EXCLUDES.get(code, ()))} for code in SUBJECTS]


def empty(org: str, recovery: Mapping[str, str]) -> dict[str, Any]:
    """Return the roster an organisation begins with: version 0, nobody on it, and which recovery key is which.

    Certificates do not say that, and only whoever made the keys knows; so the root key signs it at once.

    >>> empty("00", {"ordinary": "aa", "alternate": "bb"})["recovery"]
    {'ordinary': 'aa', 'alternate': 'bb'}
    """
    return {
        "v": 1,
        "org": org,
        "version": 0,
        "quorum": LEAST_QUORUM,
        "readers": [],
        "alternates": [],
        "recovery": dict(recovery),
        "subjects": standard_subjects(),
    }


class Fault(NamedTuple):
    """What is wrong, as a code, and with whom or which subject; empty when with the whole."""

    code: str
    about: str = ""


def faults(roster: Roster, certified: Mapping[str, str], before: Roster | None) -> list[Fault]:
    """Return what speaks against putting this roster in force, after the one `before` it.

    `certified` maps staff ids to the key that a certificate in force names.

    >>> ada = {"staff_id": "aa", "key_id": "k", "groups": [], "reports_to": "aa", "stands_in_for": None}
    >>> found = faults({"version": 1, "quorum": 2, "readers": [ada], "alternates": [], "subjects": []}, {"aa": "k"}, None)
    >>> [fault.code for fault in found]
    ['roster.no_recovery', 'roster.few', 'roster.no_alternate', 'roster.subjects', 'roster.circle']
    """
    found = [*_whole(roster, before), *_people(roster, certified), *_chart(roster)]
    if not found:
        found = list(_nobody_left(roster))
    return found


def changes(roster: Roster, before: Roster) -> dict[str, list[str]]:
    """Return who came, went and was changed, by staff id, and which subjects and rules differ.

    >>> ada, bo = {"staff_id": "aa", "role": "x"}, {"staff_id": "bb"}
    >>> changes({"readers": [ada], "alternates": []}, {"readers": [{**ada, "role": "y"}, bo], "alternates": []})
    {'came': [], 'went': ['bb'], 'changed': ['aa'], 'rules': []}
    """
    new, old = _by_id(roster), _by_id(before)
    both = new.keys() & old.keys()
    whole = [
        name for name in ("quorum", "subjects", "rules", "recovery") if roster.get(name) != before.get(name)
    ]
    return {
        "came": sorted(new.keys() - old.keys()),
        "went": sorted(old.keys() - new.keys()),
        "changed": sorted(staff_id for staff_id in both if new[staff_id] != old[staff_id]),
        "rules": whole,
    }


def _by_id(roster: Roster) -> dict[str, tuple[str, Any]]:
    places = ("people", "custodians", "alternates", "readers")
    return {row["staff_id"]: (place, row) for place in places for row in roster.get(place, ())}


def _whole(roster: Roster, before: Roster | None) -> Iterable[Fault]:
    if roster["version"] != (before["version"] + 1 if before else 1):
        yield Fault("roster.version")
    if before and any(roster.get(name) != before.get(name) for name in ("recovery", "retired")):
        yield Fault("roster.recovery")  # a recovery key changes in an act of its own
    elif set(roster.get("recovery", ())) != set(RECOVERY):
        yield Fault("roster.no_recovery")
    ordinary = [row for row in roster["readers"] if not row["stands_in_for"]]
    if roster["quorum"] < LEAST_QUORUM:
        yield Fault("roster.quorum")
    if len(ordinary) < max(roster["quorum"], LEAST_QUORUM):
        yield Fault("roster.few")
    if not roster["alternates"]:
        yield Fault("roster.no_alternate")
    if {row["code"] for row in roster["subjects"]} != set(SUBJECTS):
        yield Fault("roster.subjects")
    if rules_of(roster)["below"] not in BELOW:
        yield Fault("roster.rules")


def _people(roster: Roster, certified: Mapping[str, str]) -> Iterable[Fault]:
    seen: set[str] = set()
    for place in ("readers", "alternates", "custodians", "people"):
        for row in roster.get(place, ()):
            if row["staff_id"] in seen:
                yield Fault("roster.twice", row["staff_id"])
            seen.add(row["staff_id"])
            if place != "people" and certified.get(row["staff_id"]) != row["key_id"]:
                yield Fault("roster.uncertified", row["staff_id"])


def _chart(roster: Roster) -> Iterable[Fault]:
    everybody = {row["staff_id"]: row for _place, row in _by_id(roster).values()}
    for field in ("reports_to", "stands_in_for"):
        for staff_id in everybody:
            at, passed = everybody[staff_id].get(field), {staff_id}
            while at is not None and at in everybody and at not in passed:
                passed.add(at)
                at = everybody[at].get(field)
            if at is not None and (at in passed or at not in everybody):
                yield Fault("roster.circle" if at in passed else "roster.unknown", staff_id)


def _nobody_left(roster: Roster) -> Iterable[Fault]:
    for subject in SUBJECTS:
        if not recipients(roster, [subject], [])["readers"]:
            yield Fault("roster.nobody", subject)
