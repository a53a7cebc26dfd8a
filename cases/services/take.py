"""A case goes from somebody: taken for good, or held back until somebody else has proven that they can open it."""

from cases.models import Case, Transfer
from cases.selectors.keepers import has_decider, keepers
from cases.selectors.mailboxes import boxes_of
from cases.services.people import give_part, take_part
from whistle.access.services.boxes import hold_key, restore_key, take_key
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import MATRIX, Part, Perm
from whistle.store.models import IdentityHalf, Seal


def take_case(
    case: Case,
    person: Staff,
    *,
    why: str,
    actor: str,
    role: str,
    last: str = "grant.last",
    decider: bool = True,
) -> None:
    """Take every key of the case and the part on it from a person, and log it.

    Raises `last` when nobody would be left on whom the case can rest, and `grant.decider` when the last one who may
    decide would go; the latter not with `decider=False`, for those who must not stay.
    """
    left = keepers(case, without=person)
    if not left:
        raise DomainError(last, status=409)
    part = case.assignments.filter(staff=person).values_list("part", flat=True).first()
    if decider and part and Perm.DECIDE in MATRIX[Part(part)] and not has_decider(left):
        raise DomainError("grant.decider", status=409)
    drop(case, person, why=why, actor=actor, role=role)


def drop(case: Case, person: Staff, *, why: str, actor: str, role: str) -> None:
    """Take every key and the part, without asking who is left; what was on its way to the person ends."""
    for box in boxes_of(case).select_for_update():
        take_key(box, person)
    take_part(case, person)
    _gone(case, person, why, actor, role)
    _end_offers(case, person, why)


def hold_case(case: Case, person: Staff, *, why: str, actor: str, role: str) -> None:
    """Take the case from a person at once, but keep their seals, given to nobody, until a newcomer's are proven."""
    for box in boxes_of(case).select_for_update():
        hold_key(box, person)
    take_part(case, person)
    _gone(case, person, why, actor, role)


def let_go(case: Case, leaver: Staff) -> None:
    """Delete the seals that were held back: somebody else can open the case now."""
    boxes = boxes_of(case)
    Seal.objects.filter(box__in=boxes, holder=Seal.Holder.HELD, staff_ref=leaver.ref).delete()
    if not case.assignments.filter(staff=leaver).exists():
        IdentityHalf.objects.filter(identity__in=boxes.values("pk"), staff_ref=leaver.ref).delete()


def _gone(case: Case, person: Staff, why: str, actor: str, role: str) -> None:
    audit.record(
        "access.revoked",
        organisation=case.organisation,
        actor=actor,
        role=role,
        case=case.log_ref,
        to=person.log_name,
        why=why,
    )


def _end_offers(case: Case, newcomer: Staff, why: str) -> None:
    offers = case.transfers.select_related("leaver").filter(newcomer=newcomer, ended_at=None)
    for offer in list(offers):
        Transfer.objects.filter(pk=offer.pk).update(ended_at=clock.now(), accepted=False)
        audit.record(
            "transfer.declined",
            organisation=case.organisation,
            actor=newcomer.log_name,
            case=case.log_ref,
            detail={"why": why, **offer.in_log},
        )
        _give_back(case, offer.leaver)


def _give_back(case: Case, leaver: Staff) -> None:
    """Nobody took over: the held seals return, so that the leaver's browser can seal to somebody else."""
    boxes = list(boxes_of(case))
    held = Seal.objects.filter(box__in=boxes, holder=Seal.Holder.HELD, staff_ref=leaver.ref)
    waiting = case.transfers.filter(leaver=leaver, ended_at=None).exists()
    if waiting or not held.exists() or keepers(case):
        return
    if any(not held.filter(box=box, epoch=box.epoch).exists() for box in boxes):
        return
    for box in boxes:
        restore_key(box, leaver)
    give_part(case, leaver, Part.READER)
    audit.record("access.restored", organisation=case.organisation, case=case.log_ref, to=leaver.log_name)
