"""Taking a case from somebody: every seal and every permission in one transaction, or none of it.

Whatever the reason (not impartial, revoked, handed over, time ran out, left), it ends in `take.take_case`.  The boxes
then wait for a new key, so that what is written afterwards is closed to whoever left.
"""

import logging

from cases.models import Assignment, Case
from cases.selectors import visible
from cases.services.take import take_case
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Perm
from whistle.organisations.models import Organisation

log = logging.getLogger("cases.revoke")


def revoke(*, reference: str, staff_id: str, actor: Staff) -> Case:
    """Take the case from a colleague; only who may decide on it, and said that they are impartial, can.

    Raises `grant.own` for oneself (that is a declaration of impartiality), `grant.person` for somebody who is not on
    it, `grant.last` when nobody would be left on whom the case can rest, `grant.decider` when nobody could decide,
    `merge.goes_on` for a case that goes on in another: that one is taken, and this with it.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        part = visible.require(actor, Perm.DECIDE, case).part
        if staff_id == actor.ref:
            raise DomainError("grant.own", status=403)
        visible.require_declared(actor, case)
        if case.merged_into_id is not None:
            raise DomainError("merge.goes_on", status=409)
        held = case.assignments.select_related("staff").filter(staff__ref=staff_id).first()
        if held is None:
            raise DomainError("grant.person", status=409)
        take_case(case, held.staff, why="revoked", actor=actor.log_name, role=part)
        case.version += 1
        case.save(update_fields=["version"])
    return case


def expire(organisation: Organisation) -> int:
    """Take cases from those whose time on them ran out; return how many.  Each stands alone; safe to repeat.

    Where nobody would be left the seals stay, so that the case is not lost; it cannot be read with them meanwhile.
    """
    over = Assignment.objects.filter(case__organisation=organisation, until__lt=clock.today())
    ended = 0
    for pk in list(over.values_list("pk", flat=True)):
        try:
            with audit.atomic():
                held = Assignment.objects.select_related("case", "staff").filter(pk=pk).first()
                if held is not None:
                    take_case(held.case, held.staff, why="expired", actor="system", role="system")
                    ended += 1
        except DomainError as refused:  # the last one with a key: somebody else must get one first
            log.warning("a term could not be ended: %s", refused.code)
    return ended
