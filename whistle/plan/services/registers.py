"""The registers of gifts and of interests: everybody writes their own entries, somebody else decides about a gift."""

import secrets
from datetime import date

from django.db import transaction

from whistle.access.selectors import holders
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.plan.models import Gift, Interest

DECIDE_WITHIN = 14  # days; measure 5.1


def register_gift(
    person: Staff,
    *,
    kind: str,
    giver: str,
    what: str,
    value: int,
    on_date: date,
    answer: str,
    role: str = "staff",
) -> Gift:
    """Return a new entry of one's own, logged without a name or a word of it.  Raises `gift.words` or `gift.choice`."""
    giver, what = giver.strip(), what.strip()
    if not (0 < len(giver) <= 120 and 0 < len(what) <= 200 and 0 <= value <= 10_000_000):
        raise DomainError("gift.words")
    if kind not in Gift.Kind.values or answer not in Gift.Answer.values:
        raise DomainError("gift.choice")
    with audit.atomic():
        ref = secrets.token_hex(16)
        audit.record(
            "gift.registered", organisation=person.organisation, actor=person.log_name, role=role, gift=ref
        )
        return Gift.objects.create(
            organisation=person.organisation,
            ref=ref,
            staff_ref=person.ref,
            kind=kind,
            giver=giver,
            what=what,
            value=value,
            on_date=on_date,
            answer=answer,
            registered_at=clock.now(),
        )


def decide(gift: Gift, decision: str, *, person: Staff, reason: str = "", role: str = "plan_owner") -> Gift:
    """Decide about somebody else's entry.  Raises `gift.choice`, `gift.own`, `gift.reason` or `gift.decided`."""
    if decision not in Gift.Decision.values:
        raise DomainError("gift.choice")
    if decision == Gift.Decision.TO_RETURN and not reason.strip():
        raise DomainError("gift.reason")
    with audit.atomic():
        row = Gift.objects.select_for_update().get(pk=gift.pk)
        if row.staff_ref == person.ref:
            raise DomainError("gift.own", status=403)
        if row.decision:
            raise DomainError("gift.decided", status=409)
        row.decision, row.reason = decision, reason.strip()[:200]
        row.decided_by, row.decided_at = person.ref, clock.now()
        row.save()
        audit.record(
            "gift.decided",
            organisation=row.organisation,
            actor=person.log_name,
            role=role,
            gift=row.ref,
            answer=decision,
        )
    return row


@transaction.atomic
def declare(person: Staff, year: int, text: str, *, nothing: bool, role: str = "staff") -> Interest:
    """Return one's declaration for a year; a later one replaces it.  Raises `interest.words` or `interest.year`.

    Either there is nothing, or there are words: not both, not neither.
    """
    text = text.strip()
    if nothing == bool(text) or len(text) > 1000:
        raise DomainError("interest.words")
    if year not in (clock.today().year, clock.today().year + 1):
        raise DomainError("interest.year")
    with audit.atomic():
        audit.record(
            "interest.declared", organisation=person.organisation, actor=person.log_name, role=role, year=year
        )
        return Interest.objects.create(
            organisation=person.organisation,
            staff_ref=person.ref,
            year=year,
            nothing=nothing,
            text=text,
            declared_at=clock.now(),
        )


def declarers(organisation: Organisation) -> list[Staff]:
    """Return who is asked to declare: the active staff, the rehearsal's machine left out, by name."""
    machines = {it.pk for it in holders(organisation.pk, Duty.PROBE)}
    rows = Staff.objects.filter(organisation=organisation, is_active=True).order_by("name")
    return [it for it in rows if it.pk not in machines]


def declaration_of(person: Staff, year: int) -> Interest | None:
    """Return what a person has declared for a year, the newest."""
    return Interest.objects.filter(organisation=person.organisation, staff_ref=person.ref, year=year).last()
