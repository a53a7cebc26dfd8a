"""A key and the permission are one thing: both are given and taken here, in one transaction, or neither is."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from guardian.shortcuts import assign_perm, remove_perm

from whistle.access.selectors import OPEN_BOX
from whistle.access.services import vouches
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.accounts.selectors import certificates_in_force, recovery_now, staff_by_ref
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.store.models import Box, IdentityHalf, Seal
from whistle.vault.certificate import Role

SEAL_SIZE = 1168
READER_ROLES = frozenset({Role.READER, Role.ALTERNATE, Role.IDENTITY_CUSTODIAN, Role.ADVISER})


def admit(
    box: Box, seals: list[NewSeal], *, reporter_key_id: str = "", least_readers: int = 1
) -> list[Staff]:
    """Store the seals of a new box and give each holder the permission that goes with it; return the holders.

    Raises `report.readers` unless every seal is for a certified, active reader of this organisation, its recovery
    key, or the reporter, and at least `least_readers` are people.
    """
    by_key = {row.key_id: row for row in certificates_in_force(box.organisation)}
    people = staff_by_ref(box.organisation, {row.subject for row in by_key.values()})
    rows, readers = [], []
    for seal in seals:
        row = Seal(box=box, epoch=seal.epoch, key_id=seal.key_id, sealed=seal.sealed)
        if len(seal.sealed) != SEAL_SIZE or seal.epoch != box.epoch:
            raise DomainError("report.not_sealed")
        certificate = by_key.get(seal.key_id)
        if reporter_key_id and seal.key_id == reporter_key_id:
            row.holder = Seal.Holder.REPORTER
        elif certificate is None:
            raise DomainError("report.readers", status=409)
        elif certificate.role == Role.RECOVERY:
            row.holder = Seal.Holder.RECOVERY
        else:
            _refuse_probe_mix(box, certificate.role)
            person = people.get(certificate.subject)
            if person is None or not person.is_active:
                raise DomainError("report.readers", status=409)
            row.holder, row.staff_ref = Seal.Holder.STAFF, person.ref
            readers.append(person)
        rows.append(row)
    if len({row.key_id for row in rows}) != len(rows) or len(readers) < least_readers:
        raise DomainError("report.readers", status=409)
    Seal.objects.bulk_create(rows)
    vouches.keep(box, seals, first=True)
    assign_perm(OPEN_BOX, readers, box)
    return readers


def give_key(box: Box, person: Staff, seals: list[NewSeal]) -> None:
    """Give one more person the box's keys of the epochs in `seals` and the permission to open it.

    Raises `grant.seals` unless they are for that person's certified key and include the current epoch.
    """
    own = {
        row.key_id
        for row in certificates_in_force(box.organisation)
        if row.subject == person.ref and row.role in READER_ROLES
    }
    rows = [
        Seal(
            box=box,
            epoch=seal.epoch,
            key_id=seal.key_id,
            holder=Seal.Holder.STAFF,
            staff_ref=person.ref,
            sealed=seal.sealed,
        )
        for seal in seals
    ]
    epochs = {row.epoch for row in rows}
    if (
        not person.is_active
        or any(row.key_id not in own or len(row.sealed) != SEAL_SIZE for row in rows)
        or box.epoch not in epochs
        or len(epochs) != len(rows)
        or max(epochs) > box.epoch
    ):
        raise DomainError("grant.seals")
    if Seal.objects.filter(box=box, staff_ref=person.ref, epoch__in=epochs).exists():
        raise DomainError("grant.held", status=409)
    Seal.objects.bulk_create(rows)
    vouches.keep(box, seals)
    assign_perm(OPEN_BOX, person, box)


def take_key(box: Box, person: Staff) -> None:
    """Take a person's seals and permission; the box then waits for a new epoch."""
    Seal.objects.filter(box=box, staff_ref=person.ref).delete()
    IdentityHalf.objects.filter(identity=box.pk, staff_ref=person.ref).delete()
    remove_perm(OPEN_BOX, person, box)
    Box.objects.filter(pk=box.pk).update(rekey_due=True)


def hold_key(box: Box, person: Staff) -> None:
    """Take the permission and keep the seals for nobody, until it is proven that somebody else can open the box."""
    mine = Seal.objects.filter(box=box, staff_ref=person.ref, holder=Seal.Holder.STAFF)
    mine.update(holder=Seal.Holder.HELD)
    remove_perm(OPEN_BOX, person, box)
    Box.objects.filter(pk=box.pk).update(rekey_due=True)


def restore_key(box: Box, person: Staff) -> None:
    """Give back what `hold_key` took: nobody else could open the box."""
    held = Seal.objects.filter(box=box, staff_ref=person.ref, holder=Seal.Holder.HELD)
    held.update(holder=Seal.Holder.STAFF)
    assign_perm(OPEN_BOX, person, box)


def turn_epoch(box: Box, seals: Iterable[NewSeal]) -> None:
    """Begin a new epoch of the box, sealed to exactly those who hold the present one.

    In place of a recovery key that was rotated comes the one that the roster names now; what is sealed to it of earlier
    epochs replaces the old one's seals.  Raises `grant.seals` when somebody is missing or added, and `case.moved_on`
    when a colleague was first.
    """
    rows = list(seals)
    if any(row.epoch > box.epoch + 1 or len(row.sealed) != SEAL_SIZE for row in rows):
        raise DomainError("case.moved_on" if rows[0].epoch > box.epoch + 1 else "grant.seals", status=409)
    new = [row for row in rows if row.epoch == box.epoch + 1]
    if not new:
        raise DomainError("case.moved_on", status=409)
    holders = present_holders(box)
    if {row.key_id for row in new} != set(holders) or len(new) != len(holders):
        raise DomainError("grant.seals", status=409)
    _swap_recovery(box, [row for row in rows if row.epoch <= box.epoch], holders)
    Seal.objects.bulk_create(
        Seal(
            box=box,
            epoch=row.epoch,
            key_id=row.key_id,
            holder=holders[row.key_id][0],
            staff_ref=holders[row.key_id][1],
            sealed=row.sealed,
        )
        for row in new
    )
    vouches.keep(box, rows)
    box.epoch, box.rekey_due = box.epoch + 1, False
    box.save(update_fields=["epoch", "rekey_due"])


def mark_for_renewal(organisation: Organisation, key_id: str, boxes: QuerySet[Any]) -> int:
    """Let every one of these boxes that is sealed to a recovery key wait for a new epoch; return how many."""
    sealed = Seal.objects.filter(key_id=key_id, holder=Seal.Holder.RECOVERY, box__in=boxes)
    waiting = Box.objects.filter(organisation=organisation, pk__in=sealed.values("box"))
    return waiting.update(rekey_due=True)


def present_holders(box: Box) -> dict[str, tuple[str, str]]:
    """Return to whom the box's next key is sealed: kind of holder and staff reference, by key id."""
    found = {}
    for seal in box.seals.filter(epoch=box.epoch).exclude(holder=Seal.Holder.HELD):
        key = seal.key_id
        if seal.holder == Seal.Holder.RECOVERY:
            key = recovery_now(box.organisation, key) or key
        found[key] = (seal.holder, seal.staff_ref)
    return found


def _swap_recovery(box: Box, older: list[NewSeal], holders: dict[str, tuple[str, str]]) -> None:
    if not older:
        return
    retired = box.seals.filter(holder=Seal.Holder.RECOVERY).exclude(key_id__in=holders)
    epochs = set(retired.values_list("epoch", flat=True))
    recovery = {key for key, (holder, _ref) in holders.items() if holder == Seal.Holder.RECOVERY}
    if {row.key_id for row in older} != recovery or {row.epoch for row in older} != epochs:
        raise DomainError("grant.seals", status=409)
    retired.delete()
    Seal.objects.bulk_create(
        Seal(box=box, epoch=row.epoch, key_id=row.key_id, holder=Seal.Holder.RECOVERY, sealed=row.sealed)
        for row in older
    )


def _refuse_probe_mix(box: Box, role: int) -> None:
    if role not in (READER_ROLES | {Role.PROBE}) or (role == Role.PROBE) != box.probe:
        raise DomainError("report.readers", status=409)
