"""The second factor: six digits that change every thirty seconds (RFC 6238)."""

import base64
import hmac
import secrets

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.hotp import HOTP

from whistle.vault.errors import VaultError

PERIOD = 30
DIGITS = 6


def new_secret() -> str:
    """Return a fresh secret in base32, 160 bits: what goes into the authenticator app.

    >>> len(new_secret())
    32
    """
    return base64.b32encode(secrets.token_bytes(20)).decode("ascii")


def _hotp(secret: str) -> HOTP:
    try:
        key = base64.b32decode(secret.replace(" ", "").upper())
        # SHA-1 is what every authenticator app supports; HMAC does not need collision resistance.
        return HOTP(key, DIGITS, SHA1())  # noqa: S303
    except ValueError as error:
        raise VaultError("totp.secret") from error


def now(secret: str, at: float) -> str:
    """Return the six digits at `at`, in seconds since 1970. Raises VaultError("totp.secret").

    >>> now("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 59)
    '287082'
    """
    return _hotp(secret).generate(int(at) // PERIOD).decode("ascii")


def check(secret: str, code: str, at: float, window: int = 1) -> int | None:
    """Return the counter that `code` belongs to, at most `window` periods off; None if it fits none.

    Store the counter and refuse it next time: each code is good for one use only.

    >>> check("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "287 082", 60)
    1
    """
    typed = "".join(code.split()).encode()
    present = int(at) // PERIOD
    found = None
    for counter in range(max(present - window, 0), present + window + 1):
        if hmac.compare_digest(_hotp(secret).generate(counter), typed):
            found = counter
    return found
