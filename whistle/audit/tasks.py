"""The publisher's timetable."""

import logging
import time

from celery import shared_task

from whistle.audit import alarms, selectors, stakes
from whistle.audit.alarms import Kind
from whistle.audit.folders import LOGS, halt_path
from whistle.audit.outside import show
from whistle.audit.publisher import PublisherHalted, publish_all, signed_size
from whistle.audit.verify import record_verified, verify
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import every

log = logging.getLogger("whistle.audit")


THOROUGH = 60.0  # seconds between two counts of all rows where nothing is new
_counted: dict[int, float] = {}


@shared_task(name="audit.publish")
def publish() -> None:
    """Publish the logs of every organisation; one that is halted does not stop the others."""
    for organisation in every():
        publish_and_show(organisation, quiet=_quiet(organisation))


def _quiet(organisation: Organisation) -> bool:
    """Return whether nothing is new; now and then False all the same, so that rows taken out are noticed."""
    if time.monotonic() - _counted.get(organisation.pk, float("-inf")) < THOROUGH:
        return all(selectors.size(organisation, one) == signed_size(organisation, one) for one in LOGS)
    _counted[organisation.pk] = time.monotonic()
    alarms.put_back(organisation)
    return False


def publish_and_show(organisation: Organisation, *, quiet: bool = False) -> bool:
    """Publish one organisation's logs, inside and when it is time outside; return whether all is well.

    A publisher that refuses to sign raises an alarm and leaves a file that the health page sees.  `quiet`: the caller
    knows that nothing is new inside.
    """
    halt = halt_path(organisation)
    if quiet and halt.exists():
        return False
    try:
        if not quiet:
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
