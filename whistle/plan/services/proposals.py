"""What a closed case teaches: a proposal for the plan, a new look at the risk, a measure contradicted.

Whoever calls says area, cause and lesson.  There is no place for a case reference, and text that looks like one is
refused: the plan never knows from which case it learned.
"""

import re

from django.db import transaction

from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.models import Plan, Proposal
from whistle.plan.selectors import plan_in_force

CODE = re.compile(r"[a-z0-9_]{1,40}\Z")
LONGEST = 400
# A reference read aloud (`core.ids.new_reference`), or 16 bytes and more in hex: boxes, cases, hashes.
_PAIR = "[CDFGHJKMNPQRTVWXY34679]{2}"
_REFERENCES = re.compile(
    rf"\b{_PAIR}-{_PAIR}-{_PAIR}\b|\b(?=\w*[A-Z]){_PAIR}{_PAIR}{_PAIR}\b|[0-9a-fA-F]{{32}}"
)


@transaction.atomic
def propose_measure(
    organisation: Organisation, area: str, cause: str, lesson: str, *, failed: tuple[str, ...] = ()
) -> Proposal:
    """Put a lesson before the plan owner and return the proposal; the area's risk waits for a new look.

    `cause` is a code; `lesson` is a code too, or a sentence without names and references; `failed` are measures of that area which
    were done and did not prevent what happened: they are marked contradicted.  The row is dated to the month.
    Raises `plan.not_in_force`, `proposal.area`, `proposal.cause` or `proposal.lesson`.
    """
    plan = _check(organisation, area, cause, lesson)
    _ask_again(plan, area, failed)
    return Proposal.objects.create(
        organisation=organisation,
        area=area,
        cause=cause,
        lesson=lesson.strip(),
        made_in=clock.today().replace(day=1),
    )


@transaction.atomic
def learn(
    organisation: Organisation, area: str, cause: str, lesson: str, *, failed: tuple[str, ...] = ()
) -> Proposal | None:
    """Let a closed case ask for a new look at its area's risk; return the proposal when it taught something.

    `lesson` is one of `whistle.plan.facts.LESSONS`; the plan owner sees it as a sentence.  `failed` as in
    `propose_measure`.
    """
    if lesson != "none":
        return propose_measure(organisation, area, cause, lesson, failed=failed)
    _ask_again(_check(organisation, area, cause, lesson), area, failed)
    return None


def take(proposal: Proposal, measure: str, *, by: str, role: str, answer: str = "") -> None:
    """Say which measure a proposal became.  Raises `proposal.measure` or `proposal.answered`."""
    plan = plan_in_force(proposal.organisation)
    if (
        plan is None
        or not Plan.objects.filter(
            organisation=proposal.organisation, measures__code=measure, status__in=(*Plan.IN_FORCE, "draft")
        ).exists()
    ):
        raise DomainError("proposal.measure")
    _answer(proposal, Proposal.State.TAKEN, answer, measure, by, role)


def decline(proposal: Proposal, *, by: str, role: str, answer: str) -> None:
    """Say why a proposal becomes nothing.  Raises `proposal.reason` or `proposal.answered`."""
    if not answer.strip():
        raise DomainError("proposal.reason")
    _answer(proposal, Proposal.State.DECLINED, answer, "", by, role)


def names_a_case(text: str) -> bool:
    """Say whether something in a text looks like a case reference or a reference in the log.

    >>> names_a_case("Se sak K7-QF-39."), names_a_case("Ny rutine i 2026.")
    (True, False)
    """
    return bool(_REFERENCES.search(text))


def _ask_again(plan: Plan, area: str, failed: tuple[str, ...]) -> None:
    plan.risks.filter(area__code=area).update(review_asked=True)
    in_place = plan.measures.filter(area__code=area, code__in=failed, status__in=("done", "continuous"))
    in_place.update(contradicted=True)


@audit.atomic()
def _answer(proposal: Proposal, state: Proposal.State, answer: str, measure: str, by: str, role: str) -> None:
    open_ones = Proposal.objects.filter(pk=proposal.pk, state=Proposal.State.OPEN)
    if not open_ones.update(state=state, answer=answer.strip(), measure=measure):
        raise DomainError("proposal.answered", status=409)
    audit.record(
        "proposal.answered",
        organisation=proposal.organisation,
        actor=by,
        role=role,
        detail={"risk_area": proposal.area.lower(), "answer": state.value},
    )


def _check(organisation: Organisation, area: str, cause: str, lesson: str) -> Plan:
    plan = plan_in_force(organisation)
    if plan is None:
        raise DomainError("plan.not_in_force", status=409)
    if not plan.riskareas.filter(code=area).exists():
        raise DomainError("proposal.area")
    if not CODE.match(cause):
        raise DomainError("proposal.cause")
    if not 0 < len(lesson.strip()) <= LONGEST or names_a_case(lesson):
        raise DomainError("proposal.lesson")
    return plan
