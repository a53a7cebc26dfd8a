"""A passkey is kept for whom it was made, by an answer to our own question, once; without a browser: its answer by hand."""

import hashlib
import json
import os
from base64 import urlsafe_b64encode
from datetime import timedelta
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec

from tests.people.test_people import acts, code_of
from tests.town import Town
from whistle.accounts.models import Passkey
from whistle.accounts.services import passkeys
from whistle.client.desk import Desk
from whistle.core import clock


def url64(octets: bytes) -> str:
    return urlsafe_b64encode(octets).rstrip(b"=").decode()


def made(challenge: str, origin: str = "http://localhost", *, verified: bool = True) -> dict[str, Any]:
    """Return what a browser sends of a new passkey whose owner touched it."""
    point, ident = ec.generate_private_key(ec.SECP256R1()).public_key().public_numbers(), os.urandom(16)
    key = {1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")}
    flags = bytes([0x45 if verified else 0x41])
    site = hashlib.sha256(b"localhost").digest()
    told = site + flags + bytes(4) + bytes(16) + len(ident).to_bytes(2, "big") + ident + cbor2.dumps(key)
    said = {"type": "webauthn.create", "challenge": challenge, "origin": origin, "crossOrigin": False}
    response = {
        "clientDataJSON": url64(json.dumps(said).encode()),
        "attestationObject": url64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": told})),
    }
    return {"id": url64(ident), "rawId": url64(ident), "type": "public-key", "response": response}


def asked(desk: Desk) -> str:
    """Return the challenge of the desk."""
    return str(desk.server.post("passkeys/options", {})["challenge"])


def add(desk: Desk, passkey: dict[str, Any], label: str = "Key ring", **more: object) -> str:
    """Return the code with which the desk refuses a passkey, "" when it is kept."""
    return code_of(desk.server.post, "passkeys", {"passkey": passkey, "label": label, **more})


def test_a_passkey_is_kept_once_and_its_answer_is_good_for_nothing_else(town: Town, other_town: Town) -> None:
    desk = town.desk("ingrid")
    answer = made(asked(desk))

    assert add(desk, answer) == ""
    assert add(desk, answer) == "passkey.refused", "the same answer again"

    stranger, colleague = other_town.desk("anne"), town.desk("amir")
    for who, challenge in ((stranger, asked(desk)), (colleague, asked(desk)), (desk, asked(colleague))):
        assert add(who, made(challenge)) == "passkey.refused", "an answer to somebody else's question"
    signing = passkeys.challenge_text(town.organisation)
    assert add(desk, made(signing)) == "passkey.refused", "an answer to another question"
    assert Passkey.objects.count() == 1
    assert acts(town).count("staff.renewed") == 1


def test_a_passkey_that_did_not_answer_as_it_must_is_not_kept(town: Town) -> None:
    desk = town.desk("ingrid")
    late = asked(desk)
    wrong = {
        "a challenge of one's own": made(url64(os.urandom(56))),
        "a short one": made(url64(os.urandom(24))),
        "another site": made(asked(desk), "https://another.example"),
        "whoever found the key": made(asked(desk), verified=False),
        "nothing": {},
    }
    for name, answer in wrong.items():
        assert add(desk, answer) == "passkey.refused", name
    assert add(desk, made(asked(desk)), wrapped="AAAA") == "passkey.refused", "keys cut short"
    assert add(desk, made(asked(desk)), label="  ") == "passkey.label"
    with clock.standing_at(clock.now() + timedelta(seconds=passkeys.GOOD_FOR + 1)):
        assert add(desk, made(late)) == "passkey.refused", "too late"
    assert not Passkey.objects.exists()
    assert "staff.renewed" not in acts(town)


def test_nobody_has_more_than_eight(town: Town) -> None:
    desk = town.desk("ingrid")
    assert [add(desk, made(asked(desk))) for _ in range(passkeys.MOST)] == [""] * passkeys.MOST

    assert add(desk, made(asked(desk))) == "passkey.many"

    assert Passkey.objects.count() == passkeys.MOST
