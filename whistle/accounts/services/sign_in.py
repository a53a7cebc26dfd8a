"""Signing in and out, slowly for those who guess."""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import authenticate, login
from django.http import HttpRequest

from whistle.accounts.models import SignInAttempt, Staff
from whistle.accounts.services import sessions
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation

FREE_FAILURES = 5
FIRST_WAIT = timedelta(seconds=5)  # doubles with each failure after the free ones
LONGEST_WAIT = timedelta(minutes=5)  # never longer, so that nobody can lock a colleague out for good


def salt_for(organisation: Organisation, username: str) -> bytes:
    """Return the salt of a person's passphrase; for an unknown name a steady one that looks the same."""
    person = Staff.objects.select_related("key").filter(organisation=organisation, username=username).first()
    decoy = hmac.new(
        settings.SECRET_KEY.encode(), f"decoy-salt/{organisation.ref}/{username}".encode(), hashlib.sha256
    ).digest()[:16]
    return bytes(person.key.salt) if person is not None and hasattr(person, "key") else decoy


def sign_in(request: HttpRequest, organisation: Organisation, username: str, auth: bytes, code: str) -> Staff:
    """Open a session for the person and return them.

    Raises `sign_in.refused` alike for an unknown name, a wrong value, a wrong code and a disabled account, and
    `sign_in.wait` when this account was tried too often just now.
    """
    at = clock.now()
    attempts = SignInAttempt.objects.filter(
        staff__organisation=organisation, staff__username=username
    ).first()
    if attempts is not None and at < attempts.last_at + _wait(attempts.failures):
        raise DomainError("sign_in.wait", status=429)
    person = authenticate(request, organisation=organisation, username=username, auth=auth, code=code)
    if not isinstance(person, Staff):
        _note_failure(organisation, username)
        raise DomainError("sign_in.refused", status=403)
    with audit.atomic():
        login(request, person)
        sessions.begin(person, request.session.session_key or "")
        SignInAttempt.objects.filter(staff=person).delete()
        audit.record("staff.signed_in", organisation=organisation, actor=person.log_name, role="staff")
    return person


def _wait(failures: int) -> timedelta:
    over = failures - FREE_FAILURES
    return min(FIRST_WAIT * 2 ** min(over, 10), LONGEST_WAIT) if over >= 0 else timedelta()


def _note_failure(organisation: Organisation, username: str) -> None:
    person = Staff.objects.filter(organisation=organisation, username=username).first()
    if person is None:
        return
    with audit.atomic():
        attempts, _new = SignInAttempt.objects.get_or_create(staff=person, defaults={"last_at": clock.now()})
        attempts.failures += 1
        attempts.last_at = clock.now()
        attempts.save()
        if attempts.failures == FREE_FAILURES:  # once a streak: the log is not to be filled by a guesser
            audit.record(
                "staff.refused",
                organisation=organisation,
                actor=person.log_name,
                role="staff",
                why="many_failures",
            )
