"""A person's own sign-ins: which there are, and an end to the others."""

import hashlib
from datetime import timedelta
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session

from whistle.accounts.models import SignIn, Staff
from whistle.audit import services as audit
from whistle.core import clock

SHOWN = 50
JUST_NOW = timedelta(hours=1)  # a session's row may come a moment after its sign-in's
REMEMBERED = timedelta(days=180)  # how long somebody sees that they had signed in


def begin(person: Staff, session_key: str) -> SignIn:
    """Remember a sign-in."""
    return SignIn.objects.create(staff=person, session_hash=digest(session_key), at=clock.now())


def listed(person: Staff, session_key: str) -> list[dict[str, Any]]:
    """Return the person's newest sign-ins; `here` marks the one that asks."""
    here = digest(session_key)
    return [
        {"at": row.at, "ended_at": row.ended_at, "here": row.session_hash == here}
        for row in person.sign_ins.order_by("-at", "-id")[:SHOWN]
    ]


def end(person: Staff, session_key: str) -> None:
    """Note that the person signed out here."""
    person.sign_ins.filter(session_hash=digest(session_key), ended_at=None).update(ended_at=clock.now())


def tidy() -> int:
    """Forget sessions that ran out; return how many sign-ins ended with them since nobody had signed out.

    What the framework's table keeps says who was here and when, and nothing else would ever take it away.
    """
    now = clock.now()
    Session.objects.filter(expire_date__lte=now).delete()
    live = [digest(key) for key in Session.objects.values_list("session_key", flat=True)]
    SignIn.objects.filter(at__lt=now - REMEMBERED).exclude(session_hash__in=live).delete()
    over = SignIn.objects.filter(ended_at=None, at__lt=now - JUST_NOW).exclude(session_hash__in=live)
    return over.update(ended_at=now)


def end_others(person: Staff, keep: str = "", *, actor: str = "") -> int:
    """End every sign-in of the person but the session `keep`; return how many were ended."""
    open_rows = person.sign_ins.filter(ended_at=None).exclude(session_hash=digest(keep) if keep else "")
    hashes = set(open_rows.values_list("session_hash", flat=True))
    with audit.atomic():
        for session in Session.objects.filter(expire_date__gt=clock.now()).iterator():
            if digest(session.session_key) in hashes:
                _store(session.session_key).delete()
        ended = open_rows.update(ended_at=clock.now())
        if ended:
            audit.record(
                "staff.signed_out",
                organisation=person.organisation,
                actor=actor or person.log_name,
                role="staff",
                sessions=ended,
            )
    return ended


def _store(session_key: str) -> Any:
    return import_module(settings.SESSION_ENGINE).SessionStore(session_key)


def digest(session_key: str) -> str:
    """Return how a session is named outside its own table."""
    return hashlib.sha256(session_key.encode()).hexdigest()
