"""Certificates: whose keys wait for one, and taking in those that a key custodian's browser made.

The server cannot make a certificate.  It says whose keys it keeps, checks what comes back against them, and logs it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Max, QuerySet

from whistle.access.selectors import duties
from whistle.accounts.models import Certificate, RootCopy, Staff, StaffKey
from whistle.accounts.services.enrolment import file_certificate
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import PART_OF, Duty
from whistle.organisations.models import Organisation
from whistle.vault import certificate as certificates
from whistle.vault.certificate import Role
from whistle.vault.errors import VaultError
from whistle.vault.keys import key_id

LIFETIME = timedelta(days=180)
NEAR = timedelta(days=30)  # before a certificate's end its renewal is asked for
MOST = LIFETIME + timedelta(days=1)
SEAL_SIZE = 1168
# The first that fits says what somebody's certificate lets them be.
ROLE_OF = (
    (Duty.PROBE, Role.PROBE),
    (Duty.ALTERNATE, Role.ALTERNATE),
    *((duty, Role.READER) for duty in PART_OF if duty not in (Duty.PROBE, Duty.ALTERNATE, Duty.ADVISER)),
    (Duty.IDENTITY_CUSTODIAN, Role.IDENTITY_CUSTODIAN),
    (Duty.KEY_CUSTODIAN, Role.KEY_CUSTODIAN),
    (Duty.ADVISER, Role.ADVISER),
)


@dataclass(frozen=True)
class Waiting:
    """Keys that need a certificate: a person's, or one of the recovery keys (`ref` is its subject)."""

    ref: str
    name: str
    title: str
    role: int
    kem_pub: bytes
    sig_pub: bytes
    previous: bytes | None  # the newest certificate of the same keys: then they were read aloud before
    until: str  # ISO date on which that one ends, "" for none


def role_of(held: set[Duty]) -> Role | None:
    """Return the role in which somebody with these duties is certified; None for duties that need no keys.

    >>> role_of({Duty.INTAKE_OFFICER, Duty.PLAN_OWNER}).name, role_of({Duty.AUDITOR})
    ('READER', None)
    """
    return next((role for duty, role in ROLE_OF if duty in held), None)


def waiting(organisation: Organisation) -> list[Waiting]:
    """Return whose keys wait for a certificate, or hold one that ends within 30 days; people first, by name."""
    newest: dict[tuple[str, str], Certificate] = {}
    for row in Certificate.objects.filter(organisation=organisation, revoked_at=None).order_by(
        "not_after", "serial"
    ):
        newest[row.subject, row.key_id] = row
    people = (
        Staff.objects.select_related("key")
        .filter(organisation=organisation, is_active=True)
        .order_by("name", "id")
    )
    found = [one for person in people if (one := _of_person(person, newest)) is not None]
    return found + [_of_recovery(row) for row in newest.values() if row.role == Role.RECOVERY and _near(row)]


def lacks(person: Staff) -> bool:
    """Return whether the person's duties need a certificate that they do not have in force."""
    role = role_of(duties(person))
    return role is not None and not _in_force(person, role).exists()


def unheard(person: Staff) -> bool:
    """Return whether nobody has yet heard the words of the keys the person has now, though their duties need keys.

    Whoever made a link for new keys could have used it themselves: in an organisation that is open, such a person does
    nothing in the other's name before the key custodian has certified them.
    """
    if not person.organisation.live or role_of(duties(person)) is None:
        return False
    keys = StaffKey.objects.filter(staff=person).first()
    if keys is None:  # without keys nobody signs in
        return False
    own = Certificate.objects.filter(organisation=person.organisation_id, subject=person.ref)
    return not own.filter(key_id=key_id(bytes(keys.kem_pub)).hex()).exists()


def ends_on(person: Staff) -> Certificate | None:
    """Return the person's certificate in force that ends last, for keys they hold now."""
    role = role_of(duties(person))
    return _in_force(person, role).order_by("-not_after").first() if role is not None else None


def next_serial(organisation: Organisation) -> int:
    """Return the lowest number no certificate has had."""
    last = Certificate.objects.filter(organisation=organisation).aggregate(last=Max("serial"))["last"]
    return (last or 0) + 1


def take_in(organisation: Organisation, octets: Iterable[bytes], *, by: Staff) -> int:
    """Keep and log certificates of keys that wait for one; return how many.

    Raises `duty.refused` for anybody but a key custodian, `certificate.refused` for a certificate that the root key
    did not make, of other keys, in another role, or for longer than 180 days: then none is kept.
    """
    if Duty.KEY_CUSTODIAN not in duties(by):
        raise DomainError("duty.refused", status=403)
    with audit.atomic():
        asked = {(one.ref, one.role, one.kem_pub, one.sig_pub) for one in waiting(organisation)}
        count = 0
        for one in octets:
            read = _read(organisation, one)
            if (read.staff_id.hex(), read.role, read.kem_pub, read.sig_pub) not in asked:
                raise DomainError("certificate.refused")
            file_certificate(organisation, one)
            count += 1
    return count


def keep_root_copy(person: Staff, sealed: bytes, *, by: Staff) -> None:
    """Keep the root seed sealed to a key custodian's own key.

    A second custodian gets it from the first.  Raises `duty.refused`, `root.person` for somebody who is no key
    custodian with a certificate, `grant.held` when they have it already.
    """
    if Duty.KEY_CUSTODIAN not in duties(by):
        raise DomainError("duty.refused", status=403)
    if len(sealed) != SEAL_SIZE or Duty.KEY_CUSTODIAN not in duties(person) or lacks(person):
        raise DomainError("root.person", status=409)
    with audit.atomic():
        _row, new = RootCopy.objects.get_or_create(
            staff=person, defaults={"sealed": sealed, "made_at": clock.now()}
        )
        if not new:
            raise DomainError("grant.held", status=409)
        audit.record(
            "root.copied",
            organisation=person.organisation,
            actor=by.log_name,
            role="key_custodian",
            to=person.log_name,
        )


def _of_person(person: Staff, newest: dict[tuple[str, str], Certificate]) -> Waiting | None:
    role = role_of(duties(person))
    if role is None or not hasattr(person, "key"):
        return None
    kem_pub, sig_pub = bytes(person.key.kem_pub), bytes(person.key.sig_pub)
    row = newest.get((person.ref, key_id(kem_pub).hex()))
    if row is not None and row.role == role and not _near(row):
        return None
    until = row.not_after.astimezone(clock.OSLO).date().isoformat() if row else ""
    return Waiting(
        person.ref,
        person.name,
        person.title,
        role,
        kem_pub,
        sig_pub,
        bytes(row.octets) if row else None,
        until,
    )


def _of_recovery(row: Certificate) -> Waiting:
    read = _read(row.organisation, bytes(row.octets), at=None)
    until = row.not_after.astimezone(clock.OSLO).date().isoformat()
    return Waiting(row.subject, "", "", row.role, read.kem_pub, read.sig_pub, bytes(row.octets), until)


def _near(row: Certificate) -> bool:
    return row.not_after < clock.now() + NEAR


def _in_force(person: Staff, role: Role) -> QuerySet[Certificate]:
    key = key_id(bytes(person.key.kem_pub)).hex()
    at = clock.now()
    return Certificate.objects.filter(
        organisation=person.organisation_id, subject=person.ref, key_id=key, role=role,
        revoked_at=None, not_before__lte=at, not_after__gt=at,
    )  # fmt: skip


def _read(organisation: Organisation, octets: bytes, at: int | None = 0) -> certificates.Certificate:
    now = int(clock.now().timestamp())
    try:
        read = certificates.read(
            octets,
            bytes(organisation.root_key or b""),
            organisation.ref_bytes,
            at=None if at is None else now,
        )
    except VaultError as error:
        raise DomainError("certificate.refused") from error
    if at is not None and read.not_after > now + MOST.total_seconds():
        raise DomainError("certificate.refused")
    return read
