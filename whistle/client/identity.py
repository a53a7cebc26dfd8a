"""Opening a reporter's name at the desk: one asks, a custodian agrees, and the one who asked puts the halves together."""

import json
import os
from typing import Any

from whistle.client.desk import Desk, OpenCase
from whistle.client.errors import ClientError
from whistle.client.holders import given
from whistle.client.http import b64, unb64
from whistle.client.names import opened_name
from whistle.core import clock
from whistle.vault import certificate, seal, signed
from whistle.vault.box import identity_id
from whistle.vault.certificate import Role
from whistle.vault.errors import VaultError
from whistle.vault.item import Author, Context, Kind, open_item, seal_item
from whistle.vault.keys import key_id

EPOCH = 1
ASKED, ANSWERED = 1, 2  # places in the request's sequence


def ask(case: OpenCase, ground: str, reason: str, told: str) -> str:
    """Ask for the name of a case's reporter, who is told with `told`; return the request's reference."""
    desk, ref, key = case.desk, os.urandom(16), seal.new_box_key()
    wanted = desk.server.get(f"cases/{case.reference}/identity")
    publics = {desk.staff_id: desk.keys.kem.public}
    for row in wanted["custodians"]:
        publics[row["staff_id"]] = _custodian(desk, row)
    box = next(box for box in case.boxes.values() if box.box_id.hex() == wanted["box_id"])
    letter = {"type": "unsealing", "ground": ground, "text": told}
    header, body = _seal(desk, ref, key, ASKED, {"text": reason, "ground": ground, "box": wanted["box_id"]})
    desk.server.post(
        f"cases/{case.reference}/identity",
        {
            "ref": ref.hex(),
            "ground": ground,
            "items": case._writer(box).letter(Kind.MESSAGE, letter, []),
            "reason": {"header": b64(header), "body": b64(body)},
            "keys": [
                {
                    "key_id": key_id(public).hex(),
                    "epoch": EPOCH,
                    "sealed": b64(seal.seal(key, public, desk.trust.org, ref, EPOCH)),
                }
                for public in publics.values()
            ],
        },
    )
    case.refresh()
    return ref.hex()


def pass_on(desk: Desk) -> int:
    """Pass on the halves that this person holds and colleagues of the same kind lack; return how many."""
    done = 0
    for wire in desk.server.get("identity/halves"):
        its = certificate.read(
            unb64(wire["certificate"]), desk.trust.root_key, desk.trust.org, int(clock.now().timestamp())
        )
        custodian = wire["half"] == "a"
        held = given(desk.trust, wire, wire["givers"]).get(wire["epoch"], set())
        fits = its.role == Role.IDENTITY_CUSTODIAN if custodian else its.key_id in held
        if its.staff_id.hex() != wire["staff_id"] or not fits:
            raise ClientError("client.certificate", "half of a key to a name would go to somebody else")
        place = (desk.trust.org, identity_id(bytes.fromhex(wire["box_id"])), EPOCH)
        half = seal.open(unb64(wire["sealed"]), desk.keys.kem, *place)
        sent = {key: wire[key] for key in ("box_id", "half", "staff_id")}
        desk.server.post("identity/halves", {**sent, "sealed": b64(seal.seal(half, its.kem_pub, *place))})
        done += 1
    return done


def reason(desk: Desk, ref: str) -> str:
    """Return why a name was asked for, as a custodian reads it."""
    wire = desk.server.get(f"identity/{ref}")
    said = _open(
        desk, wire, wire["reason_header"], wire["reason_body"], ASKED, wire["asker"], wire["certificates"]
    )
    return str(said["text"])


def agree(desk: Desk, ref: str) -> dict[str, Any]:
    """Give the custodian's half to the one who asked; return `agreed` and `opened`."""
    wire = desk.server.get(f"identity/{ref}")
    half = seal.open(
        unb64(wire["half"]), desk.keys.kem, desk.trust.org, identity_id(bytes.fromhex(wire["box_id"])), EPOCH
    )
    header, body = _seal(desk, bytes.fromhex(ref), _key(desk, wire), ANSWERED, {"half": b64(half)})
    sent = {"agree": True, "half": {"header": b64(header), "body": b64(body)}}
    return dict(desk.server.post(f"identity/{ref}", sent))


def refuse(desk: Desk, ref: str) -> None:
    """Refuse a request."""
    desk.server.post(f"identity/{ref}", {"agree": False})


def name(case: OpenCase, ref: str) -> dict[str, str]:
    """Return the reporter's `name` and `contact`.  Raises ClientError `identity.waiting` until they may be opened."""
    desk = case.desk
    wire = desk.server.get(f"cases/{case.reference}/identity/{ref}")
    box = next(box for box in case.boxes.values() if box.box_id.hex() == wire["box_id"])
    own = seal.open(unb64(wire["half"]), desk.keys.kem, desk.trust.org, identity_id(box.box_id), EPOCH)
    said = _open(
        desk, wire, wire["other_header"], wire["other_body"], ANSWERED, wire["custodian"], wire["custodians"]
    )
    if box.reporter_sig is None:
        raise ClientError("client.box", "this is not a reporter's mailbox")
    return opened_name(desk.trust.org, box.box_id, box.reporter_sig, wire, (own, unb64(said["half"])))


def _custodian(desk: Desk, row: dict[str, Any]) -> bytes:
    at = int(clock.now().timestamp())
    try:
        cert = certificate.read(unb64(row["certificate"]), desk.trust.root_key, desk.trust.org, at)
    except VaultError as error:
        raise ClientError("client.certificate", "a custodian's certificate does not hold") from error
    if cert.staff_id.hex() != row["staff_id"] or cert.role != certificate.Role.IDENTITY_CUSTODIAN:
        raise ClientError("client.certificate", "this is not an identity custodian")
    return cert.kem_pub


def _context(desk: Desk, ref: bytes, seq: int) -> Context:
    return Context(Kind.NOTE, desk.trust.org, ref, EPOCH, ref, Author.OFFICER, seq)


def _key(desk: Desk, wire: dict[str, Any]) -> bytes:
    return seal.open(unb64(wire["key"]), desk.keys.kem, desk.trust.org, bytes.fromhex(wire["ref"]), EPOCH)


def _seal(desk: Desk, ref: bytes, key: bytes, seq: int, content: dict[str, str]) -> tuple[bytes, bytes]:
    place = _context(desk, ref, seq)
    octets = json.dumps({"v": 1, **content}, ensure_ascii=False).encode()
    return seal_item(key, place, signed.sign(place, octets, bytes(32), desk.keys.sig))


def _open(
    desk: Desk, wire: dict[str, Any], header: str, body: str, seq: int, who: str, raw: list[str]
) -> dict[str, str]:
    known = [certificate.read(unb64(one), desk.trust.root_key, desk.trust.org, None) for one in raw]
    place = _context(desk, bytes.fromhex(wire["ref"]), seq)
    content = open_item(_key(desk, wire), place, unb64(header), unb64(body))
    for cert in known:
        if cert.staff_id.hex() == who:
            said: dict[str, str] = json.loads(signed.read(place, content, cert.sig_pub).body)
            return said
    raise ClientError("client.author", "nobody vouches for who wrote this")
