"""The publisher's timetable."""

import logging

from celery import shared_task

from whistle.audit.folders import halt_path
from whistle.audit.publisher import PublisherHalted, publish_all
from whistle.organisations.selectors import every

log = logging.getLogger("whistle.audit")


@shared_task(name="audit.publish")
def publish() -> None:
    """Publish the logs of every organisation; one that is halted does not stop the others."""
    for organisation in every():
        halt = halt_path(organisation)
        try:
            publish_all(organisation)
        except PublisherHalted as halted:
            log.critical("publisher halted for %s: %s", organisation.slug, halted)
            halt.write_text(f"{halted}\n")  # the health page says that a log is down
        else:
            halt.unlink(missing_ok=True)
