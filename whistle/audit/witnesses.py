"""Asking the witnesses of the policy for their cosignatures, and keeping what outsiders may see.

A witness that has seen another history, or a longer one, is not argued with: an alarm goes to people who are not
the administrator, and nothing newer is shown outside until they have looked.
"""

import logging
import shutil
from pathlib import Path

from whistle.audit import alarms, policies
from whistle.audit.alarms import Kind
from whistle.audit.folders import log_folder, outside_folder
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, note
from whistle.tlog.durable import Batch
from whistle.tlog.errors import TlogError, WitnessError
from whistle.tlog.policy import Policy, Witness
from whistle.tlog.tile_reader import TileReader, read_checkpoint
from whistle.tlog.tiles import TILE_WIDTH, Tile, right_edge
from whistle.tlog.witness.client import cosign_log

log_ = logging.getLogger("whistle.audit")
TIMEOUT = 5.0  # seconds for one witness


def show_outside(organisation: Organisation, log: str) -> int:
    """Have the newest checkpoint cosigned and lay it, with its hash tiles, where outsiders may see it.

    Returns the size that is outside afterwards: the old one when the quorum was not met.
    """
    raw = read_checkpoint(log_folder(organisation, log))
    before = read_checkpoint(outside_folder(organisation, log))
    if not raw:
        return _size(before)
    trusted = policies.read(organisation)
    if (
        before
        and note.parse(before).text == note.parse(raw).text
        and trusted.met_by(list(trusted.cosigned(note.parse(before))))
    ):
        return _size(before)
    lines = _cosignatures(organisation, log, trusted, raw, _size(before))
    signed = with_lines(raw, [*lines, *_kept(before, raw)])
    if not trusted.met_by(list(trusted.cosigned(note.parse(signed)))):
        return _size(before)
    _lay_out(organisation, log, signed, _size(before))
    return _size(signed)


def with_lines(raw: bytes, lines: list[note.Signature]) -> bytes:
    """Return a signed note with further signature lines, each once."""
    parsed = note.parse(raw)
    merged = list(dict.fromkeys([*parsed.signatures, *lines]))
    return str(note.Note(parsed.text, tuple(merged))).encode()


def _kept(before: bytes, raw: bytes) -> list[note.Signature]:
    """Return the lines collected earlier for the very same checkpoint."""
    if not before or note.parse(before).text != note.parse(raw).text:
        return []
    return list(note.parse(before).signatures)


def _cosignatures(
    organisation: Organisation, log: str, trusted: Policy, raw: bytes, last: int
) -> list[note.Signature]:
    reader = TileReader(log_folder(organisation, log), _size(raw))
    lines: list[note.Signature] = []
    for witness in trusted.witnesses:
        if not witness.url:
            continue
        try:
            lines += cosign_log(
                witness.url, reader, raw.decode(), [witness.verifier], last=last, timeout=TIMEOUT
            )
        except WitnessError as error:
            _judge(organisation, log, witness, error, _size(raw))
        except TlogError as error:
            log_.error("the log cannot prove its history to a witness: %s", error.code)
    return lines


def _judge(organisation: Organisation, log: str, witness: Witness, error: WitnessError, size: int) -> None:
    """Raise the alarm that a refusal calls for; a witness that cannot be reached is only noted."""
    if error.code == "witness.unreachable":
        log_.warning("witness %s cannot be reached", witness.name)
        return
    forked = error.status == 422 or (error.status == 409 and error.size in (None, size))
    kind = Kind.FORKED if forked else Kind.ROLLED_BACK if error.code == "witness.ahead" else Kind.REFUSED
    log_.critical("witness %s refused the %s log: %s", witness.name, log, error.code)
    alarms.raise_alarm(
        organisation, kind, log=log, witness=witness.name, size=error.size or size, detail=str(error)[:200]
    )


def _lay_out(organisation: Organisation, log: str, signed: bytes, before: int) -> None:
    """Copy the hash tiles of the checkpoint, then the checkpoint.  Entries stay inside."""
    inside, outside = log_folder(organisation, log), outside_folder(organisation, log)
    size = _size(signed)
    batch = Batch()
    for name in ("log.vkey", "log.mldsa.vkey"):
        if not (outside / name).exists():
            batch.write(outside / name, (inside / name).read_bytes())
    for level, width in enumerate(right_edge(size)):
        for path, kept in _tiles(level, width, size, before):
            source = inside / path
            octets = (
                source.read_bytes() if source.exists() else (inside / _whole(path)).read_bytes()[: kept * 32]
            )
            batch.write(outside / path, octets)
    batch.flush()
    batch.write(outside / "checkpoint", signed)
    batch.flush()
    _drop_old_edges(outside, before, size)


def _tiles(level: int, width: int, size: int, before: int) -> list[tuple[str, int]]:
    """Return (path, hashes) of the tiles of one level that the checkpoint before did not have."""
    unit = TILE_WIDTH**level  # entries under one hash of this level
    first, last = before // unit // TILE_WIDTH, size // unit // TILE_WIDTH
    whole = [(Tile(level, number).path(), TILE_WIDTH) for number in range(first, last)]
    return [*whole, *([(Tile(level, last, width).path(), width)] if width else [])]


def _whole(path: str) -> str:
    return path.split(".p/")[0]


def _drop_old_edges(outside: Path, before: int, size: int) -> None:
    for level, width in enumerate(right_edge(before)):
        number = before // TILE_WIDTH**level // TILE_WIDTH
        path = outside / Tile(level, number, width).path() if width else None
        if path is not None and size // TILE_WIDTH**level != before // TILE_WIDTH**level:
            path.unlink(missing_ok=True)
            if not any(path.parent.iterdir()):
                shutil.rmtree(path.parent)


def _size(raw: bytes) -> int:
    return checkpoint.parse(note.parse(raw).text).size if raw else 0
