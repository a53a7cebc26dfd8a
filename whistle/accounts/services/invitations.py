"""A link that works once, with which somebody makes their keys in their own browser.

Three kinds: for somebody new; for a colleague whose keys are lost (new keys: what the old ones opened stays closed until
a colleague or the recovery sheets give it again); for a colleague whose second factor is lost (the passphrase is still
asked for, so whoever holds the link gets nowhere).
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db.models import QuerySet

from whistle.accounts.models import Invitation, RootCopy, Staff, StaffKey
from whistle.accounts.selectors import certificates_in_force
from whistle.accounts.services import sessions
from whistle.accounts.services.enrolment import KeyMaterial, enrol
from whistle.accounts.services.own import renewed
from whistle.accounts.services.second_factor import is_code_of, keep_secret
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.vault import certificate as certificates

GOOD_FOR = timedelta(days=7)
USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")
SIZES = {"salt": 16, "auth": 32, "unlock_share": 32, "wrapped": 104, "kem_pub": 1216, "sig_pub": 32}


@dataclass(frozen=True)
class Newcomer:
    """Somebody who is to have an account."""

    username: str
    name: str
    title: str = ""
    email: str = ""
    duties: tuple[Duty, ...] = ()


def invite(organisation: Organisation, newcomer: Newcomer, *, by: Staff | None) -> str:
    """Return the secret of a new link.  Raises `people.name`, `people.username`, `people.taken`."""
    if not newcomer.name.strip() or len(newcomer.name) > 120 or len(newcomer.title) > 120:
        raise DomainError("people.name")
    if not USERNAME.fullmatch(newcomer.username):
        raise DomainError("people.username")
    same = {"organisation": organisation, "username": newcomer.username}
    if Staff.objects.filter(**same).exists() or _open(organisation).filter(**same, staff=None).exists():
        raise DomainError("people.taken", status=409)
    row = Invitation(
        organisation=organisation,
        username=newcomer.username,
        name=newcomer.name.strip(),
        title=newcomer.title.strip(),
        email=newcomer.email,
        duties=[duty.value for duty in newcomer.duties],
        by=by,
    )
    return _issued(row)


def renew(person: Staff, *, by: Staff, code_only: bool) -> str:
    """Return the secret of a link for new keys, or for a new second factor alone.

    Raises `people.own` for oneself, and `people.certified` while the old keys are certified: they go first.
    """
    if by.pk == person.pk:
        raise DomainError("people.own", status=403)
    held = (row for row in certificates_in_force(person.organisation) if row.subject == person.ref)
    if not code_only and any(held):
        raise DomainError("people.certified", status=409)
    with audit.atomic():
        _open(person.organisation).filter(staff=person).update(until=clock.now())
        row = Invitation(
            organisation=person.organisation,
            username=person.username,
            name=person.name,
            title=person.title,
            by=by,
            staff=person,
            code_only=code_only,
            log_name=person.log_name,
        )
        return _issued(row)


def opened(organisation: Organisation, token: str) -> Invitation:
    """Return what a link is for.  Raises `invitation.unknown` alike for unknown, used, withdrawn and too old."""
    row = _open(organisation).select_related("staff__key").filter(token_hash=_digest(token)).first()
    if row is None or (row.staff is not None and not row.staff.is_active):
        raise DomainError("invitation.unknown", status=404)
    return row


def withdraw(organisation: Organisation, ref: str) -> None:
    """Let a link that was not used yet work no longer."""
    _open(organisation).filter(ref=ref).update(until=clock.now())


def accept(
    organisation: Organisation, token: str, material: KeyMaterial, code: str, language: str = "nb"
) -> Staff:
    """Use the link up and keep the keys that the person's browser made.

    Raises `enrol.malformed`, and `enrol.code` when the new authenticator does not show the right code yet.
    """
    if any(len(getattr(material, name)) != size for name, size in SIZES.items()):
        raise DomainError("enrol.malformed", status=422)
    if not is_code_of(material.totp_secret, code):
        raise DomainError("enrol.code", status=409)
    with audit.atomic():
        row = _spent(organisation, token, code_only=False)
        if row.staff is None:
            person = enrol(
                organisation,
                ref=row.ref,
                log_name=row.log_name,
                username=row.username,
                name=row.name,
                title=row.title,
                email=row.email,
                language=language,
                material=material,
            )
        else:
            person = _with_new_keys(row.staff, material)
        keys = certificates.fingerprint(material.kem_pub + material.sig_pub).hex()
        audit.record(
            "staff.enrolled",
            organisation=organisation,
            actor=person.log_name,
            role="staff",
            to=person.log_name,
            hash=keys,
        )
    return person


def accept_code(organisation: Organisation, token: str, auth: bytes, secret: str, code: str) -> Staff:
    """Use the link up for a new second factor.  Raises `enrol.passphrase` when it is not the person's own."""
    row = opened(organisation, token)
    if row.staff is None or not row.code_only or not check_password(auth.hex(), row.staff.password):
        raise DomainError("enrol.passphrase", status=403)
    if not is_code_of(secret, code):
        raise DomainError("enrol.code", status=409)
    with audit.atomic():
        person = _spent(organisation, token, code_only=True).staff
        assert person is not None
        _set_code(person, secret)
        sessions.end_others(person)
        person.devices.all().delete()
        renewed(person, "second_factor")
    return person


def _with_new_keys(person: Staff, material: KeyMaterial) -> Staff:
    StaffKey.objects.filter(staff=person).update(
        salt=material.salt,
        unlock_share=material.unlock_share,
        wrapped=material.wrapped,
        kem_pub=material.kem_pub,
        sig_pub=material.sig_pub,
        totp_counter=0,
        wrong_codes=0,
    )
    _set_code(person, material.totp_secret)
    Staff.objects.filter(pk=person.pk).update(password=make_password(material.auth.hex()))
    person.passkeys.all().delete()
    RootCopy.objects.filter(staff=person).delete()  # sealed to keys that are gone
    person.devices.all().delete()
    sessions.end_others(person)
    renewed(person, "keys")
    return person


def _set_code(person: Staff, secret: str) -> None:
    StaffKey.objects.filter(staff=person).update(totp_sealed=keep_secret(person.ref, secret), totp_counter=0)


def _issued(row: Invitation) -> str:
    token = secrets.token_urlsafe(32)
    row.token_hash, row.until = _digest(token), clock.now() + GOOD_FOR
    with audit.atomic():
        row.save()
        audit.record(
            "staff.invited",
            organisation=row.organisation,
            actor=row.by.log_name if row.by else "system",
            role="staff" if row.by else "system",
            to=row.log_name,
        )
    return token


def _spent(organisation: Organisation, token: str, *, code_only: bool) -> Invitation:
    row = opened(organisation, token)
    fresh = Invitation.objects.filter(pk=row.pk, used_at=None, code_only=code_only)
    if not fresh.update(used_at=clock.now()):
        raise DomainError("invitation.unknown", status=404)
    return row


def _open(organisation: Organisation) -> QuerySet[Invitation]:
    return Invitation.objects.filter(organisation=organisation, used_at=None, until__gt=clock.now())


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
