"""To whom a box's next key is sealed: what the root key vouches for now decides, never the server's word."""

from typing import Any, Protocol

from whistle.client.box import Box
from whistle.client.errors import ClientError
from whistle.client.holders import require_given
from whistle.client.http import b64, unb64
from whistle.client.trust import Trust
from whistle.core.recipients import recovery_kind
from whistle.vault import certificate, seal, vouch
from whistle.vault.certificate import Role
from whistle.vault.errors import VaultError
from whistle.vault.keys import KemPair, SigPair, key_id

Wire = dict[str, Any]
READERS = (Role.READER, Role.ALTERNATE, Role.ADVISER)


class Giver(Protocol):
    """Whoever holds a box's key and gives it on: staff, a reporter, a recovery key."""

    @property
    def kem(self) -> KemPair:
        """The pair that the box's key is sealed to."""

    @property
    def sig(self) -> SigPair:
        """What the giver signs with."""


class Renewal:
    """What the certificates and the roster of a case say about new keys."""

    def __init__(self, trust: Trust, wire: Wire, giver: Giver) -> None:
        self.trust, self.wire, self.giver = trust, wire, giver
        self.known = trust.recipients([*wire["certificates"], *wire["recovery"]])
        self.roster = _roster(trust, wire)
        self.someone_lapsed = any(self._lapsed(holder) for row in wire["boxes"] for holder in row["holders"])
        self.due = any(row["rekey_due"] for row in wire["boxes"])

    def wanted(self, row: Wire) -> bool:
        """Return whether this box gets a new key now: it waits for one, or somebody lapsed goes from the whole case."""
        return bool(row["rekey_due"] or (self.due and self.someone_lapsed))

    def publics(self, row: Wire) -> list[bytes]:
        """Return the public keys that get the next key of the box.

        Raises ClientError `client.certificate` for a holder whose certificate is another person's, and for a recovery key
        that the roster does not name; `client.ghost` for one to whom no holder gave the present key.
        """
        require_given(self.trust, row, self.wire["givers"])
        return [self._public(row, holder) for holder in row["holders"] if not self._lapsed(holder)]

    def older(self, row: Wire, box: Box) -> list[Wire]:
        """Return seals of earlier epochs for a recovery key that took another's place; none when it is the same."""
        for holder in row["holders"]:
            if holder["holder"] == "recovery":
                public = self._recovery(holder["key_id"])
                epochs = row["recovery_epochs"]
                if key_id(public).hex() != holder["key_id"] and set(epochs) <= set(box.keys):
                    held = Box(box.trust, box.box_id, box.epoch, {epoch: box.keys[epoch] for epoch in epochs})
                    return seals_of(held, public, self.giver)
        return []

    def turn(self, row: Wire, box: Box) -> list[Wire]:
        """Give an opened box its next key, and return what is sealed of it."""
        publics, seals = self.publics(row), self.older(row, box)
        box.epoch += 1
        box.keys = {**box.keys, box.epoch: seal.new_box_key()}
        newest = Box(box.trust, box.box_id, box.epoch, {box.epoch: box.keys[box.epoch]})
        return seals + [entry for public in publics for entry in seals_of(newest, public, self.giver)]

    def announcement(self, row: Wire, box: Box) -> Wire:
        """Return what the event says of an epoch that `turn` made: its number, and to which keys it was sealed."""
        holders = sorted(key_id(public).hex() for public in self.publics(row))
        return {"event": "rekeyed", "epoch": box.epoch, "holders": holders}

    def _lapsed(self, holder: Wire) -> bool:
        return holder["holder"] == "staff" and bytes.fromhex(holder["key_id"]) not in self.known

    def _public(self, row: Wire, holder: Wire) -> bytes:
        if holder["holder"] == "reporter":
            return unb64(row["kem_pub"])
        if holder["holder"] == "recovery":
            return self._recovery(holder["key_id"])
        found = self.known[bytes.fromhex(holder["key_id"])]
        if found.staff_id.hex() != holder["staff_id"] or found.role == Role.RECOVERY:
            raise ClientError("client.certificate", "the certificate is another person's")
        return found.kem_pub

    def _recovery(self, key: str) -> bytes:
        kind = recovery_kind(self.roster, key)
        now = self.roster["recovery"].get(kind) if kind else None
        found = self.known.get(bytes.fromhex(now)) if now else None
        if found is None or found.role != Role.RECOVERY:
            raise ClientError("client.certificate", "the recovery key is not vouched for now")
        return found.kem_pub


def _roster(trust: Trust, wire: Wire) -> Wire:
    said = wire.get("roster") or {"document": "", "signature": ""}
    try:
        return certificate.read_roster(
            unb64(said["document"]), unb64(said["signature"]), trust.root_key, trust.org
        )
    except VaultError as error:
        raise ClientError("client.roster", "the list of readers is not signed by the root key") from error


def seals_of(box: Box, public: bytes, giver: Giver) -> list[Wire]:
    """Return every key of an opened box sealed to `public`, with the giver's word for each, as the API takes them."""
    org, box_id, its, own = box.trust.org, box.box_id, key_id(public), key_id(giver.kem.public)
    return [
        {
            "key_id": its.hex(),
            "epoch": epoch,
            "sealed": b64(seal.seal(octets, public, org, box_id, epoch)),
            "vouch": b64(vouch.give(org, box_id, epoch, its, own, giver.sig)),
        }
        for epoch, octets in sorted(box.keys.items())
    ]
