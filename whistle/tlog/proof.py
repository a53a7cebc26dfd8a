"""Inclusion and consistency proofs: making them and checking them. Source: RFC 6962 sections 2.1.1 and 2.1.2.

A checker learns nothing from a proof that does not hold, so every failure is one `ProofError`. The length is
checked before anything is hashed: a proof of the wrong length is refused whatever its hashes are.
"""

from collections.abc import Sequence

from whistle.tlog.errors import ProofError
from whistle.tlog.hashing import HASH_SIZE, node_hash
from whistle.tlog.tree import HashReader, range_hashes, split


def inclusion_ranges(index: int, size: int) -> list[tuple[int, int]]:
    """Return the leaf ranges whose roots prove leaf `index` in a tree of `size`, leaf's side first.

    RFC 6962 section 2.1.1, PATH(m, D[n]).

    >>> inclusion_ranges(2, 7)
    [(3, 4), (0, 2), (4, 7)]
    """
    if not 0 <= index < size:
        raise ProofError("proof.range", f"index {index} in size {size}")
    start, end, found = 0, size, []
    while end - start > 1:
        middle = start + split(end - start)
        if index < middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    return found[::-1]


def consistency_ranges(size1: int, size2: int) -> list[tuple[int, int]]:
    """Return the leaf ranges whose roots prove that the first `size1` leaves were kept. RFC 6962 2.1.2.

    >>> consistency_ranges(3, 7)
    [(2, 3), (3, 4), (0, 2), (4, 7)]
    >>> consistency_ranges(4, 7)
    [(4, 7)]
    """
    if not 0 < size1 <= size2:
        raise ProofError("proof.range", f"from size {size1} to {size2}")
    start, end, found = 0, size2, []
    while end != size1:
        middle = start + split(end - start)
        if size1 <= middle:
            found.append((middle, end))
            end = middle
        else:
            found.append((start, middle))
            start = middle
    if start:  # the old tree is not itself one subtree of the new: its last part must be given
        found.append((start, end))
    return found[::-1]


def prove_inclusion(reader: HashReader, index: int, size: int) -> list[bytes]:
    """Return the hashes that prove leaf `index` in the tree of `size` leaves; at most log2(size) + 1.

    >>> from whistle.tlog.hashing import leaf_hash
    >>> from whistle.tlog.tree import MemoryTree, root_at
    >>> tree = MemoryTree(leaf_hash(bytes([i])) for i in range(7))
    >>> proof = prove_inclusion(tree, 2, 7)
    >>> verify_inclusion(leaf_hash(b"\\x02"), 2, 7, proof, root_at(tree, 7))
    """
    return range_hashes(reader, inclusion_ranges(index, size))


def prove_consistency(reader: HashReader, size1: int, size2: int) -> list[bytes]:
    """Return the hashes that prove the tree of `size1` to be the beginning of the tree of `size2`.

    >>> from whistle.tlog.tree import MemoryTree, root_at
    >>> tree = MemoryTree(bytes([i]) * 32 for i in range(7))
    >>> proof = prove_consistency(tree, 3, 7)
    >>> verify_consistency(3, 7, proof, root_at(tree, 3), root_at(tree, 7))
    """
    return range_hashes(reader, consistency_ranges(size1, size2))


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Return when the leaf stands at `index` of the tree (size, root); else raise ProofError.

    RFC 6962 section 2.1.1. Below the point where the leaf's path and the last leaf's path part, every level
    gives a sibling; above it only those levels do where the path turns right.

    >>> verify_inclusion(bytes(32), 0, 1, [], bytes(32))
    >>> verify_inclusion(bytes(32), 0, 2, [], bytes(32))
    Traceback (most recent call last):
    whistle.tlog.errors.ProofError: proof.length: 0 hashes, 1 expected
    """
    if not 0 <= index < size:
        raise ProofError("proof.range", f"index {index} in size {size}")
    inner = (index ^ (size - 1)).bit_length()
    _expect_length(proof, inner + (index >> inner).bit_count())
    _expect_hashes(leaf_hash, root, *proof)
    node = _climb(leaf_hash, proof[:inner], index)
    for left in proof[inner:]:
        node = node_hash(left, node)
    if node != root:
        raise ProofError("proof.root", "the proof leads to another root")


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Return when the tree (size1, root1) is the beginning of (size2, root2); else raise ProofError.

    RFC 6962 section 2.1.2. `size1` must be at least 1: everything extends the empty tree, so a proof from it
    would say nothing, and a caller who starts from nothing must know that it does.

    >>> verify_consistency(4, 4, [], bytes(32), bytes(32))
    >>> verify_consistency(0, 4, [], bytes(32), bytes(32))
    Traceback (most recent call last):
    whistle.tlog.errors.ProofError: proof.range: from size 0 to 4
    """
    if not 0 < size1 <= size2:
        raise ProofError("proof.range", f"from size {size1} to {size2}")
    if size1 == size2:  # nothing is hashed, so the roots may be of any make: they only have to be one
        _expect_length(proof, 0)
        if root1 != root2:
            raise ProofError("proof.root", "one size, two roots")
        return
    _expect_hashes(root1, root2, *proof)
    last = size1 - 1
    shift = (size1 & -size1).bit_length() - 1
    inner = (last ^ (size2 - 1)).bit_length() - shift
    border = (last >> shift + inner).bit_count()
    whole = size1 == 1 << shift  # the old tree is one complete subtree: its root is the seed
    _expect_length(proof, inner + border + (0 if whole else 1))
    seed, rest = (root1, proof) if whole else (proof[0], proof[1:])
    path = last >> shift
    old, new = seed, _climb(seed, rest[:inner], path)
    for level, sibling in enumerate(rest[:inner]):
        if path >> level & 1:
            old = node_hash(sibling, old)
    for left in rest[inner:]:
        old, new = node_hash(left, old), node_hash(left, new)
    if old != root1 or new != root2:
        raise ProofError("proof.root", "the proof leads to another root")


def _climb(node: bytes, siblings: Sequence[bytes], path: int) -> bytes:
    for level, sibling in enumerate(siblings):
        node = node_hash(sibling, node) if path >> level & 1 else node_hash(node, sibling)
    return node


def _expect_length(proof: Sequence[bytes], expected: int) -> None:
    if len(proof) != expected:
        raise ProofError("proof.length", f"{len(proof)} hashes, {expected} expected")


def _expect_hashes(*hashes: bytes) -> None:
    if any(len(one) != HASH_SIZE for one in hashes):
        raise ProofError("proof.hash", f"a hash is not {HASH_SIZE} bytes")
