"""The desk's JSON API.  Lists and cards are metadata; what is sealed is opened in the browser."""

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Header, Router, Schema, Status
from pydantic import Field

from cases.api_records import AlternateIn, ItemsIn, RecordOut, RoomBoxIn, items, room, seals_of
from cases.selectors import card, listing, visible
from cases.services import correspond, declare, move, read
from cases.words import CLOCKS
from whistle.accounts.requests import StaffRequest
from whistle.channel.api import sealed_octets
from whistle.channel.schemas import (
    ItemOut,
    OffsetOut,
    ReceiptOut,
    SealIn,
    SealOut,
    UploadIn,
    UploadOut,
    VouchOut,
)
from whistle.store import uploads
from whistle.ui.api import Octets

router = Router(tags=["cases"])


class ClockOut(Schema):
    clock: str
    started: date
    due: date
    met_on: date | None
    days_left: int
    days_total: int
    late: bool


class RowOut(Schema):
    reference: str
    state: str
    received_on: date
    declared: bool
    clocks: list[ClockOut]
    next: str
    waits_since: date | None


class ListOut(Schema):
    cases: list[RowOut]
    next: str


class StepOut(Schema):
    name: str
    target: str
    second: bool
    needs: list[str]


class CardOut(Schema):
    reference: str
    state: str
    version: int
    part: str
    declared: bool
    clocks: list[ClockOut]
    next: str
    steps: list[StepOut]
    may_decide: bool
    may_share: bool


class HolderOut(Schema):
    holder: str
    key_id: str
    staff_id: str | None
    name: str


class HeldBoxOut(Schema):
    """A box as its keys see it, whatever lies in it."""

    box_id: str
    kind: str
    epoch: int
    rekey_due: bool
    nonce: Octets
    kem_pub: Octets | None
    sig_pub: Octets
    seals: list[SealOut]
    recovery_epochs: list[int]
    vouches: list[VouchOut]
    holders: list[HolderOut]


class SealedBoxOut(HeldBoxOut):
    items: list[ItemOut]


class RosterOut(Schema):
    document: Octets
    signature: Octets


class PersonOut(Schema):
    staff_id: str
    name: str
    title: str


class SealedOut(Schema):
    org: str
    records: list[RecordOut]
    removals: list[ReceiptOut]
    root_key: Octets
    proven: bool
    roster: RosterOut | None
    people: list[PersonOut]
    boxes: list[SealedBoxOut]
    certificates: list[Octets]
    givers: list[Octets]
    recovery: list[Octets]


class CandidateOut(Schema):
    staff_id: str
    name: str
    title: str
    certificate: Octets


class RoomIn(ItemsIn):
    box: RoomBoxIn
    seals: list[SealIn] = Field(max_length=60)


class DeclareIn(Schema):
    answer: str
    alternates: list[AlternateIn] = Field(default=[], max_length=20)
    lock: bool = False


class StepIn(Schema):
    version: int
    codes: dict[str, str] = {}


class DecideIn(Schema):
    version: int
    confirm: bool
    alternates: list[AlternateIn] = Field(default=[], max_length=20)  # keys, where the step gives any


class StateOut(Schema):
    reference: str
    state: str
    version: int


Request = HttpRequest


@router.get("cases", response=ListOut)
def case_list(
    request: StaffRequest,
    state: str = "",
    clock: str = "",
    part: str = "",
    order: str = "due",
    after: str = "",
) -> dict[str, Any]:
    """Return 50 visible cases, what is due first, and what `after` is for the next 50."""
    given = {"state": state, "clock": clock, "part": part, "order": order, "after": after}
    found = listing.page(request.staff, listing.asked(given, tuple(CLOCKS)))
    return {"cases": found.rows, "next": found.next}


@router.get("cases/{reference}", response=CardOut)
def case_card(request: StaffRequest, reference: str) -> dict[str, Any]:
    """Return what may be known of a case without opening it."""
    return card.card(visible.case_for(request.staff, reference), request.staff)


@router.post("cases/{reference}/declare", response=StateOut)
def declare_impartiality(request: StaffRequest, reference: str, sent: DeclareIn) -> object:
    """Answer the question about impartiality: `impartial`, `conflict` or `unsure`."""
    return declare.declare(
        reference=reference,
        answer=sent.answer,
        actor=request.staff,
        alternates=seals_of(sent.alternates),
        lock=sent.lock,
    )


@router.get("cases/{reference}/sealed", response=SealedOut)
def open_case(request: StaffRequest, reference: str) -> dict[str, Any]:
    """Return the sealed boxes of a case.  This is a reading, and logged."""
    return read.open_case(reference=reference, actor=request.staff)


@router.get("boxes/{box_id}/items/{item_id}/body")
def file_body(request: StaffRequest, box_id: str, item_id: str) -> StreamingHttpResponse:
    """Return the sealed octets of one file.  This is a reading, and logged."""
    item = read.open_file(box_id=box_id, item_id=item_id, actor=request.staff)
    return sealed_octets(item.blob, item.size)


@router.post("uploads", response={201: UploadOut})
def begin_upload(request: Request, sent: UploadIn) -> Status[dict[str, Any]]:
    """Make room for a sealed file of `size` octets."""
    return Status(201, {"upload": uploads.begin(sent.size), "offset": 0})


@router.put("uploads/{upload}", response=OffsetOut)
def add_part(
    request: Request, upload: str, offset: int, digest: Annotated[str, Header(alias="X-Part-SHA256")]
) -> dict[str, int]:
    """Append one part of at most 1 MiB; the answer says which offset is expected next."""
    return {"offset": uploads.add_part(upload, offset, request.read(uploads.PART + 1), digest)}


@router.post("cases/{reference}/acknowledge", response=StateOut)
def acknowledge(request: StaffRequest, reference: str, sent: ItemsIn) -> object:
    """Confirm receipt with a message to the reporter."""
    return correspond.acknowledge(
        reference=reference,
        items=items(sent),
        actor=request.staff,
        mailbox=sent.mailbox or "",
    )


@router.post("cases/{reference}/answer", response=StateOut)
def answer(request: StaffRequest, reference: str, sent: ItemsIn) -> object:
    """Send the reporter a message."""
    return correspond.answer(
        reference=reference,
        items=items(sent),
        actor=request.staff,
        mailbox=sent.mailbox or "",
    )


@router.post("cases/{reference}/feedback", response=StateOut)
def feedback(request: StaffRequest, reference: str, sent: ItemsIn) -> object:
    """Send the reporter feedback."""
    return correspond.give_feedback(
        reference=reference,
        items=items(sent),
        actor=request.staff,
        mailbox=sent.mailbox or "",
    )


@router.post("cases/{reference}/room", response=StateOut)
def open_room(request: StaffRequest, reference: str, sent: RoomIn) -> object:
    """Open the case's room with its first note."""
    return correspond.open_room(
        reference=reference,
        room=room(sent.box, sent.seals),
        items=items(sent),
        actor=request.staff,
    )


@router.post("cases/{reference}/notes", response=StateOut)
def write_note(request: StaffRequest, reference: str, sent: ItemsIn) -> object:
    """Write an internal note."""
    return correspond.write_note(reference=reference, items=items(sent), actor=request.staff)


@router.post("cases/{reference}/steps/{name}", response=StateOut)
def take_step(request: StaffRequest, reference: str, name: str, sent: StepIn) -> object:
    """Take a step of the workflow, or propose it."""
    return move.take_step(
        reference=reference,
        name=name,
        version=sent.version,
        codes=sent.codes,
        actor=request.staff,
    )


@router.post("cases/{reference}/decide", response=StateOut)
def decide(request: StaffRequest, reference: str, sent: DecideIn) -> object:
    """Confirm or decline the step that waits for a second person."""
    return move.decide(
        reference=reference,
        confirm=sent.confirm,
        version=sent.version,
        actor=request.staff,
        seals=seals_of(sent.alternates),
    )
