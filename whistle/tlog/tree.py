"""Roots of Merkle trees, and the arithmetic of where a hash stands. Source: RFC 6962 section 2.1.

A *coordinate* (level, index) names the complete subtree over the 2**level leaves that start at
index * 2**level. All input comes through `HashReader`, so every test can use memory.
"""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Protocol

from whistle.tlog.errors import ProofError
from whistle.tlog.hashing import EMPTY_ROOT, NODE_PREFIX, node_hash

Coordinate = tuple[int, int]


class HashReader(Protocol):
    """The only way the proofs reach stored hashes."""

    def read_hashes(self, coordinates: Sequence[Coordinate]) -> list[bytes]:
        """Return the hash of each complete subtree asked for, in the order asked."""
        ...


def root_of(hashes: Iterable[bytes]) -> bytes:
    """Return the root over these leaf hashes, in order; O(n) hashes. RFC 6962 section 2.1.

    Joining neighbours level by level and carrying an odd last one upwards unchanged gives the same tree as
    the RFC's split at the largest power of two. The last item may therefore itself be the root of a smaller
    subtree.

    >>> root_of([]) == EMPTY_ROOT
    True
    >>> a, b, c = (bytes([i]) * 32 for i in range(3))
    >>> root_of([a, b, c]) == node_hash(node_hash(a, b), c)
    True
    """
    level = list(hashes)
    if not level:
        return EMPTY_ROOT
    prefix = NODE_PREFIX
    while len(level) > 1:
        odd = level.pop() if len(level) & 1 else None
        pairs = iter(level)
        # Written out, not node_hash(): the call would cost a third of the time of a million-entry root.
        level = [sha256(prefix + left + right).digest() for left, right in zip(pairs, pairs, strict=True)]
        if odd is not None:
            level.append(odd)
    return level[0]


def split(size: int) -> int:
    """Return the largest power of two smaller than `size` (`size` >= 2). RFC 6962 section 2.1.

    >>> [split(n) for n in (2, 3, 4, 5, 8, 9)]
    [1, 2, 2, 4, 4, 8]
    """
    return 1 << ((size - 1).bit_length() - 1)


def coordinates(start: int, end: int) -> list[Coordinate]:
    """Return the complete subtrees that make up leaves start..end-1, left to right; at most 2*log2 of them.

    >>> coordinates(0, 7)
    [(2, 0), (1, 2), (0, 6)]
    >>> coordinates(4, 4)
    []
    """
    found = []
    while start < end:
        level = (end - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        found.append((level, start >> level))
        start += 1 << level
    return found


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over complete subtrees of falling size, joined from the right; the empty root for none.

    >>> a, b, c = (bytes([i]) * 32 for i in range(3))
    >>> fold([a, b, c]) == node_hash(a, node_hash(b, c))
    True
    """
    if not hashes:
        return EMPTY_ROOT
    root = hashes[-1]
    for left in reversed(hashes[:-1]):
        root = node_hash(left, root)
    return root


def range_hashes(reader: HashReader, ranges: Sequence[tuple[int, int]]) -> list[bytes]:
    """Return MTH(D[start:end]) for each range, with one call to the reader. RFC 6962 section 2.1.

    Each range must be one that the tree's own splits produce: its start a multiple of a power of two that is
    not smaller than its length.
    """
    parts = [coordinates(start, end) for start, end in ranges]
    hashes = iter(reader.read_hashes([coordinate for part in parts for coordinate in part]))
    return [fold([next(hashes) for _ in part]) for part in parts]


def root_at(reader: HashReader, size: int) -> bytes:
    """Return the root of the first `size` leaves; reads at most log2(size) + 1 hashes."""
    return fold(reader.read_hashes(coordinates(0, size)))


class CompactRange:
    """A growing tree remembered by the roots of its complete subtrees only: log2(size) hashes.

    >>> grown = CompactRange()
    >>> leaves = [bytes([i]) * 32 for i in range(5)]
    >>> for leaf in leaves:
    ...     grown.push(leaf)
    >>> grown.size, grown.root() == root_of(leaves), len(grown.peaks)
    (5, True, 2)
    """

    def __init__(self, size: int = 0, peaks: Sequence[bytes] = ()) -> None:
        if size < 0 or len(peaks) != size.bit_count():
            raise ProofError("range.peaks", f"{len(peaks)} peaks for size {size}")
        self.size = size
        self.peaks = list(peaks)

    def push(self, leaf_hash: bytes) -> None:
        """Add one leaf; amortised one hash."""
        node, rest = leaf_hash, self.size
        while rest & 1:
            node = node_hash(self.peaks.pop(), node)
            rest >>= 1
        self.peaks.append(node)
        self.size += 1

    def root(self) -> bytes:
        """Return the root of all leaves pushed so far."""
        return fold(self.peaks)


class MemoryTree:
    """All hashes of a tree, in memory: a `HashReader` for tests, receipts by hand, and small logs.

    >>> tree = MemoryTree(bytes([i]) * 32 for i in range(4))
    >>> tree.read_hashes([(1, 1)]) == [node_hash(b"\\x02" * 32, b"\\x03" * 32)]
    True
    """

    def __init__(self, leaf_hashes: Iterable[bytes] = ()) -> None:
        self._levels: list[list[bytes]] = [[]]
        for leaf in leaf_hashes:
            self.push(leaf)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0])

    def push(self, leaf_hash: bytes) -> None:
        """Add one leaf and every inner node that it completes."""
        node, level = leaf_hash, 0
        while True:
            if level == len(self._levels):
                self._levels.append([])
            row = self._levels[level]
            row.append(node)
            if len(row) & 1:
                return
            node, level = node_hash(row[-2], row[-1]), level + 1

    def read_hashes(self, coordinates: Sequence[Coordinate]) -> list[bytes]:
        """Return the hashes asked for; ProofError when one is not there yet."""
        try:
            return [self._levels[level][index] for level, index in coordinates]
        except IndexError:
            raise ProofError("tree.beyond", f"size {self.size}") from None
