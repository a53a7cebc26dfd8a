"""What a person changes about their own way in: the passphrase, and the language they are spoken to in."""

from dataclasses import dataclass

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from whistle.accounts.models import Staff, StaffKey
from whistle.accounts.services import sessions
from whistle.audit import services as audit
from whistle.core.errors import DomainError


@dataclass(frozen=True)
class NewPassphrase:
    """What the browser derived from the old and the new passphrase, and the same seed wrapped anew."""

    old_auth: bytes
    auth: bytes
    salt: bytes
    wrapped: bytes


def change_passphrase(request: HttpRequest, person: Staff, new: NewPassphrase) -> None:
    """Put a new passphrase in the old one's place; other sign-ins end, the keys stay the same.

    Raises `staff.refused` for a wrong old one, `enrol.malformed` for material of other sizes.
    """
    if (len(new.auth), len(new.salt), len(new.wrapped)) != (32, 16, 104):
        raise DomainError("enrol.malformed", status=422)
    if not check_password(new.old_auth.hex(), person.password):
        raise DomainError("staff.refused", status=403)
    with audit.atomic():
        StaffKey.objects.filter(staff=person).update(salt=new.salt, wrapped=new.wrapped)
        person.password = make_password(new.auth.hex())
        person.save(update_fields=["password"])
        here = request.session.session_key or ""
        sessions.end_others(person, here)
        update_session_auth_hash(request, person)
        person.sign_ins.filter(session_hash=sessions.digest(here)).update(
            session_hash=sessions.digest(request.session.session_key or "")
        )
        renewed(person, "passphrase")


def renewed(person: Staff, what: str) -> None:
    """Log that somebody changed what they sign in or unlock with; `what` is a code of the log's registry."""
    audit.record(
        "staff.renewed",
        organisation=person.organisation,
        actor=person.log_name,
        role="staff",
        to=person.log_name,
        what=what,
    )


def speak(person: Staff, language: str) -> None:
    """Let the desk speak another language to this person."""
    Staff.objects.filter(pk=person.pk).update(language=language)
