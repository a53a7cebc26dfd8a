"""The second factor: a code that works once."""

from django.conf import settings

from whistle.accounts.models import Staff, StaffKey
from whistle.core import clock
from whistle.vault import at_rest, totp


def keep_secret(staff_ref: str, secret: str) -> bytes:
    """Return the TOTP secret as it is stored: readable only with the server's own secret."""
    return at_rest.keep(secret.encode(), settings.SECRET_KEY.encode(), f"totp/{staff_ref}")


def spend_code(person: Staff, code: str) -> bool:
    """Return whether `code` is right now and was not used before; a right code is used up (RFC 6238 §5.2)."""
    sealed = bytes(person.key.totp_sealed)
    secret = at_rest.take(sealed, settings.SECRET_KEY.encode(), f"totp/{person.ref}").decode()
    counter = totp.check(secret, code, int(clock.now().timestamp()))
    if counter is None:
        return False
    fresh = StaffKey.objects.filter(staff=person, totp_counter__lt=counter).update(totp_counter=counter)
    return fresh == 1
