"""When which task is due.  No Django here, so that the process that keeps the time need not load it."""

import logging
from pathlib import Path
from typing import Any

from celery.beat import PersistentScheduler
from celery.schedules import crontab

SCHEDULER = "whistle.timetable:Scheduler"
log = logging.getLogger("whistle.timetable")


def timetable(settings: Any) -> dict[str, dict[str, object]]:
    """Return Celery's timetable for these settings.  Each task finds its own work; being late or early does no harm."""
    sweep = settings.SWEEP_SECONDS
    return {
        "adopt": _every(sweep, "cases.adopt_new_reports"),
        "publish": _every(settings.PUBLISH_SECONDS, "audit.publish"),
        "acts": _every(sweep, "audit.carry_out"),
        "alarms": _every(sweep, "access.tell_of_alarms"),
        "inspect": _every(sweep, "cases.inspect_files"),
        "clocks": {"task": "cases.remind_of_clocks", "schedule": crontab(minute=5)},
        "terms": _every(sweep, "cases.end_terms"),
        "notices": {"task": "cases.send_notices", "schedule": crontab(minute=0)},
        "files": {"task": "cases.sweep_files", "schedule": crontab(minute=30)},
        "verify": {"task": "audit.verify", "schedule": crontab(hour=2, minute=40)},
        "plan": {"task": "plan.publish_page", "schedule": crontab(hour=3, minute=15)},
        "carry": {"task": "operations.carry_files", "schedule": crontab(hour=1, minute=30)},
        "watch": _every(max(sweep, 60), "operations.watch"),
        "release": {"task": "operations.check_release", "schedule": crontab(hour=4, minute=10)},
        "figures": {"task": "plan.carry", "schedule": crontab(minute=20)},
    }


def make_folders(settings: Any) -> None:
    """Make the folders of a broker that is one."""
    for folder in ("data_folder_in", "control_folder"):
        if path := getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}).get(folder):
            Path(path).mkdir(parents=True, exist_ok=True, mode=0o770)


def _every(seconds: int, task: str) -> dict[str, object]:
    """A hint expires when the next one comes, so that none pile up while a worker is away."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


class Scheduler(PersistentScheduler):  # type: ignore[misc]  # Celery has no types
    """Celery's, which remembers in a file when each task was last due; one that survives what a power cut leaves of it.

    Celery mends some kinds of broken file and stops at others (an empty one with an index, for one), and would then stop
    at each start.  What the file holds is worth little: each task finds its own work.
    """

    def setup_schedule(self) -> None:
        """Read the file, or begin a new one."""
        try:
            super().setup_schedule()
        except Exception:  # whatever the file's format makes of it
            log.warning("the timetable's file cannot be read; beginning a new one")
            self._remove_db()
            super().setup_schedule()
