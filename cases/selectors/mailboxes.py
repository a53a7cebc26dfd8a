"""The mailboxes of a case: one for each reporter.  A merged case has handed its own on."""

from collections.abc import Iterable
from datetime import date

from django.db.models import QuerySet

from cases.models import Case, CaseBox
from whistle.channel.models import MailboxStatus
from whistle.core.errors import DomainError
from whistle.store.models import Box

MOST_BOXES = 300  # that change hands together: a request of 8 MiB takes their seals, some keys old


def with_merged(case: Case) -> list[Case]:
    """Return the case and every case that went on in it, by whatever way, itself last."""
    merged = sorted(case.merged.all(), key=lambda each: each.pk)
    return [each for inner in merged for each in with_merged(inner)] + [case]


def whole(case: Case) -> Case:
    """Return the case in which this one goes on, itself when it stands alone."""
    while case.merged_into is not None:
        case = case.merged_into
    return case


def boxes_of(case: Case) -> QuerySet[Box]:
    """Return every box that changes hands with the case: its own, and the rooms of cases that went on in it."""
    return Box.objects.filter(of_case__case__in=with_merged(case))


def mailboxes(case: Case) -> list[Box]:
    """Return the case's mailboxes, the first reporter's first."""
    return list(
        Box.objects.filter(of_case__case=case, kind=Box.Kind.MAILBOX)
        .select_related("of_case")
        .order_by("of_case__id")
    )


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
    """Return the day on which the last of a case's reporters had feedback, None while one waits for it.

    Where two people have said that a reporter can be given none, it is the day on which they did.
    """
    rows = CaseBox.objects.filter(case=case, box__kind=Box.Kind.MAILBOX)
    days = [given or excused for given, excused in rows.values_list("box__status__feedback_on", "excused_on")]
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def waits_since(case: Case) -> date | None:
    """Return since when one of the case's reporters waits for our answer, None when none does."""
    days = CaseBox.objects.filter(case=case).exclude(waits_since=None)
    return days.order_by("waits_since").values_list("waits_since", flat=True).first()


def unread(boxes: Iterable[Box]) -> bool:
    """Return whether a reporter wrote in one of these since the desk last looked, be it a second ago."""
    return MailboxStatus.objects.filter(box__in=list(boxes)).exclude(news_on=None).exists()


def unread_in(case: Case) -> bool:
    """Return whether one of the case's reporters wrote since the desk last looked."""
    return MailboxStatus.objects.filter(box__of_case__case=case).exclude(news_on=None).exists()


def reachable(case: Case) -> list[Box]:
    """Return the mailboxes to which a reporter has a code."""
    return [box for box in mailboxes(case) if case.way_back and box.of_case.way_back]
