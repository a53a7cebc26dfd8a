"""The process that keeps the time: `celery -A whistle.beat beat`.

It sends names of tasks and knows nothing else, so it loads neither Django nor our code: a third of the memory.  The
small installation lets its worker do this (`celery -A whistle worker -B`).
"""

import os
import sys

os.environ.pop("DJANGO_SETTINGS_MODULE", None)  # with it Celery would load Django after all

from celery import Celery

from whistle import env, settings
from whistle.timetable import SCHEDULER, make_folders, timetable

odd = [name for name in env.unknown() if not name.startswith(env.ELSEWHERE)]
if odd and not settings.DEMO:
    print(f"{', '.join(odd)} is not a setting of Whistle.  See {env.DOCUMENTED_IN}.", file=sys.stderr)
    sys.exit(78)

make_folders(settings)
app = Celery("whistle", broker=settings.CELERY_BROKER_URL, set_as_current=False)
app.conf.update(
    broker_transport_options=settings.CELERY_BROKER_TRANSPORT_OPTIONS,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    task_default_queue=settings.CELERY_TASK_DEFAULT_QUEUE,
    task_queues=settings.CELERY_TASK_QUEUES,
    task_routes=settings.CELERY_TASK_ROUTES,
    task_ignore_result=True,
    worker_hijack_root_logger=False,
    beat_schedule=timetable(settings),
    beat_schedule_filename=str(settings.DATA / "beat"),
    beat_scheduler=SCHEDULER,
)

if (
    __name__ == "__main__"
):  # python -m whistle.beat FILE: without Celery's command line, which weighs as much as the rest
    from celery.apps.beat import Beat

    Beat(app=app, schedule=sys.argv[1], loglevel="WARNING", quiet=True).run()
