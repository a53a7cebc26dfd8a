"""The hands of somebody who may write to every file of an export, and holds what keys the test gives them."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

from whistle.core import canonical
from whistle.tlog import checkpoint, note
from whistle.tlog.tile_writer import TileWriter
from whistle.tlog.tiles import pack_bundle, unpack_bundle

from .histories import WITNESS, Book

DESK = Book("desk", Path())


def bundle(exported: Path, number: int, log: str = "desk") -> Path:
    """The file that holds bundle `number`."""
    folder = exported / log / "tile" / "entries"
    partial = sorted((folder / f"{number:03d}.p").glob("*"), key=lambda path: int(path.name))
    return (folder / f"{number:03d}") if (folder / f"{number:03d}").exists() else partial[-1]


def edit(path: Path, change: Callable[[list[bytes]], object]) -> None:
    """Rewrite a bundle after `change` has had its way with the list of entries."""
    entries = unpack_bundle(path.read_bytes())
    change(entries)
    path.write_bytes(pack_bundle(entries))


def altered(entry: bytes, **fields: object) -> bytes:
    return canonical.encode(json.loads(entry) | fields)


def rewrite(
    exported: Path, entries: list[bytes], key: note.Ed25519Signer, *, witnessed: bool = False
) -> None:
    """Replace the whole desk log by one of these entries, honestly hashed and signed with `key`."""
    for name in ("tile", "checkpoint"):
        path = exported / "desk" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with TileWriter(exported / "desk") as writer:
        size, root = writer.append(entries)
        signers = [key, WITNESS] if witnessed else [key]
        writer.write_checkpoint(
            checkpoint.sign(checkpoint.Checkpoint(DESK.origin, size, root), signers, 1_900_000_000)
        )
