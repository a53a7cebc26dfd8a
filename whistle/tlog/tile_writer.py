"""Writing a log's directory so that a crash at any moment leaves one to resume. Source: C2SP tlog-tiles.

The checkpoint is the only truth. `append` makes entries and hashes durable; `write_checkpoint` then replaces
the checkpoint in one step. What lies beyond the checkpoint when a directory is opened was never promised to
anybody: it is left out of the count, removed at the right edge, and written over when the log grows.
"""

import fcntl
import os
import weakref
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from whistle.tlog import checkpoint, note, tree
from whistle.tlog.durable import Batch
from whistle.tlog.errors import TileError
from whistle.tlog.hashing import HASH_SIZE, leaf_hash
from whistle.tlog.tile_reader import read_checkpoint, read_tile
from whistle.tlog.tiles import (
    CHECKPOINT,
    ENTRIES,
    TILE_HEIGHT,
    TILE_WIDTH,
    Tile,
    pack,
    right_edge,
    unpack_bundle,
)


class TileWriter:
    """The one writer of a log's directory; a second, also in another process, is refused: "tiles.busy".

    >>> from tempfile import TemporaryDirectory
    >>> from whistle.tlog.keys import generate, signer
    >>> key = signer(generate("example.com/log", note.ED25519))
    >>> with TemporaryDirectory() as directory:
    ...     with TileWriter(directory) as writer:
    ...         size, root = writer.append([b"one", b"two"])
    ...         head = checkpoint.Checkpoint("example.com/log", size, root)
    ...         writer.write_checkpoint(checkpoint.sign(head, [key], at=0))
    ...     with TileWriter(directory) as again:
    ...         again.size, again.root() == root
    (2, True)
    """

    def __init__(self, directory: Path | str) -> None:
        self.directory = Path(directory)
        self.directory.mkdir(parents=True, exist_ok=True)
        self._unlock = self._lock()
        self._levels: list[list[bytes]] = []
        self._bundle = bytearray()
        self.size = 0
        self._checkpoint_size = 0
        try:
            self._resume()
        except BaseException:
            self.close()
            raise

    def append(self, entries: Iterable[bytes]) -> tuple[int, bytes]:
        """Add entries and return (size, root) of the tree with them; everything is on the disk by then.

        Nobody is promised anything before `write_checkpoint`. After an error the writer must be opened anew.
        """
        batch = Batch()
        before = self.size
        for entry in entries:
            if not self._bundle:
                self._clear(batch, ENTRIES, self.size // TILE_WIDTH)
            self._bundle += pack(entry)
            self._push(batch, 0, leaf_hash(entry))
            self.size += 1
            if self.size % TILE_WIDTH == 0:
                self._write(batch, Tile(ENTRIES, self.size // TILE_WIDTH - 1), bytes(self._bundle))
                self._bundle.clear()
        if self.size != before:
            self._write_partials(batch, before)
        batch.flush()
        return self.size, self.root()

    def root(self) -> bytes:
        """Return the root of everything appended; at most 256 hashes for each level of tiles."""
        edge: list[bytes] = []
        for hashes in self._levels:
            if row := hashes + edge:
                edge = [tree.root_of(row)]
        return tree.root_of(edge)

    def write_checkpoint(self, signed: str) -> None:
        """Replace the directory's checkpoint by `signed`, in one step, and drop partial tiles now full.

        Raises TileError when it does not stand for exactly what was appended. Its signatures are the
        signer's affair and are not checked here.
        """
        raw = signed.encode()
        found = checkpoint.parse(note.parse(raw).text)
        if (found.size, found.root) != (self.size, self.root()):
            raise TileError("checkpoint.other_tree", f"size {found.size}, the tiles have {self.size}")
        batch = Batch()
        batch.write(self.directory / CHECKPOINT, raw)
        batch.flush()
        self._drop_superseded(self._checkpoint_size)
        self._checkpoint_size = self.size

    def close(self) -> None:
        """Let another writer in."""
        self._unlock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:  # fmt: skip
        self.close()

    def _lock(self) -> "weakref.finalize[[int], Self]":  # the class is generic for type checkers only
        descriptor = os.open(self.directory, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise TileError("tiles.busy", "another writer has the directory open") from None
        return weakref.finalize(self, os.close, descriptor)

    def _resume(self) -> None:
        raw = read_checkpoint(self.directory)
        promised = checkpoint.parse(note.parse(raw).text) if raw else None
        self.size = self._checkpoint_size = promised.size if promised else 0
        self._levels = [self._edge_hashes(level, width) for level, width in enumerate(right_edge(self.size))]
        if width := self.size % TILE_WIDTH:
            entries = unpack_bundle(read_tile(self.directory, Tile(ENTRIES, self.size // TILE_WIDTH, width)))
            if [leaf_hash(entry) for entry in entries[:width]] != self._levels[0]:
                raise TileError("bundle.mismatch", "the last entries do not fit their hashes")
            self._bundle = bytearray(b"".join(map(pack, entries[:width])))
        if promised and promised.root != self.root():
            raise TileError("tiles.mismatch", "the tiles do not fit their own checkpoint")
        self._remove_unpromised()

    def _edge_hashes(self, level: int, width: int) -> list[bytes]:
        if width == 0:
            return []
        number = self.size >> TILE_HEIGHT * (level + 1)
        raw = read_tile(self.directory, Tile(level, number, width))[: width * HASH_SIZE]
        if len(raw) != width * HASH_SIZE:
            raise TileError("tile.short", Tile(level, number, width).path())
        return [raw[at : at + HASH_SIZE] for at in range(0, len(raw), HASH_SIZE)]

    def _remove_unpromised(self) -> None:
        """Remove what a crash left at the right edge; what lies further right goes when the log grows."""
        batch = Batch()
        edges: list[tuple[int | str, int, bytes]] = [(ENTRIES, 0, bytes(self._bundle))]
        edges += [(level, level, b"".join(row)) for level, row in enumerate(self._levels)]
        for name, level, content in edges:
            if not content:
                continue
            whole = self._place_of(name, level, self.size)
            promised = whole.with_name(f"{whole.name}.p") / str(
                (self.size >> TILE_HEIGHT * level) % TILE_WIDTH
            )
            if not promised.exists():  # a full tile stood in for it: keep what that one vouched for
                batch.write(promised, content)
                batch.flush()
            batch.remove(whole)
            for leftover in promised.parent.iterdir():
                if not leftover.name.isdigit() or int(leftover.name) > int(promised.name):
                    batch.remove(leftover)
        batch.flush()

    def _place_of(self, name: int | str, level: int, size: int) -> Path:
        """Return the path of the full tile in which entry `size` would stand."""
        return self.directory / Tile(name, size >> TILE_HEIGHT * (level + 1)).path()

    def _push(self, batch: Batch, level: int, one: bytes) -> None:
        if level == len(self._levels):
            self._levels.append([])
        row = self._levels[level]
        if not row:
            self._clear(batch, level, self.size >> TILE_HEIGHT * (level + 1))
        row.append(one)
        if len(row) == TILE_WIDTH:
            self._write(batch, Tile(level, self.size >> TILE_HEIGHT * (level + 1)), b"".join(row))
            self._levels[level] = []
            self._push(batch, level + 1, tree.root_of(row))

    def _write_partials(self, batch: Batch, before: int) -> None:
        for level, row in enumerate(self._levels):
            grown = self.size >> TILE_HEIGHT * level != before >> TILE_HEIGHT * level
            if row and grown:
                number = self.size >> TILE_HEIGHT * (level + 1)
                self._write(batch, Tile(level, number, len(row)), b"".join(row))
        if width := self.size % TILE_WIDTH:
            self._write(batch, Tile(ENTRIES, self.size // TILE_WIDTH, width), bytes(self._bundle))

    def _write(self, batch: Batch, tile: Tile, content: bytes) -> None:
        batch.write(self.directory / tile.path(), content)

    def _clear(self, batch: Batch, level: int | str, number: int) -> None:
        """Remove what an unfinished run may have left where a new tile begins."""
        whole = self.directory / Tile(level, number).path()
        batch.remove(whole)
        batch.remove(whole.with_name(whole.name + ".p"))

    def _drop_superseded(self, older: int) -> None:
        """Remove the partial tiles of `older` that are full now; readers fall back to the full ones."""
        batch = Batch()
        edges: list[tuple[int | str, int]] = [(level, level) for level in range(len(right_edge(older)))]
        for name, level in [*edges, (ENTRIES, 0)]:
            whole = self._place_of(name, level, older)
            if whole != self._place_of(name, level, self.size):
                batch.remove(whole.with_name(f"{whole.name}.p"))
