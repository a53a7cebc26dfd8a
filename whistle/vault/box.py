"""The name of a box, which commits to the keys it was made with. README.md, "Boxes"."""

import hashlib


def _commitment(*parts: bytes) -> bytes:
    return hashlib.sha256(b"".join(parts)).digest()[:16]


def reporter_box_id(org: bytes, kem_pub: bytes, sig_pub: bytes, nonce: bytes) -> bytes:
    """Return the 16-byte id of a reporter's mailbox.

    Every seal and item is bound to this id, so a server cannot later pass another key off as the
    reporter's: whoever re-keys the box computes the id again and compares.

    >>> reporter_box_id(bytes(16), bytes(1216), bytes(32), bytes(16)).hex()
    '055c3eb8eb1f7dd5fbfbf7e45aa3cea8'
    """
    return _commitment(b"WBE1/case\0", org, kem_pub, sig_pub, nonce)


def maker_box_id(org: bytes, sig_pub: bytes, nonce: bytes) -> bytes:
    """Return the 16-byte id of a box without a reporter (a room, a notice); it commits to its maker.

    >>> maker_box_id(bytes(16), bytes(32), bytes(16)).hex()
    'da6ccdfcb2a6a2e0b628213a2cdf90f5'
    """
    return _commitment(b"WBE1/box\0", org, sig_pub, nonce)


def identity_id(box_id: bytes) -> bytes:
    """Return the 16-byte id under which the name of a mailbox's reporter is sealed, apart from the mailbox.

    >>> identity_id(bytes(16)).hex()
    '71130430cd2a605ba67f1a541a33857e'
    """
    return _commitment(b"WBE1/identity\0", box_id)
