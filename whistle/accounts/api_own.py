"""What a person does about their own way in: passkeys, passphrase, their word on secrecy."""

from typing import Any

from django.middleware.csrf import get_token
from ninja import Router, Schema
from pydantic import Field

from whistle.accounts.requests import StaffRequest
from whistle.accounts.services import own, passkeys, secrecy
from whistle.ui.api import Octets

router = Router(tags=["own"])


class PasskeyMadeIn(Schema):
    passkey: dict[str, Any]
    label: str = Field(max_length=60)
    wrapped: Octets | None = None


class PassphraseIn(Schema):
    old_auth: Octets
    auth: Octets
    salt: Octets
    wrapped: Octets


class VersionIn(Schema):
    version: int


class TokenOut(Schema):
    csrf: str


@router.post("passkeys/options")
def passkey_options(request: StaffRequest) -> dict[str, Any]:
    """Return what the browser asks an authenticator for, to make a passkey."""
    return passkeys.for_making(request, request.staff)


@router.post("passkeys", response=TokenOut)
def add_passkey(request: StaffRequest, sent: PasskeyMadeIn) -> dict[str, str]:
    """Keep a passkey; with `wrapped`, the person's seed under its PRF, it opens their keys too."""
    passkeys.add(request, request.staff, sent.passkey, sent.label, sent.wrapped)
    return {"csrf": get_token(request)}


@router.post("passkeys/{pk}/remove", response=TokenOut)
def remove_passkey(request: StaffRequest, pk: int) -> dict[str, str]:
    """Forget a passkey of one's own."""
    passkeys.remove(request.staff, pk)
    return {"csrf": get_token(request)}


@router.post("passphrase", response=TokenOut)
def change_passphrase(request: StaffRequest, sent: PassphraseIn) -> dict[str, str]:
    """Put a new passphrase in the old one's place."""
    new = own.NewPassphrase(sent.old_auth, sent.auth, sent.salt, sent.wrapped)
    own.change_passphrase(request, request.staff, new)
    return {"csrf": get_token(request)}


@router.post("secrecy", response=TokenOut)
def declare_secrecy(request: StaffRequest, sent: VersionIn) -> dict[str, str]:
    """Keep the person's word that what they learn stays secret."""
    secrecy.declare(request.staff, sent.version)
    return {"csrf": get_token(request)}
