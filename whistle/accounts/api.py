"""Sign-in and unlocking, as the desk's script calls them."""

from datetime import datetime
from typing import Any

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from ninja import Router, Schema
from pydantic import Field

from whistle.accounts.models import Staff
from whistle.accounts.requests import StaffRequest
from whistle.accounts.services import devices, gate, passkeys, sessions
from whistle.accounts.services import sign_in as signing_in
from whistle.organisations.requests import OrganisationRequest
from whistle.ui.api import Octets

router = Router(tags=["sign-in"])


class SaltIn(Schema):
    username: str = Field(max_length=60)


class SaltOut(Schema):
    salt: Octets
    work: str


class SignInIn(Schema):
    username: str = Field(max_length=60)
    auth: Octets
    code: str = Field("", max_length=10)
    passkey: dict[str, Any] | None = None
    challenge: str = Field("", max_length=120)
    work: int = 0


class PasskeyIn(Schema):
    passkey: dict[str, Any]


class WayOut(Schema):
    credential_id: Octets
    wrapped: Octets


class KeysOut(Schema):
    staff_id: str
    username: str
    name: str
    salt: Octets
    unlock_share: Octets
    wrapped: Octets
    kem_pub: Octets
    sig_pub: Octets
    passkeys: list[WayOut]
    csrf: str


def own_keys(request: HttpRequest, person: Staff) -> dict[str, object]:
    """Return what the person's browser needs to unlock their keys, by passphrase or by passkey."""
    key = person.key
    return {
        "staff_id": person.ref,
        "username": person.username,
        "name": person.name,
        "salt": bytes(key.salt),
        "unlock_share": bytes(key.unlock_share),
        "wrapped": bytes(key.wrapped),
        "kem_pub": bytes(key.kem_pub),
        "sig_pub": bytes(key.sig_pub),
        "passkeys": [
            {"credential_id": bytes(row.credential_id), "wrapped": bytes(row.wrapped or b"")}
            for row in person.passkeys.exclude(wrapped=None).order_by("id")
        ],
        "csrf": get_token(request),
    }


def _entered(request: HttpRequest, response: HttpResponse) -> None:
    devices.set_cookie(request, response)
    if gate.SHOWN in request.COOKIES:
        gate.forget(response)


@router.post("sign-in/salt", response=SaltOut, auth=None)
def salt(request: OrganisationRequest, sent: SaltIn) -> dict[str, Any]:
    """Return the salt with which the passphrase of `username` is stretched, and the work an attempt must bring."""
    organisation = request.organisation
    return {
        "salt": signing_in.salt_for(organisation, sent.username),
        "work": signing_in.demand(request, organisation, sent.username),
    }


@router.post("sign-in", response=KeysOut, auth=None)
def sign_in(request: OrganisationRequest, response: HttpResponse, sent: SignInIn) -> dict[str, object]:
    """Open a session and return the wrapped keys."""
    attempt = signing_in.Attempt(sent.username, sent.auth, sent.code, sent.passkey, sent.challenge, sent.work)
    person = signing_in.sign_in(request, request.organisation, attempt)
    _entered(request, response)
    return own_keys(request, person)


@router.post("sign-in/challenge", auth=None)
def challenge(request: OrganisationRequest) -> dict[str, str]:
    """Return what a passkey is asked to sign, in base64url."""
    organisation = request.organisation
    return {"challenge": passkeys.challenge_text(organisation)}


@router.post("sign-in/passkey", response=KeysOut, auth=None)
def sign_in_with_passkey(
    request: OrganisationRequest, response: HttpResponse, sent: PasskeyIn
) -> dict[str, object]:
    """Open a session for the owner of a passkey that opens their keys too, and return the wrapped keys."""
    person = signing_in.sign_in_with_passkey(request, request.organisation, sent.passkey)
    _entered(request, response)
    return own_keys(request, person)


@router.post("sign-out")
def sign_out(request: StaffRequest) -> dict[str, bool]:
    """End the session."""
    sessions.end(request.staff, request.session.session_key or "")
    logout(request)
    return {"signed_out": True}


@router.get("unlock", response=KeysOut)
def unlock(request: StaffRequest) -> dict[str, object]:
    """Return the wrapped keys of the person signed in, for a page that was reloaded."""
    return own_keys(request, request.staff)


class SessionOut(Schema):
    at: datetime
    ended_at: datetime | None
    here: bool


@router.get("sessions", response=list[SessionOut])
def own_sessions(request: StaffRequest) -> list[dict[str, object]]:
    """Return the person's own sign-ins, newest first."""
    return sessions.listed(request.staff, request.session.session_key or "")


@router.post("sessions/end-others")
def end_other_sessions(request: StaffRequest) -> dict[str, int]:
    """Sign the person out everywhere but here."""
    return {"ended": sessions.end_others(request.staff, request.session.session_key or "")}
