"""Setting aside, merging and tying cases."""

from typing import Any

from ninja import Router, Schema
from pydantic import Field

from cases.services import merge, relations, set_aside
from whistle.accounts.requests import StaffRequest

router = Router(tags=["tools"])


class ReferencesIn(Schema):
    references: list[str] = Field(
        min_length=1, max_length=10_000
    )  # the service says in words how many are too many
    impartial: bool = False


class DecideAllIn(ReferencesIn):
    confirm: bool


class OutcomeOut(Schema):
    reference: str
    code: str
    message: str


class MergeIn(Schema):
    into: str = Field(max_length=8)
    version: int


class TieIn(Schema):
    other: str = Field(max_length=8)
    why: str = Field(max_length=20)


class DoneOut(Schema):
    reference: str


@router.post("set-aside", response=list[OutcomeOut])
def propose_set_aside(request: StaffRequest, sent: ReferencesIn) -> object:
    """Propose to set cases aside; the answer says of each whether it was."""
    return set_aside.propose_all(
        references=sent.references,
        impartial=sent.impartial,
        actor=request.staff,
    )


@router.post("set-aside/decide", response=list[OutcomeOut])
def decide_set_aside(request: StaffRequest, sent: DecideAllIn) -> object:
    """Confirm or decline as the second person; the answer says of each whether it was."""
    return set_aside.decide_all(
        references=sent.references,
        confirm=sent.confirm,
        impartial=sent.impartial,
        actor=request.staff,
    )


@router.post("cases/{reference}/merge", response=DoneOut)
def propose_merge(request: StaffRequest, reference: str, sent: MergeIn) -> dict[str, Any]:
    """Propose that a case goes on in another."""
    merge.propose_merge(
        reference=reference,
        into=sent.into.upper(),
        version=sent.version,
        actor=request.staff,
    )
    return {"reference": reference}


@router.post("cases/{reference}/relations", response=DoneOut)
def tie(request: StaffRequest, reference: str, sent: TieIn) -> dict[str, Any]:
    """Tie a case to another."""
    relations.tie(reference=reference, other=sent.other.upper(), why=sent.why, actor=request.staff)
    return {"reference": reference}
