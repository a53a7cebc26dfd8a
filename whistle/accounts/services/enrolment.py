"""A person becomes staff: an account, wrapped keys, a certificate.

The server gets finished material only: the derived value, the wrapped seed, public keys, a certificate made with the
root key.  It cannot make any of these.
"""

from dataclasses import dataclass
from datetime import UTC, datetime

from django.contrib.auth.hashers import make_password

from whistle.accounts.models import Certificate, Roster, Staff, StaffKey
from whistle.accounts.services.second_factor import keep_secret
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.ids import new_id
from whistle.organisations.models import Organisation
from whistle.vault import certificate as certificates
from whistle.vault import keys
from whistle.vault.errors import VaultError


@dataclass(frozen=True)
class KeyMaterial:
    """What a person's browser made; nothing in it opens anything."""

    salt: bytes
    auth: bytes
    unlock_share: bytes
    wrapped: bytes
    kem_pub: bytes
    sig_pub: bytes
    totp_secret: str


def enrol(
    organisation: Organisation,
    *,
    ref: str,
    username: str,
    name: str,
    title: str,
    email: str = "",
    log_name: str = "",
    language: str = "nb",
    material: KeyMaterial,
) -> Staff:
    """Create the account of a person with the keys their browser made, and return it."""
    with audit.atomic():
        person = Staff.objects.create(
            ref=ref,
            log_name=log_name or new_id(),
            language=language,
            organisation=organisation,
            username=username,
            name=name,
            title=title,
            email=email,
            password=make_password(material.auth.hex()),
        )
        StaffKey.objects.create(
            staff=person,
            salt=material.salt,
            unlock_share=material.unlock_share,
            wrapped=material.wrapped,
            kem_pub=material.kem_pub,
            sig_pub=material.sig_pub,
            totp_sealed=keep_secret(ref, material.totp_secret),
        )
    return person


def file_certificate(organisation: Organisation, octets: bytes) -> Certificate:
    """Keep and log a certificate made with the root key.  Raises `certificate.refused` for any other."""
    try:
        cert = certificates.read(
            octets,
            bytes(organisation.root_key or b""),
            organisation.ref_bytes,
            at=int(clock.now().timestamp()),
        )
    except VaultError as error:
        raise DomainError("certificate.refused") from error
    with audit.atomic():
        row = Certificate.objects.create(
            organisation=organisation,
            serial=cert.serial,
            role=cert.role,
            subject=cert.staff_id.hex(),
            key_id=keys.key_id(cert.kem_pub).hex(),
            not_before=datetime.fromtimestamp(cert.not_before, UTC),
            not_after=datetime.fromtimestamp(cert.not_after, UTC),
            octets=octets,
        )
        audit.record(
            "certificate.issued",
            organisation=organisation,
            hash=certificates.fingerprint(octets).hex(),
            to=_log_name(row.subject),
            serial=cert.serial,
        )
    return row


def adopt_roster(organisation: Organisation, document: bytes, signature: bytes) -> Roster:
    """Put a roster signed by the root key in force and log it.  Raises `roster.refused` for any other."""
    try:
        roster = certificates.read_roster(
            document, signature, bytes(organisation.root_key or b""), organisation.ref_bytes
        )
    except VaultError as error:
        raise DomainError("roster.refused") from error
    with audit.atomic():
        row = Roster.objects.create(
            organisation=organisation,
            version=roster["version"],
            document=document,
            signature=signature,
            adopted_at=clock.now(),
        )
        audit.record(
            "roster.adopted",
            organisation=organisation,
            hash=certificates.fingerprint(document).hex(),
            version=row.version,
        )
    return row


def _log_name(ref: str) -> str:
    person = Staff.objects.filter(ref=ref).first()
    return person.log_name if person else ref
