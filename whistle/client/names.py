"""A reporter's name, sealed apart: made by the reporter, opened by two people together."""

import json
from collections.abc import Mapping
from typing import Any

from whistle.client.http import b64, unb64
from whistle.core.recipients import identity_holders
from whistle.vault import seal, signed
from whistle.vault.box import identity_id
from whistle.vault.item import Author, Context, Kind, open_item, seal_item
from whistle.vault.keys import ReporterKeys, key_id

EPOCH = 1


def context(org: bytes, box_id: bytes) -> Context:
    """Return the place of the name that belongs to a mailbox."""
    apart = identity_id(box_id)
    return Context(Kind.MESSAGE, org, apart, EPOCH, apart, Author.REPORTER, 1)


def sealed_name(
    org: bytes,
    keys: ReporterKeys,
    box_id: bytes,
    roster: dict[str, Any],
    people: Mapping[str, bytes],
    about: list[str],
    exclude: list[str],
    name: str,
) -> dict[str, Any] | None:
    """Return a name as it is sent; an empty one looks the same.  None where there is nobody to keep it.

    `people` are public keys by staff id.
    """
    custodians, leaders = identity_holders(roster, about, exclude)
    if not custodians or not leaders:
        return None
    key, place = seal.new_box_key(), context(org, box_id)
    content = {"v": 1, "type": "identity" if name else "none", "name": name, "contact": ""}
    octets = signed.sign(place, json.dumps(content).encode(), bytes(32), keys.sig)
    header, body = seal_item(key, place, octets)
    first, second = seal.split(key)
    halves = [("a", first, who) for who in custodians] + [("b", second, who) for who in leaders]
    return {
        "header": b64(header),
        "body": b64(body),
        "halves": [
            {
                "half": half,
                "key_id": key_id(people[who]).hex(),
                "sealed": b64(seal.seal(octets_, people[who], org, identity_id(box_id), EPOCH)),
            }
            for half, octets_, who in halves
        ],
    }


def opened_name(
    org: bytes, box_id: bytes, reporter_sig: bytes, wire: dict[str, str], halves: tuple[bytes, bytes]
) -> dict[str, str]:
    """Return `name` and `contact`, after both halves were put together and the reporter's signature was checked."""
    place = context(org, box_id)
    content = open_item(seal.join(*halves), place, unb64(wire["header"]), unb64(wire["body"]))
    said: dict[str, str] = json.loads(signed.read(place, content, reporter_sig).body)
    return said
