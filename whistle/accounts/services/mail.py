"""The one mail the desk sends: the same subject and words for everybody, whatever the occasion.

What it is about stands behind the sign-in.
"""

import logging
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from whistle.accounts.models import Staff

log = logging.getLogger("whistle.accounts")


def send_notice(person: Staff) -> int:
    """Mail a person, in their language, that the desk has something for them; return how many mails left (0 or 1).

    A person without an address gets none.  A mail server that fails is logged without the address and is no error.
    """
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
