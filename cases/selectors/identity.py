"""What is shown of a sealed name: who may ask, what was asked, and the sealed parts for the two who may open it."""

from typing import Any

from cases.models import Case
from cases.models.unsealing import Unsealing, UnsealingKey
from whistle.accounts import selectors as accounts
from whistle.accounts.models import Staff
from whistle.core.errors import DomainError
from whistle.core.policy import MATRIX, Part, Perm
from whistle.store.models import Identity, IdentityHalf
from whistle.vault.certificate import Role


def on_case(case: Case, person: Staff) -> dict[str, Any]:
    """Return whether this person may ask for the reporter's name here, and what was asked before."""
    part = next(row.part for row in case.assignments.all() if row.staff_id == person.pk)
    half = IdentityHalf.objects.filter(
        identity__box__of_case__case=case, staff_ref=person.ref, half=IdentityHalf.Half.LEADER
    ).first()
    requests = list(case.unsealings.select_related("asked_by", "answered_by").order_by("-id"))
    named = Identity.objects.filter(box__in=[row.box_id for row in requests]) if requests else ()
    kept = {row.pk for row in named}
    may_ask = half is not None and Perm.DECIDE in MATRIX[Part(part)]
    return {
        "may_ask": may_ask and not any(row.answered_at is None for row in requests),
        "requests": [
            {"row": row, "mine": row.asked_by_id == person.pk, "gone": row.box_id not in kept}
            for row in requests
        ],
    }


def half_of(case: Case, person: Staff, box_id: str = "") -> IdentityHalf | None:
    """Return the leaders' half that this person holds of a reporter's name on the case."""
    held = IdentityHalf.objects.filter(
        identity__box__of_case__case=case, staff_ref=person.ref, half=IdentityHalf.Half.LEADER
    )
    return (held.filter(identity=box_id) if box_id else held).order_by("pk").first()


def waiting_for(custodian: Staff) -> list[Unsealing]:
    """Return the requests a custodian was given the key to, unanswered ones first, then the newest."""
    rows = Unsealing.objects.filter(keys__staff=custodian).select_related("case", "asked_by", "answered_by")
    return sorted(rows.order_by("-id")[:200], key=lambda row: row.answered_at is not None)


def unanswered(custodian: Staff) -> int:
    """Return how many requests wait for a custodian."""
    return Unsealing.objects.filter(keys__staff=custodian, answered_at=None).count()


def materials(case: Case, person: Staff, box_id: str = "") -> dict[str, Any]:
    """Return what somebody who may ask needs: the custodians' certificates.  Raises `identity.absent`.

    `box_id` says whose name, where the case has several reporters.
    """
    half = half_of(case, person, box_id)
    if half is None:
        raise DomainError("identity.absent", status=403)
    custodians = IdentityHalf.objects.filter(identity=half.identity_id, half=IdentityHalf.Half.CUSTODIAN)
    refs = set(custodians.values_list("staff_ref", flat=True))
    return {
        "box_id": half.identity_id,
        "custodians": [
            {"staff_id": row.subject, "certificate": bytes(row.octets)}
            for row in accounts.certificates_in_force(case.organisation)
            if row.subject in refs and row.role == Role.IDENTITY_CUSTODIAN
        ],
    }


def request(person: Staff, ref: str) -> dict[str, Any]:
    """Return a request as a custodian's browser opens it.  Raises `request.absent` (404) for anybody else."""
    row = Unsealing.objects.filter(
        ref=ref, case__organisation=person.organisation_id, keys__staff=person
    ).first()
    half = IdentityHalf.objects.filter(
        identity=row.box_id if row else None, staff_ref=person.ref, half=IdentityHalf.Half.CUSTODIAN
    ).first()
    if row is None or half is None:
        raise DomainError("request.absent", status=404)
    return {**_sealed(row, person), "half": bytes(half.sealed)}


def opened(case: Case, person: Staff, ref: str) -> dict[str, Any]:
    """Return everything with which the one who asked opens the name.

    Raises `identity.waiting` until a custodian agreed and a witness saw it, `identity.absent` for anybody else.
    """
    row = case.unsealings.filter(ref=ref, asked_by=person).first()
    if row is None:
        raise DomainError("identity.absent", status=403)
    if row.opened_at is None:
        raise DomainError("identity.waiting", status=409)
    half = IdentityHalf.objects.filter(identity=row.box_id, staff_ref=person.ref).first()
    if half is None:
        raise DomainError("identity.absent", status=403)
    name = half.identity
    custodian = row.answered_by.ref if row.answered_by else ""
    return {
        **_sealed(row, person),
        "half": bytes(half.sealed),
        "other_header": bytes(row.half_header or b""),
        "other_body": bytes(row.half_body or b""),
        "custodian": custodian,
        "custodians": [
            bytes(each.octets) for each in accounts.certificates_of(case.organisation, {custodian})
        ],
        "header": bytes(name.header),
        "body": bytes(name.body),
    }


def _sealed(row: Unsealing, person: Staff) -> dict[str, Any]:
    key = UnsealingKey.objects.get(unsealing=row, staff=person)
    return {
        "ref": row.ref,
        "box_id": row.box_id,
        "ground": row.ground,
        "key": bytes(key.sealed),
        "reason_header": bytes(row.reason_header),
        "reason_body": bytes(row.reason_body),
        "asker": row.asked_by.ref,
        "certificates": [
            bytes(each.octets) for each in accounts.certificates_of(row.case.organisation, {row.asked_by.ref})
        ],
    }
