"""Keys: how they are derived, named and used. README.md, "Keys"."""

import hashlib

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey, MLKEM768X25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from whistle.vault.errors import VaultError

SEED_SIZE = 32
KEM_PUBLIC_SIZE = 1216
SIG_PUBLIC_SIZE = 32
SIGNATURE_SIZE = 64
_MLKEM_PUBLIC_SIZE = 1184
_MLKEM_SEED_SIZE = 64


def kdf(ikm: bytes, label: str, n: int = 32) -> bytes:
    """Return `n` bytes derived from `ikm` for the purpose `label`: HKDF-SHA256, empty salt.

    Two labels give unrelated keys. `ikm` must hold at least 256 bits that nobody can guess: passwords
    go through Argon2id first (`code.master`, `staff.master`).

    >>> kdf(bytes(32), "staff/kem").hex()[:16]
    '9bbfce5d7d9c64e1'
    """
    info = b"WBE1/" + label.encode("ascii")
    return HKDF(algorithm=hashes.SHA256(), length=n, salt=None, info=info).derive(ikm)


def key_id(public: bytes) -> bytes:
    """Return the 16-byte name of a public key; the same for both kinds of key.

    >>> key_id(bytes(32)).hex()
    '68eb917ff78c99cd2832cb7a879dd7d1'
    """
    return hashlib.sha256(b"WBE1/key-id\0" + public).digest()[:16]


class KemPair:
    """An X-Wing key pair (ML-KEM-768 with X25519): opens what was sealed to its public key."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise VaultError("key.length")
        # The expansion is X-Wing's own: SHAKE256(seed, 96).
        expanded = hashlib.shake_256(seed).digest(_MLKEM_SEED_SIZE + 32)
        mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:_MLKEM_SEED_SIZE])
        x25519 = X25519PrivateKey.from_private_bytes(expanded[_MLKEM_SEED_SIZE:])
        self.private = MLKEM768X25519PrivateKey(mlkem, x25519)
        #: 1,216 bytes: ML-KEM's 1,184, then X25519's 32
        self.public = mlkem.public_key().public_bytes_raw() + x25519.public_key().public_bytes_raw()

    @classmethod
    def from_seed(cls, seed: bytes) -> "KemPair":
        """Return the pair that 32 secret bytes stand for; always the same.

        Raises VaultError("key.length").
        """
        return cls(seed)


def kem_public(raw: bytes) -> MLKEM768X25519PublicKey:
    """Return the public key object of 1,216 bytes. Raises VaultError("key.malformed")."""
    if len(raw) != KEM_PUBLIC_SIZE:
        raise VaultError("key.malformed")
    try:
        mlkem = MLKEM768PublicKey.from_public_bytes(raw[:_MLKEM_PUBLIC_SIZE])
        x25519 = X25519PublicKey.from_public_bytes(raw[_MLKEM_PUBLIC_SIZE:])
    except ValueError as error:
        raise VaultError("key.malformed") from error
    return MLKEM768X25519PublicKey(mlkem, x25519)


class SigPair:
    """An Ed25519 key pair: says who wrote something."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise VaultError("key.length")
        self._private = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._private.public_key().public_bytes_raw()

    @classmethod
    def from_seed(cls, seed: bytes) -> "SigPair":
        """Return the pair that 32 secret bytes stand for. Raises VaultError("key.length").

        >>> SigPair.from_seed(bytes(32)).public.hex()[:16]
        '3b6a27bcceb6a42d'
        """
        return cls(seed)

    def sign(self, message: bytes) -> bytes:
        """Return the signature of `message`, 64 bytes."""
        return self._private.sign(message)


def verify(public: bytes, signature: bytes, message: bytes) -> bool:
    """Return whether `signature` over `message` was made with the private half of `public`."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class StaffKeys:
    """The two key pairs of a member of staff, both from one 32-byte seed."""

    def __init__(self, seed: bytes) -> None:
        if len(seed) != SEED_SIZE:
            raise VaultError("key.length")
        self.kem = KemPair.from_seed(kdf(seed, "staff/kem"))
        self.sig = SigPair.from_seed(kdf(seed, "staff/sig"))


class ReporterKeys:
    """All that follows from a reporter's code.

    `lookup` (16 bytes) names the mailbox to the server and `auth` (32 bytes) opens its door. Neither
    tells anything about `kem` and `sig`, so the server can open the mailbox for the reporter and still
    read nothing in it.
    """

    def __init__(self, master: bytes) -> None:
        if len(master) != SEED_SIZE:
            raise VaultError("key.length")
        self.lookup = kdf(master, "reporter/lookup", 16)
        self.auth = kdf(master, "reporter/auth")
        self.kem = KemPair.from_seed(kdf(master, "reporter/kem"))
        self.sig = SigPair.from_seed(kdf(master, "reporter/sig"))


def next_master(master: bytes, number: int) -> bytes:
    """Return the secret of the `number`-th further mailbox that one code opens, 32 bytes; the first is 1.

    Nothing the server keeps connects the two: lookup, keys and box ids differ.

    >>> next_master(bytes(32), 1) != next_master(bytes(32), 2)
    True
    """
    return kdf(master, f"reporter/next/{number}")
