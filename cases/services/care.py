"""How the reporter fares: the questions of clock C5 put in the mailbox when they are due, and answers noticed.

The server knows which question was answered, and on what date; what was answered is sealed to the readers.
"""

from cases.models import Case, Deadline
from cases.selectors.mailboxes import reachable
from cases.services.attention import refresh
from whistle.audit import services as audit
from whistle.channel.models import CareCheck
from whistle.core import clock, deadlines
from whistle.organisations.models import Organisation

CHECKS = tuple(deadlines.CARE_AFTER)  # clock C5 numbers them from 1


def offer(organisation: Organisation) -> int:
    """Put each question that is due into the case's mailboxes; return how many are new.  Idempotent."""
    due = Deadline.objects.filter(
        case__organisation=organisation, case__probe=False, clock="C5", due_on__lte=clock.today(), met_on=None
    ).select_related("case")
    return sum(_offer(row) for row in due.order_by("due_on", "pk"))


def collect(organisation: Organisation) -> int:
    """Log the questions that were answered, in the mailbox or by talking, and stop their clocks; return how many."""
    _answered_by_talking(organisation)
    answered = CareCheck.objects.filter(
        box__organisation=organisation, answered_on__isnull=False, logged=False
    ).select_related("box")
    return sum(_collect(check) for check in answered.order_by("pk"))


def _offer(row: Deadline) -> int:
    code = CHECKS[row.number - 1]
    fresh = [box for box in reachable(row.case) if not box.care_checks.filter(check_code=code).exists()]
    if not fresh:
        return 0
    with audit.atomic():
        CareCheck.objects.bulk_create(
            (CareCheck(box=box, check_code=code, due_on=row.due_on) for box in fresh), ignore_conflicts=True
        )
        audit.record(
            "care.due", organisation=row.case.organisation, case=row.case.log_ref, coarse=True, check=code
        )
    return len(fresh)


def _collect(check: CareCheck) -> int:
    with audit.atomic():
        case = Case.objects.select_for_update().filter(boxes__box=check.box).first()
        if case is None or not CareCheck.objects.filter(pk=check.pk, logged=False).update(logged=True):
            return 0
        audit.record(
            "care.done",
            organisation=case.organisation,
            case=case.log_ref,
            coarse=True,
            check=check.check_code,
        )
        refresh(case)
    return 1


def _answered_by_talking(organisation: Organisation) -> None:
    """A question that somebody has asked the reporter in person is not asked again in the mailbox."""
    waiting = CareCheck.objects.filter(box__organisation=organisation, answered_on=None).select_related("box")
    for check in waiting:
        met = Deadline.objects.filter(
            case__boxes__box=check.box, clock="C5", number=CHECKS.index(check.check_code) + 1
        ).exclude(met_on=None)
        for row in met[:1]:
            CareCheck.objects.filter(pk=check.pk).update(answered_on=row.met_on)
