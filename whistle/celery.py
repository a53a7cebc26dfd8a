"""The worker.  `celery -A whistle worker -B` runs tasks and their timetable in one process; `deploy/` parts them."""

import os
from pathlib import Path

from celery import Celery
from celery.schedules import crontab

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whistle.settings")

app = Celery("whistle")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["cases", "whistle.audit", "whistle.plan"])


@app.on_after_configure.connect
def prepare(sender: Celery, **_signal: object) -> None:
    """Make the broker's folders and set the timetable."""
    from django.conf import settings

    for folder in ("data_folder_in", "control_folder"):
        if path := getattr(settings, "CELERY_BROKER_TRANSPORT_OPTIONS", {}).get(folder):
            Path(path).mkdir(parents=True, exist_ok=True, mode=0o700)
    sender.conf.beat_schedule_filename = str(settings.DATA / "beat")
    sender.conf.beat_schedule = {
        "adopt": {"task": "cases.adopt_new_reports", "schedule": 20 if settings.DEMO else 60},
        "publish": {"task": "audit.publish", "schedule": settings.PUBLISH_SECONDS},
        "clocks": {"task": "cases.remind_of_clocks", "schedule": crontab(minute=5)},
        "notices": {"task": "cases.send_notices", "schedule": crontab(minute=0)},
        "files": {"task": "cases.sweep_files", "schedule": crontab(minute=30)},
        "plan": {"task": "plan.publish_page", "schedule": crontab(hour=3, minute=15)},
    }
