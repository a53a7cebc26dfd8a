"""Browsers a person has signed in from before: a random cookie, of which only the hash is kept.

Whoever holds one is let in past the guessing of strangers (OWASP, Slow Down Online Guessing Attacks with Device
Cookies).  It opens nothing by itself.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F
from django.http import HttpRequest, HttpResponse

from whistle.accounts.models import Device, Staff, StaffKey
from whistle.core import clock

COOKIE = "desk-device"
KEPT = timedelta(days=180)
FREE_CODES = 5
FIRST_WAIT = timedelta(seconds=30)  # doubles with each wrong code after the free ones
LONGEST_WAIT = timedelta(minutes=15)


def known(request: HttpRequest, staff_pk: int) -> Device | None:
    """Return the browser of a request if this person has signed in from it."""
    token = request.COOKIES.get(COOKIE, "")
    return Device.objects.filter(
        staff_id=staff_pk, token_hash=_digest(token), used_at__gt=clock.now() - KEPT
    ).first()


def remember(request: HttpRequest, person: Staff, device: Device | None) -> None:
    """Note that the person signed in from this browser; `set_cookie` hands it its name."""
    if device is not None:
        Device.objects.filter(pk=device.pk).update(used_at=clock.now(), wrong_codes=0)
        return
    token = secrets.token_urlsafe(32)
    Device.objects.filter(staff=person, used_at__lte=clock.now() - KEPT).delete()
    Device.objects.create(staff=person, token_hash=_digest(token), used_at=clock.now())
    request.device_token = token  # type: ignore[attr-defined]


def set_cookie(request: HttpRequest, response: HttpResponse) -> None:
    """Hand a new browser its name, for the desk's paths only."""
    token = getattr(request, "device_token", None)
    if token:
        response.set_cookie(
            COOKIE,
            token,
            max_age=int(KEPT.total_seconds()),
            path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Strict",
        )


def may_try_code(held: Device | StaffKey) -> bool:
    """Return whether a code may be tried now: after wrong ones (with the right passphrase) there is a pause.

    The pause holds for the browser that tried them, or for all unknown ones together, never for the others.
    """
    over = held.wrong_codes - FREE_CODES
    if over < 0 or held.wrong_code_at is None:
        return True
    return clock.now() >= _after(held.wrong_code_at, over)


def note_code(held: Device | StaffKey, *, count: bool) -> int:
    """Count a wrong code against the browser, or the account's unknown browsers; return how many there were.

    Runs with `count` false too, so that a refusal takes the same statements whatever its reason.
    """
    added: dict[str, Any] = {"wrong_codes": F("wrong_codes") + int(count)}
    if count:
        added["wrong_code_at"] = clock.now()
    type(held).objects.filter(pk=held.pk).update(**added)
    return held.wrong_codes + int(count)


def _after(last: datetime, over: int) -> datetime:
    return last + min(FIRST_WAIT * (1 << min(over, 10)), LONGEST_WAIT)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
