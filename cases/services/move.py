"""Taking a step of the workflow, with a second person where the table asks for one."""

from collections.abc import Callable
from typing import Any

from cases.models import Case, Proposal
from cases.selectors import visible
from cases.services.lessons import SUBSTANTIATED, places_it, teach
from cases.workflow import CAUSES, LESSONS, OUTCOMES, Need, State, Step, admitted, step
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.channel.services import status
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Perm
from whistle.store.models import Box, Item
from whistle.vault.item import Kind

Codes = dict[str, str]


def take_step(*, reference: str, name: str, version: int, codes: Codes, actor: Staff) -> Case:
    """Take one step, or propose it when the table asks for a second person.

    Raises `step.unknown`, `step.codes`, `step.refused`, `step.lacks`, or `case.moved_on` when somebody changed the case since
    `version`; then nothing is written.
    """
    with audit.atomic():
        case = _case(actor, reference, version)
        wanted = step(case.state, name)
        if name == "acknowledge":  # only a message to the reporter acknowledges; see services.correspond
            raise DomainError("step.no_contact", status=409)
        part = visible.require(actor, wanted.may, case).part
        codes = admitted(wanted, codes)
        _check(wanted, case, codes)
        if not wanted.second:
            _move(case, wanted, codes, actor, part)
            return case
        if case.proposals.filter(decided_at=None).exists():
            raise DomainError("case.moved_on", status=409)
        Proposal.objects.create(case=case, step=name, codes=codes, by=actor, at=clock.now())
        _touch(case)
        _record("step.proposed", case, actor, part, step=name)
    return case


def decide(*, reference: str, confirm: bool, version: int, actor: Staff) -> Case:
    """Confirm or decline the step that waits.  Raises `step.needs_second` for the one who proposed it."""
    with audit.atomic():
        case = _case(actor, reference, version)
        proposal = case.proposals.filter(decided_at=None).first()
        if proposal is None:
            raise DomainError("step.unknown", status=409)
        if proposal.by_id == actor.pk:
            raise DomainError("step.needs_second", status=403)
        part = visible.require(actor, Perm.DECIDE, case).part
        proposal.decided_by, proposal.decided_at, proposal.confirmed = actor, clock.now(), confirm
        proposal.save()
        if confirm:
            wanted = step(case.state, proposal.step)
            _check(wanted, case, proposal.codes)
            _move(case, wanted, proposal.codes, actor, part)
        else:
            _touch(case)
            _record("step.declined", case, actor, part, step=proposal.step)
    return case


def _case(actor: Staff, reference: str, version: int) -> Case:
    case = visible.case_for(actor, reference, lock=True)
    visible.require_declared(actor, case)
    if case.version != version:
        raise DomainError("case.moved_on", status=409)
    return case


def _move(case: Case, wanted: Step, codes: Codes, actor: Staff, part: str) -> None:
    source, case.state = case.state, wanted.target
    if wanted.target == State.CLOSED:
        case.closed_on, case.outcome = clock.today(), codes["outcome"]
        chosen = {
            name: codes[name] for name in ("outcome", "cause", "risk_area", "lesson") if codes.get(name)
        }
        _record("case.closed", case, actor, part, **chosen)
        teach(case, codes)
    else:
        _record("case.moved", case, actor, part, step=wanted.name, source=source, target=wanted.target.value)
    _touch(case)
    for mailbox in Box.objects.filter(of_case__case=case, kind=Box.Kind.MAILBOX):
        status.show(mailbox, case.state)


def _touch(case: Case) -> None:
    case.version += 1
    case.save()


def _record(act: str, case: Case, actor: Staff, part: str, **d: Any) -> None:
    audit.record(
        act, organisation=actor.organisation, actor=actor.log_name, role=part, case=case.log_ref, **d
    )


def _has_note(case: Case, codes: Codes) -> bool:
    return Item.objects.filter(box__of_case__case=case, box__kind=Box.Kind.ROOM, kind=Kind.NOTE).exists()


def _has_outcome(case: Case, codes: Codes) -> bool:
    substantiated = codes.get("outcome") in SUBSTANTIATED
    return (
        codes.get("outcome") in OUTCOMES
        and codes.get("lesson") in LESSONS
        and (not codes.get("cause") or codes["cause"] in CAUSES)
        and (bool(codes.get("cause")) or not substantiated)
        and places_it(case, codes)
    )


_CHECKS: dict[Need, Callable[[Case, Codes], bool]] = {
    Need.ACKNOWLEDGED: lambda case, codes: case.acknowledged_on is not None,
    Need.FEEDBACK: lambda case, codes: case.feedback_on is not None,
    Need.NOTE: _has_note,
    Need.OUTCOME: _has_outcome,
}
_WHY = {Need.ACKNOWLEDGED: "step.no_contact", Need.FEEDBACK: "step.no_feedback"}


def _check(wanted: Step, case: Case, codes: Codes) -> None:
    for need in wanted.needs:
        if not _CHECKS[need](case, codes):
            raise DomainError(_WHY.get(need, "step.lacks"), status=409, needs=need.value)
