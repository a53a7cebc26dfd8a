"""Reminding of the law's clocks, once per threshold, however often it is asked."""

from collections.abc import Iterable

from cases.models import Case, Notice
from cases.workflow import State
from whistle.audit import selectors
from whistle.audit import services as audit
from whistle.core import clock, deadlines
from whistle.organisations.models import Organisation

C1_DAYS_LEFT = (4, 2, 0)  # reminders on days 3, 5 and 7
C2_DAYS_LEFT = (30, 10, 0)


def remind(organisation: Organisation) -> int:
    """Prepare notices for clocks near their end and log those that ran out; return how many notices are new."""
    made = 0
    waiting = Case.objects.filter(organisation=organisation, feedback_on=None, probe=False).exclude(
        state=State.CLOSED
    )
    for case in waiting.iterator(chunk_size=500):
        if case.acknowledged_on is None:
            left = (deadlines.acknowledgement_due(case.received_on) - clock.today()).days
            made += _remind_of(case, "C1", left, C1_DAYS_LEFT)
        left = (deadlines.feedback_due(case.received_on, case.acknowledged_on) - clock.today()).days
        made += _remind_of(case, "C2", left, C2_DAYS_LEFT)
    return made


def _remind_of(case: Case, name: str, left: int, thresholds: Iterable[int]) -> int:
    if left < 0:
        _log_overdue(case, name)
    passed = [threshold for threshold in thresholds if left <= threshold]
    if not passed:
        return 0
    occasion = f"{name}.{min(passed)}.{case.pk}"
    before = Notice.objects.filter(occasion=occasion).count()
    Notice.objects.bulk_create(
        (
            Notice(staff_id=staff, occasion=occasion, due_on=clock.today())
            for staff in case.assignments.values_list("staff_id", flat=True)
        ),
        ignore_conflicts=True,
    )
    return Notice.objects.filter(occasion=occasion).count() - before


def _log_overdue(case: Case, name: str) -> None:
    with audit.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        logged = selectors.entries(case.organisation, "desk", acts=("clock.overdue",), case=case.log_ref)
        if not any(read.fields["d"]["clock"] == name.lower() for read in logged):
            audit.record(
                "clock.overdue",
                organisation=case.organisation,
                case=case.log_ref,
                coarse=True,
                clock=name.lower(),
            )
