"""Certificates and the roster: whose keys the organisation vouches for. README.md, "Certificates"."""

import hashlib
import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from whistle.vault import code, seal, words
from whistle.vault.errors import VaultError
from whistle.vault.keys import (
    KEM_PUBLIC_SIZE,
    SIG_PUBLIC_SIZE,
    SIGNATURE_SIZE,
    KemPair,
    SigPair,
    key_id,
    verify,
)

CERTIFICATE_SIZE = 16 + 4 + 1 + 8 + 8 + 16 + KEM_PUBLIC_SIZE + SIG_PUBLIC_SIZE + SIGNATURE_SIZE


class Role(IntEnum):
    """What a certificate lets its holder be."""

    READER = 1
    ALTERNATE = 2
    IDENTITY_CUSTODIAN = 3
    KEY_CUSTODIAN = 4
    ADVISER = 5
    PROBE = 8
    RECOVERY = 9


_ROLES = frozenset(int(role) for role in Role)


@dataclass(frozen=True)
class Certificate:
    """A certificate that has been checked. Times are seconds since 1970, UTC; `not_after` is included."""

    org: bytes
    serial: int
    role: int
    not_before: int
    not_after: int
    staff_id: bytes
    kem_pub: bytes
    sig_pub: bytes
    raw: bytes

    @property
    def key_id(self) -> bytes:
        """The id of the key that boxes are sealed to, 16 bytes."""
        return key_id(self.kem_pub)

    @property
    def sig_key_id(self) -> bytes:
        """The id of the key that signs what the holder writes, 16 bytes."""
        return key_id(self.sig_pub)


def key_words(org: bytes, staff_id: bytes, kem_pub: bytes, sig_pub: bytes) -> list[int]:
    """Return a person's keys as a code of eight numbers: what they read aloud to the key custodian.

    Seven numbers (90 bits) of a hash over the keys and whose they are, and a check number, shown as words or digits like
    a reporter's code (`whistle.vault.code`).

    >>> key_words(bytes(16), bytes(16), bytes(1216), bytes(32))[:2]
    [5624, 1435]
    """
    digest = hashlib.sha256(b"WBE1/key-words\0" + org + staff_id + kem_pub + sig_pub).digest()
    numbers = [int.from_bytes(digest[at : at + 4], "big") % words.SIZE for at in range(0, 28, 4)]
    return [*numbers, code.check_index(numbers)]


def seal_root(root_seed: bytes, custodian_kem_pub: bytes, org: bytes) -> bytes:
    """Return the root key's seed sealed to a key custodian's own key, as a box's key is (1,168 bytes).

    >>> custodian = KemPair.from_seed(b"c" * 32)
    >>> open_root(seal_root(b"r" * 32, custodian.public, bytes(16)), custodian, bytes(16)) == b"r" * 32
    True
    """
    return seal.seal(root_seed, custodian_kem_pub, org, _root_box(org), 1)


def open_root(sealed: bytes, custodian: KemPair, org: bytes) -> bytes:
    """Return the root key's seed.  Raises VaultError("seal.refused") for another key or organisation."""
    return seal.open(sealed, custodian, org, _root_box(org), 1)


def _root_box(org: bytes) -> bytes:
    return hashlib.sha256(b"WBE1/root-copy\0" + org).digest()[:16]


def _signed_part(raw: bytes) -> bytes:
    return b"WBE1/cert\0" + raw[:-SIGNATURE_SIZE]


def issue(
    ork_sig_pair: SigPair,
    org: bytes,
    serial: int,
    role: int,
    not_before: int,
    not_after: int,
    staff_id: bytes,
    kem_pub: bytes,
    sig_pub: bytes,
) -> bytes:
    """Return a raw certificate, 1,365 bytes, signed with the organisation's root key.

    Raises VaultError("certificate.malformed") when a field has the wrong size or an unknown role.
    """
    lengths = (len(org), len(staff_id), len(kem_pub), len(sig_pub))
    if lengths != (16, 16, KEM_PUBLIC_SIZE, SIG_PUBLIC_SIZE) or role not in _ROLES:
        raise VaultError("certificate.malformed")
    if not 0 < serial < 2**32 or not 0 <= not_before <= not_after < 2**53:
        raise VaultError("certificate.malformed")
    fields = (
        org,
        serial.to_bytes(4, "big"),
        role.to_bytes(1, "big"),
        not_before.to_bytes(8, "big"),
        not_after.to_bytes(8, "big"),
        staff_id,
        kem_pub,
        sig_pub,
    )
    signed = b"".join(fields)
    return signed + ork_sig_pair.sign(b"WBE1/cert\0" + signed)


def _parse(raw: bytes) -> Certificate:
    if len(raw) != CERTIFICATE_SIZE:
        raise VaultError("certificate.malformed")
    sig_from = 53 + KEM_PUBLIC_SIZE
    return Certificate(
        org=raw[0:16],
        serial=int.from_bytes(raw[16:20], "big"),
        role=raw[20],
        not_before=int.from_bytes(raw[21:29], "big"),
        not_after=int.from_bytes(raw[29:37], "big"),
        staff_id=raw[37:53],
        kem_pub=raw[53:sig_from],
        sig_pub=raw[sig_from : sig_from + SIG_PUBLIC_SIZE],
        raw=raw,
    )


def read(raw: bytes, ork_pub: bytes, org: bytes, at: int | None) -> Certificate:
    """Return the certificate if the organisation's root key vouches for it at the time `at`.

    `at` is in seconds since 1970. None leaves the time unchecked: right for showing who wrote an old item,
    never for choosing a recipient. Raises VaultError: "certificate.malformed", ".signature",
    ".organisation", ".role", ".early", ".expired".
    """
    certificate = _parse(raw)
    if not verify(ork_pub, raw[-SIGNATURE_SIZE:], _signed_part(raw)):
        raise VaultError("certificate.signature")
    if certificate.org != org:
        raise VaultError("certificate.organisation")
    if certificate.role not in _ROLES:
        raise VaultError("certificate.role")
    if at is not None and at < certificate.not_before:
        raise VaultError("certificate.early")
    if at is not None and at > certificate.not_after:
        raise VaultError("certificate.expired")
    return certificate


def _roster_message(document: bytes, org: bytes) -> bytes:
    return b"WBE1/roster\0" + org + hashlib.sha256(document).digest()


def sign_roster(ork_sig_pair: SigPair, org: bytes, document: bytes) -> bytes:
    """Return the root key's signature over the roster's bytes (canonical JSON), 64 bytes."""
    return ork_sig_pair.sign(_roster_message(document, org))


def read_roster(document: bytes, signature: bytes, ork_pub: bytes, org: bytes) -> dict[str, Any]:
    """Return the roster that the root key signed, as JSON's objects and arrays.

    Raises VaultError: "roster.signature", "roster.organisation", "roster.malformed". The signature is
    checked before a byte is parsed. That no newer version exists is for the log to show.
    """
    if not verify(ork_pub, signature, _roster_message(document, org)):
        raise VaultError("roster.signature")
    try:
        roster = json.loads(document)
    except ValueError as error:
        raise VaultError("roster.malformed") from error
    if not isinstance(roster, dict) or roster.get("v") != 1:
        raise VaultError("roster.malformed")
    if roster.get("org") != org.hex():
        raise VaultError("roster.organisation")
    return roster


def _leave_message(document: bytes, org: bytes) -> bytes:
    return b"WBE1/leave\0" + org + hashlib.sha256(document).digest()


def sign_leave(ork_sig_pair: SigPair, org: bytes, document: bytes) -> bytes:
    """Return the root key's signature over the word that an organisation has moved (canonical JSON), 64 bytes."""
    return ork_sig_pair.sign(_leave_message(document, org))


def signed_leave(document: bytes, signature: bytes, ork_pub: bytes, org: bytes) -> bool:
    """Return whether the root key signed this word."""
    return verify(ork_pub, signature, _leave_message(document, org))


def fingerprint(ork_pub: bytes) -> bytes:
    """Return the SHA-256 of the root key: what posters print and a report's `root` holds.

    >>> fingerprint(bytes(32)).hex()[:8]
    '66687aad'
    """
    return hashlib.sha256(ork_pub).digest()
