"""The publisher's timetable."""

import logging
from collections.abc import Callable

from celery import shared_task

from whistle.audit import alarms, rounds, stakes
from whistle.audit.alarms import Kind
from whistle.audit.folders import halt_path
from whistle.audit.outside import show
from whistle.audit.publisher import PublisherHalted, publish_all
from whistle.audit.verify import record_verified, verify
from whistle.organisations.models import Organisation
from whistle.organisations.rounds import for_each
from whistle.organisations.selectors import every

log = logging.getLogger("whistle.audit")


@shared_task(name="audit.publish")
def publish() -> None:
    """Publish the logs of every organisation (see `rounds`); one that is halted, or fails, does not stop the others."""
    everybody = rounds.organisations()
    for_each(filter(rounds.has_news, everybody), _sign)
    for_each(rounds.to_count(everybody), alarms.put_back, _sign)
    for_each((one for one in rounds.to_show(everybody) if not halt_path(one).exists()), _show)


def publish_and_show(organisation: Organisation) -> bool:
    """Publish one organisation's logs, inside and when it is time outside; return whether all is well."""
    return _sign(organisation) and _show(organisation)


def _sign(organisation: Organisation) -> bool:
    return _unless_halted(organisation, publish_all)


def _show(organisation: Organisation) -> bool:
    return _unless_halted(organisation, show)


def _unless_halted(organisation: Organisation, work: Callable[[Organisation], object]) -> bool:
    """Do it; a publisher that refuses to sign raises an alarm and leaves a file that the health page sees."""
    halt = halt_path(organisation)
    try:
        work(organisation)
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
    for_each(stakes.with_pending(), stakes.sweep)


@shared_task(name="audit.verify")
def verify_logs() -> None:
    """Check every log from end to end, once a night: log that it was, or raise an alarm."""
    for_each(every(), _verify)


def _verify(organisation: Organisation) -> None:
    result = verify(organisation)
    if result.faults:
        alarms.raise_alarm(organisation, Kind.FAULT, log=result.faults[0].log, detail=result.faults[0].kind)
    else:
        record_verified(organisation, result)
