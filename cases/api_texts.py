"""The desk's JSON API for the organisation's own words on the reporter's pages."""

from typing import Any

from ninja import Router, Schema

from whistle.access.selectors import duties
from whistle.accounts.requests import StaffRequest
from whistle.channel.services import texts
from whistle.core.errors import DomainError
from whistle.core.policy import Duty

router = Router(tags=["texts"])


class TextsIn(Schema):
    document: dict[str, Any]


class VersionOut(Schema):
    version: int


def _leader(request: StaffRequest) -> Any:
    person = request.staff
    if Duty.COMPLIANCE_LEADER not in duties(person):
        raise DomainError("request.absent", status=404)
    return person


@router.post("texts", response=VersionOut)
def propose(request: StaffRequest, sent: TextsIn) -> object:
    """Propose a new version of texts, routine and contacts."""
    person = _leader(request)
    return texts.propose(person.organisation, sent.document, actor=person)


@router.post("texts/{version}/approve", response=VersionOut)
def approve(request: StaffRequest, version: int) -> object:
    """Approve the version somebody else proposed; from now on it is shown."""
    person = _leader(request)
    return texts.approve(person.organisation, version, actor=person)
