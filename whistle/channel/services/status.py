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
) -> None:
    """Set the state and the dates that were met; what is None stays as it is."""
    status = MailboxStatus.objects.get(box=box)
    status.state = state or status.state
    status.acknowledged_on = status.acknowledged_on or acknowledged_on
    status.feedback_on = status.feedback_on or feedback_on
    status.save()


def mark_adopted(box: Box) -> None:
    """Say that the desk has made a case of the report."""
    MailboxStatus.objects.filter(box=box).update(adopted=True)


def mark_noticed(box: Box) -> None:
    """Say that the desk has noticed what the reporter wrote."""
    MailboxStatus.objects.filter(box=box).update(news_on=None)
