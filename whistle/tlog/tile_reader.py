"""Reading a log's directory: hashes, entries and proofs from its tiles. Source: C2SP tlog-tiles.

Nothing read here is trusted: a proof made from damaged tiles does not hold against the signed root.
"""

from collections import OrderedDict
from collections.abc import Iterator, Sequence
from pathlib import Path

from whistle.tlog import proof, tree
from whistle.tlog.errors import TileError
from whistle.tlog.hashing import HASH_SIZE
from whistle.tlog.tiles import CHECKPOINT, ENTRIES, TILE_HEIGHT, TILE_WIDTH, Tile, unpack_bundle, width_at

#: Tiles kept in memory: 64 of 8 kB hold the right edge and several paths of any log.
KEPT_TILES = 64


class TileReader:
    """The tree of the first `size` entries of a log's directory; a `tree.HashReader`.

    `reads` counts the files opened, for those who watch the cost.

    >>> from tempfile import TemporaryDirectory
    >>> from whistle.tlog.tile_writer import TileWriter
    >>> with TemporaryDirectory() as directory, TileWriter(directory) as writer:
    ...     size, root = writer.append(b"entry %d" % number for number in range(300))
    ...     reader = TileReader(directory, size)
    ...     reader.root() == root, reader.entry(299), len(reader.prove_inclusion(7)), reader.reads
    (True, b'entry 299', 9, 4)
    """

    def __init__(self, directory: Path | str, size: int) -> None:
        self.directory = Path(directory)
        self.size = size
        self.reads = 0
        self._kept: OrderedDict[tuple[int | str, int], bytes] = OrderedDict()

    def read_hashes(self, coordinates: Sequence[tree.Coordinate]) -> list[bytes]:
        """Return the hash of each complete subtree, from one tile each; TileError when one is missing."""
        return [self._hash(level, index) for level, index in coordinates]

    def root(self) -> bytes:
        """Return the root of the tree; reads one tile of each level."""
        return tree.root_at(self, self.size)

    def prove_inclusion(self, index: int) -> list[bytes]:
        """Return the proof that entry `index` is in this tree. RFC 6962 section 2.1.1."""
        return proof.prove_inclusion(self, index, self.size)

    def prove_consistency(self, older: int) -> list[bytes]:
        """Return the proof that the tree of size `older` is the beginning of this. RFC 6962 section 2.1.2."""
        return proof.prove_consistency(self, older, self.size)

    def entry(self, index: int) -> bytes:
        """Return one entry's bytes; TileError when it is not in the tree or its bundle is damaged."""
        return next(self.entries(index, index + 1))

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Return the entries start..end-1 in order, one bundle in memory at a time; all when not told."""
        end = self.size if end is None else end
        if not 0 <= start <= end <= self.size:
            raise TileError("entry.range", f"{start} to {end} in size {self.size}")
        while start < end:
            number, offset = divmod(start, TILE_WIDTH)
            width = width_at(0, number, self.size)
            bundle = unpack_bundle(self._read(Tile(ENTRIES, number, width)))
            if len(bundle) < width:
                raise TileError("bundle.short", f"{len(bundle)} entries in bundle {number}, {width} expected")
            stop = min(width, end - number * TILE_WIDTH)
            yield from bundle[offset:stop]
            start = number * TILE_WIDTH + stop

    def checkpoint(self) -> bytes:
        """Return the signed note of the directory, as it lies there; b"" before the first."""
        return read_checkpoint(self.directory)

    def _hash(self, level: int, index: int) -> bytes:
        row, height = divmod(level, TILE_HEIGHT)
        number, offset = divmod(index << height, TILE_WIDTH)
        width = 1 << height
        hashes = self._read(Tile(row, number, width_at(row, number, self.size)))
        if len(hashes) < (offset + width) * HASH_SIZE:
            raise TileError("tile.short", Tile(row, number).path())
        starts = range(offset * HASH_SIZE, (offset + width) * HASH_SIZE, HASH_SIZE)
        return tree.root_of([hashes[start : start + HASH_SIZE] for start in starts])

    def _read(self, tile: Tile) -> bytes:
        name = (tile.level, tile.number)
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        content = read_tile(self.directory, tile)
        self.reads += 1
        self._kept[name] = content
        if len(self._kept) > KEPT_TILES:
            self._kept.popitem(last=False)
        return content


def read_tile(directory: Path, tile: Tile) -> bytes:
    """Return a tile's bytes: the partial one asked for, or the full one that has replaced it since.

    C2SP tlog-tiles "Partial Tiles". Raises TileError when neither is there.
    """
    if tile.width > 0:
        for candidate in (tile, Tile(tile.level, tile.number)):
            try:
                return (directory / candidate.path()).read_bytes()
            except FileNotFoundError:
                continue
    raise TileError("tile.missing", tile.path())


def read_checkpoint(directory: Path) -> bytes:
    """Return the bytes of a directory's checkpoint, b"" when it has none yet."""
    try:
        return (directory / CHECKPOINT).read_bytes()
    except FileNotFoundError:
        return b""
