"""Passkeys (WebAuthn): a second factor, and with the PRF extension a way to open one's keys.

The challenge is signed, dated and good for one answer, so that nothing is kept for people who never come back.  The
site's own name is the relying party; a passkey of one organisation's host is of no use elsewhere.
"""

import base64
import hashlib
import hmac
import json
import os
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest

from whistle.accounts.models import Passkey, SpentChallenge, Staff
from whistle.accounts.services.own import renewed
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.later import later
from whistle.organisations.models import Organisation

webauthn = later("webauthn")

GOOD_FOR = 300  # seconds: time to find the key and touch it
MOST = 8  # of one person
WRAPPED = 104  # octets: the vault's wrapped seed
MADE, SIGNED = "make", "sign"


def challenge(purpose: str, who: str) -> bytes:
    """Return 56 octets: chance, time, and our mark over both for this purpose and organisation or person."""
    body = os.urandom(16) + int(clock.now().timestamp()).to_bytes(8, "big")
    return body + _mark(body, purpose, who)


def challenge_text(organisation: Organisation) -> str:
    """Return a challenge for signing in, as browsers take it."""
    return base64.urlsafe_b64encode(challenge(SIGNED, organisation.ref)).rstrip(b"=").decode()


def for_making(request: HttpRequest, person: Staff) -> dict[str, Any]:
    """Return what the browser asks the authenticator for, in WebAuthn's own JSON."""
    structs = webauthn.helpers.structs
    options = webauthn.generate_registration_options(
        rp_id=_site(request)[0],
        rp_name=person.organisation.name,
        user_id=bytes.fromhex(person.ref),
        user_name=person.username,
        user_display_name=person.name,
        challenge=challenge(MADE, person.ref),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=bytes(row.credential_id))
            for row in person.passkeys.all()
        ],
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
    )
    found: dict[str, Any] = json.loads(webauthn.options_to_json(options))
    return found


def add(
    request: HttpRequest, person: Staff, credential: Mapping[str, Any], label: str, wrapped: bytes | None
) -> Passkey:
    """Keep a passkey the person's browser made.  Raises `passkey.refused`, `passkey.many`, `passkey.label`."""
    if not 0 < len(label.strip()) <= 60:
        raise DomainError("passkey.label")
    if person.passkeys.count() >= MOST:
        raise DomainError("passkey.many", status=409)
    if wrapped is not None and len(wrapped) != WRAPPED:
        raise DomainError("passkey.refused")
    site, origin = _site(request)
    try:
        made = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=_answered(credential, MADE, person.ref),
            expected_rp_id=site,
            expected_origin=origin,
            require_user_verification=True,
        )
        with audit.atomic():
            row = Passkey.objects.create(
                staff=person,
                credential_id=made.credential_id,
                public_key=made.credential_public_key,
                sign_count=made.sign_count,
                label=label.strip(),
                wrapped=wrapped,
                made_at=clock.now(),
            )
            renewed(person, "passkey_added")
    except (webauthn.helpers.exceptions.WebAuthnException, IntegrityError) as error:
        raise DomainError("passkey.refused") from error
    return row


def remove(person: Staff, pk: int) -> None:
    """Forget a passkey of one's own.  Raises `request.absent` for any other."""
    with audit.atomic():
        gone, _each = Passkey.objects.filter(staff=person, pk=pk).delete()
        if not gone:
            raise DomainError("request.absent", status=404)
        renewed(person, "passkey_removed")


def verified(
    request: HttpRequest, organisation: Organisation, assertion: Mapping[str, Any]
) -> Passkey | None:
    """Return the passkey that signed our challenge just now, or None alike for whatever is wrong with it."""
    site, origin = _site(request)
    try:
        row = Passkey.objects.select_related("staff__key", "staff__organisation").get(
            credential_id=webauthn.helpers.base64url_to_bytes(str(assertion["rawId"])),
            staff__organisation=organisation,
        )
        seen = webauthn.verify_authentication_response(
            credential=dict(assertion),
            expected_challenge=_answered(assertion, SIGNED, organisation.ref),
            expected_rp_id=site,
            expected_origin=origin,
            credential_public_key=bytes(row.public_key),
            credential_current_sign_count=row.sign_count,
            require_user_verification=True,
        )
    except (
        Passkey.DoesNotExist,
        webauthn.helpers.exceptions.WebAuthnException,
        DomainError,
        KeyError,
        ValueError,
        TypeError,
    ):
        return None
    Passkey.objects.filter(pk=row.pk).update(sign_count=seen.new_sign_count, used_at=clock.now())
    return row if row.staff.is_active else None


def forget_old_challenges() -> int:
    """Delete challenges that could not be answered any more anyway; return how many."""
    old = clock.now() - timedelta(seconds=2 * GOOD_FOR)
    return SpentChallenge.objects.filter(at__lt=old).delete()[0]


def _answered(credential: Mapping[str, Any], purpose: str, who: str) -> bytes:
    """Return the challenge that was answered, if it is ours, young, and was not answered before."""
    try:
        said = json.loads(webauthn.helpers.base64url_to_bytes(str(credential["response"]["clientDataJSON"])))
        given: bytes = webauthn.helpers.base64url_to_bytes(str(said["challenge"]))
    except (KeyError, ValueError, TypeError) as error:
        raise DomainError("passkey.refused") from error
    body, mark = given[:24], given[24:]
    age = clock.now().timestamp() - int.from_bytes(body[16:], "big")
    if not hmac.compare_digest(mark, _mark(body, purpose, who)) or not 0 <= age + 1 <= GOOD_FOR:
        raise DomainError("passkey.refused")
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(digest=hashlib.sha256(given).hexdigest(), at=clock.now())
    except IntegrityError as error:
        raise DomainError("passkey.refused") from error
    return given


def _site(request: HttpRequest) -> tuple[str, str]:
    return request.get_host().partition(":")[0], f"{request.scheme}://{request.get_host()}"


def _mark(body: bytes, purpose: str, who: str) -> bytes:
    key = settings.SECRET_KEY.encode()
    return hmac.new(key, f"passkey/{purpose}/{who}/".encode() + body, hashlib.sha256).digest()
