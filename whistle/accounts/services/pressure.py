"""Guessing gets dearer for those who guess, and nobody is kept out by it.

A passphrase of ours cannot be guessed (77 bits), so wrong ones lock nothing: otherwise a stranger who knows a user name
could keep its owner waiting.  What a flood of guesses costs is the server's work.  So when many sign-ins have failed in
the last minute, each attempt from an unknown browser must bring work of its own (whistle.core.hashcash).  It is bound to
the attempt, and it takes the owner a second or two.
"""

from datetime import timedelta

from django.conf import settings
from django.db.models import Case, F, Value, When

from whistle.accounts.models import SignInPressure
from whistle.core import clock, hashcash
from whistle.organisations.models import Organisation

WINDOW = timedelta(minutes=1)
CALM = 20  # failures in a window that ask for nothing
FIRST_BITS = 14  # then about 16,000 hashes, and twice as many for each further `STEP` failures
STEP = 20
MOST_BITS = 18  # about a quarter of a million hashes: a second or two in a browser, some on an old phone


def demanded(organisation: Organisation) -> int:
    """Return how many zero bits an attempt from an unknown browser must bring now."""
    row = SignInPressure.objects.filter(organisation=organisation).first()
    if row is None or clock.now() - row.since > WINDOW or row.failures < CALM:
        return 0
    return min(FIRST_BITS + (row.failures - CALM) // STEP, MOST_BITS)


def note_failure(organisation: Organisation) -> None:
    """Count a failed attempt; one statement, so that none is lost between two."""
    at = clock.now()
    fresh = When(since__lt=at - WINDOW, then=Value(1))
    counted = SignInPressure.objects.filter(organisation=organisation).update(
        failures=Case(fresh, default=F("failures") + 1),
        since=Case(When(since__lt=at - WINDOW, then=Value(at)), default=F("since")),
    )
    if not counted:
        SignInPressure.objects.get_or_create(organisation=organisation, defaults={"since": at, "failures": 1})


def challenge(bits: int) -> str:
    """Return a challenge that asks for `bits` zero bits."""
    return hashcash.challenge(bits, clock.now().timestamp(), settings.SECRET_KEY)


def is_done(given: str, auth: bytes, counter: int, needed: int) -> bool:
    """Return whether the work for this challenge and this attempt was done, and was enough."""
    at = clock.now().timestamp()
    return hashcash.is_done(given, auth, counter, needed=needed, at=at, secret=settings.SECRET_KEY)
