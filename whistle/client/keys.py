"""Moving keys without opening a case: handing over, stepping back as the last one, taking a key from somebody.

What is sealed stays sealed here: these acts fetch a case's seals, never its items, and seal the same keys to somebody
else after checking their certificate.
"""

from dataclasses import dataclass, field
from typing import Any

from whistle.client.box import Box, Writer
from whistle.client.desk import Desk
from whistle.client.errors import ClientError
from whistle.client.http import b64, unb64
from whistle.core import clock
from whistle.vault import certificate, seal
from whistle.vault.certificate import Certificate, Role
from whistle.vault.errors import VaultError
from whistle.vault.item import Author, Kind
from whistle.vault.keys import key_id

READERS = (Role.READER, Role.ALTERNATE, Role.ADVISER)
Wire = dict[str, Any]


@dataclass
class HandedOver:
    """What a hand-over did: case references, and which could not be handed over and why."""

    moved: list[str] = field(default_factory=list)
    renewed: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)


class KeyWork:
    """What somebody signed in does with the keys of their cases."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def hand_over(self, leaver: str, newcomer: str) -> HandedOver:
        """Put the newcomer in the leaver's place in every case the two of us can reach; safe to begin again.

        A case that cannot be handed over (the newcomer is kept out of it, say) is named and the rest go on.
        """
        done = HandedOver()
        for reference in self._left(leaver)["due"]:
            self._try(reference, done, done.renewed, lambda ref: self.rekey(ref))
        for reference in self._left(leaver)["cases"]:
            self._try(reference, done, done.moved, lambda ref: self._hand_one(ref, leaver, newcomer))
        if leaver != self.desk.staff_id:
            for reference in self._left(leaver)["due"]:
                self._try(reference, done, done.renewed, lambda ref: self.rekey(ref))
        return done

    def step_back(self, reference: str, answer: str = "conflict") -> list[str]:
        """Say that this person is not impartial.  The last one with a key first seals the case to the alternates.

        Returns the staff ids of the alternates who took over; none while colleagues still hold keys.
        """
        try:
            self.desk.declare(reference, answer)
            return []
        except ClientError as error:
            if error.code != "habilitet.last":
                raise
        wire, boxes = self._open(reference)
        listed = {row["staff_id"] for row in self.desk.roster["alternates"]}
        chosen = [row for row in wire["alternates"] if row["staff_id"] in listed]
        if not chosen:
            raise ClientError("client.person", "no alternate recipient can take the case")
        given = [{"staff_id": row["staff_id"], "boxes": _to(boxes, self._certified(row))} for row in chosen]
        self._post(reference, "declare", {"answer": answer, "alternates": given})
        return [row["staff_id"] for row in chosen]

    def revoke(self, reference: str, staff_id: str) -> None:
        """Take a colleague's key to a case, and make the new one that they do not get."""
        self._post(reference, "revoke", {"staff_id": staff_id})
        self.rekey(reference)

    def rekey(self, reference: str) -> None:
        """Make a new key for each box that waits for one, sealed to everybody who holds the present key."""
        wire, boxes = self._open(reference)
        known = self.desk.trust.recipients([*wire["certificates"], *wire["recovery"]])
        sent, items = [], {}
        for row, box in zip(wire["boxes"], boxes, strict=True):
            if not row["rekey_due"]:
                continue
            publics = [_public(row, holder, known) for holder in row["holders"]]
            box.epoch += 1
            box.keys = {**box.keys, box.epoch: seal.new_box_key()}
            newest = Box(box.trust, box.box_id, box.epoch, {box.epoch: box.keys[box.epoch]})
            seals = [entry for public in publics for entry in seals_of(newest, public)]
            sent.append({"box_id": row["box_id"], "seals": seals})
            items[row["box_id"]] = self._writer(row, box).signed(
                Kind.EVENT, {"event": "rekeyed", "epoch": box.epoch}
            )
        if sent:
            self._post(reference, "rekey", {"boxes": sent, "items": items})

    def _hand_one(self, reference: str, leaver: str, newcomer: str) -> None:
        wire, boxes = self._open(reference)
        row = next((row for row in wire["candidates"] if row["staff_id"] == newcomer), None)
        if row is None:
            raise ClientError("client.person", "the newcomer cannot get a key to this case")
        its = self._certified(row)
        sent: Wire = {"leaver": leaver, "newcomer": newcomer, "boxes": _to(boxes, its)}
        for said, box in zip(wire["boxes"], boxes, strict=True):
            if said["kind"] == "room":
                told = {"event": "granted", "staff_id": newcomer, "key_id": its.key_id.hex()}
                sent["item"] = self._writer(said, box).signed(Kind.EVENT, told)
        self._post(reference, "hand-over", sent)

    def _open(self, reference: str) -> tuple[Wire, list[Box]]:
        wire = self.desk.server.get(f"cases/{reference}/keys")
        if unb64(wire["root_key"]) != self.desk.trust.root_key:
            raise ClientError("client.root_key", "the server shows another root key than before")
        trust, pair = self.desk.trust, self.desk.keys.kem
        return wire, [Box.open(trust, row, row["seals"], pair) for row in wire["boxes"]]

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


def seals_of(box: Box, public: bytes) -> list[Wire]:
    """Return every key of an opened box sealed to `public`, as the API takes them."""
    key = key_id(public).hex()
    return [
        {
            "key_id": key,
            "epoch": epoch,
            "sealed": b64(seal.seal(octets, public, box.trust.org, box.box_id, epoch)),
        }
        for epoch, octets in sorted(box.keys.items())
    ]


def _to(boxes: list[Box], its: Certificate) -> list[Wire]:
    return [{"box_id": box.box_id.hex(), "seals": seals_of(box, its.kem_pub)} for box in boxes]


def _public(row: Wire, holder: Wire, known: dict[bytes, Certificate]) -> bytes:
    if holder["holder"] == "reporter":
        return unb64(row["kem_pub"])
    found = known.get(bytes.fromhex(holder["key_id"]))
    if found is None or (holder["holder"] == "recovery") != (found.role == Role.RECOVERY):
        raise ClientError("client.certificate", "a holder of the present key has no valid certificate")
    if holder["holder"] == "staff" and found.staff_id.hex() != holder["staff_id"]:
        raise ClientError("client.certificate", "the certificate is another person's")
    return found.kem_pub
