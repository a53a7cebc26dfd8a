"""The life of a case as a table.  Buttons, handbook, diagram and tests are made from it; code only looks it up.

The spine follows ISO 37002: receive, assess, address, conclude.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from whistle.core.errors import DomainError
from whistle.core.policy import Perm


class State(StrEnum):
    """Where a case is."""

    RECEIVED = "received"
    ASSESSMENT = "assessment"
    INVESTIGATION = "investigation"
    CONCLUSION = "conclusion"
    FOLLOW_UP = "follow_up"
    FORWARDED = "forwarded"
    CLOSED = "closed"


class Need(StrEnum):
    """What must be in place before a step; each is a check in `cases.services.move`."""

    ACKNOWLEDGED = "acknowledged"  # a human has confirmed receipt, so the reporter has somebody to turn to
    FEEDBACK = "feedback"  # the reporter has had feedback
    OUTCOME = "outcome"  # outcome code, lesson, and cause where something was substantiated
    NOTE = "note"  # the reasons are written down in the case's room


@dataclass(frozen=True)
class Step:
    """One arrow of the table.  With `second`, one person proposes and another, who may decide, confirms."""

    name: str
    source: State
    target: State
    may: Perm
    second: bool = False
    needs: tuple[Need, ...] = ()


STEPS: tuple[Step, ...] = (
    Step("acknowledge", State.RECEIVED, State.ASSESSMENT, Perm.CORRESPOND),
    Step(
        "investigate",
        State.ASSESSMENT,
        State.INVESTIGATION,
        Perm.PROPOSE,
        second=True,
        needs=(Need.ACKNOWLEDGED, Need.NOTE),
    ),
    Step("forward", State.ASSESSMENT, State.FORWARDED, Perm.PROPOSE, second=True, needs=(Need.ACKNOWLEDGED,)),
    Step("conclude", State.INVESTIGATION, State.CONCLUSION, Perm.PROPOSE, needs=(Need.NOTE,)),
    Step("follow_up", State.CONCLUSION, State.FOLLOW_UP, Perm.PROPOSE, second=True, needs=(Need.NOTE,)),
    Step(
        "close", State.FOLLOW_UP, State.CLOSED, Perm.PROPOSE, second=True, needs=(Need.FEEDBACK, Need.OUTCOME)
    ),
    Step(
        "close_unfounded",
        State.ASSESSMENT,
        State.CLOSED,
        Perm.PROPOSE,
        second=True,
        needs=(Need.FEEDBACK, Need.OUTCOME),
    ),
    Step(
        "close_forwarded",
        State.FORWARDED,
        State.CLOSED,
        Perm.PROPOSE,
        second=True,
        needs=(Need.FEEDBACK, Need.OUTCOME),
    ),
    Step("reopen", State.CLOSED, State.ASSESSMENT, Perm.PROPOSE, second=True, needs=(Need.NOTE,)),
)

_BY_NAME = {step.name: step for step in STEPS}

OUTCOMES = (
    "substantiated",
    "partly_substantiated",
    "not_substantiated_lacking",
    "not_substantiated_refuted",
    "unfounded",
    "outside_scheme",
    "transferred",
    "reported_to_police",
    "withdrawn_continued",
    "duplicate",
)
CAUSES = (
    "no_control",
    "control_bypassed",
    "unclear_rules",
    "lack_of_training",
    "conflict_of_interest",
    "culture",
    "none",
)
LESSONS = ("new_measure", "changed_routine", "training", "none")

# What may stand beside a closing, and nothing else: a value outside this table could carry text in clear.
# The last two point into the plan; `cases.services.lessons.places_it` asks whether they are in it.
CLOSING_CODES: dict[str, re.Pattern[str]] = {
    "outcome": re.compile("|".join(OUTCOMES)),
    "cause": re.compile("|".join(CAUSES)),
    "lesson": re.compile("|".join(LESSONS)),
    "risk_area": re.compile(r"[a-z]{1,2}[0-9]{1,2}"),
    "failed": re.compile(r"[0-9]{1,2}\.[0-9]{1,2}[a-z]?"),
}


def step(state: str, name: str) -> Step:
    """Return the step `name` from `state`.  Raises `step.unknown` when the table has no such arrow.

    >>> step("received", "acknowledge").target
    <State.ASSESSMENT: 'assessment'>
    """
    found = _BY_NAME.get(name)
    if found is None or found.source != state:
        raise DomainError("step.unknown", status=409)
    return found


def admitted(wanted: Step, codes: Mapping[str, str]) -> dict[str, str]:
    """Return the codes that a step may carry, the empty ones left out.

    Raises `step.codes` for a name or value that the table does not hold.

    >>> admitted(step("closed", "reopen"), {"outcome": ""})
    {}
    """
    given = {name: value for name, value in codes.items() if value}
    known = CLOSING_CODES if Need.OUTCOME in wanted.needs else {}
    if any(name not in known or not known[name].fullmatch(value) for name, value in given.items()):
        raise DomainError("step.codes", status=422)
    return given


def steps_from(state: str) -> Iterator[Step]:
    """Yield the arrows that leave `state`.

    >>> [step.name for step in steps_from("closed")]
    ['reopen']
    """
    return (candidate for candidate in STEPS if candidate.source == state)
