"""Each case has one person whom the reporter can turn to; the place is never left empty without somebody being told."""

from cases.models import Case
from cases.selectors import visible
from cases.services.attention import refresh
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.core.policy import MATRIX, Part, Perm


def name_contact(*, reference: str, staff_id: str, actor: Staff) -> Case:
    """Make somebody with a key, who may write to the reporter, the reporter's contact.

    Raises `grant.person` for anybody else: not on the case, only an adviser, or not yet found impartial.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        visible.require_declared(actor, case)
        part = visible.require(actor, Perm.CORRESPOND, case).part
        held = case.assignments.select_related("staff").filter(staff__ref=staff_id).first()
        writes = held is not None and Perm.CORRESPOND in MATRIX[Part(held.part)]
        if held is None or not writes or not visible.declared(held.staff, case):
            raise DomainError("grant.person", status=409)
        case.contact = held.staff
        case.version += 1
        case.save()
        audit.record(
            "contact.named",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=part,
            case=case.log_ref,
            to=held.staff.log_name,
        )
        refresh(case)
    return case
