"""Where the hashes and entries of a log lie as files, and how entries are packed. Source: C2SP tlog-tiles.

Level 0 holds leaf hashes; each hash of level L + 1 is the root over one full tile of level L. A tile that is
not yet full is *partial* and carries its width in its name. `tile_writer` writes these files, `tile_reader`
reads them.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass

from whistle.tlog.errors import TileError

TILE_WIDTH = 256
TILE_HEIGHT = 8
ENTRIES = "entries"
CHECKPOINT = "checkpoint"

#: The prefix of an entry is a uint16. C2SP tlog-tiles "Log entries".
MAX_ENTRY = 65_535
LENGTH = struct.Struct(">H")


@dataclass(frozen=True)
class Tile:
    """One file of a log: a level (or "entries"), a number within it, and how much of it is there."""

    level: int | str
    number: int
    width: int = TILE_WIDTH

    def path(self) -> str:
        """Return the path below the log's directory. C2SP tlog-tiles "Merkle Tree".

        >>> Tile(0, 1234067).path(), Tile("entries", 5, 17).path()
        ('tile/0/x001/x234/067', 'tile/entries/005.p/17')
        """
        path = f"tile/{self.level}/{number_path(self.number)}"
        return path if self.width == TILE_WIDTH else f"{path}.p/{self.width}"


def number_path(number: int) -> str:
    """Return a tile's number in groups of three digits, all but the last behind an x.

    >>> number_path(7), number_path(1000)
    ('007', 'x001/000')
    """
    groups = [f"{number % 1000:03d}"]
    while number := number // 1000:
        groups.insert(0, f"x{number % 1000:03d}")
    return "/".join(groups)


def width_at(level: int, number: int, size: int) -> int:
    """Return how many hashes tile `number` of `level` has in a tree of `size`: 0 (no such tile) to 256.

    >>> [width_at(0, 273, 70_000), width_at(1, 1, 70_000), width_at(2, 0, 70_000), width_at(0, 274, 70_000)]
    [112, 17, 1, 0]
    """
    return max(0, min(TILE_WIDTH, (size >> TILE_HEIGHT * level) - number * TILE_WIDTH))


def right_edge(size: int) -> list[int]:
    """Return the width of the last, partial tile of each level of a tree of `size`, level 0 first.

    >>> right_edge(70_000), right_edge(256), right_edge(0)
    ([112, 17, 1], [0, 1], [])
    """
    widths = []
    while size:
        widths.append(size % TILE_WIDTH)
        size //= TILE_WIDTH
    return widths


def pack(entry: bytes) -> bytes:
    """Return an entry with its length in front, as it stands in a bundle.

    >>> pack(b"ab")
    b'\\x00\\x02ab'
    """
    if len(entry) > MAX_ENTRY:
        raise TileError("entry.size", f"{len(entry)} bytes, {MAX_ENTRY} allowed")
    return LENGTH.pack(len(entry)) + entry


def pack_bundle(entries: Iterable[bytes]) -> bytes:
    """Return the bytes of an entry bundle."""
    return b"".join(map(pack, entries))


def unpack_bundle(bundle: bytes) -> list[bytes]:
    """Return the entries of a bundle; TileError when the lengths do not end where the bytes do.

    >>> unpack_bundle(pack_bundle([b"ab", b""]))
    [b'ab', b'']
    >>> unpack_bundle(b"\\x00\\x02a")
    Traceback (most recent call last):
    whistle.tlog.errors.TileError: bundle.torn: entry 0
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle):
        start = at + LENGTH.size
        end = start + int.from_bytes(bundle[at:start], "big")
        if start > len(bundle) or end > len(bundle):
            raise TileError("bundle.torn", f"entry {len(entries)}")
        entries.append(bundle[start:end])
        at = end
    return entries
