"""A reporter without a browser: seals, sends, comes back with the code."""

import hashlib
import json
import os
from dataclasses import dataclass
from typing import Any

from whistle.client.box import Box, File, Opened
from whistle.client.errors import ClientError
from whistle.client.holders import require_announced
from whistle.client.http import Network, Server, Transport, b64, unb64
from whistle.client.names import sealed_name
from whistle.client.removals import require_told
from whistle.client.renewal import seals_of
from whistle.client.trust import read_card
from whistle.core import hashcash
from whistle.core.recipients import able, recipients
from whistle.vault import certificate, code, seal
from whistle.vault.box import reporter_box_id
from whistle.vault.certificate import Role
from whistle.vault.errors import VaultError
from whistle.vault.item import Author, Kind
from whistle.vault.keys import ReporterKeys, next_master

PART = 2**20
MOST_WORK = 5  # times work may be asked for: the demand can rise meanwhile


@dataclass
class Sent:
    """What a reporter keeps: the code and the receipt."""

    code: str
    receipt: dict[str, Any]


class Reporter:
    """One organisation's channel, as a reporter's browser uses it."""

    def __init__(
        self, url: str, *, transport: Transport | None = None, root_key: bytes | None = None
    ) -> None:
        self.server = Server(transport or Network(url), "/api/")
        self.card = self.server.get("org.json")
        self.trust, self.roster = read_card(self.card, root_key)

    def report(
        self,
        text: str,
        *,
        files: list[File] | None = None,
        about: list[str] | None = None,
        exclude: list[str] | None = None,
        probe: bool = False,
        answers: dict[str, Any] | None = None,
        name: str = "",
        urgent: bool = False,
    ) -> Sent:
        """Seal a report to those who may read it and send it; return the code and the receipt.

        `answers` are the form's other questions, by code; `name` is sealed apart, so that two people must open it.
        """
        indices = code.new()
        keys = ReporterKeys(code.master(indices, self.trust.org))
        sent = self.compose(
            keys,
            text,
            files=files or [],
            about=about or [],
            exclude=[self.staff_id(who) for who in exclude or []],
            probe=probe,
            answers=answers or {},
            name=name,
        )
        receipt = self._deliver({**sent, "urgent": urgent})["receipt"]
        return Sent(code.digits(indices), receipt)

    def _deliver(self, sent: dict[str, Any]) -> Any:
        """Send a report, with the work that is asked of everybody while very many arrive."""
        for _time in range(MOST_WORK):
            try:
                return self.server.post("reports", sent)
            except ClientError as error:
                if error.code != "report.work":
                    raise
                challenge = str(error.details["challenge"])
                work = hashcash.solve(challenge, bytes.fromhex(sent["box"]["box_id"]))
                sent = {**sent, "challenge": challenge, "work": work}
        return self.server.post("reports", sent)

    def compose(
        self,
        keys: ReporterKeys,
        text: str,
        *,
        files: list[File],
        about: list[str],
        exclude: list[str],
        probe: bool,
        answers: dict[str, Any],
        name: str,
    ) -> dict[str, Any]:
        """Return a report under these keys as it is sent."""
        nonce = os.urandom(16)
        box_id = reporter_box_id(self.trust.org, keys.kem.public, keys.sig.public, nonce)
        box = Box(self.trust, box_id, 1, {1: seal.new_box_key()}, keys.sig.public)
        publics = self._publics(about, exclude, probe=probe)
        message = {
            "type": "report",
            "text": text,
            "about": about,
            "answers": answers,
            "root": certificate.fingerprint(self.trust.root_key).hex(),
        }
        writer = box.writer(Author.REPORTER, "", keys.sig, self.upload)
        return {
            "lookup": b64(keys.lookup),
            "auth": b64(keys.auth),
            "box": {
                "box_id": box_id.hex(),
                "nonce": b64(nonce),
                "kem_pub": b64(keys.kem.public),
                "sig_pub": b64(keys.sig.public),
            },
            "seals": [row for public in [*publics, keys.kem.public] for row in seals_of(box, public, keys)],
            "items": writer.letter(Kind.MESSAGE, message, files),
            "probe": probe,
            "identity": None if probe else self._name(keys, box_id, about, exclude, name),
        }

    def _name(
        self, keys: ReporterKeys, box_id: bytes, about: list[str], exclude: list[str], name: str
    ) -> dict[str, Any] | None:
        certified = self.trust.recipients(self.card["certificates"])
        people = {cert.staff_id.hex(): cert.kem_pub for cert in certified.values()}
        return sealed_name(
            self.trust.org, keys, box_id, able(self.roster, people), people, about, exclude, name
        )

    def mailbox(self, typed: str) -> "Mailbox":
        """Open the mailbox of a code.  Raises ClientError `code.…` before the network for a mistyped one."""
        try:
            master = code.master(code.parse(typed), self.trust.org)
        except VaultError as error:
            raise ClientError(
                error.code, "the code is mistyped: check it against the note you kept"
            ) from error
        return Mailbox(self, ReporterKeys(master), master)

    def upload(self, octets: bytes) -> str:
        """Send sealed octets in parts and return the upload's id; goes on where a broken connection left off."""
        upload: str = self.server.post("uploads", {"size": len(octets)})["upload"]
        offset = 0
        while offset < len(octets):
            part = octets[offset : offset + PART]
            digest = hashlib.sha256(part).hexdigest()
            headers = {"X-Part-SHA256": digest, "Content-Type": "application/octet-stream"}
            try:
                self.server.call("PUT", f"uploads/{upload}?offset={offset}", part, headers)
                offset += len(part)
            except ClientError as error:
                if error.code != "upload.offset":
                    raise
                offset = int(str(error.details["offset"]))
        return upload

    def _publics(self, about: list[str], exclude: list[str], *, probe: bool) -> list[bytes]:
        certified = self.trust.recipients(self.card["certificates"])
        by_person = {
            cert.staff_id.hex(): cert
            for cert in certified.values()
            if cert.role in (Role.READER, Role.ALTERNATE)
        }
        if probe:
            return [cert.kem_pub for cert in certified.values() if cert.role == Role.PROBE]
        chosen = recipients(able(self.roster, by_person), about, exclude)
        if not chosen["readers"]:
            raise ClientError("client.readers", "nobody on the list has a valid certificate")
        recovery = bytes.fromhex(self.roster["recovery"][chosen["recovery"]])
        if recovery not in certified:
            raise ClientError("client.readers", "the recovery key has no valid certificate")
        return [by_person[reader].kem_pub for reader in chosen["readers"]] + [certified[recovery].kem_pub]

    def staff_id(self, who: str) -> str:
        """Return the id of a person on the roster, named by id, by name, or by name with dots (a user name)."""
        for row in [*self.roster["readers"], *self.roster["alternates"]]:
            if who.lower() in (row["staff_id"], row["name"].lower(), row["name"].lower().replace(" ", ".")):
                return str(row["staff_id"])
        raise ClientError("client.person", f"{who} is not on the list of readers")


class Mailbox:
    """A reporter's opened mailbox."""

    def __init__(self, reporter: Reporter, keys: ReporterKeys, master: bytes) -> None:
        self.reporter, self.keys, self.master = reporter, keys, master
        self.code = {"lookup": b64(keys.lookup), "auth": b64(keys.auth)}
        self.refresh()

    def refresh(self) -> None:
        """Fetch and verify everything again."""
        self.wire = self.reporter.server.post("mailbox/open", self.code)
        self.box = Box.open(self.reporter.trust, self.wire["box"], self.wire["seals"], self.keys.kem)
        if self.wire["box"]["kem_pub"] != b64(self.keys.kem.public):
            raise ClientError("client.box", "this mailbox is not yours")
        opened = self.box.read(self.wire["items"], self.wire["certificates"])
        self.messages: list[Opened] = opened
        self._check_epoch(opened)
        self._check_holders(opened)
        self._check_log()
        require_told(opened, self.wire.get("removals", []))  # a release before there were any says nothing

    def _check_epoch(self, opened: list[Opened]) -> None:
        """Refuse a key older than the newest one that was announced in the box."""
        told = [
            item.body for item in opened if item.kind == Kind.EVENT and item.body.get("event") == "rekeyed"
        ]
        if max((int(body["epoch"]) for body in told), default=1) != self.wire["box"]["epoch"]:
            raise ClientError("client.epoch", "the mailbox uses another key than the one that was announced")

    def _check_holders(self, opened: list[Opened]) -> None:
        """Refuse a mailbox with a holder to whom no holder gave the key."""
        wire = self.wire
        shown = [{"key_id": key} for key in wire["holders"]]
        box = {**wire["box"], "vouches": wire["vouches"], "holders": shown, "rekey_due": True}
        require_announced(self.reporter.trust, box, wire["givers"], opened)

    def _check_log(self) -> None:
        """Refuse a mailbox that lacks something the log says was sent, were it the last message."""
        held = {item["item_hash"] for item in self.wire["items"]}
        for receipt in self.wire["receipts"]:
            entry = json.loads(unb64(receipt["entry"]))
            if entry["d"].get("item") not in held:
                day = entry["at"][:10]
                raise ClientError("client.dropped", f"a message you sent {day} is gone from the mailbox")

    def reply(self, text: str, files: list[File] | None = None) -> dict[str, Any]:
        """Write again and return the receipt."""
        return self.write({"type": "message", "text": text}, files=files)

    def write(
        self, content: dict[str, Any], *, files: list[File] | None = None, check: str = ""
    ) -> dict[str, Any]:
        """Write something of its own kind (an answer to minutes, about how one fares …) and return the receipt."""
        writer = self.box.writer(Author.REPORTER, "", self.keys.sig, self.reporter.upload)
        items = writer.letter(Kind.MESSAGE, content, files or [])
        sent = {**self.code, "items": items, "check": check}
        receipt = self.reporter.server.post("mailbox/items", sent)["receipt"]
        self.refresh()
        return dict(receipt)

    def further(self, number: int) -> "Mailbox":
        """Return the `number`-th further mailbox of the same code.  Raises ClientError `mailbox.unknown`."""
        return Mailbox(self.reporter, self._next_keys(number), self.master)

    def retaliation(self, number: int, text: str, exclude: list[str]) -> dict[str, Any]:
        """Report being punished for this report, under the same code, away from `exclude` (staff ids)."""
        answers = {"category": ["G1"]}
        sent = self.reporter.compose(
            self._next_keys(number),
            text,
            files=[],
            about=[],
            exclude=exclude,
            probe=False,
            answers=answers,
            name="",
        )
        return dict(self.reporter.server.post("reports", sent)["receipt"])

    def _next_keys(self, number: int) -> ReporterKeys:
        return ReporterKeys(next_master(self.master, number))

    def file(self, description: Opened) -> bytes:
        """Return a file's content."""
        asked = {**self.code, "item_id": description.body["file"]}
        return self.box.file(description, self.reporter.server.octets("POST", "mailbox/body", asked))
