"""What may arrive in a day, counted in octets.  A budget that is used up refuses with a sentence and loses nothing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, time

from django.conf import settings

from whistle.core import clock


@contextmanager
def spent_today(name: str) -> Iterator[list[int]]:
    """Yield a list of one number, the octets counted under `name` today, to be changed; nobody else counts meanwhile.

    The file is dated midnight, so that it does not tell when the newest report came.
    """
    folder = settings.DATA / "budgets"
    folder.mkdir(parents=True, exist_ok=True, mode=0o770)
    today = f"{name}-{clock.today()}"
    for old in folder.glob(f"{name}-*"):
        if old.name != today:
            old.unlink(missing_ok=True)
    with (folder / today).open("a+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        told = file.read()
        before = int(told) if told.isdecimal() else 0  # a power cut may leave anything
        spent = [before]
        yield spent
        if spent[0] != before:
            file.truncate(0)
            file.write(str(spent[0]))
            file.flush()
    midnight = datetime.combine(clock.today(), time(), UTC).timestamp()
    with suppress(
        PermissionError
    ):  # the desk's process counted in a file of the reporters' user: no reporter's time
        os.utime(folder / today, (midnight, midnight))
