"""What the desk lets a reporter see of the case."""

from datetime import date

from whistle.channel.models import MailboxStatus
from whistle.store.models import Box


def show(
    box: Box,
    state: str | None = None,
    *,
    acknowledged_on: date | None = None,
    feedback_on: date | None = None,
    feedback_due: date | None = None,
) -> None:
    """Set the state and the dates that were met or moved; what is None stays as it is."""
    status = MailboxStatus.objects.get(box=box)
    status.state = state or status.state
    status.acknowledged_on = status.acknowledged_on or acknowledged_on
    status.feedback_on = status.feedback_on or feedback_on
    status.feedback_due = feedback_due or status.feedback_due
    status.save()


def promise_again(box: Box, due: date) -> None:
    """Begin the promise of feedback anew, to the day `due`: the case was taken up again after it had ended."""
    MailboxStatus.objects.filter(box=box).update(feedback_on=None, feedback_due=due)


def mark_adopted(box: Box) -> None:
    """Say that the desk has made a case of the report."""
    MailboxStatus.objects.filter(box=box).update(adopted=True)


def mark_noticed(box: Box) -> None:
    """Say that the desk has noticed what the reporter wrote."""
    MailboxStatus.objects.filter(box=box).update(news_on=None)
