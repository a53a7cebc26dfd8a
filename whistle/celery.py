"""The worker.  `celery -A whistle worker -B` runs tasks and their timetable in one process; `deploy/` parts them.

Two queues: `publisher` for the one task that needs the logs' private keys, `celery` for everything else.  A worker
without `-Q` serves both.
"""

import os

from celery import Celery, Task
from celery.signals import beat_init, task_success, worker_init, worker_ready
from django.apps import apps
from kombu.exceptions import OperationalError

from whistle.timetable import SCHEDULER, make_folders, timetable

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whistle.settings")
# Celery would run every check there is, and for that load every page; ours run in `check_first`
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")

app = Celery("whistle")
app.config_from_object("django.conf:settings", namespace="CELERY")
WITH_TASKS = ("whistle.audit", "cases", "whistle.access", "whistle.plan", "whistle.operations")
# the process that holds the logs' keys loads the log alone
app.autodiscover_tasks(lambda: [name for name in WITH_TASKS if apps.is_installed(name)])

AT_ONCE = (
    "cases.adopt_new_reports",
    "audit.publish",
)  # what a worker does first: it may have been away for long


@app.on_after_configure.connect
def prepare(sender: Celery, **_signal: object) -> None:
    """Make the broker's folders and set the timetable (whistle.timetable)."""
    from django.conf import settings

    make_folders(settings)
    sender.conf.beat_schedule_filename = str(settings.DATA / "beat")
    sender.conf.beat_scheduler = SCHEDULER
    sender.conf.beat_schedule = timetable(settings)


@worker_init.connect
@beat_init.connect
def check_first(**_signal: object) -> None:
    """Refuse to start with settings that are not safe."""
    from whistle.checks import refuse_to_start

    refuse_to_start(people=False)


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
