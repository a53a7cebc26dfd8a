"""The gate in front of the desk: the organisation's own provider says who comes, before one's own factors open anything.

The provider opens nothing.  Its word lies signed in the visitor's own browser for a quarter of an hour, and a sign-in
with passphrase and second factor (or passkey) must bring it, for the same person.  Which account is whose is settled by
two: an administrator lets a person connect one, and the person comes with it and with all of their own factors.
"""

import hashlib
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse

from whistle.accounts.models import Certificate, Gate, GateLift, SpentChallenge, Staff, WorkAccount
from whistle.accounts.oidc import Subject, Way
from whistle.audit import alarms
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.providers import Provider
from whistle.organisations.models import Organisation
from whistle.vault.certificate import Role

WAY, SHOWN = "desk-way", "desk-gate"  # cookies: on the way to the provider; back from it
WAY_SECONDS, SHOWN_SECONDS = 600, 900
CONNECTS = timedelta(days=7)  # an administrator's word that a person may connect an account
ASKED = timedelta(hours=4)  # in which the named person must agree that the gate opens
LONGEST_LIFT = 24  # hours


@dataclass(frozen=True)
class Passed:
    """How somebody came through: `code` stands in the log; `connects` when the account becomes theirs now."""

    code: str = ""  # "" where there is no gate, else: provider, lifted, second, probe
    connects: Subject | None = None


def provider_of(organisation: Organisation) -> Provider | None:
    """Return the provider in front of an organisation's desk, None where there is no gate."""
    found: Provider | None = settings.WORK_ACCOUNTS.get(organisation.slug)
    return found


# ——— what lies in the visitor's browser ———


def set_way(response: HttpResponse, organisation: Organisation, way: Way) -> None:
    """Keep what the visit to the provider must come back with.  Lax: the way back comes from another site."""
    _set(response, WAY, {"org": organisation.ref, **asdict(way)}, WAY_SECONDS, "Lax")


def take_way(request: HttpRequest, organisation: Organisation) -> Way:
    """Return what was kept on the way out; it is good for one return.  Raises `gate.refused`."""
    told = _read(request, WAY, WAY_SECONDS)
    if told is None or told.pop("org", "") != organisation.ref:
        raise DomainError("gate.refused", status=403)
    way = Way(**told)
    try:
        with transaction.atomic():
            SpentChallenge.objects.create(digest=_digest("way", way.state), at=clock.now())
    except IntegrityError as error:
        raise DomainError("gate.refused", status=403) from error
    return way


def set_shown(response: HttpResponse, organisation: Organisation, who: Subject) -> None:
    """Keep whom the provider vouched for, until the sign-in that follows."""
    told = {"org": organisation.ref, "issuer": who.issuer, "subject": who.subject}
    _set(response, SHOWN, told, SHOWN_SECONDS, "Strict")
    forget(response, WAY)


def shown(request: HttpRequest, organisation: Organisation) -> Subject | None:
    """Return whom the organisation's provider vouched for in this browser just now."""
    told, provider = _read(request, SHOWN, SHOWN_SECONDS), provider_of(organisation)
    if told is None or provider is None or told["org"] != organisation.ref:
        return None
    return Subject(told["issuer"], told["subject"]) if told["issuer"] == provider.issuer else None


def forget(response: HttpResponse, name: str = SHOWN) -> None:
    """Take one of the two out of the browser."""
    response.delete_cookie(name, path=settings.SESSION_COOKIE_PATH, samesite="Strict")


def _set(response: HttpResponse, name: str, told: dict[str, str], seconds: int, samesite: Any) -> None:
    response.set_cookie(
        name,
        signing.dumps(told, salt=name),
        max_age=seconds,
        path=settings.SESSION_COOKIE_PATH,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite=samesite,
    )


def _read(request: HttpRequest, name: str, seconds: int) -> dict[str, str] | None:
    try:
        told: dict[str, str] = signing.loads(request.COOKIES.get(name, ""), salt=name, max_age=seconds)
    except signing.BadSignature:
        return None
    return told


def state(request: HttpRequest, organisation: Organisation) -> dict[str, object] | None:
    """Return what the sign-in page says about the gate, None where there is none."""
    provider = provider_of(organisation)
    if provider is None:
        return None
    open_now = lifted(organisation)
    return {
        "provider": provider,
        "shown": shown(request, organisation) is not None,
        "lifted": until(open_now) if open_now else None,
        "asked": open_now is None and asked_lift(organisation) is not None,
    }


# ——— who is let through ———


def passes(request: HttpRequest, person: Staff) -> Passed | None:
    """Return how a person whose own factors were right comes through the gate, None when they do not."""
    organisation = person.organisation
    if provider_of(organisation) is None:
        return Passed()
    row = WorkAccount.objects.filter(staff=person).first()
    who = shown(request, organisation)
    if who is not None and row is not None:
        if (row.issuer, row.subject) == (who.issuer, who.subject):
            return Passed("provider")
        if row.asked_at is not None and row.asked_at > clock.now() - CONNECTS and not _taken(person, who):
            return Passed("provider", connects=who)
    if lifted(organisation) is not None:
        return Passed("lifted")
    if (asked := asked_lift(organisation)) is not None and asked.second_id == person.pk:
        return Passed("second")
    return Passed("probe") if _is_probe(person) else None


def connect(person: Staff, who: Subject) -> None:
    """Make an account the person's; in the transaction of the sign-in that brought it.  Raises `gate.refused`."""
    try:
        with transaction.atomic():
            WorkAccount.objects.filter(staff=person).update(
                issuer=who.issuer, subject=who.subject, bound_at=clock.now(), asked_at=None
            )
    except IntegrityError as error:
        raise DomainError("gate.refused", status=403) from error
    audit.record(
        "work_account.connected", organisation=person.organisation, actor=person.log_name, role="staff"
    )


def let_connect(person: Staff, *, by: Staff | None) -> None:
    """Let a person connect an account with their next sign-in; `by` None: from the shell.  Raises `people.own`.

    An account they have already goes on counting until then.
    """
    if by is not None and by.pk == person.pk:
        raise DomainError("people.own", status=403)
    with audit.atomic():
        WorkAccount.objects.update_or_create(
            staff=person, defaults={"organisation": person.organisation, "asked_at": clock.now()}
        )
        _record("work_account.allowed", person.organisation, by, to=person.log_name)


def _taken(person: Staff, who: Subject) -> bool:
    others = WorkAccount.objects.filter(organisation=person.organisation_id).exclude(staff=person)
    return others.filter(issuer=who.issuer, subject=who.subject).exists()


def _is_probe(person: Staff) -> bool:
    """The daily probe signs in by itself; its certificate opens nothing real, and must be the only one it has."""
    held = Certificate.objects.filter(organisation=person.organisation_id, subject=person.ref)
    roles = set(held.values_list("role", flat=True))
    return roles == {int(Role.PROBE)}


# ——— the provider is down ———


def ask_lift(organisation: Organisation, second: Staff, hours: int) -> GateLift:
    """Ask, as whoever runs the server, that everybody may sign in without the provider; one person named must agree."""
    if provider_of(organisation) is None or not 0 < hours <= LONGEST_LIFT or not second.is_active:
        raise DomainError("request.malformed", status=422)
    with audit.atomic():
        _end_open(organisation)
        row = GateLift.objects.create(
            organisation=organisation, second=second, hours=hours, asked_at=clock.now()
        )
        _record("gate.lift_asked", organisation, None, to=second.log_name, hours=hours)
    return row


def agree_lift(person: Staff) -> GateLift:
    """Agree that the gate opens; only who was named may.  Raises `gate.nothing`."""
    row = asked_lift(person.organisation)
    if row is None or row.second_id != person.pk:
        raise DomainError("gate.nothing", status=409)
    with audit.atomic():
        row.agreed_at = clock.now()
        row.save(update_fields=["agreed_at"])
        _record("gate.lifted", person.organisation, person, hours=row.hours)
        alarms.raise_alarm(person.organisation, alarms.Kind.GATE_OPEN, detail=f"opened for {row.hours} hours")
    return row


def end_lift(organisation: Organisation, *, by: Staff | None) -> None:
    """Close the gate before its time."""
    with audit.atomic():
        if _end_open(organisation):
            _record("gate.closed", organisation, by)


def asked_lift(organisation: Organisation) -> GateLift | None:
    """Return the request that waits for its second person."""
    rows = GateLift.objects.filter(organisation=organisation, agreed_at=None, ended_at=None)
    return rows.filter(asked_at__gt=clock.now() - ASKED).order_by("-id").first()


def lifted(organisation: Organisation) -> GateLift | None:
    """Return what two people agreed on while it holds."""
    rows = GateLift.objects.filter(organisation=organisation, ended_at=None).exclude(agreed_at=None)
    row = rows.order_by("-id").first()
    return row if row is not None and clock.now() < until(row) else None


def until(row: GateLift) -> Any:
    """Return when a lift ends by itself."""
    return (row.agreed_at or row.asked_at) + timedelta(hours=row.hours)


def _end_open(organisation: Organisation) -> int:
    return GateLift.objects.filter(organisation=organisation, ended_at=None).update(ended_at=clock.now())


def _record(act: str, organisation: Organisation, by: Staff | None, **said: object) -> None:
    actor, role = (by.log_name, "staff") if by is not None else ("system", "system")
    audit.record(act, organisation=organisation, actor=actor, role=role, detail=said)


# ——— changes of the settings ———


def watch(organisation: Organisation) -> None:
    """Note changes where the door is, too: whoever took the gate away may be the only one who comes."""
    if _named(organisation) != _last_named(organisation):
        with audit.atomic():
            note_changes(organisation)


def note_changes(organisation: Organisation) -> bool:
    """Log it when another provider stands in front of the desk than before, or none; return whether so.

    The settings belong to whoever runs the server; the log says what they did, and where a gate was taken away or
    changed, an alarm tells auditor and compliance leader.
    """
    now, before = _named(organisation), _last_named(organisation)
    if now == before:
        return False
    Gate.objects.update_or_create(organisation=organisation, defaults={"provider": now})
    _record(
        "gate.set", organisation, None, state="on" if now else "off", **({"provider": now} if now else {})
    )
    if before:
        told = "another provider is asked" if now else "no work account is asked for"
        alarms.raise_alarm(organisation, alarms.Kind.GATE, detail=told)
    return True


def _named(organisation: Organisation) -> str:
    provider = provider_of(organisation)
    return _digest(provider.issuer, provider.client_id) if provider else ""


def _last_named(organisation: Organisation) -> str:
    return Gate.objects.filter(organisation=organisation).values_list("provider", flat=True).first() or ""


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def oldest_word() -> Any:
    """Return since when an administrator's word still holds."""
    return clock.now() - CONNECTS
