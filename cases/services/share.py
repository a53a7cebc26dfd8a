"""A colleague gets the keys and the permission, in one act, from somebody who holds them."""

from datetime import date, timedelta
from typing import Any

from cases.models import Case
from cases.selectors import people, visible
from cases.services.correspond import INTERNAL, file_items
from cases.services.people import give_part
from whistle.access.services.boxes import NewSeal, give_key
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Part, Perm
from whistle.store.models import Box
from whistle.store.services.items import NewItem

LONGEST_ADVICE = timedelta(days=180)


def share(
    *,
    reference: str,
    staff_id: str,
    seals: dict[str, list[NewSeal]],
    announcement: NewItem | None,
    actor: Staff,
    until: date | None = None,
) -> Case:
    """Let a colleague work on the case: each of its boxes is sealed to them, and they take the handler's part.

    `announcement` is the signed event (kind 5) for the room, so that key holders see in the box itself who gave
    the key.  With `until`, a date, they are an adviser who only reads, and lose the case after that day.  Raises `grant.person` for somebody who may not get one, `grant.seals` when a box is missing.
    """
    if until is not None and not clock.today() <= until <= clock.today() + LONGEST_ADVICE:
        raise DomainError("grant.until")
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        visible.require_declared(actor, case)
        part = visible.require(actor, Perm.SHARE, case).part
        person = people.candidates(case).filter(ref=staff_id).first()
        if person is None:
            raise DomainError("grant.person", status=409)
        owned = list(Box.objects.filter(of_case__case=case))
        if {box.box_id for box in owned} != set(seals):
            raise DomainError("grant.seals", status=409)
        for box in owned:
            give_key(box, person, seals[box.box_id])
        given = Part.ADVISER if until else Part.HANDLER
        give_part(case, person, given, until)
        announced = announce(case, announcement, actor)
        case.version += 1
        case.save(update_fields=["version"])
        audit.record(
            "access.granted",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=part,
            case=case.log_ref,
            to=person.log_name,
            part=given.value,
            **announced,
        )
    return case


def announce(case: Case, announcement: NewItem | None, actor: Staff) -> dict[str, Any]:
    """File the signed event in the case's room, when there is one; return what the log entry says of it."""
    room = Box.objects.filter(of_case__case=case, kind=Box.Kind.ROOM).first()
    if room is None or announcement is None:
        return {}
    return {"item": file_items(room, [announcement], actor, INTERNAL)[0].item_hash}
