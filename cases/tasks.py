"""What the worker does.  Messages carry nothing but a task's name: work is rows, found again by a sweep."""

import logging

from celery import shared_task

from cases.selectors import work
from cases.services import adopt, care, clocks, forget_names, notices, revoke, shred, sweep, transfer, urgent
from whistle.accounts.services import passkeys, sessions
from whistle.organisations.rounds import for_each
from whistle.organisations.selectors import every
from whistle.store.services import inspection

log = logging.getLogger("cases.tasks")


@shared_task(name="cases.adopt_new_reports")
def adopt_new_reports() -> None:
    """Make cases of new reports and notice what reporters wrote."""
    for_each(
        work.of_reporters(),
        adopt.adopt_new_reports,
        adopt.note_new_messages,
        care.collect,
        urgent.hurry,
        shred.put_back,
    )


@shared_task(name="cases.remind_of_clocks")
def remind_of_clocks() -> None:
    """Log clocks that ran out and prepare notices for those that soon will."""
    for_each(
        every(),
        clocks.remind,
        care.offer,
        forget_names.forget_names,
        notices.remind_measure_owners,
        notices.remind_of_people,
    )


@shared_task(name="cases.end_terms")
def end_terms() -> None:
    """Take cases from advisers whose time on them ran out, and see which transfers nobody took over."""
    for_each(work.of_terms(), revoke.expire, transfer.overdue, shred.put_back)


@shared_task(name="cases.send_notices")
def send_notices() -> None:
    """Send the content-free mails that are due."""
    notices.send_due()


@shared_task(name="cases.sweep_files")
def sweep_files() -> None:
    """Delete blobs no row names, uploads nobody finished, sessions that ran out, and what passkeys were asked long ago."""
    sweep.sweep_files()
    passkeys.forget_old_challenges()
    sessions.tidy()


@shared_task(name="cases.inspect_files")
def inspect_files() -> None:
    """Look whether what lies on the disk is still what was taken in; the health page says when it is not."""
    for item_id in inspection.look().damaged:
        log.critical("item %s is damaged or gone (RUNBOOK, “a file is damaged”)", item_id)
