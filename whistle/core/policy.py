"""Who may do what, as data.

Two kinds of role.  A *duty* is held in the organisation (intake officer, auditor …) and opens pages.  A *part* is
held on one case and gives rights on that case.  Nobody is above these tables; there is no superuser.
"""

from enum import StrEnum


class Duty(StrEnum):
    """A role in the organisation (domain terms: see the handbook's glossary)."""

    INTAKE_OFFICER = "intake_officer"
    COMPLIANCE_LEADER = "compliance_leader"
    INVESTIGATOR = "investigator"
    DEPUTY = "deputy"
    ALTERNATE = "alternate"
    IDENTITY_CUSTODIAN = "identity_custodian"
    KEY_CUSTODIAN = "key_custodian"
    AUDITOR = "auditor"
    PLAN_OWNER = "plan_owner"
    MEASURE_OWNER = "measure_owner"
    SYSTEM_ADMINISTRATOR = "system_administrator"
    ADVISER = "adviser"  # somebody from outside who reads one case until a date
    PANEL_MEMBER = "panel_member"
    CONTACT = "contact"  # the reporter's contact person
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    ARCHIVIST = "archivist"
    PROBE = "probe"  # the daily rehearsal in production; its key is refused on real reports


class Part(StrEnum):
    """A role on one case."""

    READER = "reader"  # got a key from the reporter: intake officer or deputy
    LEADER = "leader"
    HANDLER = "handler"  # added later: investigator, colleague
    CONTACT = "contact"  # writes with the reporter
    ADVISER = "adviser"


class Perm(StrEnum):
    """A right on one case; also the codename of a guardian permission on `cases.Case`."""

    READ = "read_case"
    CORRESPOND = "correspond_case"
    PROPOSE = "propose_case"
    DECIDE = "decide_case"
    SHARE = "share_case"


MATRIX: dict[Part, frozenset[Perm]] = {
    Part.READER: frozenset({Perm.READ, Perm.CORRESPOND, Perm.PROPOSE, Perm.SHARE}),
    Part.LEADER: frozenset({Perm.READ, Perm.CORRESPOND, Perm.PROPOSE, Perm.DECIDE, Perm.SHARE}),
    Part.HANDLER: frozenset({Perm.READ, Perm.CORRESPOND, Perm.PROPOSE}),
    Part.CONTACT: frozenset({Perm.READ, Perm.CORRESPOND}),
    Part.ADVISER: frozenset({Perm.READ}),
}
RANK = (
    Part.LEADER,
    Part.READER,
    Part.HANDLER,
    Part.CONTACT,
    Part.ADVISER,
)  # the one who may more stands first

# The part a key holder takes on a case, by the duty under which the roster lists them.
PART_OF: dict[Duty, Part] = {
    Duty.INTAKE_OFFICER: Part.READER,
    Duty.DEPUTY: Part.LEADER,
    Duty.COMPLIANCE_LEADER: Part.LEADER,
    Duty.ALTERNATE: Part.LEADER,
    Duty.INVESTIGATOR: Part.HANDLER,
    Duty.CONTACT: Part.CONTACT,
    Duty.PANEL_MEMBER: Part.ADVISER,
    Duty.ADVISER: Part.ADVISER,
    Duty.DATA_PROTECTION_OFFICER: Part.ADVISER,
    Duty.PROBE: Part.LEADER,
}


def part_of(duties: set[Duty]) -> Part:
    """Return the part with most rights that somebody with these duties may take on a case.

    >>> part_of({Duty.INVESTIGATOR, Duty.INTAKE_OFFICER})
    <Part.READER: 'reader'>
    >>> part_of({Duty.AUDITOR})
    <Part.ADVISER: 'adviser'>
    """
    return min((PART_OF[duty] for duty in duties if duty in PART_OF), key=RANK.index, default=Part.ADVISER)


def at_most(part: Part, ceiling: Part) -> Part:
    """Return `part`, or `ceiling` where that has fewer rights.

    >>> at_most(Part.LEADER, Part.READER)
    <Part.READER: 'reader'>
    """
    return max(part, ceiling, key=RANK.index)


# Separation of duties (domain, § 3.2): a duty, and those that nobody holds beside it.
# The auditor judges and does nothing else; whoever runs the system holds no key; whoever certifies keys has none to a
# case; whoever says that a case may be destroyed has worked on none; whoever keeps identities reads no case, and holds no second half of an identity; the alternate recipient is
# there when the ordinary ones are kept out, so it is never one of them.
_WORKS_ON_CASES = frozenset(PART_OF) - {Duty.PROBE}
_BESIDE: dict[Duty, frozenset[Duty]] = {
    Duty.AUDITOR: _WORKS_ON_CASES | {Duty.IDENTITY_CUSTODIAN, Duty.KEY_CUSTODIAN, Duty.SYSTEM_ADMINISTRATOR},
    Duty.SYSTEM_ADMINISTRATOR: frozenset(Duty) - {Duty.SYSTEM_ADMINISTRATOR, Duty.PROBE},
    Duty.KEY_CUSTODIAN: _WORKS_ON_CASES | {Duty.IDENTITY_CUSTODIAN},
    Duty.IDENTITY_CUSTODIAN: frozenset(
        {Duty.INVESTIGATOR, Duty.COMPLIANCE_LEADER, Duty.INTAKE_OFFICER, Duty.DEPUTY, Duty.ALTERNATE}
    ),
    Duty.ARCHIVIST: _WORKS_ON_CASES,
    Duty.ALTERNATE: frozenset(
        {Duty.INTAKE_OFFICER, Duty.COMPLIANCE_LEADER, Duty.INVESTIGATOR, Duty.DEPUTY, Duty.CONTACT}
    ),
}
APART: tuple[frozenset[Duty], ...] = tuple(
    sorted(
        {frozenset({duty, other}) for duty, others in _BESIDE.items() for other in others},
        key=lambda pair: sorted(pair),
    )
)


# Who may prepare an act about a person, and who may be the second one (`whistle.access.services.proposals`).
PROPOSES = frozenset({Duty.SYSTEM_ADMINISTRATOR, Duty.COMPLIANCE_LEADER, Duty.KEY_CUSTODIAN})
AGREES = frozenset({Duty.COMPLIANCE_LEADER, Duty.KEY_CUSTODIAN})
# Duties through which somebody may get a key to a case: one of the two who give them leads compliance.
OPENS_CASES = frozenset(PART_OF) | {Duty.IDENTITY_CUSTODIAN}


def conflicts(duties: set[Duty]) -> list[frozenset[Duty]]:
    """Return the pairs in `duties` that one person may not hold together.

    >>> [sorted(pair) for pair in conflicts({Duty.AUDITOR, Duty.INTAKE_OFFICER})]
    [[<Duty.AUDITOR: 'auditor'>, <Duty.INTAKE_OFFICER: 'intake_officer'>]]
    """
    return [pair for pair in APART if pair <= duties]
