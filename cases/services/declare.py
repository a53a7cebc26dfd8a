"""Impartiality: asked before the first opening, and free to be withdrawn at any time."""

from cases.models import Case, Declaration, Transfer
from cases.selectors import people, visible
from cases.selectors.keepers import keepers
from cases.selectors.mailboxes import whole
from cases.services.attention import refresh
from cases.services.take import hold_case, take_case
from cases.services.to_alternate import offer_with_keys
from cases.services.transfer import offer
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError

AlternateSeals = dict[str, dict[str, list[NewSeal]]]
ANSWERS = ("impartial", "conflict", "unsure")


def declare(
    *,
    reference: str,
    answer: str,
    actor: Staff,
    alternates: AlternateSeals | None = None,
    lock: bool = False,
) -> Case:
    """Record what a person answers about their own impartiality.

    Anything but `impartial` takes their key and the case from them in the same transaction.  Raises
    `habilitet.last` when nobody else is left on whom the case can rest; the last one's browser then seals every box to
    the alternate recipients and sends those seals along, by staff id and box, without content being shown.  Their own
    seals are held back, given to nobody, until an alternate's browser has opened the new ones.  With `lock`, and where
    no alternate can be given a key, the case is locked all the same and waits for somebody by recovery.
    """
    if answer not in ANSWERS:
        raise DomainError("request.malformed", status=422)
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        part = case.assignments.get(staff=actor).part
        last = case.declarations.filter(staff=actor).order_by("-at", "-pk").first()
        if last and answer == visible.IMPARTIAL:  # who withdrew does not come back by saying so
            raise DomainError("habilitet.given", status=409)
        Declaration.objects.create(case=case, staff=actor, answer=answer, at=clock.now())
        audit.record(
            "habilitet.withdrew" if last else "habilitet.declared",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=part,
            case=case.log_ref,
            answer=answer,
        )
        if answer != visible.IMPARTIAL:
            _step_aside(_all_of(case, actor), actor, part, alternates or {}, lock=lock)
        else:
            refresh(case)
    return case


def _all_of(case: Case, actor: Staff) -> Case:
    """Return the case in which this one goes on: who is not impartial in a part of a matter is not in the rest of it."""
    together = whole(case)
    if together == case or not together.assignments.filter(staff=actor).exists():
        return case
    return visible.case_for(actor, together.reference, lock=True)


def _step_aside(case: Case, actor: Staff, role: str, seals: AlternateSeals, *, lock: bool) -> None:
    about = {"why": Transfer.Why.NOT_IMPARTIAL.value, "actor": actor.log_name, "role": role}
    if keepers(case, without=actor):
        if seals:
            raise DomainError("habilitet.not_last", status=409)
        take_case(case, actor, last="habilitet.last", decider=False, **about)
        return
    if not seals and not (lock and not people.alternates(case).exists()):
        raise DomainError("habilitet.last", status=409)
    for staff_id, boxes in seals.items():
        offer_with_keys(case, staff_id, boxes, why=about["why"], actor=actor, role=role)
    if not seals:
        offer(case, actor, None, **about)
    hold_case(case, actor, **about)
