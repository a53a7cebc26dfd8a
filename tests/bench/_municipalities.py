"""Founds many municipalities, and times what the workers do for all of them: the work that `tests.bench.municipalities` measures."""

import json
import os
import resource
import sys
import time
from collections.abc import Callable

BEGAN = time.perf_counter()

import django  # noqa: E402

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from cases import tasks as cases  # noqa: E402
from tests.bench._many import some  # noqa: E402
from whistle.access.tasks import tell_of_alarms  # noqa: E402
from whistle.audit import selectors  # noqa: E402
from whistle.audit import services as audit  # noqa: E402
from whistle.audit import tasks as log  # noqa: E402
from whistle.audit.folders import outside_folder  # noqa: E402
from whistle.audit.publisher import signed_size  # noqa: E402
from whistle.operations import municipality, tasks  # noqa: E402
from whistle.organisations.selectors import every  # noqa: E402

STARTED = time.perf_counter() - BEGAN
CASES = 3
EVERY_SECOND = {"publish": log.publish}
EVERY_MINUTE = {
    "adopt": cases.adopt_new_reports,
    "acts": log.carry_out_witnessed,
    "terms": cases.end_terms,
    "alarms": tell_of_alarms,
    "watch": tasks.look,
}
EVERY_HOUR = {"clocks": cases.remind_of_clocks, "notices": cases.send_notices}


def found(count: int) -> float:
    """Found municipalities with some cases each; return the seconds for one."""
    call_command("migrate", verbosity=0)
    os.fsync = lambda _descriptor: None  # they need not survive a power cut
    began = time.perf_counter()
    for number in range(count):
        one = municipality.begin(
            f"town{number}",
            f"Town {number}",
            log_origin=f"town{number}.example",
            root_key=number.to_bytes(32, "big"),
        )
        municipality.start_logs(one)
    each = (time.perf_counter() - began) / count
    for one in every():
        some(one, CASES)
    return each


def timed(work: Callable[[], object]) -> tuple[float, int]:
    """Return the seconds that something took, and its statements."""
    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        work()
        return time.perf_counter() - began, len(asked)


def measure() -> dict[str, tuple[float, int]]:
    """Do all rounds; return what each cost when nothing was new."""
    told: dict[str, tuple[float, int]] = {}
    told["first round outside"] = timed(until_shown)
    for name, work in (EVERY_SECOND | EVERY_MINUTE | EVERY_HOUR).items():
        work()
        told[name] = timed(work)
    log.publish()  # what the clocks logged for everybody is not what is measured next
    told["one signed"] = timed(one_signed)
    return told


def until_shown() -> None:
    """Publish until each municipality's logs have been shown outside."""
    waiting = every()
    while waiting:
        log.publish()
        waiting = [one for one in waiting if not (outside_folder(one, "channel") / "checkpoint").exists()]


def one_signed() -> None:
    """Log something for the last municipality and publish until it is signed."""
    one = every()[-1]
    with audit.atomic():
        audit.record("pad", organisation=one, log="desk", coarse=True)
    due = selectors.size(one, "desk")
    while signed_size(one, "desk") < due:
        log.publish()


def main(count: int) -> None:
    """Print what was measured as JSON."""
    each = found(count)
    told = measure()
    told["found"], told["start"] = (each, 0), (STARTED, 0)
    told["memory"] = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 0)
    print(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]))
