"""Reports whose writers asked us to hurry: their readers get the content-free mail at once, whatever the hour.

The mail's time then tells when something urgent came.  The form says so, and only the reporter can choose it.
"""

from cases.models import Case, Notice
from cases.services import notices
from whistle.core import clock
from whistle.organisations.models import Organisation

MARK = "urgent"


def hurry(organisation: Organisation) -> int:
    """Send what is urgent and was not sent; return how many mails left."""
    cases = Case.objects.filter(
        organisation=organisation, probe=False, acknowledged_on=None, boxes__box__status__urgent=True
    ).distinct()
    sent = 0
    for case in cases:
        occasion = f"{MARK}.{case.pk}"
        Notice.objects.bulk_create(
            (
                Notice(staff_id=staff, occasion=occasion, due_on=clock.today())
                for staff in case.assignments.values_list("staff_id", flat=True)
            ),
            ignore_conflicts=True,
        )
        sent += notices.send_at_once(occasion)
    return sent
