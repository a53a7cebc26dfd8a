"""What the plan does by itself: the public page, on its fixed dates."""

import logging

from celery import shared_task

from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.organisations.rounds import for_each
from whistle.organisations.selectors import every
from whistle.plan.carried import carry
from whistle.plan.selectors import plan_in_force
from whistle.plan.services.readings import publish

log = logging.getLogger("whistle.plan")


@shared_task(name="plan.publish_page")
def publish_page() -> None:
    """Publish each organisation's newest edition.  Safe to run at any time: between fixed dates nothing changes."""
    for_each(every(), _publish)


@shared_task(name="plan.carry")
def carry_figures() -> None:
    """Carry the live figures along, so that the desk's page reads only what is new."""
    for_each(every(), _carry)


def _publish(organisation: Organisation) -> None:
    try:
        publish(organisation)
    except DomainError as refused:  # outsiders do not have that part of the log yet: tomorrow is soon enough
        log.info("plan of %s not published: %s", organisation.slug, refused.code)


def _carry(organisation: Organisation) -> None:
    plan = plan_in_force(organisation)
    if plan is not None:
        carry(plan)
