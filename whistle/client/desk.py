"""An officer without a browser: signs in with a split passphrase, opens, answers, gives keys."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whistle.client import records, removals
from whistle.client.box import Box, File, Opened, Writer
from whistle.client.errors import ClientError
from whistle.client.holders import require_announced
from whistle.client.http import Network, Server, Transport, b64, unb64
from whistle.client.records import Codes, Record
from whistle.client.renewal import READERS, Renewal, seals_of
from whistle.client.reporter import Reporter
from whistle.client.trust import Trust
from whistle.core import clock, hashcash
from whistle.vault import certificate, seal, staff, totp
from whistle.vault.box import maker_box_id
from whistle.vault.errors import VaultError
from whistle.vault.item import Author, Kind
from whistle.vault.keys import StaffKeys


@dataclass(frozen=True)
class Person:
    """What somebody needs to sign in."""

    username: str
    passphrase: str
    totp_secret: str


def person_from(path: Path, username: str) -> Person:
    """Return a person of a demo's people file.  Raises ClientError `client.person` for an unknown one."""
    for row in json.loads(path.read_text()):
        if row["username"] == username:
            return Person(row["username"], row["passphrase"], row["totp_secret"])
    raise ClientError("client.person", f"{username} is not in {path.name}")


class Desk:
    """A signed-in officer with unlocked keys."""

    def __init__(
        self, url: str, person: Person, *, transport: Transport | None = None, root_key: bytes | None = None
    ) -> None:
        shared = transport or Network(url)
        self.server = Server(shared, "/desk/api/")
        channel = Reporter(url, transport=shared, root_key=root_key)
        self.trust: Trust = channel.trust
        self.roster = channel.roster
        self.upload = channel.upload
        self._sign_in(person)

    def _sign_in(self, person: Person) -> None:
        asked = self.server.post("sign-in/salt", {"username": person.username})
        master = staff.master(person.passphrase, unb64(asked["salt"]))
        shown = {
            "username": person.username,
            "auth": b64(staff.auth(master)),
            "code": totp.now(person.totp_secret, clock.now().timestamp()),
            "challenge": asked["work"],
            "work": hashcash.solve(asked["work"], staff.auth(master)),
        }
        given = self.server.post("sign-in", shown)
        self.staff_id: str = given["staff_id"]
        self.server.headers["X-CSRFToken"] = given["csrf"]
        try:
            seed = staff.unwrap(master, unb64(given["unlock_share"]), self.staff_id, unb64(given["wrapped"]))
        except VaultError as error:
            raise ClientError("client.unlock", "the keys the server keeps for you do not open") from error
        self.keys = StaffKeys(seed)

    def cases(self, state: str = "", order: str = "due") -> list[dict[str, Any]]:
        """Return the first 50 rows of the case list, what is due or what is `newest` first."""
        return list(self.server.get(f"cases?state={state}&order={order}")["cases"])

    def declare(self, reference: str, answer: str = "impartial") -> None:
        """Say whether this person is impartial in the case."""
        self.server.post(f"cases/{reference}/declare", {"answer": answer})

    def open(self, reference: str) -> "OpenCase":
        """Return the case, opened and verified; declares impartiality when that was not done."""
        if not self.server.get(f"cases/{reference}")["declared"]:
            self.declare(reference)
        return OpenCase(self, reference)

    def opened(self, reference: str, wire: dict[str, Any]) -> list[Box]:
        """Return the boxes that this person's seals open.

        Keys that a colleague gave are proven by it, or given back when one does not open (ClientError `client.seal`).
        """
        try:
            boxes = [Box.open(self.trust, row, row["seals"], self.keys.kem) for row in wire["boxes"]]
        except ClientError as error:
            if not wire["proven"] and error.code == "client.seal":
                self.server.post(f"cases/{reference}/keys/refused", {})
            raise
        if not wire["proven"]:
            self.server.post(f"cases/{reference}/keys/proven", {})
        return boxes

    def sign_out(self) -> None:
        """End the session."""
        self.server.post("sign-out", {})


class OpenCase:
    """A case whose boxes this person's keys opened."""

    def __init__(self, desk: Desk, reference: str) -> None:
        self.desk, self.reference = desk, reference
        self.refresh()

    def refresh(self) -> None:
        """Fetch and verify everything again."""
        wire = self.desk.server.get(f"cases/{self.reference}/sealed")
        self.wire = wire
        self.card = self.desk.server.get(f"cases/{self.reference}")
        if unb64(wire["root_key"]) != self.desk.trust.root_key:
            raise ClientError("client.root_key", "the server shows another root key than before")
        self.boxes: dict[str, Box] = {}  # of each kind the first
        self.every: dict[str, Box] = {}  # by id: a case that others were merged into has several mailboxes
        self.mailboxes: list[tuple[str, Box]] = []  # one for each reporter, with its id
        opened = self.desk.opened(self.reference, wire)
        for row, box in zip(wire["boxes"], opened, strict=True):
            box.read(row["items"], wire["certificates"])
            require_announced(self.desk.trust, row, wire["givers"], box.opened)
            self.boxes.setdefault(row["kind"], box)
            self.every[row["box_id"]] = box
            if row["kind"] == "mailbox":
                self.mailboxes.append((row["box_id"], box))
        everything = [item for box in opened for item in box.opened]
        # what was removed before a merging stands in the other case's room
        signed = removals.named(everything) if len(self.mailboxes) == 1 else None
        removals.require_told(everything, wire.get("removals", []), signed)

    @property
    def messages(self) -> list[Opened]:
        """The correspondence with each reporter, in order."""
        return [item for _id, box in self.mailboxes for item in box.opened if item.kind == Kind.MESSAGE]

    @property
    def notes(self) -> list[Opened]:
        """The internal notes, in order."""
        room = self.boxes.get("room")
        notes = [item for item in room.opened if item.kind == Kind.NOTE] if room else []
        entered = {row["item_id"] for row in self.wire["records"]}
        return [item for item in notes if item.item_id not in entered]

    @property
    def records(self) -> list[Record]:
        """The newest version of every record.  Raises ClientError `client.record` for one the server misquotes."""
        room = self.boxes.get("room")
        return records.read(self.wire["records"], room.opened if room else [])

    def acknowledge(self, text: str) -> None:
        """Confirm receipt."""
        self._letter("acknowledge", "acknowledgement", text, [])

    def answer(self, text: str, files: list[File] | None = None) -> None:
        """Write to the reporter."""
        self._letter("answer", "answer", text, files or [])

    def give_feedback(self, text: str, *, mailbox: int = 0) -> None:
        """Give a reporter feedback; `mailbox` counts the reporters of a case that others were merged into."""
        self._letter("feedback", "feedback", text, [], mailbox)

    def note(self, text: str) -> None:
        """Write an internal note; the first one opens the room."""
        room, opening = (self.boxes["room"], {}) if "room" in self.boxes else self.new_room()
        items = self._writer(room).letter(Kind.NOTE, {"text": text}, [])
        self._send("room" if opening else "notes", {**opening, "items": items})

    def record(
        self,
        kind: str,
        codes: Codes | None = None,
        *,
        number: int | None = None,
        due_on: str | None = None,
        files: list[File] | None = None,
        **texts: str,
    ) -> int:
        """File a record, or a newer version of record `number`; return its number.

        `texts` are sealed; `codes` and `due_on` (YYYY-MM-DD) are what the server may know, and stand in the sealed part
        too.  The first record or note opens the room.
        """
        room, opening = (self.boxes["room"], {}) if "room" in self.boxes else self.new_room()
        sent = records.draft(self.records, kind, number, codes or {}, due_on)
        items = self._writer(room).letter(Kind.NOTE, records.content(sent, texts), files or [])
        self._send("records", {**opening, **sent, "items": items})
        return int(sent["number"])

    def agree(self, kind: str, number: int = 1, *, agree: bool = True) -> None:
        """Agree, as the second person, to a record that waits for one, or decline it."""
        row = next(each for each in self.records if (each.kind, each.number) == (kind, number))
        place = {"kind": kind, "number": number, "version": row.version}
        self._send("records/agree", {**place, "agree": agree})

    def remove(self, items: list[Opened], ground: str, reason: str) -> int:
        """Ask that one thing's content goes: a message, a note, a record's versions, or a file, named by its card."""
        ids = [item.item_id for item in items]
        ids += [item.body["file"] for item in items if item.kind == Kind.DESCRIPTION]
        return self.record("removal", {"items": sorted(ids), "why": ground}, reason=reason)

    def extend(self, text: str, *, mailbox: int = 0) -> None:
        """Tell a reporter that feedback takes longer; a second person has agreed to the reason."""
        self._letter("extend", "extension", text, [], mailbox)

    def share(self, staff_id: str, until: str | None = None) -> None:
        """Give a colleague the keys of every box, after checking their certificate; `until` a date for advisers."""
        candidates = self.desk.server.get(f"cases/{self.reference}/candidates")
        row = next((row for row in candidates if row["staff_id"] == staff_id), None)
        if row is None:
            raise ClientError("client.person", "this colleague cannot get a key")
        try:
            cert = certificate.read(
                unb64(row["certificate"]),
                self.desk.trust.root_key,
                self.desk.trust.org,
                int(clock.now().timestamp()),
            )
        except VaultError as error:
            raise ClientError("client.certificate", "the colleague's certificate does not hold") from error
        if cert.staff_id.hex() != staff_id or cert.role not in READERS:
            raise ClientError("client.certificate", "the certificate is another person's")
        boxes = [
            {"box_id": box.box_id.hex(), "seals": seals_of(box, cert.kem_pub, self.desk.keys)}
            for box in self.every.values()
        ]
        sent: dict[str, Any] = {"staff_id": staff_id, "boxes": boxes, "until": until}
        if "room" in self.boxes:
            told = {"event": "granted", "staff_id": staff_id, "key_id": cert.key_id.hex()}
            sent["item"] = self._writer(self.boxes["room"]).signed(Kind.EVENT, told)
        self._send("share", sent)

    def name_contact(self, staff_id: str) -> None:
        """Say who is the reporter's contact from now on."""
        self._send("contact", {"staff_id": staff_id})

    def step(self, name: str, **codes: str) -> None:
        """Take or propose a step of the workflow."""
        self._send(f"steps/{name}", {"version": self.card["version"], "codes": codes})

    def decide(self, *, confirm: bool = True) -> None:
        """Confirm or decline the step a colleague proposed."""
        self._send("decide", {"version": self.card["version"], "confirm": confirm})

    def file(self, description: Opened) -> bytes:
        """Return a file's content."""
        box = next(
            (each for _id, each in self.mailboxes if description in each.opened), self.boxes["mailbox"]
        )
        path = f"boxes/{box.box_id.hex()}/items/{description.body['file']}/body"
        return box.file(description, self.desk.server.octets("GET", path))

    def rekey(self) -> None:
        """Make a new key for each box that waits for one, sealed to everybody who holds the present key."""
        boxes, items = [], {}
        renewal = Renewal(self.desk.trust, self.wire, self.desk.keys)
        for row in self.wire["boxes"]:
            if renewal.wanted(row):
                box = self.every[row["box_id"]]
                boxes.append({"box_id": row["box_id"], "seals": renewal.turn(row, box)})
                items[row["box_id"]] = self._writer(box).signed(Kind.EVENT, renewal.announcement(row, box))
        self._send("rekey", {"boxes": boxes, "items": items})

    def new_room(self) -> tuple[Box, dict[str, Any]]:
        """Return a room for this case, sealed to everybody who reads the mailbox, and what to send to open it."""
        trust, keys, nonce = self.desk.trust, self.desk.keys, os.urandom(16)
        mailbox = next(row for row in self.wire["boxes"] if row["kind"] == "mailbox")
        box_id = maker_box_id(trust.org, keys.sig.public, nonce)
        room = Box(trust, box_id, 1, {1: seal.new_box_key()})
        certified = trust.recipients([*self.wire["certificates"], *self.wire["recovery"]])
        wanted = [bytes.fromhex(row["key_id"]) for row in mailbox["holders"] if row["holder"] != "reporter"]
        if missing := [key for key in wanted if key not in certified]:
            raise ClientError(
                "client.certificate", f"{len(missing)} of those who read the mailbox have no certificate"
            )
        seals = [entry for key in wanted for entry in seals_of(room, certified[key].kem_pub, keys)]
        box = {"box_id": box_id.hex(), "nonce": b64(nonce), "sig_pub": b64(keys.sig.public)}
        return room, {"box": box, "seals": seals}

    def _letter(self, act: str, kind: str, text: str, files: list[File], mailbox: int = 0) -> None:
        box_id, box = self.mailboxes[mailbox]
        items = self._writer(box).letter(Kind.MESSAGE, {"type": kind, "text": text}, files)
        self._send(act, {"items": items, "mailbox": box_id})

    def _writer(self, box: Box) -> Writer:
        return box.writer(Author.OFFICER, self.desk.staff_id, self.desk.keys.sig, self.desk.upload)

    def _send(self, path: str, sent: dict[str, Any]) -> None:
        self.desk.server.post(f"cases/{self.reference}/{path}", sent)
        self.refresh()
