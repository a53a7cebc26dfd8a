"""A real organisation, from nothing to an open channel: made from the shell, set up in the browser, opened by two people."""

from dataclasses import dataclass

from whistle.access.models import Proposal
from whistle.access.selectors import duties
from whistle.access.selectors_set_up import WORDS, missing
from whistle.access.services.certifying import SEAL_SIZE
from whistle.access.services.duties import give_duty
from whistle.access.services.proposals import propose
from whistle.accounts.models import RootCopy, SetUpWord, Staff
from whistle.accounts.selectors import roster_document
from whistle.accounts.services.enrolment import adopt_roster, file_certificate
from whistle.accounts.services.invitations import Newcomer, invite
from whistle.audit import services as audit
from whistle.audit.publisher import start_log
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.vault import certificate as certificates
from whistle.vault.certificate import Role

SETS_UP = frozenset({Duty.SYSTEM_ADMINISTRATOR, Duty.KEY_CUSTODIAN, Duty.COMPLIANCE_LEADER})
FIRST = (Duty.SYSTEM_ADMINISTRATOR, Duty.KEY_CUSTODIAN)
GO_LIVE = "go_live"


@dataclass(frozen=True)
class Root:
    """What the ceremony made: the root key's public half, certificates, and the root seed sealed to its custodian."""

    public: bytes
    certificates: tuple[bytes, ...]  # of the recovery keys, and of the custodian where there is one
    sealed: bytes | None = None  # None: the root key stays offline
    roster: tuple[bytes, bytes] | None = None  # document and signature: which recovery key is which


def found(organisation: Organisation, people: dict[Duty, Newcomer]) -> dict[Duty, str]:
    """Begin an organisation that is not open: its logs, and links for the first two people; return their secrets.

    They are an administrator and a key custodian, two people, so that from here on nothing about people is done by one.
    """
    if set(people) != set(FIRST) or len({one.username for one in people.values()}) != len(FIRST):
        raise DomainError("set_up.two_people")
    for log in ("desk", "channel"):
        start_log(organisation, log)
    audit.adopt_registry(organisation)
    return {
        duty: invite(organisation, Newcomer(one.username, one.name, one.title, one.email, (duty,)), by=None)
        for duty, one in people.items()
    }


def settle_newcomer(person: Staff, wanted: list[str], by: Staff | None) -> None:
    """Give a newcomer the duties of their invitation: the first two people theirs, to others as proposals.

    A duty that may not be proposed any more is left out: whoever invited has to look again.
    """
    for name in wanted:
        duty = Duty(name)
        if by is None and duty in FIRST and not person.organisation.live:
            give_duty(person, duty)
            continue
        try:
            propose(person, Proposal.Kind.GIVE, by=by, duty=duty)
        except DomainError:
            continue


def begin(organisation: Organisation, root: Root, *, by: Staff | None) -> None:
    """Take in the root key and what it certified.  `by` None: from the shell, by whoever runs the machine.

    Raises `set_up.begun` when there is a root key already, `set_up.recovery` unless two recovery keys are certified,
    `certificate.refused` when the root key did not make one of the certificates.
    """
    if by is not None and Duty.KEY_CUSTODIAN not in duties(by):
        raise DomainError("duty.refused", status=403)
    if len(root.public) != 32 or (root.sealed is not None and len(root.sealed) != SEAL_SIZE):
        raise DomainError("enrol.malformed", status=422)
    with audit.atomic():
        fresh = Organisation.objects.filter(pk=organisation.pk, root_key=None)
        if not fresh.update(root_key=root.public):
            raise DomainError("set_up.begun", status=409)
        organisation.root_key = root.public
        audit.record(
            "organisation.started",
            organisation=organisation,
            actor=by.log_name if by else "system",
            role="key_custodian" if by else "system",
            coarse=True,
            root_key=certificates.fingerprint(root.public).hex(),
        )
        rows = [file_certificate(organisation, octets) for octets in root.certificates]
        if len({row.key_id for row in rows if row.role == Role.RECOVERY}) != 2:
            raise DomainError("set_up.recovery")
        if root.roster is not None:
            _begin_roster(
                organisation, root.roster, {row.key_id for row in rows if row.role == Role.RECOVERY}
            )
        if by is not None and root.sealed is not None:
            RootCopy.objects.create(staff=by, sealed=root.sealed, made_at=clock.now())


def _begin_roster(organisation: Organisation, signed: tuple[bytes, bytes], recovery: set[str]) -> None:
    row = adopt_roster(organisation, *signed)
    said = roster_document(organisation)
    if (
        row.version != 0
        or said["readers"]
        or said["alternates"]
        or set(said["recovery"].values()) != recovery
    ):
        raise DomainError("roster.refused")


def attest(organisation: Organisation, code: str, reference: str, *, by: Staff) -> None:
    """Keep somebody's word that what only people can do was done, and where that stands in writing."""
    if code not in WORDS or not reference.strip() or len(reference) > 120:
        raise DomainError("set_up.reference")
    _say(organisation, code, reference.strip(), by)


def go_live(organisation: Organisation, *, by: Staff) -> bool:
    """Open the channel when a second person says so; return whether it is open now.

    Raises `set_up.missing` with the codes of what is missing, `people.second` when the same person asks twice.
    """
    lacking = [need.code for need in missing(organisation)]
    if lacking:
        raise DomainError("set_up.missing", status=409, missing=lacking)
    first = SetUpWord.objects.filter(organisation=organisation, code=GO_LIVE).first()
    if first is None:
        _say(organisation, GO_LIVE, "", by)
        return False
    if first.by_id == by.pk:
        raise DomainError("people.second", status=403)
    _require(by)
    with audit.atomic():
        if Organisation.objects.filter(pk=organisation.pk, live=False).update(live=True):
            audit.record("organisation.opened", organisation=organisation, actor=by.log_name, role="staff")
    organisation.live = True
    return True


def _say(organisation: Organisation, code: str, reference: str, by: Staff) -> None:
    _require(by)
    with audit.atomic():
        SetUpWord.objects.update_or_create(
            organisation=organisation,
            code=code,
            defaults={"reference": reference, "by": by, "on": clock.today()},
        )
        audit.record("set_up.attested", organisation=organisation, actor=by.log_name, role="staff", what=code)


def _require(by: Staff) -> None:
    if not SETS_UP & duties(by):
        raise DomainError("duty.refused", status=403)
