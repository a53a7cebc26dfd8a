"""What the worker does for this package."""

from celery import shared_task

from whistle.access.services.alarms import tell


@shared_task(name="access.tell_of_alarms")
def tell_of_alarms() -> None:
    """Send the mails of new alarms."""
    tell()
