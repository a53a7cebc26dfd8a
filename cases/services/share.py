"""A colleague gets the keys and the permission, in one act, from somebody who holds them."""

from datetime import date, timedelta
from typing import Any

from cases.models import Case
from cases.selectors import people, visible
from cases.selectors.keepers import has_decider, keepers
from cases.selectors.mailboxes import boxes_of
from cases.selectors.restricted import is_restricted
from cases.services.correspond import INTERNAL, file_items
from cases.services.people import give_part
from whistle.access.selectors import duties
from whistle.access.services.boxes import give_key
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Part, Perm, at_most, part_of
from whistle.store.models import Box
from whistle.store.services.items import NewItem

LONGEST_ADVICE = timedelta(days=180)
RESTRICTED_ADVICE = timedelta(days=30)


def share(
    *,
    reference: str,
    staff_id: str,
    seals: dict[str, list[NewSeal]],
    announcement: NewItem | None,
    actor: Staff,
    until: date | None = None,
) -> Case:
    """Let a colleague work on the case: each of its boxes is sealed to them.

    They take the part their duties carry, never more than a handler's, unless nobody on the case may decide.  With
    `until`, a date, they are an adviser who only reads, and lose the case after that day; who is certified as an
    adviser only cannot have it without.  `announcement` is the signed event (kind 5) for the room, so that key
    holders see in the box itself who gave the key.  Raises `grant.person` for somebody who may not get one,
    `grant.seals` when a box is missing, `grant.until` for a term that is missing, over, or too long, and
    `grant.restricted` for one longer than a restricted case allows.
    """
    if until is not None and not clock.today() <= until <= clock.today() + LONGEST_ADVICE:
        raise DomainError("grant.until")
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        visible.require_declared(actor, case)
        part = visible.require(actor, Perm.SHARE, case).part
        if until is not None and until > clock.today() + RESTRICTED_ADVICE and is_restricted(case):
            raise DomainError("grant.restricted", status=409)
        person = people.candidates(case).filter(ref=staff_id).first()
        if person is None:
            raise DomainError("grant.person", status=409)
        if until is None and people.only_advises(person):
            raise DomainError("grant.until")
        admit_to_all(case, person, seals)
        given = Part.ADVISER if until else _part(case, person)
        give_part(case, person, given, until, proven=False)
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


def admit_to_all(case: Case, person: Staff, seals: dict[str, list[NewSeal]]) -> None:
    """Give a person the keys of every box of the case, those of cases that went on in it too.

    Raises `grant.seals` when one is missing or too many, and `merge.goes_on` for a case that goes on in another.
    """
    if case.merged_into_id is not None:
        raise DomainError("merge.goes_on", status=409)
    owned = list(boxes_of(case).select_for_update())
    if {box.box_id for box in owned} != set(seals):
        raise DomainError("grant.seals", status=409)
    for box in owned:
        give_key(box, person, seals[box.box_id])


def announce(case: Case, announcement: NewItem | None, actor: Staff) -> dict[str, Any]:
    """File the signed event in the case's room, when there is one; return what the log entry says of it."""
    room = Box.objects.filter(of_case__case=case, kind=Box.Kind.ROOM).first()
    if room is None or announcement is None:
        return {}
    return {"item": file_items(room, [announcement], actor, INTERNAL)[0].item_hash}


def _part(case: Case, person: Staff) -> Part:
    own = part_of(duties(person))
    return at_most(own, Part.HANDLER) if has_decider(keepers(case)) else own
