"""Holding each row against its MAC, its neighbours, its own columns, and what was published in its place."""

import hashlib
from collections.abc import Iterator

from django.conf import settings

from whistle.audit.entries import entry_mac
from whistle.audit.faults import Fault
from whistle.audit.folders import document_path, log_folder
from whistle.audit.models import Document, Entry, InForce
from whistle.core import canonical
from whistle.organisations.models import Organisation
from whistle.tlog.errors import TlogError
from whistle.tlog.tile_reader import TileReader

PAGE = 2000


def row_faults(
    organisation: Organisation, log: str, signed: int, seen: set[bytes]
) -> Iterator[tuple[Fault | None, int]]:
    """Yield (fault, rows counted): each row for itself, against its neighbours, and against what was published."""
    key = settings.ENTRY_KEY.encode()
    reader = TileReader(log_folder(organisation, log), signed)
    expected = 0
    rows = Entry.objects.filter(organisation=organisation, log=log).order_by("index")
    for row in rows.iterator(chunk_size=PAGE):
        yield None, 1
        for missing in range(expected, row.index):
            yield Fault(log, missing, "row.missing"), 0
        expected = row.index + 1
        octets = bytes(row.body)
        if bytes(row.mac) != entry_mac(key, organisation.ref, log, row.index, octets):
            yield Fault(log, row.index, "row.injected"), 0
        if row.index < signed and _published(reader, row.index) not in (octets, None):
            yield Fault(log, row.index, "row.altered"), 0
        for kind in _columns(row, octets, seen):
            yield Fault(log, row.index, kind), 0
    for missing in range(expected, signed):
        yield Fault(log, missing, "row.missing"), 0


def _columns(row: Entry, octets: bytes, seen: set[bytes]) -> Iterator[str]:
    """Yield what is wrong with a row by itself: its form, its searching columns, a nonce used before."""
    try:
        fields = canonical.decode(octets)
        same = (fields["act"], fields["case"] or "", fields["at"]) == (row.act, row.case, row.at)
        nonce = bytes.fromhex(fields["n"])
    except (ValueError, KeyError, TypeError):
        yield "row.form"
        return
    if not same:
        yield "row.columns"
    if nonce in seen:
        yield "row.twice"
    seen.add(nonce)


def _published(reader: TileReader, index: int) -> bytes | None:
    """Return the published bytes of an entry; None when they cannot be read, which is a fault of its own."""
    try:
        return reader.entry(index)
    except TlogError:
        return None


def document_faults(organisation: Organisation) -> Iterator[Fault]:
    """Hold plan and registry in force against the newest adoption that the log holds, and each against its hash."""
    in_force = InForce.objects.filter(organisation=organisation).first()
    if in_force is None:
        return
    for kind, digest in (("plan", in_force.plan_hash), ("registry", in_force.registry_hash)):
        adopted = Entry.objects.filter(organisation=organisation, log="desk", act=f"{kind}.adopted")
        last = adopted.order_by("-index").first()
        if digest and (last is None or f'"{digest}"'.encode() not in bytes(last.body)):
            yield Fault("desk", None if last is None else last.index, f"{kind}.in_force")
        if digest and not Document.objects.filter(organisation=organisation, kind=kind, hash=digest).exists():
            yield Fault("desk", None, f"{kind}.missing")
    for kept in Document.objects.filter(organisation=organisation).only("kind", "hash", "octets"):
        beside = document_path(organisation, kept.kind, kept.hash)
        copies = [bytes(kept.octets), *([beside.read_bytes()] if beside.exists() else [])]
        if any(hashlib.sha256(one).hexdigest() != kept.hash for one in copies):
            yield Fault("desk", None, f"{kept.kind}.altered", about=kept.hash)
