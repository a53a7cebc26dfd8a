"""What the worker does for this package."""

import logging

from celery import shared_task

from whistle.audit import alarms
from whistle.audit.alarms import Kind
from whistle.operations import release, watch
from whistle.organisations.selectors import every
from whistle.store import blobs

log = logging.getLogger("whistle.operations")


@shared_task(name="operations.watch")
def look() -> None:
    """Raise alarms for what is wrong and write the figures."""
    watch.raise_alarms()
    watch.write_metrics()


@shared_task(name="operations.carry_files")
def carry_files() -> None:
    """Move sealed files of earlier days to the remote store, at night."""
    blobs.carry()


@shared_task(name="operations.check_release")
def check_release() -> None:
    """Hold the installed files against the signed list, once a night."""
    wrong = release.wrong()
    for line in wrong or []:
        log.critical("installed file %s", line)
    if wrong:
        for organisation in every():
            alarms.raise_alarm(organisation, Kind.RELEASE, size=len(wrong), detail=wrong[0])
