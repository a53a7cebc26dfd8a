"""The mailboxes of a case: one for each reporter.  A merged case has handed its own on."""

from datetime import date

from cases.models import Case
from whistle.channel.models import MailboxStatus
from whistle.core.errors import DomainError
from whistle.store.models import Box


def mailboxes(case: Case) -> list[Box]:
    """Return the case's mailboxes, the first reporter's first."""
    return list(Box.objects.filter(of_case__case=case, kind=Box.Kind.MAILBOX).order_by("of_case__id"))


def mailbox_of(case: Case, box_id: str = "") -> Box:
    """Return the mailbox of this id; without one, the only one.

    Raises `mailbox.which` when there are several and none is named, or when it is not the case's.
    """
    owned = mailboxes(case)
    found = [box for box in owned if box.box_id == box_id] if box_id else owned
    if len(found) != 1:
        raise DomainError("mailbox.which", status=409)
    return found[0]


def fed_back(case: Case) -> date | None:
    """Return the day on which the last of a case's reporters had feedback, None while one waits for it."""
    days = list(MailboxStatus.objects.filter(box__of_case__case=case).values_list("feedback_on", flat=True))
    given = [day for day in days if day is not None]
    return max(given) if given and len(given) == len(days) else None
