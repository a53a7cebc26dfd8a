"""Impartiality: asked before the first opening, and free to be withdrawn at any time."""

from cases.models import Case, Declaration
from cases.selectors import people, visible
from cases.services.hand_over import admit_to_all
from cases.services.people import give_part
from cases.services.revoke import others_hold, take_case
from whistle.access.services.boxes import NewSeal
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Part
from whistle.store.models import Box

AlternateSeals = dict[str, dict[str, list[NewSeal]]]
ANSWERS = ("impartial", "conflict", "unsure")


def declare(*, reference: str, answer: str, actor: Staff, alternates: AlternateSeals | None = None) -> Case:
    """Record what a person answers about their own impartiality.

    Anything but `impartial` takes their key and the case from them in the same transaction.  Raises
    `habilitet.last` when nobody else would be left with a key; the last one's browser then seals every box to the
    alternate recipients and sends those seals along, by staff id and box, without content being shown.
    """
    if answer not in ANSWERS:
        raise DomainError("request.malformed", status=422)
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        part = case.assignments.get(staff=actor).part
        already = visible.declared(actor, case)
        if already and answer == visible.IMPARTIAL:
            raise DomainError("habilitet.given", status=409)
        Declaration.objects.create(case=case, staff=actor, answer=answer, at=clock.now())
        audit.record(
            "habilitet.withdrew" if already else "habilitet.declared",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=part,
            case=case.log_ref,
            answer=answer,
        )
        if answer != visible.IMPARTIAL:
            _step_aside(case, actor, part, alternates or {})
    return case


def _step_aside(case: Case, actor: Staff, role: str, seals: AlternateSeals) -> None:
    if seals and all(others_hold(box, actor) for box in Box.objects.filter(of_case__case=case)):
        raise DomainError("habilitet.not_last", status=409)
    for staff_id, boxes in seals.items():
        person = people.alternates(case).filter(ref=staff_id).first()
        if person is None:
            raise DomainError("grant.person", status=409)
        admit_to_all(case, person, boxes)
        give_part(case, person, Part.LEADER)
        audit.record(
            "access.granted",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=role,
            case=case.log_ref,
            to=person.log_name,
            part=Part.LEADER.value,
        )
    take_case(case, actor, why="not_impartial", actor=actor.log_name, role=role, last="habilitet.last")
