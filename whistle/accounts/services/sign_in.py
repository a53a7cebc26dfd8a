"""Signing in and out: one refusal for everything, dear for those who guess, open to those who know."""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpRequest

from whistle.accounts.models import Staff
from whistle.accounts.services import devices, gate, pressure, sessions
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation


@dataclass(frozen=True)
class Attempt:
    """What somebody shows to get in; `work` is the answer to a demand of `pressure`."""

    username: str
    auth: bytes
    code: str = ""
    passkey: Mapping[str, Any] | None = None
    challenge: str = ""
    work: int = 0


def salt_for(organisation: Organisation, username: str) -> bytes:
    """Return the salt of a person's passphrase; for an unknown name a steady one that looks the same."""
    person = Staff.objects.select_related("key").filter(organisation=organisation, username=username).first()
    decoy = hmac.new(
        settings.SECRET_KEY.encode(), f"decoy-salt/{organisation.ref}/{username}".encode(), hashlib.sha256
    ).digest()[:16]
    return bytes(person.key.salt) if person is not None and hasattr(person, "key") else decoy


def demand(request: HttpRequest, organisation: Organisation, username: str) -> str:
    """Return the challenge for an attempt: no work in calm times, and none from a browser the person knows."""
    return pressure.challenge(_bits(request, organisation, username))


def sign_in(request: HttpRequest, organisation: Organisation, attempt: Attempt) -> Staff:
    """Open a session for the person and return them.

    Raises `sign_in.refused` alike for an unknown name, a wrong value, a wrong code and a disabled account, and
    `sign_in.work` when the attempt did not bring the work that is asked for now.
    """
    needed = _bits(request, organisation, attempt.username)
    if not pressure.is_done(attempt.challenge, attempt.auth, attempt.work, needed):
        raise DomainError("sign_in.work", status=429)
    person = authenticate(
        request,
        organisation=organisation,
        username=attempt.username,
        auth=attempt.auth,
        code=attempt.code,
        passkey=attempt.passkey,
    )
    return _entered(request, organisation, person)


def sign_in_with_passkey(
    request: HttpRequest, organisation: Organisation, assertion: Mapping[str, Any]
) -> Staff:
    """Open a session for the owner of a passkey that can open their keys.  Raises `sign_in.refused`."""
    return _entered(
        request, organisation, authenticate(request, organisation=organisation, passkey=assertion)
    )


def _entered(request: HttpRequest, organisation: Organisation, person: object) -> Staff:
    passed = gate.passes(request, person) if isinstance(person, Staff) else None
    if not isinstance(person, Staff) or passed is None:
        pressure.note_failure(organisation)
        if isinstance(person, Staff):
            _tell_of_gate(person)
        raise DomainError("sign_in.refused", status=403)
    with audit.atomic():
        gate.note_changes(organisation)
        if passed.connects is not None:
            gate.connect(person, passed.connects)
        login(request, person)
        sessions.begin(person, request.session.session_key or "")
        devices.remember(request, person, devices.known(request, person.pk))
        audit.record(
            "staff.signed_in",
            organisation=organisation,
            actor=person.log_name,
            role="staff",
            detail={"through": passed.code} if passed.code else None,
        )
    return person


def _tell_of_gate(person: Staff) -> None:
    """Somebody has the person's own factors and not their work account: the log says so, the answer does not."""
    with audit.atomic():
        gate.note_changes(person.organisation)
        audit.record(
            "staff.refused",
            organisation=person.organisation,
            actor=person.log_name,
            role="staff",
            why="work_account",
        )


def _bits(request: HttpRequest, organisation: Organisation, username: str) -> int:
    bits = pressure.demanded(organisation)
    pk = (
        Staff.objects.filter(organisation=organisation, username=username)
        .values_list("pk", flat=True)
        .first()
    )
    return 0 if devices.known(request, pk or 0) else bits
