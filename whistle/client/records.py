"""Records of a case: sealed content, and the codes and dates beside it that the server may know."""

from dataclasses import dataclass
from typing import Any

from whistle.client.box import Opened
from whistle.client.errors import ClientError

Codes = dict[str, str | list[str]]


@dataclass(frozen=True)
class Record:
    """The newest version of a record, opened and compared with what the server says of it."""

    kind: str
    number: int
    version: int
    codes: Codes
    due_on: str | None
    done_on: str | None
    by: str
    body: dict[str, Any]


def draft(
    known: list[Record], kind: str, number: int | None, codes: Codes, due_on: str | None
) -> dict[str, Any]:
    """Return what is sent in clear of a new record, or of a newer version of record `number`."""
    mine = [each for each in known if each.kind == kind]
    before = next((each for each in mine if each.number == number), None)
    if number is not None and before is None:
        raise ClientError("client.record", f"there is no {kind} {number} on this case")
    return {
        "kind": kind,
        "number": before.number if before else len(mine) + 1,
        "version": before.version + 1 if before else 1,
        "codes": {
            name: value for name, value in {**(before.codes if before else {}), **codes}.items() if value
        },
        "due_on": due_on,
    }


def content(sent: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    """Return the sealed content of a record: what is sent in clear of it, signed, and its texts."""
    said = {name: sent[name] for name in ("number", "version", "codes", "due_on")}
    return {"type": "record", "record": sent["kind"], **said, **texts}


def read(rows: list[dict[str, Any]], opened: list[Opened]) -> list[Record]:
    """Return the newest versions.  Raises ClientError `client.record` where row and signed content differ."""
    by_id = {item.item_id: item for item in opened}
    found = []
    for row in rows:
        item = by_id.get(row["item_id"])
        if item is not None and item.removed is not None:
            continue  # two people removed what it said; the tombstone stands among the notes
        said = item.body if item else {}
        place = (said.get("record"), said.get("number"), said.get("version"), said.get("codes"))
        if item is None or place != (row["kind"], row["number"], row["version"], row["codes"]):
            raise ClientError(
                "client.record", "the server says something else of a record than its author did"
            )
        if row["current"]:
            dates = (row["due_on"], row["done_on"])
            found.append(
                Record(row["kind"], row["number"], row["version"], row["codes"], *dates, row["by"], said)
            )
    return found
