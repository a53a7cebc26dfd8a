"""Impartiality: asked before the first opening, and free to be withdrawn at any time."""

from cases.models import Case, Declaration
from cases.selectors import visible
from cases.services.people import take_part
from whistle.access.services.boxes import take_key
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.store.models import Box, Seal

ANSWERS = ("impartial", "conflict", "unsure")


def declare(*, reference: str, answer: str, actor: Staff) -> Case:
    """Record what a person answers about their own impartiality.

    Anything but `impartial` takes their key and the case from them in the same transaction.  Raises
    `habilitet.last` when nobody else would be left with a key: the case goes to the alternate recipient first.
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
            _withdraw(case, actor, part)
    return case


def _withdraw(case: Case, actor: Staff, part: str) -> None:
    for box in Box.objects.filter(of_case__case=case):
        others = Seal.objects.filter(box=box, epoch=box.epoch, holder=Seal.Holder.STAFF).exclude(
            staff_ref=actor.ref
        )
        if not others.exists():
            raise DomainError("habilitet.last", status=409)
        take_key(box, actor)
    take_part(case, actor)
    audit.record(
        "access.revoked",
        organisation=actor.organisation,
        actor=actor.log_name,
        role=part,
        case=case.log_ref,
        to=actor.log_name,
        why="not_impartial",
    )
