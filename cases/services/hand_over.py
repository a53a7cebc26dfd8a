"""All cases of somebody who leaves go to a newcomer, from the hands of somebody who holds a key.

One case is one transaction: the newcomer's seals and permission, and the log entry.  The leaver's go when the
newcomer's browser has opened its own (`cases.services.transfer`).  What is left to do is read from the rows
themselves, so a hand-over that stopped half way is simply begun again.
"""

from datetime import date
from typing import Any

from django.db.models import Exists, OuterRef

from cases.models import Assignment, Case, Transfer
from cases.selectors import people, visible
from cases.selectors.keepers import has_decider, keepers
from cases.services.people import give_part
from cases.services.share import admit_to_all, announce
from cases.services.transfer import offer
from whistle.access.selectors import duties
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.core.policy import MATRIX, Part, Perm, at_most, part_of
from whistle.store.models import Box
from whistle.store.services.items import NewItem


def remaining(actor: Staff, leaver: str) -> dict[str, Any]:
    """Return what is left of a hand-over, of cases that `actor` may hand over.

    `cases` the leaver is on and nobody has been offered; `offered` those that wait for the newcomer to open them; `due`
    those whose boxes wait for a new key.  Others, their own holders hand over.
    """
    mine = visible.cases_visible_to(actor, Perm.SHARE if leaver == actor.ref else Perm.DECIDE)
    waiting = Box.objects.filter(of_case__case=OuterRef("pk"), rekey_due=True)
    open_one = Transfer.objects.filter(case=OuterRef("pk"), leaver__ref=leaver, ended_at=None)
    theirs = mine.filter(
        assignments__staff__ref=leaver, merged_into=None
    )  # what went on in another goes with it
    due = visible.cases_visible_to(actor, Perm.SHARE).filter(Exists(waiting))
    return {
        "cases": list(theirs.exclude(Exists(open_one)).values_list("reference", flat=True)),
        "offered": list(theirs.filter(Exists(open_one)).values_list("reference", flat=True)),
        "due": list(due.values_list("reference", flat=True)),
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

    One's own place anybody may hand over who may give keys; another's only who may decide, and has said that they are
    impartial.  Raises `grant.person` for a newcomer who may not get a key or a leaver who is not on the case,
    `grant.seals` when a box is missing, `grant.last` and `grant.decider` when nobody would be left to keep the case or
    to decide.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        role = visible.require(actor, Perm.SHARE if leaver == actor.ref else Perm.DECIDE, case).part
        if leaver != actor.ref:
            visible.require_declared(actor, case)
        leaving = case.assignments.select_related("staff").filter(staff__ref=leaver).first()
        person = people.candidates(case).filter(ref=newcomer).first()
        if leaving is None or person is None:
            raise DomainError("grant.person", status=409)
        part, until = place_of(leaving, person)
        _someone_left(case, leaving, part, until)
        admit_to_all(case, person, seals)
        give_part(case, person, part, until, proven=False)
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
        why = Transfer.Why.HANDED_OVER.value
        offer(case, leaving.staff, person, why=why, actor=actor.log_name, role=role)
        case.version += 1
        case.save(update_fields=["version"])
    return case


def place_of(leaving: Assignment, person: Staff) -> tuple[Part, date | None]:
    """Return part and term somebody takes in another's place: never more than their own duties carry.

    Somebody's term passes on as it is, and so does that an adviser only reads.
    """
    if leaving.until is not None:
        return Part(leaving.part), leaving.until
    if people.only_advises(person):
        raise DomainError("grant.until")
    return at_most(Part(leaving.part), part_of(duties(person))), None


def _someone_left(case: Case, leaving: Assignment, part: Part, until: date | None) -> None:
    left = keepers(case, without=leaving.staff)
    if not left and (until or Perm.SHARE not in MATRIX[part]):
        raise DomainError("grant.last", status=409)
    decides = Perm.DECIDE in MATRIX[Part(leaving.part)]
    if decides and not has_decider(left) and Perm.DECIDE not in MATRIX[part]:
        raise DomainError("grant.decider", status=409)
