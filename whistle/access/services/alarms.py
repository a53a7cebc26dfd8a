"""Tells the auditor and the compliance leader that the log needs them.  Never the administrator: it may be about them.

Work is a row: an alarm nobody was told about is found by the next sweep.
"""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from whistle.access.selectors import holders
from whistle.accounts.models import Staff
from whistle.audit.alarms import take_untold
from whistle.core.policy import Duty

log = logging.getLogger("whistle.access")
TOLD = (Duty.AUDITOR, Duty.COMPLIANCE_LEADER)


def tell() -> int:
    """Mail whoever must know of alarms nobody was told about; return how many mails left.

    The mail is the desk's usual one, which says nothing: that there is an alarm stands behind the sign-in.
    """
    sent = 0
    for organisation in take_untold():
        people = {person.pk: person for duty in TOLD for person in holders(organisation.pk, duty)}
        sent += sum(_send(person) for person in people.values())
    return sent


def _send(person: Staff) -> int:
    if not person.email:
        return 0
    with translation.override(person.language):
        text = render_to_string("mail/notice.txt", {"organisation": person.organisation})
    subject, _blank, body = text.partition("\n\n")
    try:
        return EmailMessage(subject.strip(), body, settings.DEFAULT_FROM_EMAIL, [person.email]).send()
    except (OSError, SMTPException) as error:
        log.error("mail could not be sent (%s)", type(error).__name__)
        return 0
