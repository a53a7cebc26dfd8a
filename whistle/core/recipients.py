"""Who gets a key to a new report: one rule, the same here and in the reporter's browser.

The browser's half is `whistle/browser/wbe1/recipients.js`; both are held to `tests/vectors/recipients.json`.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NotRequired, TypedDict

Person = Mapping[str, Any]


class Excluded(TypedDict):
    """Somebody on the roster who gets no key, and why."""

    staff_id: str
    why: str


class Recipients(TypedDict):
    """Whom to seal to: people by staff id, in the roster's order, and which of the two recovery keys."""

    readers: list[str]
    excluded: list[Excluded]
    alternate: bool
    recovery: str
    no_decision: NotRequired[list[str]]  # of the readers; only where the roster's rules let them read


# What the law leaves to the organisation (forvaltningsloven § 6: who is under somebody disqualified may not decide).
RULES = {"below": "excluded", "outside": ["administration"]}


def rules_of(roster: Mapping[str, Any]) -> dict[str, Any]:
    """Return the rules a roster was signed with, the defaults where it says nothing.

    `below`: whoever reports to somebody kept out is `excluded` too, or may read with `no_decision`.  `outside`: groups
    whose exclusion puts the box under the alternate recovery key.

    >>> rules_of({})["below"], rules_of({"rules": {"below": "no_decision"}})["below"]
    ('excluded', 'no_decision')
    """
    return {**RULES, **roster.get("rules", {})}


class _Roster:
    """The people of a roster and who of them is kept out."""

    def __init__(self, roster: Mapping[str, Any], subjects: list[Person], unticked: frozenset[str]) -> None:
        chart = (*roster.get("people", ()), *roster["alternates"], *roster["readers"])
        self.people: dict[str, Person] = {p["staff_id"]: p for p in chart}
        self.below_reads = rules_of(roster)["below"] == "no_decision"
        groups = {group for subject in subjects for group in subject["excludes"]}
        self.unticked = unticked
        self.by_subject = {
            staff_id for staff_id, person in self.people.items() if groups & set(person["groups"])
        }

    def why_excluded(self, staff_id: str) -> str | None:
        """Return why somebody is kept out; None if nothing keeps them out."""
        if staff_id in self.unticked:
            return "removed"
        if staff_id in self.by_subject:
            return "subject"
        return "reports_to" if not self.below_reads and self.below(staff_id) else None

    def below(self, staff_id: str) -> bool:
        """Return whether somebody reports, at whatever distance, to one who is kept out."""
        return bool((self.unticked | self.by_subject) & set(self._superiors(staff_id)))

    def _superiors(self, staff_id: str) -> list[str]:
        chain: list[str] = []
        while staff_id in self.people:
            above = self.people[staff_id].get("reports_to")
            if above is None or above in chain:  # a roster whose chain bites its own tail still ends
                break
            chain.append(above)
            staff_id = above
        return chain

    def needed(self, staff_id: str, seen: tuple[str, ...] = ()) -> bool:
        """Return whether somebody reads in their own right, or for another who is kept out."""
        stands_in_for = self.people[staff_id].get("stands_in_for")
        if stands_in_for is None:
            return True
        if stands_in_for not in self.people or stands_in_for in seen:
            return False
        return self.why_excluded(stands_in_for) is not None and self.needed(stands_in_for, (*seen, staff_id))


def recipients(roster: Mapping[str, Any], subjects: Iterable[str], unticked: Iterable[str]) -> Recipients:
    """Return who gets a key when the report is about `subjects` and its writer has unticked some people.

    Kept out are those unticked, those in a group that a chosen subject excludes, and, unless the roster's rules say
    otherwise, everybody who reports, at whatever distance, to one of them; the chart may hold `people` who read nothing. A substitute steps in when the one they stand in for is kept out.
    When fewer than the roster's quorum are left, the alternates are added and take over recovery; the
    alternate recovery key is also used whenever the administration (the rules' `outside`) is kept out. `readers` may be empty: then
    nothing may be sent. Raises ValueError for a subject that is not on the roster.

    >>> ada = {"staff_id": "aa", "groups": ["intake"], "reports_to": None, "stands_in_for": None}
    >>> roster = {"quorum": 1, "readers": [ada], "alternates": [], "subjects": []}
    >>> recipients(roster, [], [])["readers"]
    ['aa']
    >>> recipients(roster, [], ["aa"])["excluded"]
    [{'staff_id': 'aa', 'why': 'removed'}]
    """
    known = {subject["code"]: subject for subject in roster["subjects"]}
    chosen = list(subjects)
    if unknown := [code for code in chosen if code not in known]:
        raise ValueError(f"no such subject on the roster: {unknown[0]}")
    about = [known[code] for code in chosen]
    rules = _Roster(roster, about, frozenset(unticked))

    readers: list[str] = []
    excluded: list[Excluded] = []

    def consider(staff_id: str, *, needed: bool) -> None:
        why = rules.why_excluded(staff_id) or (None if needed else "substitute_not_needed")
        if why is not None:
            excluded.append({"staff_id": staff_id, "why": why})
        elif staff_id not in readers:
            readers.append(staff_id)

    for person in roster["readers"]:
        consider(person["staff_id"], needed=rules.needed(person["staff_id"]))
    alternate = len(readers) < roster["quorum"]
    if alternate:
        for person in roster["alternates"]:
            consider(person["staff_id"], needed=True)
    outside = set(rules_of(roster)["outside"])
    shut_out = any(outside & set(subject["excludes"]) for subject in about)
    recovery = "alternate" if alternate or shut_out else "ordinary"
    found: Recipients = {
        "readers": readers,
        "excluded": excluded,
        "alternate": alternate,
        "recovery": recovery,
    }
    if rules.below_reads:
        found["no_decision"] = [staff_id for staff_id in readers if rules.below(staff_id)]
    return found


LEADERS = frozenset({"compliance_leader", "deputy", "alternate"})


def identity_holders(
    roster: Mapping[str, Any], subjects: Iterable[str], unticked: Iterable[str]
) -> tuple[list[str], list[str]]:
    """Return who gets which half of the key to a reporter's name: identity custodians, and leaders among the readers.

    The custodians are kept out by the same rule as readers.  Where no leader is left, every reader gets the
    leaders' half.  Both lists may be empty.

    >>> ada = {"staff_id": "aa", "groups": [], "reports_to": None, "stands_in_for": None, "role": "deputy"}
    >>> cy = {**ada, "staff_id": "cc", "role": "identity_custodian"}
    >>> town = {"quorum": 1, "readers": [ada], "alternates": [], "custodians": [cy], "subjects": []}
    >>> identity_holders(town, [], []), identity_holders(town, [], ["cc"])
    ((['cc'], ['aa']), ([], ['aa']))
    """
    subjects, unticked = list(subjects), list(unticked)
    readers = recipients(roster, subjects, unticked)["readers"]
    people = {row["staff_id"]: row for row in [*roster["readers"], *roster["alternates"]]}
    custodians = list(roster.get("custodians", ()))
    apart = {**roster, "readers": custodians, "alternates": list(people.values()), "quorum": 0}
    leaders = [who for who in readers if people[who]["role"] in LEADERS]
    return recipients(apart, subjects, unticked)["readers"], leaders or readers


def recovery_kind(roster: Mapping[str, Any], key_id: str) -> str | None:
    """Return whether a recovery key is the `ordinary` or the `alternate` one, now or before it was rotated.

    >>> roster = {"recovery": {"ordinary": "c1"}, "retired": [{"key_id": "a0", "kind": "alternate"}]}
    >>> recovery_kind(roster, "c1"), recovery_kind(roster, "a0"), recovery_kind(roster, "ff")
    ('ordinary', 'alternate', None)
    """
    for kind, known in roster["recovery"].items():
        if known == key_id:
            return str(kind)
    for row in roster.get("retired", ()):
        if row["key_id"] == key_id:
            return str(row["kind"])
    return None


def closed_groups(roster: Mapping[str, Any], kept_out: Iterable[str]) -> list[str]:
    """Return the groups all of whose listed members a report was kept from: who joins one later is kept out too.

    >>> ada = {"staff_id": "aa", "groups": ["intake"]}
    >>> bo = {"staff_id": "bb", "groups": ["intake", "legal"]}
    >>> closed_groups({"readers": [ada, bo], "alternates": []}, ["bb"])
    ['legal']
    """
    out = set(kept_out)
    members: dict[str, set[str]] = {}
    for person in (*roster["readers"], *roster["alternates"]):
        for group in person["groups"]:
            members.setdefault(group, set()).add(person["staff_id"])
    return sorted(group for group, inside in members.items() if inside <= out)


def barred(roster: Mapping[str, Any], kept_out: Iterable[str], closed: Iterable[str]) -> set[str]:
    """Return who may not be given a key later: those kept out, members of closed groups, and all who report to them.

    The roster is today's: who got a new leader or a new group since is judged by where they stand now.  Besides readers and
    alternates it may list other `people` who could be given keys.

    >>> boss, low = {"staff_id": "aa", "groups": []}, {"staff_id": "bb", "groups": [], "reports_to": "aa"}
    >>> sorted(barred({"readers": [boss], "alternates": [], "people": [low]}, ["aa"], []))
    ['aa', 'bb']
    """
    everybody = [*roster.get("people", ()), *roster["alternates"], *roster["readers"]]
    groups, out = set(closed), set(kept_out)
    out |= {person["staff_id"] for person in everybody if groups & set(person["groups"])}
    rules = _Roster(roster, [], frozenset(out))
    return out | {person["staff_id"] for person in everybody if rules.why_excluded(person["staff_id"])}


def undecided(roster: Mapping[str, Any], kept_out: Iterable[str]) -> set[str]:
    """Return who may not decide on a report kept from these: everybody who reports to one of them.

    >>> boss, low = {"staff_id": "aa", "groups": []}, {"staff_id": "bb", "groups": [], "reports_to": "aa"}
    >>> undecided({"readers": [boss, low], "alternates": []}, ["aa"])
    {'bb'}
    """
    rules = _Roster(roster, [], frozenset(kept_out))
    return {staff_id for staff_id in rules.people if rules.below(staff_id)}


def able(roster: Mapping[str, Any], certified: Iterable[str]) -> dict[str, Any]:
    """Return the roster without people who have no valid certificate now: nothing may be sealed to them.

    One lapsed certificate must not close the channel: the rule goes on with those who are left, and the alternates
    step in when they are too few.

    >>> able({"readers": [{"staff_id": "aa"}, {"staff_id": "bb"}], "alternates": []}, ["bb"])["readers"]
    [{'staff_id': 'bb'}]
    """
    known = set(certified)
    return {
        **roster,
        "readers": [row for row in roster["readers"] if row["staff_id"] in known],
        "alternates": [row for row in roster["alternates"] if row["staff_id"] in known],
        **({"custodians": _of(roster["custodians"], known)} if "custodians" in roster else {}),
    }


def _of(rows: Iterable[dict[str, Any]], known: set[str]) -> list[dict[str, Any]]:
    return [row for row in rows if row["staff_id"] in known]
