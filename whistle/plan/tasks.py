"""What the plan does by itself: the public page, on its fixed dates."""

from celery import shared_task

from whistle.organisations.selectors import every
from whistle.plan.services.readings import publish


@shared_task(name="plan.publish_page")
def publish_page() -> None:
    """Publish each organisation's newest edition.  Safe to run at any time: between fixed dates nothing changes."""
    for organisation in every():
        publish(organisation)
