"""Sealing on the server, in memory, for those who come without script.  The page says so plainly.

The same WBE1 bytes as a browser makes, but for the author's role 3, which readers see as "entered without script".
"""

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whistle.access.services.vouches import NewSeal
from whistle.accounts.selectors import certificates_in_force, roster_document
from whistle.channel.services.submit import NewReport
from whistle.core.errors import DomainError
from whistle.core.recipients import able, recipients
from whistle.organisations.models import Organisation
from whistle.store import blobs
from whistle.store.models import Box, Item, Seal
from whistle.store.services.items import NewItem
from whistle.vault import code as codes
from whistle.vault import seal, signed, vouch
from whistle.vault.box import reporter_box_id
from whistle.vault.certificate import Role, read
from whistle.vault.item import Author, Context, Kind, Sealer, seal_item
from whistle.vault.keys import ReporterKeys, key_id


@dataclass
class Place:
    """Where the next item stands in the box."""

    org: bytes
    box_id: bytes
    epoch: int
    seq: int
    prev: bytes

    def context(self, kind: int, item_id: bytes) -> Context:
        """Return the context of the next item and step on."""
        self.seq += 1
        return Context(kind, self.org, self.box_id, self.epoch, item_id, Author.SERVER, self.seq)


class SealedFile:
    """A file that is being sealed into a blob while it arrives."""

    def __init__(self, sealer: "PlainSealer", name: str, mime: str) -> None:
        self.name, self.mime = name[:255], mime[:120]
        self.item_id = os.urandom(16)
        self.context = sealer.place.context(Kind.ATTACHMENT, self.item_id)
        self.sealer = Sealer(sealer.box_key, self.context)
        self.digest, self.size = hashlib.sha256(), 0
        self.blob = blobs.Growing()

    def add(self, part: bytes) -> None:
        """Seal one part."""
        self.digest.update(part)
        self.size += len(part)
        self.blob.write(self.sealer.update(part))

    def finish(self) -> None:
        """Write the padding and flush the blob to the disk."""
        for part in self.sealer.closing():
            self.blob.write(part)
        self.blob.close()

    def discard(self) -> None:
        """Forget the file."""
        self.blob.discard()


class PlainSealer:
    """One visit without script: a code, a box key, and the items sealed under it."""

    def __init__(
        self, organisation: Organisation, keys: ReporterKeys, box_keys: dict[int, bytes], place: Place
    ) -> None:
        self.organisation, self.keys, self.box_keys, self.place = organisation, keys, box_keys, place
        self.box_key = box_keys[place.epoch]
        self.files: list[SealedFile] = []

    def begin_file(self, name: str, mime: str) -> SealedFile:
        """Return a new file to seal into."""
        self.files.append(SealedFile(self, name, mime))
        return self.files[-1]

    def drop(self, file: SealedFile) -> None:
        """Forget the file that was begun last; the next thing takes its place in the sequence, which has no holes."""
        assert self.files.pop() is file
        self.place.seq -= 1
        file.discard()

    def discard(self) -> None:
        """Delete the files of a sending that was refused."""
        for file in self.files:
            file.discard()

    def items(self, message: dict[str, object]) -> list[NewItem]:
        """Seal the message with descriptions of its files and return everything in order."""
        sealed = [
            NewItem(
                file.item_id.hex(), Kind.ATTACHMENT, self.place.epoch, Author.SERVER, file.context.seq,
                file.sealer.header, stored=file.blob.name,
            )
            for file in self.files
        ]  # fmt: skip
        described = [self._signed(Kind.DESCRIPTION, _description(file)) for file in self.files]
        body = {**message, "files": [item.item_id for item in described]}
        return [*sealed, *described, self._signed(Kind.MESSAGE, body)]

    def _signed(self, kind: int, body: dict[str, object]) -> NewItem:
        item_id = os.urandom(16)
        context = self.place.context(kind, item_id)
        octets = json.dumps({"v": 1, **body}, ensure_ascii=False).encode("utf-8", "surrogatepass")
        content = signed.sign(context, octets, self.place.prev, self.keys.sig)
        header, sealed = seal_item(self.box_key, context, content)
        return NewItem(item_id.hex(), kind, self.place.epoch, Author.SERVER, context.seq, header, sealed)


def new_report(organisation: Organisation) -> tuple[PlainSealer, bytes, list[int]]:
    """Return a sealer for a new report, the box's nonce, and the code (indices), here made by the server."""
    indices = codes.new()
    return *report_under(organisation, codes.master(indices, organisation.ref_bytes)), indices


def report_under(organisation: Organisation, master: bytes) -> tuple[PlainSealer, bytes]:
    """Return a sealer for a new report under a secret that is there already, and the box's nonce."""
    keys = ReporterKeys(master)
    nonce = os.urandom(16)
    box_id = reporter_box_id(organisation.ref_bytes, keys.kem.public, keys.sig.public, nonce)
    place = Place(organisation.ref_bytes, box_id, 1, 0, bytes(32))
    return PlainSealer(organisation, keys, {1: seal.new_box_key()}, place), nonce


def readers(
    organisation: Organisation, subjects: list[str], removed: list[str]
) -> tuple[list[Mapping[str, Any]], list[bytes]]:
    """Return the people who get a key to a report, as the roster has them, and their certificates with recovery's.

    Raises `report.nobody` when nobody may receive it, ValueError for a subject that is not on the roster.
    """
    roster = roster_document(organisation)
    certified = {
        row.subject if row.role in (Role.READER, Role.ALTERNATE) else row.key_id: bytes(row.octets)
        for row in certificates_in_force(organisation)
    }
    choice = recipients(able(roster, certified), subjects, removed)
    wanted = [*choice["readers"], roster["recovery"][choice["recovery"]]]
    if not choice["readers"] or any(name not in certified for name in wanted):
        raise DomainError("report.nobody", status=409)
    people = {row["staff_id"]: row for row in (*roster["readers"], *roster["alternates"])}
    return [people[who] for who in choice["readers"]], [certified[name] for name in wanted]


def finished_report(
    sealer: PlainSealer, nonce: bytes, items: list[NewItem], subjects: list[str], removed: list[str]
) -> NewReport:
    """Return the report ready to be submitted, sealed to those who may read it.  Raises as `readers`."""
    place, keys, organisation = sealer.place, sealer.keys, sealer.organisation
    _people, certificates = readers(organisation, subjects, removed)
    root_key = bytes(organisation.root_key or b"")
    publics = [read(octets, root_key, organisation.ref_bytes, None).kem_pub for octets in certificates]
    publics.append(keys.kem.public)
    seals = [_seal(sealer, public) for public in publics]
    return NewReport(
        lookup=keys.lookup,
        auth=keys.auth,
        box_id=place.box_id.hex(),
        nonce=nonce,
        kem_pub=keys.kem.public,
        sig_pub=keys.sig.public,
        seals=seals,
        items=items,
        form="plain",
    )


def _seal(sealer: PlainSealer, public: bytes) -> NewSeal:
    place, keys, its = sealer.place, sealer.keys, key_id(public)
    sealed = seal.seal(sealer.box_key, public, place.org, place.box_id, 1)
    given = vouch.give(place.org, place.box_id, 1, its, key_id(keys.kem.public), keys.sig)
    return NewSeal(its.hex(), 1, sealed, given)


def returning(organisation: Organisation, keys: ReporterKeys, box: Box) -> PlainSealer:
    """Return a sealer for somebody who came back with a code.  Raises DomainError when the box is not theirs."""
    box_id = bytes.fromhex(box.box_id)
    own = box.seals.filter(holder=Seal.Holder.REPORTER)
    box_keys = {
        row.epoch: seal.open(bytes(row.sealed), keys.kem, organisation.ref_bytes, box_id, row.epoch)
        for row in own
    }
    if box.epoch not in box_keys:
        raise DomainError("mailbox.unknown", status=404)
    newest = Item.objects.filter(box=box).order_by("-position").first()
    last = Item.objects.filter(box=box, role=Author.SERVER).order_by("-seq").first()
    prev = bytes.fromhex(newest.item_hash) if newest else bytes(32)
    place = Place(organisation.ref_bytes, box_id, box.epoch, last.seq if last else 0, prev)
    return PlainSealer(organisation, keys, box_keys, place)


def _description(file: SealedFile) -> dict[str, object]:
    return {
        "file": file.item_id.hex(),
        "name": Path(file.name).name,
        "type": file.mime,
        "size": file.size,
        "sha256": file.digest.hexdigest(),
    }
