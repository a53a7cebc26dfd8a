"""Somebody leaves, or a key is no longer to be trusted: every case goes from them in one transaction."""

from cases.models import Assignment
from cases.services.take import take_case
from whistle.access.models import Proposal
from whistle.access.selectors import duties
from whistle.access.services import proposals
from whistle.access.services.duties import take_duty
from whistle.accounts.models import Staff
from whistle.accounts.services import certificates, sessions
from whistle.audit import services as audit
from whistle.audit.stakes import State
from whistle.core.errors import DomainError
from whistle.core.policy import AGREES

WHY = ("left", "lost_key", "suspended")


def answer(proposal: int, *, second: Staff, agreed: bool) -> bool:
    """Agree to what a colleague proposed about a person, or decline it; return whether it has happened.

    A duty of an organisation that is open changes once a witness has seen the agreement.  Raises as
    `access.services.proposals.answer` and the acts themselves do; then the proposal stays open.
    """
    with audit.atomic():
        row = proposals.answer(proposal, second=second, agreed=agreed)
        if not agreed:
            return False
        if row.kind == Proposal.Kind.CLOSE:
            deactivate(staff_id=row.staff.ref, why=row.why or "left", actor=second)
        elif row.kind == Proposal.Kind.REVOKE:
            revoke_certificates(staff_id=row.staff.ref, actor=second)
        else:
            return proposals.carry_out_duty(row, second=second) is State.DONE
    return True


def deactivate(*, staff_id: str, why: str, actor: Staff) -> Staff:
    """Close somebody's account, as the second of two people: sessions, duties, certificates, seals and permissions go at once, or nothing does.

    Raises `duty.refused` for an actor who may not, `grant.own` for oneself, `duty.last` when a duty would be left
    without anybody, and `grant.last` when a case would: hand over or recover first.
    """
    if why not in WHY:
        raise DomainError("request.malformed", status=422)
    with audit.atomic():
        person = _person(staff_id, actor)
        for duty in sorted(duties(person)):
            take_duty(person, duty, actor=actor.log_name, lost=why != "left")
        _take_all(person, why, actor)
        person.is_active = False
        person.set_unusable_password()
        person.save(update_fields=["is_active", "password"])
        sessions.end_others(person, actor=actor.log_name)
        audit.record(
            "staff.deactivated",
            organisation=actor.organisation,
            actor=actor.log_name,
            role="staff",
            to=person.log_name,
            why=why,
        )
    return person


def revoke_certificates(*, staff_id: str, actor: Staff) -> Staff:
    """Revoke somebody's certificates, as the second of two people, and take every key they hold; the account and its duties stay.

    Raises as `deactivate` does.
    """
    with audit.atomic():
        person = _person(staff_id, actor)
        _take_all(person, "certificate_revoked", actor)
    return person


def _take_all(person: Staff, why: str, actor: Staff) -> None:
    certificates.revoke_all(person, actor=actor.log_name)
    for held in Assignment.objects.select_related("case").filter(staff=person).order_by("id"):
        take_case(held.case, person, why=why, actor=actor.log_name, role="staff")


def _person(staff_id: str, actor: Staff) -> Staff:
    if not AGREES & duties(actor):
        raise DomainError("duty.refused", status=403)
    if staff_id == actor.ref:
        raise DomainError("grant.own", status=403)
    person = (
        Staff.objects.select_for_update()
        .filter(organisation=actor.organisation_id, ref=staff_id, is_active=True)
        .first()
    )
    if person is None:
        raise DomainError("request.absent", status=404)
    return person
