"""A worker: `python -m whistle.work [--timetable] QUEUE …`.

The same as `celery -A whistle worker -P solo -Q …`, without Celery's command line, whose libraries for typing commands
weigh as much as our own code.  `--timetable` keeps the time too (`-B`).
"""

import sys

from whistle.celery import app


def main(words: list[str]) -> int:
    """Work until told to stop; return the exit status."""
    queues = [word for word in words if word != "--timetable"]
    worker = app.Worker(
        pool_cls="solo",
        queues=queues or None,
        beat="--timetable" in words,
        loglevel="WARNING",
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
        quiet=True,
    )
    worker.start()
    return worker.exitcode or 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
