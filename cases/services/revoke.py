"""Taking a case from somebody: every seal and every permission in one transaction, or none of it.

Whatever the reason (not impartial, revoked, handed over, time ran out, left), it happens here.  The boxes then wait
for a new key, so that what is written afterwards is closed to whoever left.
"""

import logging

from cases.models import Assignment, Case
from cases.selectors import visible
from cases.services.people import take_part
from whistle.access.services.boxes import take_key
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Perm
from whistle.organisations.models import Organisation
from whistle.store.models import Box, Seal

log = logging.getLogger("cases.revoke")


def revoke(*, reference: str, staff_id: str, actor: Staff) -> Case:
    """Take the case from a colleague; only who may decide on it can.

    Raises `grant.own` for oneself (that is a declaration of impartiality), `grant.person` for somebody who is not on
    it, and `grant.last` when nobody would be left with a key.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        part = visible.require(actor, Perm.DECIDE, case).part
        if staff_id == actor.ref:
            raise DomainError("grant.own", status=403)
        held = case.assignments.select_related("staff").filter(staff__ref=staff_id).first()
        if held is None:
            raise DomainError("grant.person", status=409)
        take_case(case, held.staff, why="revoked", actor=actor.log_name, role=part)
        case.version += 1
        case.save(update_fields=["version"])
    return case


def take_case(
    case: Case, person: Staff, *, why: str, actor: str, role: str, last: str = "grant.last"
) -> None:
    """Take every key of the case and the part on it from a person, and log it.

    Raises `last` when a box would be left without anybody who can open it.
    """
    for box in Box.objects.select_for_update().filter(of_case__case=case):
        if not others_hold(box, person):
            raise DomainError(last, status=409)
        take_key(box, person)
    take_part(case, person)
    audit.record(
        "access.revoked",
        organisation=case.organisation,
        actor=actor,
        role=role,
        case=case.log_ref,
        to=person.log_name,
        why=why,
    )


def others_hold(box: Box, person: Staff) -> bool:
    """Return whether somebody else, still active, holds the box's present key."""
    others = Seal.objects.filter(box=box, epoch=box.epoch, holder=Seal.Holder.STAFF).exclude(
        staff_ref=person.ref
    )
    return Staff.objects.filter(ref__in=others.values("staff_ref"), is_active=True).exists()


def expire(organisation: Organisation) -> int:
    """Take cases from those whose time on them ran out; return how many.  Each stands alone; safe to repeat."""
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
