"""The two hashes of a Merkle tree. Source: RFC 6962 section 2.1 (RFC 9162 section 2.1.1 repeats it).

The byte in front keeps leaves and inner nodes apart, so that nobody can pass an inner node off as an entry.
"""

from hashlib import sha256

HASH_SIZE = 32

#: Root of the tree without leaves: the hash of nothing. RFC 6962 section 2.1.
EMPTY_ROOT = sha256(b"").digest()

LEAF_PREFIX = b"\x00"
NODE_PREFIX = b"\x01"


def leaf_hash(entry: bytes) -> bytes:
    """Return the 32-byte hash under which `entry` stands in the tree. RFC 6962 section 2.1.

    >>> leaf_hash(b"").hex()[:16]
    '6e340b9cffb37a98'
    """
    return sha256(LEAF_PREFIX + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return the hash of an inner node from its two children. RFC 6962 section 2.1.

    >>> node_hash(leaf_hash(b""), leaf_hash(b"\\x00")).hex()[:16]
    'fac54203e7cc696c'
    """
    return sha256(NODE_PREFIX + left + right).digest()
