"""A box as its holder sees it: verified, opened, written to."""

import hashlib
import json
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whistle.client.errors import ClientError
from whistle.client.http import b64, unb64
from whistle.client.trust import Trust
from whistle.vault import seal, signed
from whistle.vault.box import maker_box_id, reporter_box_id
from whistle.vault.errors import VaultError
from whistle.vault.item import Author, Context, Kind, item_hash, open_item, seal_item
from whistle.vault.keys import KemPair, SigPair

SIGNED_KINDS = (Kind.MESSAGE, Kind.DESCRIPTION, Kind.NOTE, Kind.EVENT)
NO_ITEM = bytes(32)


@dataclass(frozen=True)
class Opened:
    """An item after all checks: who wrote it, when (a date), and what."""

    item_id: str
    kind: int
    role: int
    author: str  # staff id, or "" for the reporter
    on: str
    body: dict[str, Any]
    removed: dict[str, Any] | None = None  # two people removed its content; `body` is empty


@dataclass
class File:
    """A file to send."""

    name: str
    mime: str
    octets: bytes

    @classmethod
    def at(cls, path: Path) -> "File":
        """Return the file at a path."""
        return cls(path.name, "application/octet-stream", path.read_bytes())


@dataclass
class Box:
    """An opened box; `keys` are its keys by epoch."""

    trust: Trust
    box_id: bytes
    epoch: int
    keys: dict[int, bytes]
    reporter_sig: bytes | None = None
    items: list[dict[str, Any]] = field(default_factory=list)
    opened: list[Opened] = field(default_factory=list)

    @classmethod
    def open(cls, trust: Trust, wire: dict[str, Any], seals: list[dict[str, Any]], pair: KemPair) -> "Box":
        """Return the box whose keys are sealed to `pair`.

        Raises ClientError `client.box` when its id does not commit to the keys shown, `client.seal` when the
        seals do not open.
        """
        box_id, sig_pub, nonce = bytes.fromhex(wire["box_id"]), unb64(wire["sig_pub"]), unb64(wire["nonce"])
        kem_pub = unb64(wire["kem_pub"]) if wire.get("kem_pub") else None
        expected = (
            reporter_box_id(trust.org, kem_pub, sig_pub, nonce)
            if kem_pub
            else maker_box_id(trust.org, sig_pub, nonce)
        )
        if expected != box_id:
            raise ClientError("client.box", "this box does not belong to the keys the server shows for it")
        try:
            keys = {
                row["epoch"]: seal.open(unb64(row["sealed"]), pair, trust.org, box_id, row["epoch"])
                for row in seals
            }
        except VaultError as error:
            raise ClientError("client.seal", "your key does not open this box") from error
        if wire["epoch"] not in keys:
            raise ClientError("client.seal", "you hold no key to this box")
        return cls(trust, box_id, wire["epoch"], keys, sig_pub if kem_pub else None)

    def read(self, items: list[dict[str, Any]], certificates: list[str]) -> list[Opened]:
        """Open and check every signed item, in the server's order.

        Raises ClientError naming what is wrong: `client.item` (changed, or of another place), `client.author`
        (not signed by whom it says), `client.chain` (an item is missing or out of order).
        """
        writers = self.trust.writers(certificates)
        seen = [NO_ITEM]
        self.items = items
        for wire in items:
            context = self._context(wire)
            digest = bytes.fromhex(wire["item_hash"])
            if wire.get("removed"):
                self._note_removed(wire)
            elif wire["kind"] in SIGNED_KINDS:
                prev = self._open_signed(wire, context, digest, writers)
                if prev not in seen:
                    raise ClientError("client.chain", "a message is missing, or the order was changed")
            seen.append(digest)
        self._check_numbers()
        return self.opened

    def file(self, description: Opened, body: bytes) -> bytes:
        """Return the content of the file that an item of kind 3 describes."""
        if description.removed:
            raise ClientError("client.removed", "the file was removed, and nobody can open it")
        wire = next(item for item in self.items if item["item_id"] == description.body["file"])
        try:
            content = open_item(self.keys[wire["epoch"]], self._context(wire), unb64(wire["header"]), body)
        except VaultError as error:
            raise ClientError("client.item", "the file is damaged") from error
        if hashlib.sha256(content).hexdigest() != description.body["sha256"]:
            raise ClientError("client.item", "the file is not the one that was sent")
        return content

    def writer(self, role: int, author: str, pair: SigPair, upload: Callable[[bytes], str]) -> "Writer":
        """Return a writer that continues where `author` left off."""
        own = [
            item["seq"]
            for item in self.items
            if item["role"] == role and (item.get("author") or "") == author
        ]
        prev = bytes.fromhex(self.items[-1]["item_hash"]) if self.items else NO_ITEM
        return Writer(self, role, pair, upload, max(own, default=0), prev)

    def _context(self, wire: dict[str, Any]) -> Context:
        return Context(
            wire["kind"],
            self.trust.org,
            self.box_id,
            wire["epoch"],
            bytes.fromhex(wire["item_id"]),
            wire["role"],
            wire["seq"],
        )

    def _open_signed(
        self, wire: dict[str, Any], context: Context, digest: bytes, writers: dict[bytes, Any]
    ) -> bytes:
        if wire["body"] is None or wire["epoch"] not in self.keys:
            raise ClientError("client.item", "a message is damaged or missing")
        header, body = unb64(wire["header"]), unb64(wire["body"])
        author = ""
        expected = self.reporter_sig
        if wire["role"] == Author.OFFICER:
            known = writers.get(bytes.fromhex(wire["author_key"] or ""))
            if known is None or known.staff_id.hex() != wire["author"]:
                raise ClientError(
                    "client.author", "a message is from somebody the root key does not vouch for"
                )
            author, expected = wire["author"], known.sig_pub
        if expected is None:
            raise ClientError("client.author", "a message is from nobody who may write here")
        try:
            if item_hash(context, header, body) != digest:
                raise ClientError("client.item", "a message is not the one that stands in the log")
            read = signed.read(context, open_item(self.keys[wire["epoch"]], context, header, body), expected)
        except VaultError as error:
            code = "client.author" if error.code.startswith("signed.") else "client.item"
            raise ClientError(code, "a message was changed or does not belong here") from error
        content = json.loads(read.body)
        self.opened.append(Opened(wire["item_id"], wire["kind"], wire["role"], author, wire["on"], content))
        return read.prev

    def _note_removed(self, wire: dict[str, Any]) -> None:
        """Keep the tombstone in its place; that it is one rightly, whoever asks the log checks (`require_logged`)."""
        removed = {**wire["removed"], "size": wire["size"], "item_hash": wire["item_hash"]}
        author = wire.get("author") or ""
        self.opened.append(
            Opened(wire["item_id"], wire["kind"], wire["role"], author, wire["on"], {}, removed)
        )

    def _check_numbers(self) -> None:
        counted: dict[tuple[int, str], int] = {}
        for wire in self.items:
            who = (wire["role"], wire.get("author") or "")
            counted[who] = counted.get(who, 0) + 1
            if wire["seq"] != counted[who]:
                raise ClientError("client.chain", "a message is missing, or the order was changed")


@dataclass
class Writer:
    """Seals and signs the next items of one author in one box."""

    box: Box
    role: int
    pair: SigPair
    upload: Callable[[bytes], str]
    seq: int
    prev: bytes

    def letter(self, kind: int, body: dict[str, Any], files: list[File]) -> list[dict[str, Any]]:
        """Return the wire items of a text with its files: contents, descriptions, then the text itself."""
        contents = [self._raw(file) for file in files]  # numbered in the order they are sent
        descriptions = [
            self.signed(Kind.DESCRIPTION, _description(file, content["item_id"]))
            for file, content in zip(files, contents, strict=True)
        ]
        names = {"files": [item["item_id"] for item in descriptions]} if files else {}
        return [*contents, *descriptions, self.signed(kind, {**body, **names})]

    def signed(self, kind: int, body: dict[str, Any]) -> dict[str, Any]:
        """Return one signed, sealed item."""
        item_id, context = self._next(kind)
        octets = json.dumps({"v": 1, **body}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        content = signed.sign(context, octets, self.prev, self.pair)
        header, sealed = seal_item(self.box.keys[self.box.epoch], context, content)
        return self._wire(item_id, context, header, body=b64(sealed))

    def _raw(self, file: File) -> dict[str, Any]:
        item_id, context = self._next(Kind.ATTACHMENT)
        header, sealed = seal_item(self.box.keys[self.box.epoch], context, file.octets)
        return self._wire(item_id, context, header, upload=self.upload(sealed))

    def _next(self, kind: int) -> tuple[bytes, Context]:
        self.seq += 1
        item_id = os.urandom(16)
        return item_id, Context(
            kind, self.box.trust.org, self.box.box_id, self.box.epoch, item_id, self.role, self.seq
        )

    @staticmethod
    def _wire(item_id: bytes, context: Context, header: bytes, **rest: str) -> dict[str, Any]:
        return {
            "item_id": item_id.hex(),
            "kind": context.kind,
            "epoch": context.epoch,
            "role": context.role,
            "seq": context.seq,
            "header": b64(header),
            **rest,
        }


def _description(file: File, item_id: str) -> dict[str, Any]:
    return {
        "file": item_id,
        "name": file.name,
        "type": file.mime,
        "size": len(file.octets),
        "sha256": hashlib.sha256(file.octets).hexdigest(),
    }
