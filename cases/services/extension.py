"""More time for feedback (C2): only as somebody else's authority, with a reason, a second person, and told in time.

The directive's article 11(2)(d) lets an external channel take up to six months in duly justified cases; a municipality
is one where somebody tells of their own employer (track B).  For its own reports nothing moves the three months:
feedback tells what was done and comes next, and does not wait for the end of the case.
"""

from datetime import date

from cases.models import Case, Record
from cases.selectors.mailboxes import reachable
from cases.services.correspond import Letter, save, write_letter
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.channel.services import status
from whistle.core import clock, deadlines
from whistle.core.errors import DomainError
from whistle.store.services.items import NewItem

KIND = "extension"
TRACK = "b"


def may_be_extended(case: Case) -> None:
    """Raise unless the time for feedback may be moved now.

    `extension.track` unless we are somebody else's authority, `extension.late` when the time is over or feedback given,
    `extension.once` when it was moved before.
    """
    assessed = case.records.filter(kind="assessment", current=True).first()
    if assessed is None or assessed.codes["track"] != TRACK:
        raise DomainError("extension.track", status=409)
    row = case.deadlines.filter(clock="C2", number=0).first()
    if case.acknowledged_on is None or row is None or row.met_on is not None or row.due_on < clock.today():
        raise DomainError("extension.late", status=409)
    if case.records.filter(kind=KIND).exclude(done_on=None).exists():
        raise DomainError("extension.once", status=409)


def extend(*, reference: str, items: list[NewItem], actor: Staff, mailbox: str = "") -> Case:
    """Tell a reporter that feedback takes longer, and why; the clock moves when every reporter of the case was told.

    Raises `extension.agreed` before a second person has agreed to the reason, and as `may_be_extended`.
    """
    with audit.atomic():
        letter: Letter = write_letter(reference, items, actor, mailbox)
        case = letter.case
        may_be_extended(case)
        reason = case.records.filter(kind=KIND, current=True).first()
        if reason is None or not reason.counts:
            raise DomainError("extension.agreed", status=409)
        due = _due(case)
        status.show(letter.mailbox, feedback_due=due)
        if all(box.status.feedback_on or box.status.feedback_due == due for box in reachable(case)):
            case.feedback_due = due
            Record.objects.filter(pk=reason.pk).update(done_on=clock.today())
        save(case)
        audit.record(
            "feedback.extended",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=letter.part,
            case=case.log_ref,
            item=letter.message.item_hash,
            due=due.isoformat(),
        )
    return case


def _due(case: Case) -> date:
    """Six months from where the three began; a promise that began anew goes on for three months more."""
    if case.feedback_due is not None:
        return deadlines.add_months(case.feedback_due, deadlines.FEEDBACK_MONTHS)
    return deadlines.feedback_extended(case.received_on, case.acknowledged_on)
