"""What happens once a witness has seen that two people agreed: a duty is given, or taken (see `whistle.audit.stakes`)."""

from typing import TYPE_CHECKING

from whistle.access.services.duties import give_duty, take_duty
from whistle.accounts.models import Staff
from whistle.audit import stakes
from whistle.core.errors import DomainError
from whistle.core.policy import Duty

if TYPE_CHECKING:
    from whistle.audit.models import Approval


@stakes.effect("role.granted", alone=True)
def give(approval: "Approval") -> None:
    """Give the duty, if the person is still there and may still hold it."""
    give_duty(_person(approval), Duty(approval.terms["duty"]), actor=approval.actor, approval=approval.ref)


@stakes.effect("role.revoked", alone=True)
def take(approval: "Approval") -> None:
    """Take the duty, if somebody else still holds it."""
    take_duty(_person(approval), Duty(approval.terms["duty"]), actor=approval.actor, approval=approval.ref)


def _person(approval: "Approval") -> Staff:
    person = Staff.objects.filter(
        organisation=approval.organisation, ref=approval.terms["to"], is_active=True
    ).first()
    if person is None:
        raise DomainError("request.absent", status=404)
    return person
