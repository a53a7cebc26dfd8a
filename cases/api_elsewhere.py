"""Reports that came another way: what the officer's browser needs to seal them, and takes them in sealed."""

from datetime import date
from typing import Any

from ninja import Router, Schema, Status
from pydantic import Field

from cases.services import elsewhere
from cases.services.elsewhere import Came
from whistle.access.selectors import duties
from whistle.accounts.requests import StaffRequest
from whistle.channel.schemas import CardOut, ReceiptOut, ReportIn
from whistle.channel.selectors import organisation_card
from whistle.channel.services.submit import NewReport
from whistle.core.errors import DomainError
from whistle.ui.api import Id

router = Router(tags=["elsewhere"])


class ElsewhereIn(ReportIn):
    channel: str = Field(max_length=20)
    received_on: date
    way_back: bool
    leader: Id | None = None


class RegisteredOut(Schema):
    reference: str
    visible: bool  # False when whoever wrote it down gets no key to it
    receipt: ReceiptOut


@router.get("org.json", response=CardOut)
def card(request: StaffRequest) -> dict[str, Any]:
    """Return what a browser needs before it may seal a report."""
    if not duties(request.staff) & elsewhere.REGISTERS:
        raise DomainError("request.absent", status=404)
    return organisation_card(request.organisation)


@router.post("reports", response={201: RegisteredOut})
def register(request: StaffRequest, sent: ElsewhereIn) -> Status[dict[str, Any]]:
    """Take in a report that came by phone, letter, meeting, at the counter, or from a leader."""
    person = request.staff
    report = NewReport(
        lookup=sent.lookup,
        auth=sent.auth,
        box_id=sent.box.box_id,
        nonce=sent.box.nonce,
        kem_pub=sent.box.kem_pub,
        sig_pub=sent.box.sig_pub,
        seals=[seal.new() for seal in sent.seals],
        items=[item.new() for item in sent.items],
        identity=sent.identity.new() if sent.identity else None,
    )
    came = Came(sent.channel, sent.received_on, sent.way_back, sent.leader or "")
    case, receipt = elsewhere.register(report=report, came=came, actor=person)
    mine = case.assignments.filter(staff=person).exists()
    return Status(201, {"reference": case.reference if mine else "", "visible": mine, "receipt": receipt})
