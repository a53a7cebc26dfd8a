"""The shapes of the reporter's JSON API; see `/api/openapi.json`."""

from datetime import date, datetime

from ninja import Schema
from pydantic import Field

from whistle.access.services.vouches import NewSeal
from whistle.channel.services.identity import NewHalf, NewIdentity
from whistle.store.services.items import NewItem
from whistle.ui.api import Hash, Id, Octets


class KeyIn(Schema):
    key_id: Id
    epoch: int = Field(ge=1, lt=2**31)
    sealed: Octets

    def new(self) -> NewSeal:
        """Return the seal as the domain takes it; of a request, not of a box, so there is no giver's word."""
        return NewSeal(self.key_id, self.epoch, self.sealed, b"")


class SealIn(KeyIn):
    vouch: Octets  # the giver's signed word

    def new(self) -> NewSeal:
        """Return the seal as the domain takes it."""
        return NewSeal(self.key_id, self.epoch, self.sealed, self.vouch)


class ItemIn(Schema):
    item_id: Id
    kind: int = Field(ge=1, le=5)
    epoch: int = Field(ge=1, lt=2**31)
    role: int = Field(ge=1, le=2)  # 3 is the server's own hand
    seq: int = Field(ge=1, lt=2**31)
    header: Octets
    body: Octets | None = None
    upload: Id | None = None

    def new(self) -> NewItem:
        """Return the item as the domain takes it."""
        return NewItem(
            self.item_id, self.kind, self.epoch, self.role, self.seq, self.header, self.body, self.upload
        )


class BoxIn(Schema):
    box_id: Id
    nonce: Octets
    kem_pub: Octets
    sig_pub: Octets


class HalfIn(Schema):
    half: str = Field(pattern="^[ab]$")
    key_id: Id
    sealed: Octets


class IdentityIn(Schema):
    header: Octets
    body: Octets
    halves: list[HalfIn] = Field(max_length=60)

    def new(self) -> NewIdentity:
        """Return the sealed name as the domain takes it."""
        return NewIdentity(self.header, self.body, [NewHalf(h.half, h.key_id, h.sealed) for h in self.halves])


class ReportIn(Schema):
    lookup: Octets
    auth: Octets
    box: BoxIn
    seals: list[SealIn] = Field(max_length=60)
    items: list[ItemIn] = Field(max_length=60)
    probe: bool = False
    identity: IdentityIn | None = None
    urgent: bool = False
    challenge: str = Field(default="", max_length=120)
    work: int = Field(default=0, ge=0, lt=2**53)


class CodeIn(Schema):
    lookup: Octets
    auth: Octets


class WriteIn(CodeIn):
    items: list[ItemIn] = Field(max_length=60)
    check: str = Field(default="", max_length=20)  # which care check this answers; what it says is sealed


class BodyIn(CodeIn):
    item_id: Id


class UploadIn(Schema):
    size: int = Field(gt=0)


class UploadOut(Schema):
    upload: str
    offset: int


class OffsetOut(Schema):
    offset: int


class ReceiptOut(Schema):
    log: str
    index: int
    entry: Octets
    proof: list[Octets]
    checkpoint: str


class ReceiptsOut(Schema):
    receipt: ReceiptOut


class ProofsOut(Schema):
    receipts: list[ReceiptOut]


class RosterOut(Schema):
    document: Octets
    signature: Octets


class CardOut(Schema):
    org: str
    name: str
    live: bool
    root_key: Octets
    roster: RosterOut
    certificates: list[Octets]
    logs: dict[str, str]
    limits: dict[str, int]


class BoxOut(Schema):
    box_id: str
    epoch: int
    nonce: Octets
    kem_pub: Octets
    sig_pub: Octets


class SealOut(Schema):
    key_id: str
    epoch: int
    sealed: Octets


class VouchOut(Schema):
    key_id: str
    epoch: int
    vouch: Octets


class RemovedOut(Schema):
    on: date
    ground: str
    by: str
    agreed: str


class ItemOut(Schema):
    item_id: str
    kind: int
    epoch: int
    role: int
    seq: int
    header: Octets | None
    body: Octets | None
    removed: RemovedOut | None = None  # its content is gone, by two people's word
    item_hash: Hash
    on: date
    at: datetime | None
    size: int
    author: str | None
    author_key: str | None


class ReaderOut(Schema):
    staff_id: str
    name: str
    title: str


class ClockOut(Schema):
    clock: str
    due: date
    met_on: date | None


class CheckOut(Schema):
    check: str
    due: date
    answered_on: date | None


class IdentityActOut(Schema):
    act: str
    ground: str
    on: date


class MailboxOut(Schema):
    box: BoxOut
    seals: list[SealOut]
    vouches: list[VouchOut]
    holders: list[str]  # the ids of the keys that the present epoch is sealed to
    givers: list[Octets]
    items: list[ItemOut]
    certificates: list[Octets]
    readers: list[ReaderOut]
    status: str
    clocks: list[ClockOut]
    last_opened: date | None
    received_on: date
    checks: list[CheckOut]
    identity: list[IdentityActOut]
    receipts: list[ReceiptOut]
    removals: list[ReceiptOut]
    removers: list[ReaderOut]
