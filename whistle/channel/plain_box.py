"""Mailboxes opened by the server, in memory, for one answer: for those who come without script."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from whistle.accounts.models import Certificate
from whistle.accounts.selectors import roster_document, staff_by_ref
from whistle.channel import tombstones
from whistle.channel.plain_seal import PlainSealer, returning
from whistle.channel.services import mailbox
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.store import blobs
from whistle.store.models import Item, ReporterAccess, Seal
from whistle.store.services.removals import deciders, is_removed
from whistle.vault import code as codes
from whistle.vault import signed
from whistle.vault.certificate import read
from whistle.vault.errors import VaultError
from whistle.vault.item import Author, Context, Kind, Opener, open_item
from whistle.vault.keys import ReporterKeys, key_id, next_master

LONGEST_CODE = 400  # characters; eight long words and their separators fit twice
SIGNED = (Kind.MESSAGE, Kind.DESCRIPTION)


@dataclass(frozen=True)
class ShownFile:
    """A file as the page names it; `item_id` is that of its sealed octets."""

    item_id: str
    name: str
    size: int
    sha256: str


@dataclass
class Shown:
    """A message as the page shows it; `content` is what stands in it beside its text."""

    item_id: str
    mine: bool
    on: date
    content: dict[str, Any] = field(default_factory=dict)
    author: str = ""
    title: str = ""
    author_ref: str = ""
    files: list[ShownFile] = field(default_factory=list)
    damaged: bool = False
    answered: bool = False
    removed: tombstones.Tombstone | None = None

    @property
    def text(self) -> str:
        """What was written."""
        return str(self.content.get("text", ""))

    @property
    def kind(self) -> str:
        """`report`, `message`, `minutes`, `meeting` …"""
        return str(self.content.get("type", ""))


@dataclass
class Opened:
    """One mailbox of a code: the first report's, or that of a report about what happened afterwards."""

    organisation: Organisation
    master: bytes
    keys: ReporterKeys
    access: ReporterAccess
    sealer: PlainSealer

    def messages(self) -> list[Shown]:
        """Return the messages in order, each checked against its author's key; damaged ones say so."""
        rows = (
            self.access.box.items.filter(kind__in=SIGNED)
            .select_related("header", "removal")
            .order_by("position")
        )
        opened = [(row, None if is_removed(row) else self._content(row)) for row in rows]
        described = {
            row.item_id: content for row, content in opened if row.kind == Kind.DESCRIPTION and content
        }
        refs = {row.author for row, _content in opened if row.author} | deciders(
            row for row, _content in opened
        )
        people = staff_by_ref(self.organisation, refs)
        shown = []
        for row, content in opened:
            if row.kind != Kind.MESSAGE and not is_removed(row):
                continue
            person = people.get(row.author)
            shown.append(
                Shown(
                    row.item_id,
                    row.role != Author.OFFICER,
                    row.on_date,
                    content or {},
                    person.name if person else "",
                    person.title if person else "",
                    row.author,
                    _files(content, described),
                    damaged=content is None and not is_removed(row),
                    removed=tombstones.of(row, people),
                )
            )
        replied = {str(each.content.get("of")) for each in shown if each.mine and each.content.get("of")}
        for each in shown:
            each.answered = each.item_id in replied
        return shown

    def file(self, wanted: str) -> tuple[ShownFile, Iterator[bytes]]:
        """Return a file of this mailbox and its octets.  Raises `blob.missing` unless all of it is as it was sent.

        The octets are opened twice: once to see that none is missing or changed, then to be sent.
        """
        found = next(
            (file for each in self.messages() for file in each.files if file.item_id == wanted), None
        )
        row = Item.objects.filter(
            box=self.access.box, item_id=wanted, kind=Kind.ATTACHMENT, removal=None
        ).first()
        if found is None or row is None:
            raise DomainError("blob.missing", status=404)
        digest = hashlib.sha256()
        try:
            for part in self._octets(row):
                digest.update(part)
        except VaultError:
            raise DomainError("blob.missing", status=404) from None
        if digest.hexdigest() != found.sha256:
            raise DomainError("blob.missing", status=404)
        return found, self._octets(row)

    def kept_from(self, messages: list[Shown]) -> tuple[list[str], list[str]]:
        """Return whom a report about what happened afterwards is about, and who gets no key to it.

        Those who wrote to the reporter in this case, and those whom the first report was kept from.
        """
        roster = roster_document(self.organisation)
        box = self.access.box
        seals = Seal.objects.filter(box=box, holder=Seal.Holder.STAFF, epoch=box.epoch)
        holding = set(seals.values_list("staff_ref", flat=True))
        ordinary = [row["staff_id"] for row in roster["readers"] if not row.get("stands_in_for")]
        handled = {each.author_ref for each in messages if each.author_ref}
        known = {row["code"] for row in roster.get("subjects", ())}
        first = next((each for each in messages if each.mine and each.kind == "report"), None)
        about = first.content.get("about", []) if first else []
        kept_out = [who for who in ordinary if who not in holding and who not in handled]
        return [code for code in about if code in known], [*sorted(handled), *kept_out]

    def _context(self, row: Item) -> Context:
        ids = (self.organisation.ref_bytes, bytes.fromhex(row.box_id))
        return Context(row.kind, *ids, row.epoch, bytes.fromhex(row.item_id), row.role, row.seq)

    def _content(self, row: Item) -> dict[str, Any] | None:
        try:
            context = self._context(row)
            header, body = bytes(row.header.octets), blobs.read(row.blob)
            content = open_item(self.sealer.box_keys[row.epoch], context, header, body)
            mine = row.role != Author.OFFICER
            author = self.keys.sig.public if mine else _signing_key(self.organisation, row)
            said = json.loads(signed.read(context, content, author).body)
        except (DomainError, VaultError, KeyError, ValueError):
            return None
        return said if isinstance(said, dict) else None

    def _octets(self, row: Item) -> Iterator[bytes]:
        opener = Opener(
            self.sealer.box_keys[row.epoch], self._context(row), bytes(row.header.octets), row.size
        )
        for part in blobs.stream(row.blob):
            yield opener.update(part)
        yield opener.finalize()


def opened(organisation: Organisation, typed: str) -> list[Opened]:
    """Return every mailbox of a code, the first report's first.  Raises `mailbox.unknown` alike for every wrong code."""
    if len(typed) > LONGEST_CODE:
        raise DomainError("mailbox.unknown", status=404)
    try:
        master = codes.master(codes.parse(typed), organisation.ref_bytes)
    except VaultError:
        raise DomainError("mailbox.unknown", status=404) from None
    found = [_one(organisation, master, master)]
    while True:
        try:
            found.append(_one(organisation, master, next_master(master, len(found))))
        except DomainError:
            return found


def _one(organisation: Organisation, master: bytes, own: bytes) -> Opened:
    keys = ReporterKeys(own)
    access = mailbox.find(organisation, keys.lookup, keys.auth)
    return Opened(organisation, master, keys, access, returning(organisation, keys, access.box))


def _files(content: dict[str, Any] | None, described: dict[str, dict[str, Any]]) -> list[ShownFile]:
    named = [described.get(str(item_id)) for item_id in (content or {}).get("files", ())]
    return [
        ShownFile(str(one["file"]), str(one["name"]), int(one["size"]), str(one["sha256"]))
        for one in named
        if one and {"file", "name", "size", "sha256"} <= one.keys()
    ]


def _signing_key(organisation: Organisation, item: Item) -> bytes:
    """Return the signing key that the root key vouches for; a message under any other is refused."""
    for row in Certificate.objects.filter(organisation=organisation, subject=item.author):
        certificate = read(
            bytes(row.octets), bytes(organisation.root_key or b""), organisation.ref_bytes, None
        )
        if key_id(certificate.sig_pub).hex() == item.author_key:
            return certificate.sig_pub
    raise DomainError("mailbox.unknown", status=404)
