"""Signed notes: a text, an empty line, and lines that say who signed it. Source: C2SP signed-note.

A note is read strictly: what a lax parser would forgive (another base64 spelling, a stray control character)
would let the same statement exist in two byte strings, and a log must be able to say "these very bytes".
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Protocol

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from whistle.tlog.errors import NoteError

#: Signature types, one byte each. C2SP signed-note "Signature types" and tlog-cosignature "Format".
ED25519 = 0x01
COSIGNATURE_ED25519 = 0x04
COSIGNATURE_MLDSA44 = 0x06

DASH = "\u2014 "
#: C2SP signed-note asks for at least 16; a post-quantum line is 3.3 kB, so 64 stay below the size limit.
MAX_SIGNATURES = 64
MAX_NOTE = 1_000_000


@dataclass(frozen=True)
class PublicKey:
    """Who may sign: a name, a signature type, and the raw public key. C2SP signed-note "Verifier keys"."""

    name: str
    kind: int
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """The four bytes that stand before each signature; an identifier, not a fingerprint to trust."""
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.raw).digest()[:4]

    def __str__(self) -> str:
        material = base64.b64encode(bytes([self.kind]) + self.raw).decode()
        return f"{self.name}+{self.key_id.hex()}+{material}"


def parse_key(text: str) -> PublicKey:
    """Return the key that a vkey string names; NoteError when the parts do not fit each other.

    >>> key = PublicKey("example.com/log", ED25519, bytes(32))
    >>> parse_key(str(key)) == key
    True
    """
    parts = text.strip().split("+", 2)
    if len(parts) != 3 or not valid_name(parts[0]):
        raise NoteError("key.malformed")
    material = decode_base64(parts[2])
    if len(material) < 2:
        raise NoteError("key.malformed")
    key = PublicKey(parts[0], material[0], material[1:])
    if key.key_id.hex() != parts[1]:
        raise NoteError("key.id", "the identifier does not belong to this name and key")
    return key


def valid_name(name: str) -> bool:
    """Return whether `name` may name a key: no space of any kind, no plus. C2SP signed-note "Format".

    >>> valid_name("kontroll.example/vitne"), valid_name("two words"), valid_name("")
    (True, False, False)
    """
    return bool(name) and not any(sign.isspace() or sign == "+" or sign < " " for sign in name)


def decode_base64(text: str) -> bytes:
    """Return the bytes of standard base64 in its one spelling; NoteError for any other.

    The library would accept stray bits in the last sign, which would make a signature line malleable.

    >>> decode_base64("AAE=")
    b'\\x00\\x01'
    >>> decode_base64("AAF=")
    Traceback (most recent call last):
    whistle.tlog.errors.NoteError: note.base64
    """
    try:
        raw = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise NoteError("note.base64") from None
    if base64.b64encode(raw).decode() != text:
        raise NoteError("note.base64")
    return raw


def encode_base64(raw: bytes) -> str:
    """Return the one spelling that `decode_base64` takes."""
    return base64.b64encode(raw).decode()


class Signer(Protocol):
    """A private key that signs note texts; `at` is POSIX seconds, used by the types that carry a time."""

    @property
    def public(self) -> PublicKey: ...

    def sign(self, text: str, at: int) -> bytes: ...


class Verifier(Protocol):
    """A public key that checks one signature over a note's text."""

    @property
    def public(self) -> PublicKey: ...

    def verify(self, text: str, signature: bytes) -> bool: ...


class Ed25519Signer:
    """Signs the note's text itself. C2SP signed-note "Ed25519 signatures".

    >>> signer = Ed25519Signer("example.com/log", bytes(32))
    >>> Ed25519Verifier(signer.public).verify("hello\\n", signer.sign("hello\\n", at=0))
    True
    """

    def __init__(self, name: str, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = PublicKey(name, ED25519, self._key.public_key().public_bytes_raw())

    def sign(self, text: str, at: int) -> bytes:  # the protocol's; this type carries no time
        """Return 64 bytes."""
        return self._key.sign(text.encode())


class Ed25519Verifier:
    """Checks what `Ed25519Signer` signs."""

    def __init__(self, public: PublicKey) -> None:
        self.public = public
        self._key = ed25519_key(public)

    def verify(self, text: str, signature: bytes) -> bool:
        """Return whether `signature` is this key's over `text`."""
        return ed25519_holds(self._key, signature, text.encode())


def ed25519_key(public: PublicKey) -> Ed25519PublicKey:
    """Return the library's key object; NoteError when the bytes are no Ed25519 key."""
    try:
        return Ed25519PublicKey.from_public_bytes(public.raw)
    except ValueError:
        raise NoteError("key.malformed") from None


def ed25519_holds(key: Ed25519PublicKey, signature: bytes, message: bytes) -> bool:
    """Return whether the signature verifies; a wrong length is a signature that does not."""
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


@dataclass(frozen=True)
class Signature:
    """One signature line: who says to have signed, and the bytes after the key's identifier."""

    name: str
    key_id: bytes
    signature: bytes

    def __str__(self) -> str:
        return f"{DASH}{self.name} {base64.b64encode(self.key_id + self.signature).decode()}\n"


@dataclass(frozen=True)
class Note:
    """A note's text with all its signature lines; reading one proves nothing yet."""

    text: str
    signatures: tuple[Signature, ...]

    def __str__(self) -> str:
        return self.text + "\n" + "".join(map(str, self.signatures))


@dataclass(frozen=True)
class Opened:
    """A note of which at least one known key signed the text; `verified` are the lines that hold."""

    text: str
    verified: tuple[Signature, ...]
    unknown: tuple[Signature, ...]


def parse_signature(line: str) -> Signature:
    """Return one signature line, given without its newline. C2SP signed-note "Signatures"."""
    name, _, encoded = line.removeprefix(DASH).partition(" ")
    if not line.startswith(DASH) or not valid_name(name):
        raise NoteError("note.signature_line")
    raw = decode_base64(encoded)
    if len(raw) < 5:
        raise NoteError("note.signature_line")
    return Signature(name, raw[:4], raw[4:])


def parse(raw: bytes) -> Note:
    """Return the parts of a note; NoteError when the bytes are not one. C2SP signed-note "Format".

    >>> note = sign("hello\\n", [Ed25519Signer("example.com/log", bytes(32))], at=0)
    >>> str(parse(str(note).encode())) == str(note)
    True
    """
    if len(raw) > MAX_NOTE:
        raise NoteError("note.size")
    try:
        decoded = raw.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteError("note.utf8") from None
    if any(sign < " " and sign != "\n" for sign in decoded):
        raise NoteError("note.control")
    head, gap, tail = decoded.rpartition("\n\n")
    if not gap or not tail.endswith("\n"):
        raise NoteError("note.malformed")
    lines = tail[:-1].split("\n")
    if len(lines) > MAX_SIGNATURES:
        raise NoteError("note.signatures", "too many")
    return Note(head + "\n", tuple(parse_signature(line) for line in lines))


def sign(text: str, signers: Iterable[Signer], at: int) -> Note:
    """Return `text` signed by every signer; `at` is POSIX seconds. NoteError for text no note can have."""
    if not text.endswith("\n") or any(sign < " " and sign != "\n" for sign in text):
        raise NoteError("note.text")
    lines = [Signature(one.public.name, one.public.key_id, one.sign(text, at)) for one in signers]
    return Note(text, tuple(lines))


def open_note(note: Note | bytes, verifiers: Sequence[Verifier]) -> Opened:
    """Return the note with its holding signatures; NoteError when none of the known keys signed.

    A known key whose line does not hold makes the whole note refused: it was tampered with, or the key is
    misused. Lines of unknown keys are kept apart and mean nothing. C2SP signed-note "Signatures".
    """
    note = parse(note) if isinstance(note, bytes) else note
    known = {(one.public.name, one.public.key_id): one for one in verifiers}
    verified, unknown, seen = [], [], set()
    for line in note.signatures:
        identity = (line.name, line.key_id)
        verifier = known.get(identity)
        if verifier is None:
            unknown.append(line)
            continue
        if not verifier.verify(note.text, line.signature):
            raise NoteError("note.invalid", f"the signature of {line.name} does not hold")
        if identity not in seen:
            verified.append(line)
        seen.add(identity)
    if not verified:
        raise NoteError("note.unsigned", "no known key signed this")
    return Opened(note.text, tuple(verified), tuple(unknown))


def with_signatures(raw: str, lines: Iterable[Signature]) -> str:
    """Return the signed note `raw` with more signature lines; a key that signed already is not added twice.

    >>> log, witness = Ed25519Signer("log", bytes(32)), Ed25519Signer("witness", bytes(32))
    >>> both = sign("hello\\n", [log, witness], at=0)
    >>> with_signatures(str(sign("hello\\n", [log], at=0)), both.signatures) == str(both)
    True
    """
    parsed = parse(raw.encode())
    there = {(line.name, line.key_id) for line in parsed.signatures}
    more = tuple(line for line in lines if (line.name, line.key_id) not in there)
    return str(Note(parsed.text, parsed.signatures + more))
