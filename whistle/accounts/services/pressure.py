"""Guessing gets dearer for those who guess, and nobody is kept out by it.

A passphrase of ours cannot be guessed (77 bits), so wrong ones lock nothing: otherwise a stranger who knows a user name
could keep its owner waiting.  What a flood of guesses costs is the server's work.  So when many sign-ins have failed in
the last minute, each attempt from an unknown browser must bring work of its own: a number that makes a hash begin with
zero bits (A. Back, Hashcash, 2002).  It is bound to the attempt, and it takes the owner a second or two.
"""

import hashlib
import hmac
from datetime import timedelta

from django.conf import settings
from django.db.models import Case, F, Value, When

from whistle.accounts.models import SignInPressure
from whistle.core import clock
from whistle.organisations.models import Organisation

WINDOW = timedelta(minutes=1)
CALM = 20  # failures in a window that ask for nothing
FIRST_BITS = 14  # then about 16,000 hashes, and twice as many for each further `STEP` failures
STEP = 20
MOST_BITS = 20  # about a million hashes: a second or two in a browser
LEEWAY = 2  # bits by which the demand may have risen since the challenge was given
GOOD_FOR = 180  # seconds


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
    """Return a challenge that asks for `bits` zero bits, signed and dated so that the server need not keep it."""
    body = f"{bits}.{int(clock.now().timestamp())}"
    return f"{body}.{_mac(body)}"


def is_done(given: str, auth: bytes, counter: int, needed: int) -> bool:
    """Return whether the work for this challenge and this attempt was done, and was enough."""
    body, _dot, mac = given.rpartition(".")
    bits, _dot, stamp = body.partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(body).encode()) or not bits.isdecimal():
        return False
    if int(bits) + LEEWAY < needed or abs(clock.now().timestamp() - int(stamp)) > GOOD_FOR:
        return False
    return zero_bits(given, auth, counter) >= int(bits)


def zero_bits(given: str, auth: bytes, counter: int) -> int:
    """Return with how many zero bits the hash of an attempt begins.

    >>> zero_bits("8.0.x", bytes(32), 240) >= 8
    True
    """
    digest = hashlib.sha256(f"{given}.{counter}.".encode() + auth).digest()
    return 256 - int.from_bytes(digest, "big").bit_length()


def _mac(body: str) -> str:
    return hmac.new(settings.SECRET_KEY.encode(), f"sign-in-work/{body}".encode(), hashlib.sha256).hexdigest()
