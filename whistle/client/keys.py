"""Moving keys without opening a case: handing over, stepping back as the last one, taking a key from somebody.

What is sealed stays sealed here: these acts fetch a case's seals, never its items, and seal the same keys to somebody
else after checking their certificate.
"""

from dataclasses import dataclass, field
from typing import Any

from whistle.client import identity
from whistle.client.box import Box, Writer
from whistle.client.desk import Desk
from whistle.client.errors import ClientError
from whistle.client.http import unb64
from whistle.client.renewal import READERS, Renewal, seals_of
from whistle.core import clock
from whistle.vault import certificate
from whistle.vault.certificate import Certificate
from whistle.vault.errors import VaultError
from whistle.vault.item import Author, Kind

Wire = dict[str, Any]


@dataclass
class HandedOver:
    """What a hand-over did: cases offered to the newcomer, those with a new key, and which failed and why."""

    moved: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class KeyWork:
    """What somebody signed in does with the keys of their cases."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def hand_over(self, leaver: str, newcomer: str, *, impartial: bool = False) -> HandedOver:
        """Offer the newcomer the leaver's place in every case the two of us can reach; safe to begin again.

        The leaver's keys go when the newcomer's client has opened its own (`settle`).  `impartial` says so in each case
        where this person has not yet: another's place only somebody impartial hands over.  A case that cannot be
        handed over (the newcomer is kept out of it, say) is named and the rest go on.
        """
        done = HandedOver()
        for reference in self._left(leaver)["due"]:
            self._try(reference, done, done.renewed, lambda ref: self.rekey(ref))
        for reference in self._left(leaver)["cases"]:
            if impartial and not self.desk.server.get(f"cases/{reference}")["declared"]:
                self.desk.declare(reference)
            self._try(reference, done, done.moved, lambda ref: self._hand_one(ref, leaver, newcomer))
        identity.pass_on(self.desk)  # before the leaver's halves go
        return done

    def settle(self) -> HandedOver:
        """Open every key a colleague has sealed to this person, say that it opens, and make the new keys that follow.

        A key that does not open is given back: this person is off that case, and whoever was to leave stays.
        """
        done = HandedOver()
        for reference in self.desk.server.get("keys/unproven"):
            self._try(reference, done, done.moved, self._prove)
            if reference in done.moved:
                self._try(reference, done, done.renewed, lambda ref: self.rekey(ref))
        identity.pass_on(self.desk)
        return done

    def _prove(self, reference: str) -> None:
        self._open(reference)

    def step_back(self, reference: str, answer: str = "conflict") -> list[str]:
        """Say that this person is not impartial.  The last one with a key first seals the case to the alternates.

        Returns the staff ids of the alternates it was offered to; none while colleagues still hold keys, and none when
        no alternate can get a key: then the case is locked, and waits for one by recovery.
        """
        try:
            self.desk.declare(reference, answer)
            return []
        except ClientError as error:
            if error.code != "habilitet.last":
                raise
        given = self._to_alternates(reference)
        sent: Wire = {"alternates": given} if given else {"lock": True}
        self._post(reference, "declare", {"answer": answer, **sent})
        return [row["staff_id"] for row in given]

    def confirm_transfer(self, reference: str) -> list[str]:
        """Confirm, as the second person, that a case goes to the alternates; return the staff ids of those it is offered to."""
        given = self._to_alternates(reference)
        version = self.desk.server.get(f"cases/{reference}")["version"]
        self._post(reference, "decide", {"version": version, "confirm": True, "alternates": given})
        return [row["staff_id"] for row in given]

    def _to_alternates(self, reference: str) -> list[Wire]:
        wire, boxes = self._open(reference)
        listed = {row["staff_id"] for row in self.desk.roster["alternates"]}
        chosen = [row for row in wire["alternates"] if row["staff_id"] in listed]
        return [
            {"staff_id": row["staff_id"], "boxes": self._to(boxes, self._certified(row))} for row in chosen
        ]

    def revoke(self, reference: str, staff_id: str) -> None:
        """Take a colleague's key to a case, and make the new one that they do not get."""
        self._post(reference, "revoke", {"staff_id": staff_id})
        self.rekey(reference, without=staff_id)

    def rekey(self, reference: str, *, without: str = "") -> None:
        """Make a new key for each box that waits for one, sealed to everybody who holds the present key.

        Who has no certificate in force is left out, and the server takes the case from them; then every box gets a new
        key.  A recovery key that was rotated is replaced by the one on the signed roster, for earlier epochs too.  Raises
        ClientError `client.ghost` for a holder to whom nobody gave the key, `client.stayed` when `without`, a staff id, who
        was to leave, still stands as one.
        """
        wire, boxes = self._open(reference)
        if any(
            holder["staff_id"] == without for row in wire["boxes"] for holder in row["holders"] if without
        ):
            raise ClientError("client.stayed", "whoever lost the key still stands as its holder")
        renewal = Renewal(self.desk.trust, wire, self.desk.keys)
        sent, items = [], {}
        for row, box in zip(wire["boxes"], boxes, strict=True):
            if not renewal.wanted(row):
                continue
            sent.append({"box_id": row["box_id"], "seals": renewal.turn(row, box)})
            items[row["box_id"]] = self._writer(row, box).signed(Kind.EVENT, renewal.announcement(row, box))
        if sent:
            self._post(reference, "rekey", {"boxes": sent, "items": items})

    def _hand_one(self, reference: str, leaver: str, newcomer: str) -> None:
        wire, boxes = self._open(reference)
        row = next((row for row in wire["candidates"] if row["staff_id"] == newcomer), None)
        if row is None:
            raise ClientError("client.person", "the newcomer cannot get a key to this case")
        its = self._certified(row)
        sent: Wire = {"leaver": leaver, "newcomer": newcomer, "boxes": self._to(boxes, its)}
        for said, box in zip(wire["boxes"], boxes, strict=True):
            if said["kind"] == "room":
                told = {"event": "granted", "staff_id": newcomer, "key_id": its.key_id.hex()}
                sent["item"] = self._writer(said, box).signed(Kind.EVENT, told)
        self._post(reference, "hand-over", sent)

    def _open(self, reference: str) -> tuple[Wire, list[Box]]:
        wire = self.desk.server.get(f"cases/{reference}/keys")
        if unb64(wire["root_key"]) != self.desk.trust.root_key:
            raise ClientError("client.root_key", "the server shows another root key than before")
        return wire, self.desk.opened(reference, wire)

    def _certified(self, row: Wire) -> Certificate:
        trust, at = self.desk.trust, int(clock.now().timestamp())
        try:
            read = certificate.read(unb64(row["certificate"]), trust.root_key, trust.org, at)
        except VaultError as error:
            raise ClientError("client.certificate", "the colleague's certificate does not hold") from error
        if read.staff_id.hex() != row["staff_id"] or read.role not in READERS:
            raise ClientError("client.certificate", "the certificate is another person's")
        return read

    def _writer(self, row: Wire, box: Box) -> Writer:
        prev = bytes.fromhex(row["newest"])
        return Writer(box, Author.OFFICER, self.desk.keys.sig, self.desk.upload, row["written"], prev)

    def _left(self, leaver: str) -> Wire:
        found: Wire = self.desk.server.get(f"hand-over/{leaver}")
        return found

    def _post(self, reference: str, path: str, sent: Wire) -> None:
        self.desk.server.post(f"cases/{reference}/{path}", sent)

    def _try(self, reference: str, done: HandedOver, good: list[str], act: Any) -> None:
        try:
            act(reference)
            good.append(reference)
        except ClientError as error:
            if error.code == "client.unreachable":
                raise
            done.refused[reference] = error.code

    def _to(self, boxes: list[Box], its: Certificate) -> list[Wire]:
        keys = self.desk.keys
        return [{"box_id": box.box_id.hex(), "seals": seals_of(box, its.kem_pub, keys)} for box in boxes]
