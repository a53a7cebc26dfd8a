"""Work that a request must bring while very many arrive: cheap for one, dear for thousands (A. Back, Hashcash, 2002).

The server keeps nothing of a challenge: it is dated and signed, and bound to what it was given for.
"""

import hashlib
import hmac

LEEWAY = 2  # bits by which the demand may have risen since the challenge was given
GOOD_FOR = 180  # seconds


def challenge(bits: int, at: float, secret: str) -> str:
    """Return a challenge that asks for `bits` zero bits, given at `at` (seconds since 1970).

    >>> challenge(8, 0.0, "s").startswith("8.0.")
    True
    """
    body = f"{bits}.{int(at)}"
    return f"{body}.{_mac(body, secret)}"


def is_done(given: str, bound: bytes, counter: int, *, needed: int, at: float, secret: str) -> bool:
    """Return whether the work for a challenge, bound to `bound`, was done, in time, and was enough.

    >>> from itertools import count
    >>> given = challenge(6, 0.0, "s")
    >>> counter = next(n for n in count() if zero_bits(given, b"mine", n) >= 6)
    >>> [is_done(given, bound, counter, needed=8, at=60.0, secret="s") for bound in (b"mine", b"a stranger's")]
    [True, False]
    """
    body, _dot, mac = given.rpartition(".")
    bits, _dot, stamp = body.partition(".")
    if not hmac.compare_digest(mac.encode(), _mac(body, secret).encode()) or not bits.isdecimal():
        return False
    if int(bits) + LEEWAY < needed or abs(at - int(stamp)) > GOOD_FOR:
        return False
    return zero_bits(given, bound, counter) >= int(bits)


def solve(given: str, bound: bytes) -> int:
    """Return the number that a challenge asks for; about 2 to the power of its bits hashes."""
    bits, counter = int(given.partition(".")[0]), 0
    while zero_bits(given, bound, counter) < bits:
        counter += 1
    return counter


def zero_bits(given: str, bound: bytes, counter: int) -> int:
    """Return with how many zero bits the hash of an attempt begins.

    >>> zero_bits("8.0.x", bytes(32), 240) >= 8
    True
    """
    digest = hashlib.sha256(f"{given}.{counter}.".encode() + bound).digest()
    return 256 - int.from_bytes(digest, "big").bit_length()


def _mac(body: str, secret: str) -> str:
    return hmac.new(secret.encode(), f"work/{body}".encode(), hashlib.sha256).hexdigest()
