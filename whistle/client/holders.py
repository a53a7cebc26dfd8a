"""Who rightly holds a box's key: those to whom a holder gave it.  Whoever else the server names is a ghost."""

from typing import Any

from whistle.client.box import Opened
from whistle.client.errors import ClientError
from whistle.client.http import unb64
from whistle.client.trust import Trust
from whistle.vault import vouch
from whistle.vault.item import Kind

Wire = dict[str, Any]


def given(
    trust: Trust, box: Wire, givers: list[str], announced: dict[int, list[bytes]] | None = None
) -> dict[int, set[bytes]]:
    """Return to which keys, by epoch, somebody who held a box's key gave it (`whistle.vault.vouch`)."""
    said = [
        vouch.Vouch(row["epoch"], bytes.fromhex(row["key_id"]), unb64(row["vouch"])) for row in box["vouches"]
    ]
    maker, box_id = unb64(box["sig_pub"]), bytes.fromhex(box["box_id"])
    return vouch.holders(trust.org, box_id, maker, said, trust.signers(givers), announced)


def require_given(trust: Trust, box: Wire, givers: list[str]) -> None:
    """Raise ClientError `client.ghost` when somebody stands as a holder to whom no holder gave the present key."""
    _compare(box, given(trust, box, givers))


def require_announced(trust: Trust, box: Wire, givers: list[str], opened: list[Opened]) -> None:
    """Hold who has a box's present key against what was signed inside it too.

    Raises ClientError `client.ghost`, and `client.hidden` when somebody got the key and is not shown.
    """
    told = announced(opened).get(box["epoch"])
    _compare(box, given(trust, box, givers, {box["epoch"]: told} if told else None))
    shown = {bytes.fromhex(holder["key_id"]) for holder in box["holders"]}
    if told and not set(told) <= shown and not box["rekey_due"]:
        raise ClientError("client.hidden", "somebody got the present key and is not shown as its holder")


def announced(opened: list[Opened]) -> dict[int, list[bytes]]:
    """Return to which keys each new epoch was sealed, as its maker signed it in the box."""
    told = [item.body for item in opened if item.kind == Kind.EVENT and item.body.get("event") == "rekeyed"]
    first_said = reversed(told)  # whoever says it again says nothing
    return {
        int(body["epoch"]): [bytes.fromhex(key) for key in body.get("holders", [])] for body in first_said
    }


def _compare(box: Wire, rightly: dict[int, set[bytes]]) -> None:
    for holder in box["holders"]:
        if bytes.fromhex(holder["key_id"]) not in rightly.get(box["epoch"], set()):
            who = holder.get("name") or holder.get("holder") or holder["key_id"]
            raise ClientError("client.ghost", f"{who} stands as a holder, but no holder gave them the key")
