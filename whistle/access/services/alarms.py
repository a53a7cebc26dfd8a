"""Tells the auditor and the compliance leader that the log needs them.  Never the administrator: it may be about them.

Work is a row: an alarm nobody was told about is found by the next sweep.
"""

from whistle.access.selectors import holders
from whistle.accounts.services.mail import send_notice
from whistle.audit.alarms import take_untold
from whistle.core.policy import Duty

TOLD = (Duty.AUDITOR, Duty.COMPLIANCE_LEADER)


def tell() -> int:
    """Mail whoever must know of alarms nobody was told about; return how many mails left.

    The mail is the desk's usual one, which says nothing: that there is an alarm stands behind the sign-in.
    """
    sent = 0
    for organisation in take_untold():
        people = {person.pk: person for duty in TOLD for person in holders(organisation.pk, duty)}
        sent += sum(send_notice(person) for person in people.values())
    return sent
