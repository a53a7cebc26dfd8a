"""What the worker does.  Messages carry nothing but a task's name: work is rows, found again by a sweep."""

from celery import shared_task

from cases.services import adopt, clocks, notices, sweep
from whistle.organisations.selectors import every


@shared_task(name="cases.adopt_new_reports")
def adopt_new_reports() -> None:
    """Make cases of new reports and notice what reporters wrote."""
    for organisation in every():
        adopt.adopt_new_reports(organisation)
        adopt.note_new_messages(organisation)


@shared_task(name="cases.remind_of_clocks")
def remind_of_clocks() -> None:
    """Log clocks that ran out and prepare notices for those that soon will."""
    for organisation in every():
        clocks.remind(organisation)


@shared_task(name="cases.send_notices")
def send_notices() -> None:
    """Send the content-free mails that are due."""
    notices.send_due()


@shared_task(name="cases.sweep_files")
def sweep_files() -> None:
    """Delete blobs no row names and uploads nobody finished."""
    sweep.sweep_files()
