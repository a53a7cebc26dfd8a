"""Halves of the keys to reporters' names are passed on while somebody still holds them: no name is lost with a person.

A custodian's half goes to other custodians, a leader's to those who lead the case; each browser does it when its keys are
opened.  The two kinds never meet: a half goes only to its own kind, and no custodian is on the case.
"""

from collections.abc import Iterator
from typing import Any

from cases.models import Case
from cases.selectors import people
from whistle.access.selectors import holders
from whistle.access.services import vouches
from whistle.access.services.boxes import SEAL_SIZE
from whistle.accounts.models import Certificate, Staff
from whistle.accounts.selectors import certificates_in_force
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.core.policy import MATRIX, Duty, Part, Perm
from whistle.store.models import IdentityHalf, Seal
from whistle.vault.certificate import Role

MOST = 200  # at one unlock; the next one goes on
Half = IdentityHalf.Half
KINDS = {Half.CUSTODIAN: {Role.IDENTITY_CUSTODIAN}, Half.LEADER: {Role.READER, Role.ALTERNATE}}


def to_pass_on(actor: Staff) -> list[dict[str, Any]]:
    """Return the halves that this person holds and a colleague of the same kind lacks, with that colleague's certificate."""
    found = []
    for held, case in _held(actor):
        box = held.identity.box
        for person, certificate in lacking(held, case):
            found.append(
                {
                    "box_id": box.box_id,
                    "half": held.half,
                    "sealed": bytes(held.sealed),
                    "epoch": box.epoch,
                    "sig_pub": bytes(box.sig_pub),
                    "vouches": vouches.of_box(box),
                    "givers": vouches.givers([box]),
                    "staff_id": person.ref,
                    "certificate": bytes(certificate.octets),
                }
            )
        if len(found) >= MOST:
            break
    return found


def pass_on(*, box_id: str, half: str, staff_id: str, sealed: bytes, actor: Staff) -> None:
    """Keep a half for a colleague of the same kind.

    Raises `identity.absent` for whoever does not hold it, `grant.person` for a colleague who may not, `grant.seals` for
    octets that are no seal.
    """
    with audit.atomic():
        found = [
            (held, case) for held, case in _held(actor) if (held.identity_id, held.half) == (box_id, half)
        ]
        if not found:
            raise DomainError("identity.absent", status=403)
        held, case = found[0]
        to = next((each for each in lacking(held, case) if each[0].ref == staff_id), None)
        if to is None:
            raise DomainError("grant.person", status=409)
        if len(sealed) != SEAL_SIZE:
            raise DomainError("grant.seals")
        person, certificate = to
        IdentityHalf.objects.create(
            identity=held.identity, half=half, key_id=certificate.key_id, staff_ref=person.ref, sealed=sealed
        )
        audit.record(
            "identity.passed",
            organisation=actor.organisation,
            actor=actor.log_name,
            role="staff",
            case=case.log_ref,
            to=person.log_name,
            half={Half.CUSTODIAN: "custodian", Half.LEADER: "leader"}[Half(half)],
        )


def lacking(held: IdentityHalf, case: Case) -> list[tuple[Staff, Certificate]]:
    """Return who should hold this half too and does not, each with the certified key it would be sealed to."""
    have = set(IdentityHalf.objects.filter(identity=held.identity_id).values_list("staff_ref", flat=True))
    able = _custodians(case) if held.half == Half.CUSTODIAN else _leaders(case)
    by_ref = {
        row.subject: row
        for row in certificates_in_force(case.organisation)
        if row.role in KINDS[Half(held.half)]
    }
    return [(each, by_ref[each.ref]) for each in able if each.ref in by_ref and each.ref not in have]


def _held(actor: Staff) -> Iterator[tuple[IdentityHalf, Case]]:
    rows = IdentityHalf.objects.select_related("identity__box__organisation").filter(staff_ref=actor.ref)
    for held in rows.order_by("pk"):
        case = Case.objects.filter(boxes__box=held.identity_id).first()
        if case is not None:
            yield held, case


def _custodians(case: Case) -> list[Staff]:
    working = case.assignments.values("staff")
    rows = holders(case.organisation_id, Duty.IDENTITY_CUSTODIAN).exclude(pk__in=working)
    return list(rows.exclude(ref__in=people.kept_from(case)))


def _leaders(case: Case) -> list[Staff]:
    rows = case.assignments.select_related("staff").filter(until=None, staff__is_active=True)
    keys = Seal.objects.filter(box__of_case__case=case, holder=Seal.Holder.STAFF).values_list(
        "staff_ref", flat=True
    )
    sealed_to = set(keys)
    return [row.staff for row in rows if Perm.DECIDE in MATRIX[Part(row.part)] and row.staff.ref in sealed_to]
