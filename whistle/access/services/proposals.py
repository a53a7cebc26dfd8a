"""Acts about people that nobody does alone: giving and taking duties, closing an account, revoking a certificate.

One person proposes, another agrees, and neither is the one it is about.  Where the duty opens cases, one of the two
leads compliance: whoever runs the system can prepare roles and never take one (domain, § 3.2).
"""

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from whistle.access.models import Proposal
from whistle.access.selectors import duties
from whistle.access.services.duties import give_duty, take_duty
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.audit import stakes
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import AGREES, OPENS_CASES, PROPOSES, Duty, conflicts

WHY = ("", "left", "lost_key", "suspended", "certificate_revoked")


def propose(
    person: Staff, kind: Proposal.Kind, *, by: Staff | None, duty: Duty | None = None, why: str = ""
) -> Proposal:
    """Keep one person's half of an act.  Raises `duty.refused`, `people.own`, `duty.apart`, `people.proposed`."""
    if by is not None and not PROPOSES & duties(by):
        raise DomainError("duty.refused", status=403)
    if by is not None and by.pk == person.pk:
        raise DomainError("people.own", status=403)
    if why not in WHY or (duty is None) == (kind in (Proposal.Kind.GIVE, Proposal.Kind.TAKE)):
        raise DomainError("request.malformed", status=422)
    if kind == Proposal.Kind.GIVE and duty is not None and conflicts(duties(person) | {duty}):
        raise DomainError("duty.apart")
    try:
        with audit.atomic(), transaction.atomic():
            row = Proposal.objects.create(
                organisation=person.organisation,
                staff=person,
                kind=kind.value,
                duty=duty.value if duty else "",
                why=why,
                by=by,
                at=clock.now(),
            )
            _tell("staff.proposed", row, by)
    except IntegrityError as error:
        raise DomainError("people.proposed", status=409) from error
    return row


def open_ones(organisation_id: int) -> QuerySet[Proposal]:
    """Return what waits for a second person, oldest first."""
    rows = Proposal.objects.select_related("staff", "by", "organisation")
    return rows.filter(organisation=organisation_id, answered_at=None, staff__is_active=True).order_by(
        "at", "id"
    )


def may_agree(row: Proposal, second: Staff) -> bool:
    """Return whether this person can be the second one."""
    return _refusal(row, second) is None


def answer(pk: int, *, second: Staff, agreed: bool) -> Proposal:
    """Agree or decline, and return the proposal; what it says is done by whoever calls this.

    Whoever proposed may take it back.  Raises `people.answered`, `people.second`, `people.own`, `duty.refused`,
    `duty.needs_leader`.
    """
    with audit.atomic():
        row = open_ones(second.organisation_id).select_for_update(of=("self",)).filter(pk=pk).first()
        if row is None:
            raise DomainError("people.answered", status=409)
        refusal = _refusal(row, second)
        if refusal is not None and (agreed or row.by_id != second.pk):
            raise refusal
        row.answered_by, row.answered_at, row.agreed = second, clock.now(), agreed
        row.save(update_fields=["answered_by", "answered_at", "agreed"])
        _tell("staff.agreed" if agreed else "staff.declined", row, second)
    return row


def carry_out_duty(row: Proposal, *, second: Staff) -> stakes.State:
    """Give or take the duty two people agreed on.

    While the organisation is set up, at once; once it is live, when a witness has seen that it was approved.
    """
    duty = Duty(row.duty)
    if row.kind == Proposal.Kind.GIVE and conflicts(duties(row.staff) | {duty}):
        raise DomainError("duty.apart")
    if not row.organisation.live:
        (give_duty if row.kind == Proposal.Kind.GIVE else take_duty)(row.staff, duty, actor=second.log_name)
        return stakes.State.DONE
    approval = stakes.approve(
        "role.granted" if row.kind == Proposal.Kind.GIVE else "role.revoked",
        organisation=row.organisation,
        actor=second.log_name,
        role="staff",
        terms={"to": row.staff.ref, "duty": duty.value},
    )
    Proposal.objects.filter(pk=row.pk).update(approval=approval.ref)
    return stakes.State.WAITING


def _refusal(row: Proposal, second: Staff) -> DomainError | None:
    if second.pk == row.by_id:
        return DomainError("people.second", status=403)
    if second.pk == row.staff_id:
        return DomainError("people.own", status=403)
    held = duties(second)
    if not AGREES & held:
        return DomainError("duty.refused", status=403)
    first = duties(row.by) if row.by else set()
    leads = Duty.COMPLIANCE_LEADER in held | first
    if row.organisation.live and row.duty and Duty(row.duty) in OPENS_CASES and not leads:
        return DomainError("duty.needs_leader", status=403)
    return None


def _tell(act: str, row: Proposal, who: Staff | None) -> None:
    audit.record(
        act,
        organisation=row.organisation,
        actor=who.log_name if who else "system",
        role="staff" if who else "system",
        to=row.staff.log_name,
        what=row.kind,
        detail={"duty": row.duty} if row.duty else None,
    )
