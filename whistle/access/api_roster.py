"""The roster's JSON API."""

from typing import Any

from ninja import Router, Schema, Status

from whistle.access.selectors import duties
from whistle.access.services import roster
from whistle.accounts import selectors as accounts
from whistle.accounts.requests import StaffRequest
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.ui.api import Octets

router = Router(tags=["roster"])
SEES = frozenset({Duty.KEY_CUSTODIAN, Duty.COMPLIANCE_LEADER, Duty.AUDITOR})


class PersonOut(Schema):
    staff_id: str
    name: str
    title: str
    key_id: str | None
    duties: list[str]


class RosterOut(Schema):
    document: Octets | None
    signature: Octets | None
    people: list[PersonOut]


class RosterIn(Schema):
    document: Octets
    signature: Octets


class VersionOut(Schema):
    version: int


@router.get("roster", response=RosterOut)
def the_roster(request: StaffRequest) -> dict[str, Any]:
    """Return the roster in force as the root key signed it, and who may stand in it."""
    person = request.staff
    if not SEES & duties(person):
        raise DomainError("request.absent", status=404)
    row = accounts.roster(person.organisation)
    return {
        "document": bytes(row.document) if row else None,
        "signature": bytes(row.signature) if row else None,
        "people": roster.people(person.organisation),
    }


@router.post("roster", response={201: VersionOut})
def adopt(request: StaffRequest, sent: RosterIn) -> Status[dict[str, int]]:
    """Put a signed roster in force."""
    person = request.staff
    row = roster.put_in_force(person.organisation, sent.document, sent.signature, actor=person)
    return Status(201, {"version": row.version})
