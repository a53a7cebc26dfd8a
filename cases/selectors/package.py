"""A case as one sealed file: everything a holder of a key needs to open and check it, and nothing readable.

A ZIP with `package.json` (boxes, seals, certificates, roster, the log's entries with their proofs), `items/` (the sealed
octets, as they lie here), `README.txt` and `SHA256SUMS`.  `python -m whistle.client.package` opens it without a server.
"""

import base64
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from typing import Any

from cases.models import Case
from cases.selectors.mailboxes import with_merged
from cases.selectors.sealed import boxes_with_merged
from whistle.accounts import selectors as accounts
from whistle.audit.receipts import Receipt, receipts_of
from whistle.store import blobs
from whistle.store.models import Box, Item, Seal
from whistle.store.services import removals

FORMAT = "whistle-package/1"
README = """This is a case, sealed as it lay with its organisation. Nothing in it can be read without a key.

Who holds a key (a member of staff with the seed of their keys, or the custodians of the recovery key) opens it with

    python -m whistle.client.package THIS.zip --seed SEED --to FOLDER

It checks every signature and every file against its hash. SHA256SUMS lists what belongs here; log/ holds what the
organisation's logs say about the case, which deploy/auditverify.py checks against a published log.
"""


class _Drain(io.RawIOBase):
    """What the ZIP is written to: octets that wait to be sent."""

    def __init__(self) -> None:
        self.waiting = bytearray()

    def writable(self) -> bool:
        """Say that it takes octets."""
        return True

    def write(self, octets: Any) -> int:
        """Take octets."""
        self.waiting += octets
        return len(octets)

    def take(self) -> bytes:
        """Return what waits."""
        octets, self.waiting = bytes(self.waiting), bytearray()
        return octets


def package(case: Case) -> Iterator[bytes]:
    """Yield the octets of the package, without holding more than one part of a file in memory."""
    drain, sums = _Drain(), []
    with zipfile.ZipFile(drain, "w", zipfile.ZIP_STORED) as folder:
        for name, parts in _files(case):
            digest = hashlib.sha256()
            with folder.open(zipfile.ZipInfo(name), "w", force_zip64=True) as file:
                for part in parts:
                    digest.update(part)
                    file.write(part)
                    yield drain.take()
            sums.append(f"{digest.hexdigest()}  {name}\n")
        folder.writestr(zipfile.ZipInfo("SHA256SUMS"), "".join(sums))
    yield drain.take()


def _files(case: Case) -> Iterator[tuple[str, Iterator[bytes]]]:
    boxes = boxes_with_merged(case)
    yield "README.txt", iter([README.encode()])
    yield "package.json", iter([json.dumps(_described(case, boxes), indent=1).encode()])
    references = {*(each.log_ref for each in with_merged(case)), *(box.log_ref for box in boxes)}
    for log in ("desk", "channel"):
        lines = [
            receipt for ref in sorted(references) for receipt in receipts_of(case.organisation, log, ref)
        ]
        yield f"log/{log}.json", iter([json.dumps([_wire(line) for line in lines], indent=1).encode()])
    for item in Item.objects.filter(box__in=boxes, removal=None).order_by("box", "position"):
        yield f"items/{item.item_id}", blobs.stream(item.blob)


def _described(case: Case, boxes: list[Box]) -> dict[str, Any]:
    authors = set(Item.objects.filter(box__in=boxes).exclude(author="").values_list("author", flat=True))
    holders = set(Seal.objects.filter(box__in=boxes).values_list("staff_ref", flat=True)) - {""}
    roster = accounts.roster(case.organisation)
    vouching = accounts.certificates_of(case.organisation, authors | holders)
    return {
        "format": FORMAT,
        "org": case.organisation.ref,
        "name": case.organisation.name,
        "root_key": _b64(case.organisation.root_key or b""),
        "roster": roster and {"document": _b64(roster.document), "signature": _b64(roster.signature)},
        "certificates": [_b64(row.octets) for row in vouching],
        "boxes": [_box(box) for box in boxes],
    }


def _box(box: Box) -> dict[str, Any]:
    return {
        "box_id": box.box_id,
        "kind": box.kind,
        "epoch": box.epoch,
        "nonce": _b64(box.nonce),
        "kem_pub": _b64(box.kem_pub) if box.kem_pub else None,
        "sig_pub": _b64(box.sig_pub),
        "seals": [
            {"key_id": seal.key_id, "epoch": seal.epoch, "holder": seal.holder, "sealed": _b64(seal.sealed)}
            for seal in box.seals.order_by("epoch", "key_id")
        ],
        "items": [_item(item) for item in box.items.select_related("header", "removal").order_by("position")],
    }


def _item(item: Item) -> dict[str, Any]:
    removed = removals.tombstone(item)
    plain = ("item_id", "kind", "epoch", "role", "seq", "item_hash", "size", "author", "author_key")
    return {
        **{name: getattr(item, name) for name in plain},
        "on": item.on_date.isoformat(),
        "at": item.at and item.at.isoformat(),
        "header": None if removed else _b64(item.header.octets),
        "removed": removed and {**removed, "on": removed["on"].isoformat()},
    }


def _wire(receipt: Receipt) -> dict[str, Any]:
    return {name: _plain(value) for name, value in vars(receipt).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return _b64(value)
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value


def _b64(octets: Any) -> str:
    return base64.b64encode(bytes(octets)).decode()
