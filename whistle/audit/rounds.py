"""Which logs need the publisher at this moment: asked with two statements, however many organisations there are.

Most of the time nothing is new anywhere, and the publisher looks every second.  What has news is signed first, for all; then
rows are counted where that is longest ago; then logs are shown outside, as many as fit, the rest in the next run.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import OuterRef, QuerySet, Subquery

from whistle.audit import stakes
from whistle.audit.folders import LOGS, log_folder, may_sign, organisation_folder
from whistle.audit.models import Entry
from whistle.audit.publisher import signed_size, start_log
from whistle.core import clock
from whistle.organisations.models import Organisation

THOROUGH = (
    60.0  # seconds between two counts of all rows of an organisation where nothing is new, when time allows
)
COUNTING = 0.1  # seconds of one run for that
SHOWING = 1.0  # seconds of one run after which what is left waits for the next

_counted: dict[int, float] = {}  # when each organisation's rows were counted last
_shown: dict[int, int] = {}  # the round in which each was shown outside last, as far as this process knows
_signed: dict[Path, tuple[tuple[int, int], int]] = {}  # sizes by file, and what the file looked like then


def organisations() -> list[Organisation]:
    """Return all whose logs have been started, each with the last places of its logs (`desk_last`, `channel_last`)."""
    here = Organisation.objects.filter(left_on=None).order_by("id")
    found = here.annotate(**{f"{log}_last": Subquery(_last(log)) for log in LOGS})
    return [one for one in found if may_sign(one) or _begun(one)]


def _begun(organisation: Organisation) -> bool:
    """Start the logs of an organisation that never had any; return whether they were started.

    Keys that are missing beside a log that was published are lost, not new: others would forge its history.
    """
    published = Entry.objects.filter(organisation=organisation, act__in=("log.anchor", "pad")).exists()
    if published or organisation_folder(organisation).exists():
        return False
    for log in LOGS:
        start_log(organisation, log)
    return True


def has_news(organisation: Organisation) -> bool:
    """Return whether entries wait for a signature, of one that `organisations` returned."""
    return any(
        (-1 if last is None else last) + 1 != _signed_size(organisation, log)
        for log, last in ((log, getattr(organisation, f"{log}_last")) for log in LOGS)
    )


def to_count(everybody: list[Organisation]) -> Iterator[Organisation]:
    """Yield whose rows were not counted for a while, the longest ago first, until this run's share of time is used up."""
    began = time.monotonic()
    due = [one for one in everybody if began - _counted.get(one.pk, float("-inf")) >= THOROUGH]
    for one in sorted(due, key=lambda each: _counted.get(each.pk, float("-inf"))):
        _counted[one.pk] = time.monotonic()
        yield one
        if time.monotonic() - began > COUNTING:
            return


def to_show(everybody: list[Organisation]) -> Iterator[Organisation]:
    """Yield whose logs may have to be shown outside: a round has begun, or an approved act waits for a witness."""
    began = time.monotonic()
    minutes = settings.PUBLIC_LOG_MINUTES
    number = int(clock.now().timestamp()) // (60 * minutes) if minutes else -1
    hurried = {one.pk for one in stakes.with_pending()}
    for one in everybody:
        if minutes and _shown.get(one.pk) == number and one.pk not in hurried:
            continue
        yield one
        _shown[one.pk] = number
        if minutes and time.monotonic() - began > SHOWING:
            return


def _last(log: str) -> QuerySet[Entry, Any]:
    return Entry.objects.filter(organisation=OuterRef("pk"), log=log).order_by("-index").values("index")[:1]


def _signed_size(organisation: Organisation, log: str) -> int:
    path = log_folder(organisation, log) / "checkpoint"
    try:
        found = path.stat()
    except FileNotFoundError:
        return 0
    looks = (found.st_mtime_ns, found.st_ino)
    if path not in _signed or _signed[path][0] != looks:
        _signed[path] = (looks, signed_size(organisation, log))
    return _signed[path][1]


def forget() -> None:
    """Begin as a process does that has just started."""
    for memory in (_counted, _shown, _signed):
        memory.clear()
