"""The desk's JSON API for a reporter's sealed name: asking, answering, opening.  What is said in it is sealed."""

from typing import Any

from ninja import Router, Schema
from pydantic import Field

from cases.selectors import identity as selectors
from cases.selectors import visible
from cases.services import halves, identity
from whistle.accounts.requests import StaffRequest
from whistle.channel.schemas import ItemIn, KeyIn, VouchOut
from whistle.ui.api import Id, Octets

router = Router(tags=["identity"])


class CustodianOut(Schema):
    staff_id: str
    certificate: Octets


class MaterialsOut(Schema):
    box_id: str
    custodians: list[CustodianOut]


class SealedIn(Schema):
    header: Octets
    body: Octets


class AskIn(Schema):
    ref: Id
    box_id: Id | None = None
    ground: str
    items: list[ItemIn] = Field(max_length=10)
    reason: SealedIn
    keys: list[KeyIn] = Field(max_length=20)


class AnswerIn(Schema):
    agree: bool
    half: SealedIn | None = None


class RequestOut(Schema):
    ref: str
    box_id: str
    ground: str
    key: Octets
    reason_header: Octets
    reason_body: Octets
    asker: str
    certificates: list[Octets]
    half: Octets


class OpenedOut(RequestOut):
    other_header: Octets
    other_body: Octets
    custodian: str
    custodians: list[Octets]
    header: Octets
    body: Octets


class PassOnOut(Schema):
    box_id: str
    half: str
    sealed: Octets
    epoch: int
    sig_pub: Octets
    vouches: list[VouchOut]
    givers: list[Octets]
    staff_id: str
    certificate: Octets


class PassOnIn(Schema):
    box_id: Id
    half: str = Field(pattern="^[ab]$")
    staff_id: Id
    sealed: Octets


class PassedOut(Schema):
    done: bool


class AnsweredOut(Schema):
    ref: str
    agreed: bool | None
    opened: bool


@router.get("cases/{reference}/identity", response=MaterialsOut)
def materials(request: StaffRequest, reference: str, box_id: str = "") -> dict[str, Any]:
    """Return who keeps the other half of the key to the reporter's name."""
    person = request.staff
    return selectors.materials(visible.case_for(person, reference), person, box_id)


@router.post("cases/{reference}/identity", response=AnsweredOut)
def ask(request: StaffRequest, reference: str, sent: AskIn) -> dict[str, Any]:
    """Ask for the reporter's name; the reporter is told with the same request."""
    made = identity.ask(
        reference=reference,
        ref=sent.ref,
        ground=sent.ground,
        items=[item.new() for item in sent.items],
        reason=identity.Sealed(sent.reason.header, sent.reason.body),
        keys=[key.new() for key in sent.keys],
        box_id=sent.box_id or "",
        actor=request.staff,
    )
    return {"ref": made.ref, "agreed": None, "opened": False}


@router.get("cases/{reference}/identity/{ref}", response=OpenedOut)
def opened(request: StaffRequest, reference: str, ref: str) -> dict[str, Any]:
    """Return the sealed name with both halves, once it may be opened."""
    person = request.staff
    return selectors.opened(visible.case_for(person, reference), person, ref)


@router.get("identity/halves", response=list[PassOnOut])
def to_pass_on(request: StaffRequest) -> list[dict[str, Any]]:
    """Return the halves of keys to names that colleagues of the same kind lack."""
    return halves.to_pass_on(request.staff)


@router.post("identity/halves", response=PassedOut)
def pass_on(request: StaffRequest, sent: PassOnIn) -> dict[str, bool]:
    """Give a colleague of the same kind one's half of the key to a name."""
    halves.pass_on(
        box_id=sent.box_id, half=sent.half, staff_id=sent.staff_id, sealed=sent.sealed, actor=request.staff
    )
    return {"done": True}


@router.get("identity/{ref}", response=RequestOut)
def asked(request: StaffRequest, ref: str) -> dict[str, Any]:
    """Return a request for a name to one of its custodians."""
    return selectors.request(request.staff, ref)


@router.post("identity/{ref}", response=AnsweredOut)
def answer(request: StaffRequest, ref: str, sent: AnswerIn) -> dict[str, Any]:
    """Agree with one's half of the key, or refuse."""
    row = identity.answer(
        ref=ref,
        agree=sent.agree,
        half=identity.Sealed(sent.half.header, sent.half.body) if sent.half else None,
        actor=request.staff,
    )
    return {"ref": row.ref, "agreed": row.agreed, "opened": row.opened_at is not None}
