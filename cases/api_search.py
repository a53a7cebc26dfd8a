"""Search: sealed entries and sealed titles.  What is searched for, and what is found, never comes here."""

from datetime import date
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from cases.selectors import search as selector
from cases.services import search
from whistle.accounts.requests import StaffRequest
from whistle.channel.schemas import ItemOut, SealOut
from whistle.ui.api import Octets

router = Router(tags=["search"])


class EntryOut(Schema):
    version: int
    title_item: str
    header: Octets


class BodiesIn(Schema):
    references: list[str] = Field(max_length=selector.PAGE)


class BodyOut(Schema):
    reference: str
    version: int
    body: Octets


class TitleBoxOut(Schema):
    box_id: str
    kind: str
    epoch: int
    nonce: Octets
    kem_pub: Octets | None
    sig_pub: Octets
    seals: list[SealOut]


class TitleOut(Schema):
    box: TitleBoxOut
    item: ItemOut


class SearchRowOut(Schema):
    reference: str
    state: str
    received_on: date
    title_item: str
    entry: EntryOut | None
    title: TitleOut | None


class SearchOut(Schema):
    cases: list[SearchRowOut]
    certificates: list[Octets]
    next: int | None


class EntryIn(Schema):
    version: int = Field(ge=1)
    title_item: str = Field(pattern=r"^([0-9a-f]{32})?$")
    header: Octets
    body: Octets


class KeptOut(Schema):
    version: int


@router.get("search", response=SearchOut)
def entries(request: StaffRequest, after: int = 0) -> dict[str, Any]:
    """Return 500 cases that can be searched, from the one after `after`; their entries without bodies."""
    return selector.page(request.staff, after)


@router.post("search-bodies", response=list[BodyOut])
def bodies(request: StaffRequest, wanted: BodiesIn) -> object:
    """Return the bodies of a person's own entries about these cases: those their browser does not have."""
    return selector.bodies(request.staff, wanted.references)


@router.put("search/{reference}", response=KeptOut)
def keep_entry(request: StaffRequest, reference: str, sent: EntryIn) -> object:
    """Keep a person's own sealed entry about a case."""
    return search.keep(
        reference=reference,
        version=sent.version,
        title_item=sent.title_item,
        header=sent.header,
        body=sent.body,
        actor=request.staff,
    )
