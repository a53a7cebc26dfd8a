"""Holding the rows against everything that was promised: MAC, published entries, tiles, checkpoint, columns.

`deploy/auditverify.py` does the same for outsiders, from an export, with no line shared.  This one also sees what an
export cannot: the rows themselves, and whether the application wrote them.  It finds all faults, never only the first.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from whistle.audit import policies
from whistle.audit import services as audit
from whistle.audit.faults import Fault
from whistle.audit.folders import (
    LOGS,
    key_path,
    log_folder,
    memory_path,
    origin,
    outside_folder,
    verifier_key,
)
from whistle.audit.models import Entry
from whistle.audit.verify_guards import guard_faults
from whistle.audit.verify_rows import PAGE, document_faults, row_faults
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, keys, note, tree
from whistle.tlog.errors import TlogError
from whistle.tlog.hashing import HASH_SIZE, leaf_hash
from whistle.tlog.policy import Log as PolicyLog
from whistle.tlog.policy import Policy
from whistle.tlog.tile_reader import TileReader, read_checkpoint, read_tile
from whistle.tlog.tiles import ENTRIES, TILE_WIDTH, Tile, unpack_bundle, width_at


@dataclass(frozen=True)
class Verified:
    """What was looked at, and what was wrong with it."""

    rows: dict[str, int]
    signed: dict[str, int]
    roots: dict[str, str]
    faults: list[Fault]


def verify(organisation: Organisation) -> Verified:
    """Return what is wrong with both logs of an organisation; changes nothing, logs nothing."""
    found: list[Fault] = []
    seen: set[bytes] = set()
    trusted = _policy(organisation, found)
    rows, signed, roots = {}, {}, {}
    for log in LOGS:
        known = _own(organisation, log, trusted, found)
        head = _head(organisation, log, known, found)
        signed[log], roots[log] = head.size, head.root.hex()
        found += _older(organisation, log, head, known)
        found += _tiles(organisation, log, head)
        rows[log] = 0
        for fault, counted in row_faults(organisation, log, head.size, seen):
            rows[log] += counted
            if fault is not None:
                found.append(fault)
    found += document_faults(organisation)
    found += guard_faults()
    return Verified(rows, signed, roots, found)


def record_verified(
    organisation: Organisation, result: Verified, *, actor: str = "system", role: str = "system"
) -> None:
    """Log a result: a check nobody can claim later without having made it."""
    with audit.atomic():
        for log in LOGS:
            if result.signed[log]:
                about = {"log": log, "size": result.signed[log], "root": result.roots[log]}
                faults = sum(fault.log == log for fault in result.faults)
                audit.record(
                    "log.verified",
                    organisation=organisation,
                    actor=actor,
                    role=role,
                    detail=about,
                    faults=faults,
                )


def _policy(organisation: Organisation, found: list[Fault]) -> Policy:
    try:
        return policies.read(organisation)
    except TlogError:
        found.append(Fault("desk", None, "policy.unreadable"))
        return Policy((), (), (), "none")


# ——— signatures ———


def _head(organisation: Organisation, log: str, trusted: Policy, found: list[Fault]) -> checkpoint.Checkpoint:
    """Return the log's signed head; an empty one, with a fault, when it cannot be believed."""
    empty = checkpoint.Checkpoint(origin(organisation, log), 0, tree.root_of([]))
    raw = read_checkpoint(log_folder(organisation, log))
    if not raw:
        if _there(memory_path(organisation, log)):
            found.append(Fault(log, None, "checkpoint.missing"))
        return empty
    try:
        head = checkpoint.parse(note.parse(raw).text)
    except TlogError:
        found.append(Fault(log, None, "checkpoint.unreadable"))
        return empty
    if head.origin != empty.origin:
        found.append(Fault(log, None, "checkpoint.origin"))
    if not _signed(raw, empty.origin, trusted):
        found.append(Fault(log, None, "checkpoint.signature"))
    return head


def _own(organisation: Organisation, log: str, trusted: Policy, found: list[Fault]) -> Policy:
    """Return the policy with this log's keys taken from the publisher's key file, where this process may read it.

    Policy and `log.vkey` lie beside the log: who can forge the one can forge the others.
    """
    path = key_path(organisation, log)
    try:
        own = {str(signer.public) for signer in keys.read_key_file(path)} if path.exists() else set()
    except (OSError, TlogError):
        own = set()
    if not own:
        return trusted
    if verifier_key(organisation, log) not in own:
        found.append(Fault(log, None, "key.changed"))
    return Policy(tuple(PolicyLog(keys.verifier(one)) for one in sorted(own)), trusted.witnesses, (), "none")


def _there(path: Path) -> bool:
    """Return whether a file is there for us: the publisher's own are closed to other users."""
    return os.access(path, os.R_OK)


def _signed(raw: bytes, name: str, trusted: Policy) -> bool:
    verifiers = [one.verifier for one in trusted.logs if one.origin == name]
    try:
        note.open_note(raw, verifiers)
    except TlogError:
        return False
    return True


def _older(
    organisation: Organisation, log: str, head: checkpoint.Checkpoint, trusted: Policy
) -> Iterator[Fault]:
    """Hold the log against what was promised before: the publisher's note, what went outside, the kept ones."""
    folder = log_folder(organisation, log)
    paths = [memory_path(organisation, log), outside_folder(organisation, log) / "checkpoint"]
    paths += sorted((folder / "checkpoints").glob("*"))
    reader = TileReader(folder, head.size)
    for path in paths:
        if not _there(path):
            continue
        try:
            raw = path.read_bytes()
            older = checkpoint.parse(note.parse(raw).text)
        except TlogError:
            yield Fault(log, None, "older.unreadable")
            continue
        if not _signed(raw, origin(organisation, log), trusted):
            yield Fault(log, None, "older.signature")
        elif older.size > head.size:
            if path != paths[0] or _root_of_rows(organisation, log, older.size) != older.root:
                yield Fault(log, head.size, "history.rolled_back")
        elif older.size and _root_at(reader, older.size) != older.root:
            yield Fault(log, older.size - 1, "history.forked")


def _root_of_rows(organisation: Organisation, log: str, size: int) -> bytes:
    """Return the root of the first rows: what a publisher promised when it died before showing it."""
    rows = Entry.objects.filter(organisation=organisation, log=log, index__lt=size).order_by("index")
    leaves = [
        leaf_hash(bytes(body)) for body in rows.values_list("body", flat=True).iterator(chunk_size=PAGE)
    ]
    return tree.root_of(leaves) if len(leaves) == size else b""


def _root_at(reader: TileReader, size: int) -> bytes:
    try:
        return tree.root_at(reader, size)
    except TlogError:
        return b""


# ——— tiles ———


def _tiles(organisation: Organisation, log: str, head: checkpoint.Checkpoint) -> Iterator[Fault]:
    """Hold the published entries against their hashes, and those against the signed root."""
    folder = log_folder(organisation, log)
    level0: list[bytes] = []
    for number in range(-(-head.size // TILE_WIDTH)):
        width = width_at(0, number, head.size)
        entries = _bundle(folder, number, width)
        hashes = _hashes(folder, 0, number, width)
        if hashes is None or len(hashes) < width:
            yield Fault(log, number * TILE_WIDTH, "tile.unreadable")
        if entries is None or len(entries) < width:
            yield Fault(log, number * TILE_WIDTH + len(entries or ()), "bundle.unreadable")
        leaves = [leaf_hash(entry) for entry in entries or ()][:width]
        for offset, (leaf, due) in enumerate(zip(leaves, hashes or (), strict=False)):
            if leaf != due:
                yield Fault(log, number * TILE_WIDTH + offset, "entry.differs_from_tile")
        level0.append(tree.root_of(leaves))
    yield from _upper_tiles(folder, log, head, level0)
    # whole tiles of 256 entries are complete subtrees, so their roots in a row have the log's root
    if tree.root_of(level0) != head.root:
        yield Fault(log, None, "root.mismatch")


def _upper_tiles(folder: Path, log: str, head: checkpoint.Checkpoint, roots: list[bytes]) -> Iterator[Fault]:
    level, unit = 1, TILE_WIDTH
    while head.size // unit:
        whole = roots[: head.size // unit]
        for number in range(-(-len(whole) // TILE_WIDTH)):
            width = width_at(level, number, head.size)
            due = whole[number * TILE_WIDTH : number * TILE_WIDTH + width]
            found = _hashes(folder, level, number, width)
            for offset in range(width):
                if found is None or found[offset : offset + 1] != due[offset : offset + 1]:
                    yield Fault(log, (number * TILE_WIDTH + offset) * unit, "tile.altered")
        roots = [tree.root_of(whole[at : at + TILE_WIDTH]) for at in range(0, len(whole), TILE_WIDTH)]
        level, unit = level + 1, unit * TILE_WIDTH


def _bundle(folder: Path, number: int, width: int) -> list[bytes] | None:
    try:
        return unpack_bundle(read_tile(folder, Tile(ENTRIES, number, width)))
    except TlogError:
        return None


def _hashes(folder: Path, level: int, number: int, width: int) -> list[bytes] | None:
    try:
        raw = read_tile(folder, Tile(level, number, width))
    except TlogError:
        return None
    return [raw[at : at + HASH_SIZE] for at in range(0, width * HASH_SIZE, HASH_SIZE)]
