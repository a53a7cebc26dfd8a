"""Taking a step of the workflow, with a second person where the table asks for one."""

from typing import Any

from cases.models import Case, Proposal
from cases.selectors import visible
from cases.selectors.mailboxes import mailboxes, waits_since, with_merged
from cases.services.attention import refresh
from cases.services.effects import CODES, EFFECTS, SEALED
from cases.services.lessons import teach
from cases.services.needs import Facts, lacking
from cases.templatetags.desk import long_date
from cases.words import sentence_from, sentence_of
from cases.workflow import Need, State, Step, admitted, reporter_sees, step
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.channel.services import status
from whistle.core import clock, deadlines
from whistle.core.errors import DomainError
from whistle.core.policy import Perm

Codes = dict[str, str]


def take_step(*, reference: str, name: str, version: int, codes: Codes, actor: Staff) -> Case:
    """Take one step, or propose it when the table asks for a second person.

    Raises `step.unknown`, `step.codes`, `step.refused`, `step.lacks` with what is missing, or `case.moved_on` when
    somebody changed the case since `version`; then nothing is written.
    """
    with audit.atomic():
        case = _case(actor, reference, version)
        wanted = _from_here(case, name)
        if wanted.own:  # only a message to the reporter acknowledges, only a merging merges
            raise DomainError("step.own_act", status=409)
        part = visible.require(actor, wanted.may, case).part
        codes = CODES[name](case, codes, actor) if name in CODES else admitted(wanted, codes)
        _check(wanted, case, codes)
        if not wanted.second:
            _move(case, wanted, codes, actor, part)
        else:
            propose(case, wanted, codes, actor, part)
    return case


def propose(case: Case, wanted: Step, codes: Codes, actor: Staff, part: str) -> Proposal:
    """Let a step wait for a second person.  Raises `case.moved_on` while another one waits."""
    if case.proposals.filter(decided_at=None).exists():
        raise DomainError("case.moved_on", status=409)
    made = Proposal.objects.create(case=case, step=wanted.name, codes=codes, by=actor, at=clock.now())
    _touch(case)
    _record("step.proposed", case, actor, part, step=wanted.name)
    refresh(case)
    return made


def decide(
    *, reference: str, confirm: bool, version: int, actor: Staff, seals: dict[str, Any] | None = None
) -> Case:
    """Confirm or decline the step that waits.  Raises `step.needs_second` for the one who proposed it.

    `seals` are keys that the second person's browser made for others, by staff id and box, where the step gives any.
    """
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
            if wanted.name in SEALED:
                SEALED[wanted.name](case, proposal.codes, actor, seals or {})
                refresh(case)
        else:
            _touch(case)
            _record("step.declined", case, actor, part, step=proposal.step)
            refresh(case)
    return case


def _from_here(case: Case, name: str) -> Step:
    """Return the step; refuse one that does not leave from where the case is, and say what does."""
    try:
        return step(case.state, name)
    except DomainError:
        raise DomainError("step.unknown", status=409, message=sentence_from(case.state)) from None


def _case(actor: Staff, reference: str, version: int) -> Case:
    case = visible.case_for(actor, reference, lock=True)
    visible.require_declared(actor, case)
    if case.version != version:
        raise DomainError("case.moved_on", status=409)
    return case


def _move(case: Case, wanted: Step, codes: Codes, actor: Staff, part: str) -> None:
    source = case.state
    case.state = wanted.leads(confirmed=case.acknowledged_on is not None) or source
    if wanted.target == State.CLOSED:
        codes = Facts(case, codes).codes
        case.closed_on, case.outcome = clock.today(), codes["outcome"]
        chosen: dict[str, Any] = {
            name: codes[name] for name in ("outcome", "cause", "risk_area", "lesson") if codes.get(name)
        }
        if followed := _followed(case):
            chosen["consequences"] = followed
        _record("case.closed", case, actor, part, **chosen)
        teach(case, codes)
    else:
        if source == State.CLOSED and case.state == State.ASSESSMENT:
            _begin_again(case)
        _record("case.moved", case, actor, part, step=wanted.name, source=source, target=str(case.state))
    _touch(case)
    for mailbox in mailboxes(case):
        status.show(mailbox, reporter_sees(case.state))
    if wanted.name in EFFECTS:
        EFFECTS[wanted.name](case, codes, actor)
    refresh(case)


def _followed(case: Case) -> list[str]:
    """Return what followed for the case, as its conclusion says, for the yearly report."""
    conclusion = case.records.filter(kind="conclusion", current=True).first()
    return [code for code in conclusion.codes.get("consequences", ()) if code != "none"] if conclusion else []


def _begin_again(case: Case) -> None:
    """Take up what was closed: the reporter is promised feedback anew, three months from today (C2)."""
    due = deadlines.add_months(clock.today(), deadlines.FEEDBACK_MONTHS)
    case.closed_on = case.feedback_on = None
    case.feedback_due = due
    case.boxes.update(excused_on=None)
    for mailbox in mailboxes(case):
        status.promise_again(mailbox, due)


def _touch(case: Case) -> None:
    case.version += 1
    case.save()


def _record(act: str, case: Case, actor: Staff, part: str, **d: Any) -> None:
    audit.record(
        act, organisation=actor.organisation, actor=actor.log_name, role=part, case=case.log_ref, **d
    )


def _check(wanted: Step, case: Case, codes: Codes) -> None:
    missing = lacking(wanted, case, codes)
    if missing:
        wrote_on = long_date(waits_since(case) or clock.today()) if Need.ANSWERED in missing else ""
        merged = (each.reference for each in with_merged(case) if each != case)
        raise DomainError(
            "step.lacks",
            status=409,
            needs=[need.value for need in missing],
            message=sentence_of(missing, merged, wrote_on),
        )
