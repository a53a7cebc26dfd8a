"""Content-free mail: the same subject and words for everybody, whatever the occasion; at fixed hours."""

from django.conf import settings
from django.db.models import QuerySet

from cases.models import Notice
from cases.selectors import retention
from whistle.access.selectors import holders
from whistle.access.services import certifying
from whistle.accounts.models import Staff
from whistle.accounts.services import secrecy
from whistle.accounts.services.mail import send_notice
from whistle.audit import reading
from whistle.core import clock
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.plan.reminders import reminders


def remind_measure_owners(organisation: Organisation) -> None:
    """Prepare notices for those whose measures of the plan are soon due or late."""
    for person, occasion, day in reminders(organisation):
        Notice.objects.get_or_create(staff=person, occasion=occasion, defaults={"due_on": day})


def remind_of_people(organisation: Organisation) -> None:
    """Prepare notices for custodians and archivists whose work waits, once a week, for auditors who have an unusual access
    to review, and for whoever must declare secrecy anew.
    """
    week = "{}-{}".format(*clock.today().isocalendar()[:2])
    if certifying.waiting(organisation):
        for person in holders(organisation.pk, Duty.KEY_CUSTODIAN):
            _due_now(person, f"certify/{week}")
    for person in holders(organisation.pk, Duty.ARCHIVIST):
        if retention.due(person):
            _due_now(person, f"retention/{week}")
    for unusual in reading.unreviewed(organisation):
        for person in holders(organisation.pk, Duty.AUDITOR):
            _due_now(person, f"review/{unusual.read.index}")
    for person in Staff.objects.filter(organisation=organisation, is_active=True):
        until = secrecy.valid_until(person)
        if until is not None and until < clock.today() + secrecy.REMIND:
            _due_now(person, f"secrecy/{until}")


def _due_now(person: Staff, occasion: str) -> None:
    Notice.objects.get_or_create(staff=person, occasion=occasion, defaults={"due_on": clock.today()})


def send_due(*, at_any_hour: bool = False) -> int:
    """Send one mail to each person with notices due; return how many mails left.

    Nothing is sent outside the hours of WHISTLE_NOTICE_HOURS, so that a mail's time does not tell when a report came.
    """
    if not at_any_hour and clock.now().astimezone(clock.OSLO).hour not in settings.NOTICE_HOURS:
        return 0
    return _send_all(Notice.objects.filter(due_on__lte=clock.today()))


def send_at_once(occasion: str) -> int:
    """Send the mails of one occasion now: only for a report whose writer asked us to hurry."""
    return _send_all(Notice.objects.filter(occasion=occasion))


def _send_all(notices: QuerySet[Notice]) -> int:
    due = notices.filter(sent_at=None, staff__is_active=True)
    sent = 0
    for person in Staff.objects.filter(pk__in=due.values("staff")).select_related("organisation"):
        taken = list(due.filter(staff=person).values_list("pk", flat=True))
        # marked first: a mail that is lost is better than one that leaves twice; the page shows what is due anyway
        if Notice.objects.filter(pk__in=taken, sent_at=None).update(
            sent_at=clock.now()
        ):  # else another worker did
            sent += send_notice(person)
    return sent
