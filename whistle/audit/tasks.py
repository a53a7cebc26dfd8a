"""The publisher's timetable."""

import logging

from celery import shared_task

from whistle.audit import alarms, stakes
from whistle.audit.alarms import Kind
from whistle.audit.folders import halt_path
from whistle.audit.outside import show
from whistle.audit.publisher import PublisherHalted, publish_all
from whistle.audit.verify import record_verified, verify
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import every

log = logging.getLogger("whistle.audit")


@shared_task(name="audit.publish")
def publish() -> None:
    """Publish the logs of every organisation; one that is halted does not stop the others."""
    for organisation in every():
        publish_and_show(organisation)


def publish_and_show(organisation: Organisation) -> bool:
    """Publish one organisation's logs, inside and when it is time outside; return whether all is well.

    A publisher that refuses to sign raises an alarm and leaves a file that the health page sees.
    """
    halt = halt_path(organisation)
    try:
        publish_all(organisation)
        show(organisation)
    except PublisherHalted as halted:
        log.critical("publisher halted for %s: %s", organisation.slug, halted)
        halt.parent.mkdir(parents=True, exist_ok=True)
        halt.write_text(f"{halted}\n")
        alarms.raise_alarm(organisation, Kind.HALTED, log=halted.log, size=halted.size, detail=str(halted))
        return False
    halt.unlink(missing_ok=True)
    return True


@shared_task(name="audit.carry_out")
def carry_out_witnessed() -> None:
    """Do what was approved and has been witnessed since (see `stakes`)."""
    for organisation in every():
        stakes.sweep(organisation)


@shared_task(name="audit.verify")
def verify_logs() -> None:
    """Check every log from end to end, once a night: log that it was, or raise an alarm."""
    for organisation in every():
        result = verify(organisation)
        if result.faults:
            alarms.raise_alarm(
                organisation, Kind.FAULT, log=result.faults[0].log, detail=result.faults[0].kind
            )
        else:
            record_verified(organisation, result)
