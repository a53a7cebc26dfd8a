"""The second factor: a code that works once."""

from functools import cache

from django.conf import settings

from whistle.accounts.models import Staff, StaffKey
from whistle.core import clock
from whistle.vault import at_rest, totp

NOBODY = "nobody"


def keep_secret(staff_ref: str, secret: str) -> bytes:
    """Return the TOTP secret as it is stored: readable only with the server's own secret."""
    return at_rest.keep(secret.encode(), settings.SECRET_KEY.encode(), f"totp/{staff_ref}")


def counter_of(person: Staff | None, code: str) -> int | None:
    """Return which code of the person this is, or None; for nobody the same work is done in vain."""
    sealed = bytes(person.key.totp_sealed) if person else _decoy()
    purpose = f"totp/{person.ref if person else NOBODY}"
    secret = at_rest.take(sealed, settings.SECRET_KEY.encode(), purpose).decode()
    found = totp.check(secret, code, int(clock.now().timestamp()))
    return found if person else None


def spend(person: Staff, counter: int) -> bool:
    """Return whether the code was not used before; it is used up now (RFC 6238 §5.2)."""
    fresh = StaffKey.objects.filter(staff=person, totp_counter__lt=counter).update(totp_counter=counter)
    return fresh == 1


def is_code_of(secret: str, code: str) -> bool:
    """Return whether a new authenticator shows the right code for the secret it was given."""
    return totp.check(secret, code, int(clock.now().timestamp())) is not None


@cache
def _decoy() -> bytes:
    return keep_secret(NOBODY, totp.new_secret())
