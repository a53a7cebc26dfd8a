"""The end of a reporter's sealed name: a year after its case was closed, long before the case itself is deleted.

By itself, and not by two people: the condition was put by those who closed the case, and forgetting it is the danger.
"""

from datetime import timedelta

from cases.models import Case, Deadline
from cases.models.unsealing import UnsealingKey
from cases.selectors.mailboxes import mailboxes
from cases.services.needs import CHECKS, Facts
from cases.workflow import Need, State
from whistle.audit import services as audit
from whistle.channel.services import identity as names
from whistle.core import clock, deadlines
from whistle.organisations.models import Organisation

LAST = timedelta(days=deadlines.CARE_AFTER["after365"])
AT_ONCE = 500
STANDS_IN_THE_WAY = (Need.NO_HOLD, Need.NO_REQUEST)


def forget_names(organisation: Organisation) -> int:
    """Destroy the names of cases whose last question to the reporter is over, with both halves; return of how many cases.

    A hold, an open request or an unanswered wish to open the name keeps them.  Idempotent.
    """
    unasked = Deadline.objects.filter(clock="C5", met_on=None).values("case")
    asked_for = Case.objects.filter(unsealings__answered_at=None, unsealings__isnull=False).values("pk")
    over = Case.objects.filter(
        organisation=organisation,
        state=State.CLOSED,
        closed_on__lte=clock.today() - LAST,
        boxes__box__identity__isnull=False,
    )
    over = over.exclude(pk__in=unasked).exclude(pk__in=asked_for)
    return sum(_forget(pk) for pk in over.distinct().values_list("pk", flat=True)[:AT_ONCE])


def _forget(pk: int) -> bool:
    with audit.atomic():
        case = Case.objects.select_for_update().filter(pk=pk, state=State.CLOSED).first()
        if case is None or not all(CHECKS[need](Facts(case)) for need in STANDS_IN_THE_WAY):
            return False
        boxes = mailboxes(case)
        names.forget(boxes)
        UnsealingKey.objects.filter(unsealing__box__in=boxes).delete()
        case.unsealings.filter(box__in=boxes).update(half_header=None, half_body=None)
        audit.record("identity.forgotten", organisation=case.organisation, case=case.log_ref)
    return True
