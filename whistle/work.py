"""A worker: `python -m whistle.work [--timetable] QUEUE …`.

The same as `celery -A whistle worker -P solo -Q …`, without Celery's command line, whose libraries for typing commands
weigh as much as our own code.  `--timetable` keeps the time too (as `-B`, in a thread, which weighs less than a process).
"""

import os
import signal
import sys
import threading

from celery import beat

from whistle.celery import app
from whistle.timetable import SCHEDULER


def main(words: list[str]) -> int:
    """Work until told to stop; return the exit status."""
    queues = [word for word in words if word != "--timetable"]
    worker = app.Worker(
        pool_cls="solo",
        queues=queues or None,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    if "--timetable" in words:
        threading.Thread(target=_keep_time, daemon=True).start()
    worker.start()
    return worker.exitcode or 0


def timekeeper() -> beat.Service:
    """Return what sends the tasks that are due."""
    return beat.Service(app, scheduler_cls=SCHEDULER)


def _keep_time() -> None:
    try:
        timekeeper().start()
    finally:  # whatever ended it: a worker without a timetable is no use, and is started again
        os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
