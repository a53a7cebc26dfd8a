"""Checkpoints: the three lines by which a log promises its whole past. Source: C2SP tlog-checkpoint."""

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from whistle.tlog import note
from whistle.tlog.errors import CheckpointError, NoteError
from whistle.tlog.hashing import EMPTY_ROOT, HASH_SIZE

DECIMAL = re.compile(r"(0|[1-9][0-9]{0,18})\Z")


@dataclass(frozen=True)
class Checkpoint:
    """A log's name, its number of entries, and the root over them.

    Extension lines are read, for other people's logs, but ours has none: the post-quantum signature does not
    cover them. C2SP tlog-checkpoint "Note text".

    >>> print(Checkpoint("example.com/log", 0, EMPTY_ROOT).text(), end="")
    example.com/log
    0
    47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=
    """

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = field(default=())

    def text(self) -> str:
        """Return the text that is signed."""
        lines = [self.origin, str(self.size), base64.b64encode(self.root).decode(), *self.extensions]
        return "".join(line + "\n" for line in lines)


@dataclass(frozen=True)
class OpenedCheckpoint:
    """A checkpoint that at least one known key signed, with the lines that hold and the note as it came."""

    checkpoint: Checkpoint
    verified: tuple[note.Signature, ...]
    raw: bytes


def decimal(text: str, code: str = "checkpoint.size") -> int:
    """Return a non-negative number written in its one spelling; CheckpointError(code) for any other.

    >>> decimal("20852163")
    20852163
    >>> decimal("007")
    Traceback (most recent call last):
    whistle.tlog.errors.CheckpointError: checkpoint.size
    """
    if not DECIMAL.match(text):
        raise CheckpointError(code)
    return int(text)


def parse(text: str) -> Checkpoint:
    """Return the checkpoint in a note's text; CheckpointError when it is not one.

    >>> one = Checkpoint("example.com/log", 7, bytes(32))
    >>> parse(one.text()) == one
    True
    """
    lines = text.split("\n")
    if len(lines) < 4 or lines[-1] != "" or not all(lines[:-1]):
        raise CheckpointError("checkpoint.malformed")
    try:
        root = note.decode_base64(lines[2])
    except NoteError:
        raise CheckpointError("checkpoint.root") from None
    if len(root) != HASH_SIZE:
        raise CheckpointError("checkpoint.root")
    size = decimal(lines[1])
    if size == 0 and root != EMPTY_ROOT:
        raise CheckpointError("checkpoint.root", "size 0 with the root of something")
    return Checkpoint(lines[0], size, root, tuple(lines[3:-1]))


def sign(checkpoint: Checkpoint, signers: Iterable[note.Signer], at: int) -> str:
    """Return the signed note of `checkpoint`; `at` is POSIX seconds.

    >>> from whistle.tlog.keys import generate, signer
    >>> key = signer(generate("example.com/log", note.ED25519))
    >>> print(sign(Checkpoint("example.com/log", 0, EMPTY_ROOT), [key], at=0).split()[0])
    example.com/log
    """
    return str(note.sign(checkpoint.text(), signers, at))


def open_checkpoint(raw: bytes, origin: str, verifiers: Sequence[note.Verifier]) -> OpenedCheckpoint:
    """Return the checkpoint of log `origin` in `raw`, signed by at least one of `verifiers`.

    Raises NoteError when the signatures do not hold, CheckpointError when it is another log's or malformed.
    """
    opened = note.open_note(raw, verifiers)
    found = parse(opened.text)
    if found.origin != origin:
        raise CheckpointError("checkpoint.origin", "a checkpoint of another log")
    return OpenedCheckpoint(found, opened.verified, raw)
