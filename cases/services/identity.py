"""Opening a reporter's name: a leader asks with a reason, a custodian agrees, a witness sees it, the reporter is told.

Two people are needed twice over: by the rules here, and because each holds only half of the key.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from cases.models import Case, Notice
from cases.models.unsealing import Unsealing, UnsealingKey
from cases.selectors import visible
from cases.selectors.identity import half_of
from cases.services.correspond import LETTER, file_items
from whistle.access.services.boxes import SEAL_SIZE
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.accounts.selectors import certificates_in_force
from whistle.audit import services as audit
from whistle.audit import stakes
from whistle.channel.services import identity as names
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Perm
from whistle.store.models import Box, IdentityHalf
from whistle.store.services.items import NewItem
from whistle.vault.item import HEADER_SIZE, Kind, plausible_body

ACT = "identity.unsealed"
GROUNDS = ("consent", "law", "court", "life")
LONGEST = 2**16  # octets of a sealed reason or half
PATIENCE = 3.0  # seconds the custodian's page waits for the witness


@dataclass(frozen=True)
class Sealed:
    """A text sealed under the key of the request."""

    header: bytes
    body: bytes

    def checked(self) -> "Sealed":
        """Return it.  Raises `item.malformed` when it cannot be sealed text."""
        if len(self.header) != HEADER_SIZE or not plausible_body(len(self.body)) or len(self.body) > LONGEST:
            raise DomainError("item.malformed")
        return self


def ask(
    *,
    reference: str,
    ref: str,
    ground: str,
    items: list[NewItem],
    reason: Sealed,
    keys: Iterable[NewSeal],
    actor: Staff,
    box_id: str = "",
) -> Unsealing:
    """Ask for the name of the reporter.  `items` tell the reporter why; they arrive before anybody has opened anything.

    Raises `identity.absent` for somebody who holds no half, `identity.asked` while another request is open.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        visible.require_declared(actor, case)
        part = visible.require(actor, Perm.DECIDE, case).part
        box = _box_of(case, actor, box_id)
        if ground not in GROUNDS:
            raise DomainError("identity.ground")
        if Unsealing.objects.filter(box=box, answered_at=None).exists():
            raise DomainError("identity.asked", status=409)
        message = next(
            (row for row in file_items(box, items, actor, LETTER) if row.kind == Kind.MESSAGE), None
        )
        if message is None:
            raise DomainError("item.malformed")
        sealed = reason.checked()
        request = Unsealing.objects.create(
            ref=ref,
            case=case,
            box=box,
            ground=ground,
            asked_by=actor,
            asked_at=clock.now(),
            reason_header=sealed.header,
            reason_body=sealed.body,
        )
        _hand_keys(request, list(keys), actor)
        names.tell(box, "asked", ground)
        audit.record(
            "identity.asked",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=part,
            case=case.log_ref,
            ground=ground,
            item=message.item_hash,
        )
    return request


def answer(*, ref: str, agree: bool, half: Sealed | None, actor: Staff) -> Unsealing:
    """Agree, with the custodian's half, or refuse.  The name opens only when a witness has seen the agreement.

    Raises `request.absent` for whoever is no custodian of this name, `identity.answered` when it was answered.
    """
    approval = None
    with audit.atomic():
        request = _request_for(actor, ref)
        if request.asked_by_id == actor.pk or request.case.assignments.filter(staff=actor).exists():
            raise DomainError("step.needs_second", status=403)
        if request.answered_at is not None:
            raise DomainError("identity.answered", status=409)
        request.answered_by, request.answered_at, request.agreed = actor, clock.now(), agree
        if agree:
            if half is None:
                raise DomainError("item.malformed")
            sealed = half.checked()
            request.half_header, request.half_body = sealed.header, sealed.body
            approval = _approve(request, actor)
        else:
            names.tell(request.box, "refused", request.ground)
            audit.record(
                "identity.refused",
                organisation=actor.organisation,
                actor=actor.log_name,
                role="identity_custodian",
                case=request.case.log_ref,
                ground=request.ground,
            )
        request.save()
    if approval is not None:
        stakes.settle(approval, seconds=PATIENCE)
        request.refresh_from_db()
    return request


@stakes.effect(ACT)
def unseal(approval: stakes.Approval) -> None:
    """Hand out the custodian's half and tell the reporter, now that a witness has seen that it was agreed to."""
    request = (
        Unsealing.objects.select_for_update(of=("self",))
        .select_related("box", "case", "asked_by")
        .filter(ref=approval.terms["request"], agreed=True, opened_at=None)
        .first()
    )
    if request is None or not request.asked_by.is_active:
        raise DomainError("identity.absent", status=403)
    if not request.case.assignments.filter(staff=request.asked_by).exists():
        raise DomainError("identity.absent", status=403)
    request.opened_at = clock.now()
    request.save(update_fields=["opened_at"])
    names.tell(request.box, "opened", request.ground)
    audit.record(
        ACT,
        organisation=approval.organisation,
        actor=approval.actor,
        role=approval.role,
        case=approval.case or None,
        to=request.asked_by.log_name,
        approval=approval.ref,
    )


def _approve(request: Unsealing, actor: Staff) -> stakes.Approval:
    return stakes.approve(
        ACT,
        organisation=actor.organisation,
        actor=actor.log_name,
        role="identity_custodian",
        case=request.case.log_ref,
        terms={"request": request.ref, "to": request.asked_by.log_name, "ground": request.ground},
    )


def _box_of(case: Case, actor: Staff, box_id: str) -> Box:
    held = half_of(case, actor, box_id)
    if held is None:
        raise DomainError("identity.absent", status=403)
    return Box.objects.get(pk=held.identity_id)


def _request_for(actor: Staff, ref: str) -> Unsealing:
    request = (
        Unsealing.objects.select_for_update(of=("self",))
        .select_related("case", "box", "asked_by")
        .filter(ref=ref, case__organisation=actor.organisation_id, keys__staff=actor)
        .first()
    )
    halves = IdentityHalf.objects.filter(staff_ref=actor.ref, half=IdentityHalf.Half.CUSTODIAN)
    if request is None or not halves.filter(identity=request.box_id).exists():
        raise DomainError("request.absent", status=404)
    return request


def _hand_keys(request: Unsealing, keys: list[NewSeal], actor: Staff) -> None:
    """Keep the request's key for the one who asks and for every custodian of this name, and for nobody else."""
    custodians = set(
        IdentityHalf.objects.filter(identity=request.box_id, half=IdentityHalf.Half.CUSTODIAN).values_list(
            "staff_ref", flat=True
        )
    )
    by_key = {row.key_id: row.subject for row in certificates_in_force(actor.organisation)}
    holders = {by_key.get(key.key_id, "") for key in keys}
    people = {row.ref: row for row in Staff.objects.filter(ref__in=holders, is_active=True)}
    if not holders - {actor.ref} or holders - custodians != {actor.ref} or holders != set(people):
        raise DomainError("grant.seals")
    if any(len(key.sealed) != SEAL_SIZE for key in keys) or len(holders) != len(keys):
        raise DomainError("grant.seals")
    UnsealingKey.objects.bulk_create(
        UnsealingKey(
            unsealing=request, staff=people[by_key[key.key_id]], key_id=key.key_id, sealed=key.sealed
        )
        for key in keys
    )
    Notice.objects.bulk_create(
        Notice(staff=people[holder], occasion=f"identity.{request.ref}", due_on=clock.today())
        for holder in holders - {actor.ref}
    )
