"""All cases of somebody who leaves go to a newcomer, from the hands of somebody who holds a key.

One case is one transaction: the newcomer's seals and permission, the log entry, then the leaver's seals and
permission.  What is left to do is read from the rows themselves, so a hand-over that stopped half way is simply begun
again.
"""

from typing import Any

from django.db.models import Exists, OuterRef

from cases.models import Case
from cases.selectors import people, visible
from cases.services.people import give_part
from cases.services.revoke import take_case
from cases.services.share import announce
from whistle.access.selectors import duties
from whistle.access.services.boxes import NewSeal, give_key
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.core.policy import PART_OF, Part, Perm
from whistle.store.models import Box
from whistle.store.services.items import NewItem

RANK = (Part.LEADER, Part.READER, Part.HANDLER, Part.ADVISER)


def remaining(actor: Staff, leaver: str) -> dict[str, Any]:
    """Return what is left of a hand-over: cases the leaver is on, and cases whose boxes wait for a new key.

    Only cases that `actor` may share are named; others, their own holders hand over.
    """
    mine = visible.cases_visible_to(actor, Perm.SHARE)
    waiting = Box.objects.filter(of_case__case=OuterRef("pk"), rekey_due=True)
    return {
        "cases": list(mine.filter(assignments__staff__ref=leaver).values_list("reference", flat=True)),
        "due": list(mine.filter(Exists(waiting)).values_list("reference", flat=True)),
    }


def hand_over(
    *,
    reference: str,
    leaver: str,
    newcomer: str,
    seals: dict[str, list[NewSeal]],
    announcement: NewItem | None,
    actor: Staff,
) -> Case:
    """Put the newcomer in the leaver's place on one case.

    Raises `grant.person` for a newcomer who may not get a key or a leaver who is not on the case, `grant.seals` when
    a box is missing.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        role = visible.require(actor, Perm.SHARE, case).part
        leaving = case.assignments.select_related("staff").filter(staff__ref=leaver).first()
        person = people.candidates(case).filter(ref=newcomer).first()
        if leaving is None or person is None:
            raise DomainError("grant.person", status=409)
        admit_to_all(case, person, seals)
        part = part_for(person, Part(leaving.part))
        give_part(case, person, part)
        audit.record(
            "access.granted",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=role,
            case=case.log_ref,
            to=person.log_name,
            part=part.value,
            **announce(case, announcement, actor),
        )
        take_case(case, leaving.staff, why="handed_over", actor=actor.log_name, role=role)
        case.version += 1
        case.save(update_fields=["version"])
    return case


def admit_to_all(case: Case, person: Staff, seals: dict[str, list[NewSeal]]) -> None:
    """Give a person the keys of every box of the case.  Raises `grant.seals` when one is missing or too many."""
    owned = list(Box.objects.select_for_update().filter(of_case__case=case))
    if {box.box_id for box in owned} != set(seals):
        raise DomainError("grant.seals", status=409)
    for box in owned:
        give_key(box, person, seals[box.box_id])


def part_for(person: Staff, wanted: Part) -> Part:
    """Return the part somebody may take in another's place: never more than their own duties carry."""
    own = {PART_OF[duty] for duty in duties(person) if duty in PART_OF} or {Part.ADVISER}
    return max(wanted, min(own, key=RANK.index), key=RANK.index)
