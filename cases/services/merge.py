"""Merging: one case goes on in another.  No sealed thing moves; the other case gets a further mailbox.

Each reporter keeps their own mailbox, code and feedback.  Both cases must be in the same hands: a merging never gives
anybody a key, and never takes one.
"""

from datetime import date

from django.utils.translation import gettext

from cases.models import Case, CaseBox, KeptOut, Proposal
from cases.selectors import visible
from cases.selectors.mailboxes import MOST_BOXES, boxes_of, fed_back, mailboxes, waits_since
from cases.services import move
from cases.services.attention import refresh
from cases.services.effects import EFFECTS
from cases.workflow import AT_REST, reporter_sees, step
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.channel.services import status
from whistle.core import deadlines
from whistle.core.errors import DomainError
from whistle.core.policy import Perm
from whistle.store.models import Seal
from whistle.ui.messages import sentence

STEP = "merge"


def propose_merge(*, reference: str, into: str, version: int, actor: Staff) -> Proposal:
    """Propose that one case goes on in another; a second person confirms it on the case's page.

    Raises `merge.itself`, `merge.resting` when either is closed or unconfirmed, `merge.hands` when not exactly the
    same people hold the keys, `merge.too_many` when together they are more than can change hands at once, and what `move.take_step` raises.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        other = visible.case_for(actor, into, lock=True)
        for each in (case, other):
            visible.require_declared(actor, each)
        if case.version != version:
            raise DomainError("case.moved_on", status=409)
        wanted = step(case.state, STEP)
        part = visible.require(actor, wanted.may, case).part
        visible.require(actor, Perm.PROPOSE, other)
        refuse_merge(case, other)
        return move.propose(case, wanted, {"into": other.reference}, actor, part)


def refuse_merge(case: Case, other: Case) -> None:
    """Raise unless the two may become one."""
    if case.pk == other.pk:
        raise DomainError("merge.itself", status=409)
    if other.state in AT_REST or other.acknowledged_on is None or case.acknowledged_on is None:
        raise DomainError("merge.resting", status=409)
    if apart := hands(case) ^ hands(other):
        raise DomainError("merge.hands", status=409, message=_of_one_only(apart))
    if kept_out(case) != kept_out(other):
        raise DomainError("merge.hands", status=409)
    if boxes_of(case).count() + boxes_of(other).count() >= MOST_BOXES:  # one is left for a room made later
        raise DomainError("merge.too_many", status=409)


def _of_one_only(refs: set[str]) -> str:
    """Return the refusal with the names of those who hold a key to one of the two cases only."""
    names = Staff.objects.filter(ref__in=refs).order_by("name").values_list("name", flat=True)
    only = gettext("With a key to only one of them: %(names)s.") % {"names": ", ".join(names)}
    return f"{sentence('merge.hands')} {only}"


def hands(case: Case) -> set[str]:
    """Return who holds a key to the case's mailboxes, as staff references."""
    return set(
        Seal.objects.filter(box__in=mailboxes(case), holder=Seal.Holder.STAFF).values_list(
            "staff_ref", flat=True
        )
    )


def kept_out(case: Case) -> set[int]:
    """Return whom the case was kept from: somebody excluded by one reporter never gets in through another's case."""
    return set(KeptOut.objects.filter(case=case).values_list("staff_id", flat=True))


def merge(case: Case, codes: dict[str, str], actor: Staff) -> None:
    """Let the case's mailboxes belong to the other one.  Runs inside the step that a second person confirmed."""
    other = (
        Case.objects.select_for_update()
        .filter(organisation=case.organisation, reference=codes["into"])
        .first()
    )
    if other is None:
        raise DomainError("merge.resting", status=409)
    refuse_merge(case, other)
    moved = mailboxes(case)
    CaseBox.objects.filter(case=case, box__in=moved).update(case=other)
    case.merged_into = other
    case.save(update_fields=["merged_into"])
    _join_clocks(case, other)
    part = visible.require(actor, Perm.DECIDE, other).part
    about = {"organisation": actor.organisation, "actor": actor.log_name, "role": part}
    audit.record("case.merged", **about, case=case.log_ref, into=other.log_ref)  # type: ignore[arg-type]
    for mailbox in moved:
        status.show(mailbox, reporter_sees(other.state))
    refresh(other)


def _join_clocks(case: Case, other: Case) -> None:
    """The earlier promise counts for both; feedback is given when every reporter has had it."""
    other.received_on = min(case.received_on, other.received_on)
    other.acknowledged_on = min(filter(None, (case.acknowledged_on, other.acknowledged_on)))
    other.feedback_on = fed_back(other)
    other.reporter_waits_since = waits_since(other)
    other.way_back = case.way_back or other.way_back
    if case.feedback_due or other.feedback_due:
        other.feedback_due = min(map(_feedback_due, (case, other)))
    other.version += 1
    other.save()


def _feedback_due(case: Case) -> date:
    return case.feedback_due or deadlines.feedback_due(case.received_on, case.acknowledged_on)


EFFECTS[STEP] = merge
