"""Cosignatures: "at this time, this was the largest tree I had seen". Source: C2SP tlog-cosignature.

Two types: Ed25519 (0x04), which every witness in use understands, and ML-DSA-44 (0x06), which stays safe
against quantum computers and which a log may also use to sign its own checkpoints.
"""

import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey

from whistle.tlog import checkpoint
from whistle.tlog.errors import CheckpointError, NoteError
from whistle.tlog.note import (
    COSIGNATURE_ED25519,
    COSIGNATURE_MLDSA44,
    PublicKey,
    Signature,
    ed25519_holds,
    ed25519_key,
)

TIME = struct.Struct(">Q")
MLDSA44_LABEL = b"subtree/v1\n\x00"
MLDSA44_SIGNATURE = 2420
ED25519_SIGNATURE = 64


def ed25519_message(text: str, at: int) -> bytes:
    """Return what an Ed25519 cosigner signs. C2SP tlog-cosignature "Ed25519 signed message".

    >>> ed25519_message("example.com/log\\n", 1679315147)
    b'cosignature/v1\\ntime 1679315147\\nexample.com/log\\n'
    """
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def mldsa44_message(name: str, text: str, at: int) -> bytes:
    """Return what an ML-DSA-44 cosigner signs. C2SP tlog-cosignature "ML-DSA-44 signed message".

    Raises CheckpointError when `text` is no checkpoint or a name is longer than 255 bytes.
    """
    found = checkpoint.parse(text)
    return b"".join(
        (MLDSA44_LABEL, _counted(name), TIME.pack(at), _counted(found.origin), TIME.pack(0),
         TIME.pack(found.size), found.root)
    )  # fmt: skip


def _counted(text: str) -> bytes:
    raw = text.encode()
    if not 1 <= len(raw) <= 255:
        raise CheckpointError("cosignature.name", "a name of 1 to 255 bytes is needed")
    return bytes([len(raw)]) + raw


def time_of(signature: Signature) -> int:
    """Return the POSIX seconds a cosignature line claims; meaningful only once the line is verified."""
    if len(signature.signature) not in {8 + ED25519_SIGNATURE, 8 + MLDSA44_SIGNATURE}:
        raise NoteError("cosignature.length")
    return int(TIME.unpack(signature.signature[:8])[0])


class Ed25519Cosigner:
    """A witness key of the older type.

    It signs no name, so one key must never serve two witnesses. C2SP tlog-cosignature "Ed25519 signed
    message".
    """

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(name, COSIGNATURE_ED25519, self._key.public_key().public_bytes_raw())

    def sign(self, text: str, at: int) -> bytes:
        """Return time and signature: 72 bytes."""
        return TIME.pack(at) + self._key.sign(ed25519_message(text, at))


class Ed25519CosignatureVerifier:
    """Checks what `Ed25519Cosigner` signs.

    >>> cosigner = Ed25519Cosigner("witness.example", bytes(32))
    >>> line = cosigner.sign("log\\n", 1679315147)
    >>> verifier = Ed25519CosignatureVerifier(cosigner.public)
    >>> verifier.verify("log\\n", line), verifier.verify("gol\\n", line)
    (True, False)
    """

    def __init__(self, public: PublicKey) -> None:
        self.public = public
        self._key = ed25519_key(public)

    def verify(self, text: str, signature: bytes) -> bool:
        """Return whether the signature, with the time it carries, is this key's over `text`."""
        if len(signature) != 8 + ED25519_SIGNATURE or signature[0] >> 7:
            return False
        message = ed25519_message(text, TIME.unpack(signature[:8])[0])
        return ed25519_holds(self._key, signature[8:], message)


class MLDSA44Cosigner:
    """A witness's or a log's post-quantum key; `seed` is the 32 bytes of FIPS 204 key generation."""

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.public = PublicKey(name, COSIGNATURE_MLDSA44, self._key.public_key().public_bytes_raw())

    def sign(self, text: str, at: int) -> bytes:
        """Return time and signature: 2,428 bytes."""
        return TIME.pack(at) + self._key.sign(mldsa44_message(self.public.name, text, at))


class MLDSA44Verifier:
    """Checks what `MLDSA44Cosigner` signs; extension lines are not covered.

    >>> cosigner = MLDSA44Cosigner("witness.example", bytes(32))
    >>> text = checkpoint.Checkpoint("example.com/log", 1, bytes(32)).text()
    >>> MLDSA44Verifier(cosigner.public).verify(text, cosigner.sign(text, 1679315147))
    True
    """

    def __init__(self, public: PublicKey) -> None:
        self.public = public
        try:
            self._key = MLDSA44PublicKey.from_public_bytes(public.raw)
        except ValueError:
            raise NoteError("key.malformed") from None

    def verify(self, text: str, signature: bytes) -> bool:
        """Return whether the signature, with its time, is this key's over the checkpoint in `text`."""
        if len(signature) != 8 + MLDSA44_SIGNATURE or signature[0] >> 7:
            return False
        try:
            message = mldsa44_message(self.public.name, text, TIME.unpack(signature[:8])[0])
            self._key.verify(signature[8:], message)
        except (InvalidSignature, CheckpointError):
            return False
        return True
