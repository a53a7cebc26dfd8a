"""The desk's JSON API for keys: handing over, taking back, a new key for somebody in another's place."""

from datetime import date
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from cases.api import CandidateOut, HeldBoxOut, RosterOut, StateOut
from cases.api_records import BoxSealsIn
from cases.selectors import keys, sealed, visible
from cases.selectors.mailboxes import MOST_BOXES
from cases.services import hand_over, rekey, revoke, share, transfer
from whistle.accounts.requests import StaffRequest
from whistle.channel.schemas import ItemIn
from whistle.ui.api import Id, Octets

router = Router(tags=["keys"])


class KeyBoxOut(HeldBoxOut):
    newest: str
    written: int


class KeysOut(Schema):
    proven: bool
    roster: RosterOut | None
    org: str
    root_key: Octets
    boxes: list[KeyBoxOut]
    certificates: list[Octets]
    givers: list[Octets]
    recovery: list[Octets]
    candidates: list[CandidateOut]
    alternates: list[CandidateOut]


class RemainingOut(Schema):
    cases: list[str]
    offered: list[str]
    due: list[str]


class ShareIn(Schema):
    staff_id: Id
    until: date | None = None
    boxes: list[BoxSealsIn] = Field(max_length=MOST_BOXES)
    item: ItemIn | None = None


class RekeyIn(Schema):
    boxes: list[BoxSealsIn] = Field(max_length=MOST_BOXES)
    items: dict[Id, ItemIn]


class HandOverIn(Schema):
    leaver: Id
    newcomer: Id
    boxes: list[BoxSealsIn] = Field(max_length=MOST_BOXES)
    item: ItemIn | None = None


class RevokeIn(Schema):
    staff_id: Id


@router.get("cases/{reference}/keys", response=KeysOut)
def case_keys(request: StaffRequest, reference: str) -> dict[str, Any]:
    """Return a case's keys without its content.  Not a reading."""
    person = request.staff
    return keys.keys(visible.case_for(person, reference), person)


@router.get("keys/unproven", response=list[str])
def unproven(request: StaffRequest) -> list[str]:
    """Return the cases whose keys a colleague sealed to the person who asks, and which they have not opened yet."""
    rows = transfer.unproven(request.staff)
    return list(rows.values_list("reference", flat=True))


@router.post("cases/{reference}/keys/proven", response=StateOut)
def keys_proven(request: StaffRequest, reference: str) -> object:
    """Say that every key given to the person who asks opens; whoever they take over from loses theirs now."""
    return transfer.prove(reference=reference, actor=request.staff)


@router.post("cases/{reference}/keys/refused", response=StateOut)
def keys_refused(request: StaffRequest, reference: str) -> object:
    """Say that a key given to the person who asks does not open; they are off the case again."""
    return transfer.refuse(reference=reference, actor=request.staff)


@router.get("hand-over/{leaver}", response=RemainingOut)
def left_to_do(request: StaffRequest, leaver: str) -> dict[str, Any]:
    """Return which cases of a leaver are still to be handed over by the person who asks."""
    return hand_over.remaining(request.staff, leaver)


@router.post("cases/{reference}/hand-over", response=StateOut)
def hand_case_over(request: StaffRequest, reference: str, sent: HandOverIn) -> object:
    """Put a newcomer in a leaver's place on one case."""
    return hand_over.hand_over(
        reference=reference,
        leaver=sent.leaver,
        newcomer=sent.newcomer,
        seals={box.box_id: [seal.new() for seal in box.seals] for box in sent.boxes},
        announcement=sent.item.new() if sent.item else None,
        actor=request.staff,
    )


@router.post("cases/{reference}/revoke", response=StateOut)
def revoke_key(request: StaffRequest, reference: str, sent: RevokeIn) -> object:
    """Take the case from a colleague."""
    return revoke.revoke(reference=reference, staff_id=sent.staff_id, actor=request.staff)


@router.get("cases/{reference}/candidates", response=list[CandidateOut])
def candidates(request: StaffRequest, reference: str) -> object:
    """Return the colleagues who may be given a key."""
    return sealed.candidate_cards(visible.case_for(request.staff, reference))


@router.post("cases/{reference}/share", response=StateOut)
def share_case(request: StaffRequest, reference: str, sent: ShareIn) -> object:
    """Give a colleague the keys and the permission."""
    return share.share(
        reference=reference,
        staff_id=sent.staff_id,
        seals={box.box_id: [seal.new() for seal in box.seals] for box in sent.boxes},
        announcement=sent.item.new() if sent.item else None,
        actor=request.staff,
        until=sent.until,
    )


@router.post("cases/{reference}/rekey", response=StateOut)
def rekey_case(request: StaffRequest, reference: str, sent: RekeyIn) -> object:
    """Begin a new epoch in each box that waits for one."""
    return rekey.rekey(
        reference=reference,
        seals={box.box_id: [seal.new() for seal in box.seals] for box in sent.boxes},
        announcements={box_id: item.new() for box_id, item in sent.items.items()},
        actor=request.staff,
    )
