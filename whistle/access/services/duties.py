"""Giving and taking duties in the organisation, within the separation of duties."""

from whistle.access.models import DutyHeld
from whistle.access.selectors import duties
from whistle.accounts.models import RootCopy, Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Duty, conflicts
from whistle.store.models import IdentityHalf


def give_duty(person: Staff, duty: Duty, *, actor: str = "system", approval: str = "") -> None:
    """Let a person hold a duty.  Raises `duty.apart` when one person may not hold both."""
    if conflicts(duties(person) | {duty}):
        raise DomainError("duty.apart")
    with audit.atomic():
        _row, new = DutyHeld.objects.get_or_create(staff=person, duty=duty, defaults={"since": clock.now()})
        if new:
            audit.record(
                "role.granted",
                organisation=person.organisation,
                actor=actor,
                to=person.log_name,
                duty=duty.value,
                detail={"approval": approval} if approval else None,
            )


def take_duty(
    person: Staff, duty: Duty, *, actor: str = "system", approval: str = "", lost: bool = False
) -> None:
    """Take a duty from a person.

    Raises `duty.last` when nobody else active would hold it, `root.last` when the root key would go with it, and
    `identity.last` when reporters' names would become unreadable; the last not when their keys are `lost` anyway.
    """
    with audit.atomic():
        rows = DutyHeld.objects.select_for_update().filter(
            staff__organisation=person.organisation_id, staff__is_active=True, duty=duty
        )
        if not any(row.staff_id != person.pk for row in rows):
            raise DomainError("duty.last", status=409)
        if duty == Duty.KEY_CUSTODIAN:
            _take_root_copy(person)
        if duty == Duty.IDENTITY_CUSTODIAN:
            _take_halves(person, lost=lost)
        gone, _each = DutyHeld.objects.filter(staff=person, duty=duty).delete()
        if gone:
            audit.record(
                "role.revoked",
                organisation=person.organisation,
                actor=actor,
                to=person.log_name,
                duty=duty.value,
                detail={"approval": approval} if approval else None,
            )


def _take_halves(person: Staff, *, lost: bool) -> None:
    """Take a custodian's halves of the keys to names; other custodians must hold them first."""
    custodians = IdentityHalf.objects.filter(half=IdentityHalf.Half.CUSTODIAN)
    mine = custodians.filter(staff_ref=person.ref)
    others = DutyHeld.objects.filter(
        staff__organisation=person.organisation_id, staff__is_active=True, duty=Duty.IDENTITY_CUSTODIAN
    ).exclude(staff=person)
    passed = custodians.filter(staff_ref__in=others.values("staff__ref"))
    if not lost and mine.exclude(identity__in=passed.values("identity")).exists():
        raise DomainError("identity.last", status=409)
    mine.delete()


def _take_root_copy(person: Staff) -> None:
    """Take the root key sealed to a custodian who goes; the last one gives it to a successor first."""
    copies = RootCopy.objects.filter(staff__organisation=person.organisation_id, staff__is_active=True)
    if not copies.filter(staff=person).exists():
        return
    if not copies.exclude(staff=person).exists():
        raise DomainError("root.last", status=409)
    copies.filter(staff=person).delete()
