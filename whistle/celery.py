"""The worker.  `celery -A whistle worker -B` runs tasks and their timetable in one process; `deploy/` parts them.

Two queues: `publisher` for the one task that needs the logs' private keys, `celery` for everything else.  A worker
without `-Q` serves both.
"""

import os
from pathlib import Path

from celery import Celery, Task
from celery.schedules import crontab
from celery.signals import beat_init, task_success, worker_init, worker_ready
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whistle.settings")

app = Celery("whistle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["cases", "whistle.access", "whistle.audit", "whistle.plan"])

AT_ONCE = (
    "cases.adopt_new_reports",
    "audit.publish",
)  # what a worker does first: it may have been away for long


@app.on_after_configure.connect
def prepare(sender: Celery, **_signal: object) -> None:
    """Make the broker's folders and set the timetable."""
    from django.conf import settings

    for folder in ("data_folder_in", "control_folder"):
        if path := getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}).get(folder):
            Path(path).mkdir(parents=True, exist_ok=True, mode=0o700)
    sender.conf.beat_schedule_filename = str(settings.DATA / "beat")
    sender.conf.beat_schedule = {
        "adopt": _every(settings.SWEEP_SECONDS, "cases.adopt_new_reports"),
        "publish": _every(settings.PUBLISH_SECONDS, "audit.publish"),
        "acts": _every(settings.SWEEP_SECONDS, "audit.carry_out"),
        "alarms": _every(settings.SWEEP_SECONDS, "access.tell_of_alarms"),
        "inspect": _every(settings.SWEEP_SECONDS, "cases.inspect_files"),
        "clocks": {"task": "cases.remind_of_clocks", "schedule": crontab(minute=5)},
        "terms": _every(settings.SWEEP_SECONDS, "cases.end_terms"),
        "notices": {"task": "cases.send_notices", "schedule": crontab(minute=0)},
        "files": {"task": "cases.sweep_files", "schedule": crontab(minute=30)},
        "verify": {"task": "audit.verify", "schedule": crontab(hour=2, minute=40)},
        "plan": {"task": "plan.publish_page", "schedule": crontab(hour=3, minute=15)},
        "figures": {"task": "plan.carry", "schedule": crontab(minute=20)},
    }


def _every(seconds: int, task: str) -> dict[str, object]:
    """A hint expires when the next one comes, so that none pile up while a worker is away."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


@worker_init.connect
@beat_init.connect
def check_first(**_signal: object) -> None:
    """Refuse to start with settings that are not safe."""
    from whistle.checks import refuse_to_start

    refuse_to_start()


@worker_ready.connect
def catch_up(sender: object, **_signal: object) -> None:
    """Look at once for what came while no worker was there."""
    for name in AT_ONCE:
        try:
            app.send_task(name)
        except (OperationalError, OSError):  # the timetable will
            return


@task_success.connect
def sign_of_life(sender: Task, **_signal: object) -> None:
    """Touch the heartbeat of the queue whose task has just succeeded; the health page looks at its age."""
    from django.conf import settings

    settings.HEARTBEATS.mkdir(parents=True, exist_ok=True, mode=0o770)
    route = settings.CELERY_TASK_ROUTES.get(sender.name, {})
    (settings.HEARTBEATS / route.get("queue", settings.CELERY_TASK_DEFAULT_QUEUE)).touch()
