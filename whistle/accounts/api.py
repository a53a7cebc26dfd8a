"""Sign-in and unlocking, as the desk's script calls them."""

from datetime import datetime

from django.contrib.auth import logout
from django.http import HttpRequest
from django.middleware.csrf import get_token
from ninja import Router, Schema

from whistle.accounts.models import Staff
from whistle.accounts.services import sessions
from whistle.accounts.services import sign_in as signing_in
from whistle.ui.api import Octets

router = Router(tags=["sign-in"])


class SaltIn(Schema):
    username: str


class SaltOut(Schema):
    salt: Octets


class SignInIn(Schema):
    username: str
    auth: Octets
    code: str


class KeysOut(Schema):
    staff_id: str
    username: str
    name: str
    salt: Octets
    unlock_share: Octets
    wrapped: Octets
    kem_pub: Octets
    sig_pub: Octets
    csrf: str


def own_keys(request: HttpRequest, person: Staff) -> dict[str, object]:
    """Return what the person's browser needs to unlock their keys."""
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
        "csrf": get_token(request),
    }


@router.post("sign-in/salt", response=SaltOut, auth=None)
def salt(request: HttpRequest, sent: SaltIn) -> dict[str, bytes]:
    """Return the salt with which the passphrase of `username` is stretched."""
    return {"salt": signing_in.salt_for(request.organisation, sent.username)}  # type: ignore[attr-defined]


@router.post("sign-in", response=KeysOut, auth=None)
def sign_in(request: HttpRequest, sent: SignInIn) -> dict[str, object]:
    """Open a session and return the wrapped keys."""
    person = signing_in.sign_in(request, request.organisation, sent.username, sent.auth, sent.code)  # type: ignore[attr-defined]
    return own_keys(request, person)


@router.post("sign-out")
def sign_out(request: HttpRequest) -> dict[str, bool]:
    """End the session."""
    sessions.end(request.staff, request.session.session_key or "")  # type: ignore[attr-defined]
    logout(request)
    return {"signed_out": True}


@router.get("unlock", response=KeysOut)
def unlock(request: HttpRequest) -> dict[str, object]:
    """Return the wrapped keys of the person signed in, for a page that was reloaded."""
    return own_keys(request, request.staff)  # type: ignore[attr-defined]


class SessionOut(Schema):
    at: datetime
    ended_at: datetime | None
    here: bool


@router.get("sessions", response=list[SessionOut])
def own_sessions(request: HttpRequest) -> list[dict[str, object]]:
    """Return the person's own sign-ins, newest first."""
    return sessions.listed(request.staff, request.session.session_key or "")  # type: ignore[attr-defined]


@router.post("sessions/end-others")
def end_other_sessions(request: HttpRequest) -> dict[str, int]:
    """Sign the person out everywhere but here."""
    return {"ended": sessions.end_others(request.staff, request.session.session_key or "")}  # type: ignore[attr-defined]
