"""No report is refused because there are many: when very many arrive, each brings work of its own first.

A flood of sealed junk cannot be told from reports, for the server reads neither, and an address tells nothing fair about
who sends.  So the price rises with the number and the size of what arrives; a person's phone pays it in seconds.  The work
is bound to the report's box, so it serves once.

A page without script cannot work, so what comes that way has a room of its own, as have the letters of those who have a
code already: neither can be filled by the others.  Room for a whole day is not there at once.  What a flood takes comes
back minute by minute, and while there is little of it, a report of some pages still fits where large junk does not.

Arrivals are counted in this process's memory only: a row or a file would tell when the newest report came.
"""

from collections import defaultdict, deque
from datetime import datetime, time
from threading import Lock
from typing import Literal

from django.conf import settings

from whistle.core import clock, hashcash
from whistle.core.errors import DomainError
from whistle.store import budgets

WINDOW = 600  # seconds
CALM: int = settings.CALM_REPORTS  # reports in a window that ask for nothing
STEP = 40  # each further so many double the work
FIRST_BITS = 16
MOST_BITS = 21  # about two million hashes: some seconds on a phone
UNIT = 2**16  # octets; each doubling of a report's size beyond it doubles the work

Room = Literal["text", "plain", "reply"]
SHARES: dict[Room, float] = {"text": 0.4, "plain": 0.4, "reply": 0.2}  # of a day's octets
AT_MIDNIGHT = 0.25  # of a room; the rest is added evenly until the next
ROWS = 2048  # octets of a report beside what is sealed, roughly

_lock = Lock()
_arrivals: defaultdict[str, deque[float]] = defaultdict(deque)


def demanded(organisation_ref: str, size: int) -> int:
    """Return how many zero bits a report of `size` octets must bring now.

    >>> demanded("a calm town", 2**20)
    0
    """
    many = _count(organisation_ref) - CALM
    if many < 0:
        return 0
    larger = max(0, (size // UNIT).bit_length())
    return min(FIRST_BITS + many // STEP + larger, MOST_BITS)


def require_work(organisation_ref: str, box_id: str, size: int, given: str, counter: int) -> None:
    """Count a report.  Raises `report.work` (429, with a `challenge`) when it must bring work and did not."""
    needed, at = demanded(organisation_ref, size), clock.now().timestamp()
    secret = settings.SECRET_KEY
    done = hashcash.is_done(given, bytes.fromhex(box_id), counter, needed=needed, at=at, secret=secret)
    if needed and not done:
        raise DomainError("report.work", status=429, challenge=hashcash.challenge(needed, at, secret))
    _note(organisation_ref)


def spend(organisation_ref: str, room: Room, size: int) -> None:
    """Count `size` octets in one of the organisation's rooms.  Raises `report.no_room` (503) when it is full just now."""
    with budgets.spent_today(f"{organisation_ref}.{room}") as spent:
        if spent[0] + size + ROWS > allowance(room):
            raise DomainError("report.no_room", status=503)
        spent[0] += size + ROWS


def allowance(room: Room) -> int:
    """Return how many octets a room has been given since midnight."""
    now = clock.now().astimezone(clock.OSLO)
    gone = (now - datetime.combine(now.date(), time(), clock.OSLO)).total_seconds()
    share = AT_MIDNIGHT + (1 - AT_MIDNIGHT) * min(gone / 86_400, 1)
    return int(settings.TEXT_BUDGET * SHARES[room] * share)


def _count(name: str) -> int:
    limit = clock.now().timestamp() - WINDOW
    with _lock:
        arrived = _arrivals[name]
        while arrived and arrived[0] < limit:
            arrived.popleft()
        return len(arrived)


def _note(name: str) -> None:
    with _lock:
        _arrivals[name].append(clock.now().timestamp())
