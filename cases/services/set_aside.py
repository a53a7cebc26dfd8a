"""Junk, in bulk: proposed by one person, confirmed by another, case by case, and taken up again by a word from its reporter."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from cases.models import Case, Declaration
from cases.selectors import visible
from cases.selectors.mailboxes import mailboxes
from cases.services import declare, move
from cases.services.attention import refresh
from cases.workflow import State, step
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.channel.services import status
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence

STEP = "set_aside"
MOST = 100  # cases at once: as many as somebody can have looked at


@dataclass(frozen=True)
class Outcome:
    """What became of one case: `code` is empty when it was done, else why it was not, and `message` says so in words."""

    reference: str
    code: str = ""
    message: str = ""


def propose_all(*, references: Iterable[str], impartial: bool, actor: Staff) -> list[Outcome]:
    """Propose to set each of these cases aside; one that cannot be is named, and the others are.

    `impartial`: the person says, for all of them at once, that none concerns them; it is logged for each.
    """

    def one(reference: str) -> None:
        case = visible.case_for(actor, reference)
        if impartial and not Declaration.objects.filter(case=case, staff=actor).exists():
            declare.declare(reference=reference, answer=visible.IMPARTIAL, actor=actor)
            case.refresh_from_db()
        move.take_step(reference=reference, name=STEP, version=case.version, codes={}, actor=actor)

    return _each(references, one)


def decide_all(*, references: Iterable[str], confirm: bool, impartial: bool, actor: Staff) -> list[Outcome]:
    """Confirm or decline what a colleague proposed, for each of these cases.

    Raises nothing: a case whose open proposal is another one is named with `step.unknown`.
    """

    def one(reference: str) -> None:
        case = visible.case_for(actor, reference)
        if not case.proposals.filter(decided_at=None, step=STEP).exists():
            raise DomainError("step.unknown", status=409)
        if impartial and not Declaration.objects.filter(case=case, staff=actor).exists():
            declare.declare(reference=reference, answer=visible.IMPARTIAL, actor=actor)
            case.refresh_from_db()
        move.decide(reference=reference, confirm=confirm, version=case.version, actor=actor)

    return _each(references, one)


def wake(case: Case) -> None:
    """Take a case up again because its reporter wrote.  Call it inside `audit.atomic()`."""
    if case.state != State.SET_ASIDE:
        return
    wanted = step(case.state, "take_up")
    case.state = str(wanted.leads(confirmed=case.acknowledged_on is not None))
    case.version += 1
    case.save()
    # with its date only: the time would be that of the reporter's writing
    audit.record("case.woken", organisation=case.organisation, case=case.log_ref, coarse=True)
    for mailbox in mailboxes(case):
        status.show(mailbox, case.state)
    refresh(case)


def _each(references: Iterable[str], act: Callable[[str], None]) -> list[Outcome]:
    wanted = list(dict.fromkeys(references))
    if len(wanted) > MOST:
        raise DomainError("set_aside.too_many", status=413)
    found = []
    for reference in wanted:
        try:
            with audit.atomic():
                act(reference)
            found.append(Outcome(reference))
        except DomainError as error:
            said = error.details.get("message") or sentence(error.code)
            found.append(Outcome(reference, error.code, str(said)))
    return found
