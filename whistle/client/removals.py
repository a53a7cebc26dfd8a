"""What is left where two people removed something: held against the log, and against what colleagues signed."""

import json
from typing import Any

from whistle.client.box import Opened
from whistle.client.errors import ClientError
from whistle.client.http import unb64

ACT = "item.removed"


def require_told(
    opened: list[Opened], receipts: list[dict[str, Any]], signed: set[str] | None = None
) -> None:
    """Raise ClientError `client.buried` for content that is gone and of which the log does not say that it was removed.

    `signed` are the items that removals name which colleagues signed, where they can be seen; None where they cannot.
    """
    entries = [json.loads(unb64(receipt["entry"])) for receipt in receipts]
    logged = {entry["d"].get("item") for entry in entries if entry["act"] == ACT}
    for item in opened:
        if item.removed is None:
            continue
        if item.removed["item_hash"] not in logged or (signed is not None and item.item_id not in signed):
            raise ClientError(
                "client.buried", f"something from {item.on} is gone, and nobody says they removed it"
            )


def named(notes: list[Opened]) -> set[str]:
    """Return the items that removals name, as their authors signed them."""
    found = [note.body["codes"] for note in notes if note.body.get("record") == "removal"]
    return {str(item) for codes in found for item in codes.get("items", [])}
