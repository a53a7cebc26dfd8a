"""The second person of a record: what somebody wrote that must not rest on one pair of eyes.

A hold that is lifted, an exemption from informing somebody, a reason why a reporter gets no feedback: until somebody
else who may decide has agreed, the case stands as if it were not written.
"""

from cases.models import Case, CaseBox, Record
from cases.records import is_done, kind_of
from cases.selectors import visible
from cases.selectors.mailboxes import fed_back
from cases.services import removal
from cases.services.attention import refresh
from cases.services.records import REVIEW
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.audit import stakes
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Perm


def answer(*, reference: str, kind: str, number: int, version: int, agree: bool, actor: Staff) -> Record:
    """Agree to a record that waits for a second person, or decline it.

    Raises `case.moved_on` when this version does not wait (any more), `step.needs_second` for its author, and
    `step.refused` for somebody who may not decide; for a removal also as `removal.approve`.
    """
    approval = None
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        visible.require_declared(actor, case)
        part = visible.require(actor, Perm.DECIDE, case).part
        waiting = case.records.filter(kind=kind, number=number, current=True, second=True, agreed=None)
        row = waiting.filter(version=version).select_related("item").first()
        if row is None:
            raise DomainError("case.moved_on", status=409)
        if row.by_id == actor.pk:
            raise DomainError("step.needs_second", status=403)
        row.agreed, row.answered_by, row.answered_on = agree, actor, clock.today()
        if agree:
            _take_effect(case, row)
            if row.kind == removal.KIND:
                approval = removal.approve(case, row, actor, part)
        row.save()
        case.version += 1
        case.save()
        audit.record(
            "record.agreed" if agree else "record.declined",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=part,
            case=case.log_ref,
            item=row.item.item_hash,
            kind=row.kind,
            number=row.number,
            version=row.version,
        )
        refresh(case)
    if approval is not None:
        stakes.settle(approval, seconds=removal.PATIENCE)
        row.refresh_from_db()
    return row


def _take_effect(case: Case, row: Record) -> None:
    """Let a record count from now on."""
    if is_done(kind_of(row.kind), row.codes):
        row.done_on = clock.today()
    if row.kind == "person":
        row.due_on = clock.today() + REVIEW
    if (
        row.kind == "no_feedback"
    ):  # of those who wait for it now; whoever joins later by a merging has their own
        waiting = CaseBox.objects.filter(case=case, box__status__feedback_on=None, excused_on=None)
        waiting.update(excused_on=clock.today())
        case.feedback_on = fed_back(case)
