"""A box key, sealed to one recipient: 1,168 bytes. README.md, "Seals"."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hpke

from whistle.vault.errors import VaultError
from whistle.vault.keys import KemPair, kem_public, key_id

BOX_KEY_SIZE = 32
SEAL_SIZE = 1168

_SUITE = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)


def new_box_key() -> bytes:
    """Return a fresh box key, 32 random bytes; one per box and epoch."""
    return secrets.token_bytes(BOX_KEY_SIZE)


def _info(recipient_pub: bytes, org: bytes, box_id: bytes, epoch: int) -> bytes:
    if len(org) != 16 or len(box_id) != 16 or not 1 <= epoch < 2**32:
        raise VaultError("seal.context")
    return b"WBE1/seal\0" + org + box_id + epoch.to_bytes(4, "big") + key_id(recipient_pub)


def seal(box_key: bytes, recipient_pub: bytes, org: bytes, box_id: bytes, epoch: int) -> bytes:
    """Return `box_key` sealed to the holder of `recipient_pub`, 1,168 bytes; different every time.

    Anybody can make a seal: it says nothing about who made it. Check the recipient's certificate first.
    Raises VaultError("key.malformed", "seal.context").

    >>> pair = KemPair.from_seed(bytes(32))
    >>> sealed = seal(bytes(32), pair.public, bytes(16), bytes(16), epoch=1)
    >>> len(sealed), open(sealed, pair, bytes(16), bytes(16), epoch=1) == bytes(32)
    (1168, True)
    """
    if len(box_key) != BOX_KEY_SIZE:
        raise VaultError("seal.context")
    info = _info(recipient_pub, org, box_id, epoch)
    try:
        return _SUITE.encrypt(box_key, kem_public(recipient_pub), info)
    except ValueError as error:  # an X25519 part of low order has no shared secret
        raise VaultError("key.malformed") from error


def open(sealed: bytes, kem_pair: KemPair, org: bytes, box_id: bytes, epoch: int) -> bytes:
    """Return the box key, 32 bytes.

    Raises VaultError("seal.refused") alike for another's seal, another box or epoch, and changed bytes.
    """
    info = _info(kem_pair.public, org, box_id, epoch)
    try:
        box_key = _SUITE.decrypt(sealed, kem_pair.private, info)
    except (InvalidTag, ValueError) as error:
        raise VaultError("seal.refused") from error
    if len(sealed) != SEAL_SIZE or len(box_key) != BOX_KEY_SIZE:
        raise VaultError("seal.refused")
    return box_key


def split(key: bytes) -> tuple[bytes, bytes]:
    """Return two halves that give `key` together and nothing apart (for the identity box: two people).

    >>> join(*split(b"k" * 32)) == b"k" * 32
    True
    """
    half = secrets.token_bytes(len(key))
    return half, join(key, half)


def join(half: bytes, other: bytes) -> bytes:
    """Return the key of which `half` and `other` are the halves. Raises VaultError("seal.halves")."""
    if len(half) != len(other):
        raise VaultError("seal.halves")
    return bytes(a ^ b for a, b in zip(half, other, strict=True))
