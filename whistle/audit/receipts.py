"""Receipts: the entry a person's act left in the log, and the proof that it stands in the published tree."""

from dataclasses import dataclass

from django.conf import settings

from whistle.audit import selectors
from whistle.audit.folders import log_folder, origin, outside_folder
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, note
from whistle.tlog.tile_reader import TileReader, read_checkpoint


@dataclass(frozen=True)
class Receipt:
    """`proof` and `checkpoint` are empty until a checkpoint covers the entry."""

    log: str
    entry: bytes
    index: int
    proof: list[bytes]
    checkpoint: str


def receipt_for(organisation: Organisation, log: str, case: str, item_hash: str) -> Receipt:
    """Return the receipt of the act that left `item_hash` in the log under this case reference."""
    quoted = f'"{item_hash}"'.encode()
    for receipt in receipts_of(organisation, log, case):
        if quoted in receipt.entry:
            return receipt
    raise LookupError("no entry holds this item")


def receipts_of(
    organisation: Organisation, log: str, case: str, *, acts: tuple[str, ...] = ()
) -> list[Receipt]:
    """Return the receipts of all acts under one case reference, or of these kinds, oldest first."""
    signed = _shown(organisation, log)
    size = checkpoint.parse(note.parse(signed).text).size if signed else 0
    reader = TileReader(log_folder(organisation, log), size)
    return [
        Receipt(
            log=origin(organisation, log),
            entry=read.octets,
            index=read.index,
            proof=reader.prove_inclusion(read.index) if read.index < size else [],
            checkpoint=signed.decode() if read.index < size else "",
        )
        for read in selectors.entries(organisation, log, case=case, acts=acts)
    ]


def _shown(organisation: Organisation, log: str) -> bytes:
    """Return the newest checkpoint a reporter may see.

    That is what outsiders see: a newer one would tell a reporter who asks often when others report.  Where there is
    no fixed clock (WHISTLE_PUBLIC_LOG_MINUTES=0) there is nothing to hide.
    """
    outside = read_checkpoint(outside_folder(organisation, log))
    if settings.PUBLIC_LOG_MINUTES:
        return outside
    inside = read_checkpoint(log_folder(organisation, log))
    same = outside and note.parse(outside).text == note.parse(inside).text
    return outside if same else inside
