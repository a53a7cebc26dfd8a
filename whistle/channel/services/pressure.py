"""No report is refused because there are many: when very many arrive, each brings work of its own first.

A flood of sealed junk cannot be told from reports, for the server reads neither, and an address tells nothing fair about
who sends.  So the price rises with the number and the size of what arrives; a person's phone pays it in seconds.  The work
is bound to the report's box, so it serves once.

Arrivals are counted in this process's memory only: a row or a file would tell when the newest report came.
"""

from collections import defaultdict, deque
from threading import Lock

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
PLAIN_CALM = 40  # reports without script in a window: a page without script cannot work

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


def require_calm(organisation_ref: str) -> None:
    """Count a report without script.  Raises `report.crowded` (503) when too many of them came just now."""
    name = f"{organisation_ref} plain"
    if _count(name) >= PLAIN_CALM:
        raise DomainError("report.crowded", status=503)
    _note(name)


def spend(organisation_ref: str, size: int) -> None:
    """Count `size` octets of sealed text against the organisation's day.  Raises `report.no_room` (503)."""
    with budgets.spent_today(f"{organisation_ref}.text") as spent:
        if spent[0] + size > settings.TEXT_BUDGET:
            raise DomainError("report.no_room", status=503)
        spent[0] += size


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
