"""Named parties of the log's tests: a municipality's log, its control committee's witness, and a stranger."""

from collections.abc import Callable
from pathlib import Path

import pytest

from whistle.tlog import checkpoint, cosignature, note
from whistle.tlog.tile_writer import TileWriter

ORIGIN = "fjellvik.example/desk/1"


@pytest.fixture
def fjellvik() -> note.Ed25519Signer:
    """The log's own key."""
    return note.Ed25519Signer(ORIGIN, bytes(range(32)))


@pytest.fixture
def control_committee() -> cosignature.Ed25519Cosigner:
    """A witness the policy names."""
    return cosignature.Ed25519Cosigner("kontroll.example/witness", bytes(range(32, 64)))


@pytest.fixture
def stranger() -> note.Ed25519Signer:
    """Somebody with a key of their own who calls themselves Fjellvik."""
    return note.Ed25519Signer(ORIGIN, bytes(range(64, 96)))


@pytest.fixture
def grow(fjellvik: note.Ed25519Signer) -> Callable[[Path, list[bytes]], str]:
    """Append entries to a directory and sign: returns the checkpoint."""

    def append(directory: Path, entries: list[bytes]) -> str:
        with TileWriter(directory) as writer:
            size, root = writer.append(entries)
            signed = checkpoint.sign(checkpoint.Checkpoint(ORIGIN, size, root), [fjellvik], at=0)
            writer.write_checkpoint(signed)
        return signed

    return append
