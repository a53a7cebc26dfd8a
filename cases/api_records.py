"""The desk's JSON API for records: sealed for colleagues, with codes and dates that the server may know."""

from datetime import date
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from cases.selectors.mailboxes import MOST_BOXES
from cases.services import agree, contact, correspond, extension, records
from whistle.accounts.requests import StaffRequest
from whistle.channel.schemas import ItemIn, SealIn
from whistle.store.services.items import NewItem
from whistle.ui.api import Id, Octets

router = Router(tags=["records"])


class ItemsIn(Schema):
    items: list[ItemIn] = Field(max_length=60)
    mailbox: Id | None = None  # which reporter's, when a case has several


class BoxSealsIn(Schema):
    box_id: Id
    seals: list[SealIn] = Field(max_length=200)


class AlternateIn(Schema):
    staff_id: Id
    boxes: list[BoxSealsIn] = Field(max_length=MOST_BOXES)


class RoomBoxIn(Schema):
    box_id: Id
    nonce: Octets
    sig_pub: Octets


class RecordIn(ItemsIn):
    kind: str = Field(max_length=20)
    number: int = Field(ge=1)
    version: int = Field(ge=1)
    codes: dict[str, str | list[str]] = {}
    due_on: date | None = None
    box: RoomBoxIn | None = None
    seals: list[SealIn] = Field(default=[], max_length=60)


class RecordOut(Schema):
    kind: str
    number: int
    version: int
    current: bool
    item_id: str
    codes: dict[str, str | list[str]]
    due_on: date | None
    done_on: date | None
    made_on: date
    by: str
    waits: bool
    agreed: bool | None
    answered_by: str


class AnswerIn(Schema):
    kind: str = Field(max_length=20)
    number: int = Field(ge=1)
    version: int = Field(ge=1)
    agree: bool


class ContactIn(Schema):
    staff_id: Id


class WrittenOut(Schema):
    reference: str
    state: str
    version: int


@router.post("cases/{reference}/records", response=WrittenOut)
def write_record(request: StaffRequest, reference: str, sent: RecordIn) -> Any:
    """File one version of a record: the sealed item, and the codes and dates of its kind (`cases.records`)."""
    return records.write(
        reference=reference,
        new=records.NewRecord(sent.kind, sent.number, sent.version, sent.codes, sent.due_on),
        items=items(sent),
        actor=request.staff,
        room=room(sent.box, sent.seals) if sent.box else None,
    ).case


@router.post("cases/{reference}/records/agree", response=WrittenOut)
def answer_record(request: StaffRequest, reference: str, sent: AnswerIn) -> Any:
    """Agree to a record that waits for a second person, or decline it."""
    return agree.answer(
        reference=reference,
        kind=sent.kind,
        number=sent.number,
        version=sent.version,
        agree=sent.agree,
        actor=request.staff,
    ).case


@router.post("cases/{reference}/extend", response=WrittenOut)
def extend(request: StaffRequest, reference: str, sent: ItemsIn) -> Any:
    """Tell a reporter that feedback takes longer; a second person has agreed to the reason."""
    return extension.extend(
        reference=reference, items=items(sent), actor=request.staff, mailbox=sent.mailbox or ""
    )


@router.post("cases/{reference}/contact", response=WrittenOut)
def name_contact(request: StaffRequest, reference: str, sent: ContactIn) -> Any:
    """Say who is the reporter's contact from now on."""
    return contact.name_contact(
        reference=reference,
        staff_id=sent.staff_id,
        actor=request.staff,
    )


def room(box: RoomBoxIn, seals: list[SealIn]) -> correspond.NewRoom:
    """Return the room that a browser made."""
    return correspond.NewRoom(box.box_id, box.nonce, box.sig_pub, [seal.new() for seal in seals])


def items(sent: ItemsIn) -> list[NewItem]:
    """Return the sealed items of a request."""
    return [item.new() for item in sent.items]


def seals_of(alternates: list[AlternateIn]) -> dict[str, dict[str, Any]]:
    """Return the keys made for others, by staff id and box."""
    return {
        each.staff_id: {box.box_id: [seal.new() for seal in box.seals] for box in each.boxes}
        for each in alternates
    }
