"""Who gave a key to whom: a holder's signed word, so that no server can slip in a recipient. README.md, "Vouches"."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from whistle.vault.errors import VaultError
from whistle.vault.keys import SIGNATURE_SIZE, SigPair, verify

ID_SIZE = 16
VOUCH_SIZE = ID_SIZE + SIGNATURE_SIZE
FIRST_EPOCH = 1


@dataclass(frozen=True)
class Vouch:
    """One holder's word that `key_id` got the box's key of `epoch`; `octets` as `give` made them."""

    epoch: int
    key_id: bytes
    octets: bytes

    @property
    def giver(self) -> bytes:
        """The id of the giver's own key, 16 bytes."""
        return self.octets[:ID_SIZE]


def give(org: bytes, box_id: bytes, epoch: int, key_id: bytes, giver: bytes, pair: SigPair) -> bytes:
    """Return the giver's word that the holder of `key_id` gets the box's key of `epoch`, 80 bytes.

    `giver` is the id of the giver's own key to the box, `pair` what they sign with.  Raises VaultError("vouch.malformed").

    >>> pair = SigPair.from_seed(bytes(32))
    >>> octets = give(bytes(16), bytes(16), 1, b"r" * 16, b"g" * 16, pair)
    >>> len(octets), holds(bytes(16), bytes(16), Vouch(1, b"r" * 16, octets), pair.public)
    (80, True)
    """
    return giver + pair.sign(_message(org, box_id, epoch, key_id, giver))


def holds(org: bytes, box_id: bytes, vouch: Vouch, sig_pub: bytes) -> bool:
    """Return whether the holder of `sig_pub` gave this word."""
    if len(vouch.octets) != VOUCH_SIZE:
        return False
    message = _message(org, box_id, vouch.epoch, vouch.key_id, vouch.giver)
    return verify(sig_pub, vouch.octets[ID_SIZE:], message)


def holders(
    org: bytes,
    box_id: bytes,
    maker_sig_pub: bytes,
    vouches: Iterable[Vouch],
    certified: Mapping[bytes, bytes],
    announced: Mapping[int, Iterable[bytes]] | None = None,
) -> dict[int, set[bytes]]:
    """Return, by epoch, the ids of the keys that were given the box's key by somebody who held it.

    The box's maker gives the first epoch's; everybody else gives what they hold of the same epoch or of the one before
    it.  `certified` maps the id of a person's or recovery key to what its holder signs with, as the root key
    vouches for it; `maker_sig_pub` is the key that the box's id commits to.  What nobody rightly gave is left out.
    For an epoch in `announced` (what its maker signed inside the box) nothing counts but those keys, and what their
    holders gave on: an earlier holder's word is worth nothing there.
    """
    waiting = sorted(vouches, key=lambda vouch: vouch.epoch)
    found = {epoch: set(keys) for epoch, keys in (announced or {}).items()}
    told = frozenset(found)
    while True:
        left = []
        for vouch in waiting:
            givers = found.get(vouch.epoch, set())
            if vouch.epoch not in told:
                givers = givers | found.get(vouch.epoch - 1, set())
            pubs = [certified[vouch.giver]] if vouch.giver in certified and vouch.giver in givers else []
            if vouch.epoch == FIRST_EPOCH:
                pubs.append(maker_sig_pub)
            if any(holds(org, box_id, vouch, pub) for pub in pubs):
                found.setdefault(vouch.epoch, set()).add(vouch.key_id)
            else:
                left.append(vouch)
        if len(left) == len(waiting):
            return found
        waiting = left


def _message(org: bytes, box_id: bytes, epoch: int, key_id: bytes, giver: bytes) -> bytes:
    if [len(part) for part in (org, box_id, key_id, giver)] != [ID_SIZE] * 4 or not 1 <= epoch < 2**32:
        raise VaultError("vouch.malformed")
    return b"WBE1/vouch\0" + org + box_id + epoch.to_bytes(4, "big") + key_id + giver
