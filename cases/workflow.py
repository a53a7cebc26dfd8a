"""The life of a case as a table.  Buttons, handbook, diagram and tests are made from it; code only looks it up.

The spine follows ISO 37002: receive, assess, address, conclude.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from cases.codes import CAUSES, LESSONS, OUTCOMES
from whistle.core.errors import DomainError
from whistle.core.policy import Perm


class State(StrEnum):
    """Where a case is."""

    RECEIVED = "received"
    ASSESSMENT = "assessment"
    WAITING = "waiting"  # for the reporter; never closes by itself
    INVESTIGATION = "investigation"
    HEARING = "hearing"  # the person concerned has the floor
    CONCLUSION = "conclusion"
    FOLLOW_UP = "follow_up"
    FORWARDED = "forwarded"
    CLOSED = "closed"
    SET_ASIDE = "set_aside"  # junk, by two people; can be taken up again
    MERGED = "merged"  # goes on in another case
    DELETED = "deleted"  # the keys are destroyed; what is left is a tombstone


AT_REST = frozenset({State.CLOSED, State.SET_ASIDE, State.MERGED, State.DELETED})


class Need(StrEnum):
    """What must be in place before a step; each is a check in `cases.services.needs`."""

    ACKNOWLEDGED = "acknowledged"  # a human has confirmed receipt, so the reporter has somebody to turn to
    CONTACT = "contact"  # somebody on the case is the reporter's contact
    FEEDBACK = "feedback"  # the reporter has had feedback, or the reason why it is impossible is on record
    ASSESSMENT = "assessment"
    ALLEGATIONS = "allegations"  # what the report says, taken apart
    FINDINGS = "findings"  # each allegation has an outcome, and there is one
    OUTCOMES = "outcomes"  # each allegation there is has an outcome
    JUNK = "junk"  # nothing on record says that it is a report to be treated
    MANDATE = "mandate"
    QUESTION = "question"  # what the reporter was asked, until when, and what happens without an answer
    FORWARDING = "forwarding"
    INVITED = "invited"  # something was put to the person concerned
    REPLIED = "replied"  # everything put to somebody was answered, declined, or ran out
    HEARD = "heard"  # each person concerned was heard, or is lawfully not told
    INFORMED = "informed"  # everybody named was informed, or is lawfully not told
    LETTERS = "letters"  # each person concerned has had a letter on how it ended, or needs none
    POLICE = "police"
    CONCLUSION = "conclusion"
    MEASURES = "measures"  # proposed, or the reason why there are none
    MEASURES_DONE = "measures_done"  # done, dropped, or handed to the plan
    TASKS = "tasks"  # none is left open
    RETENTION = "retention"  # how long the case is kept
    OUTCOME = "outcome"  # outcome code, lesson, and cause where something was substantiated
    REOPENING = "reopening"  # the reason, written after the case was closed
    EXPIRED = "expired"  # the time it is kept for is over
    BASIS = "basis"  # a rule of the archive lets it be destroyed
    NO_HOLD = "no_hold"
    NO_REQUEST = "no_request"
    ANSWERED = "answered"  # none of its reporters has written since and waits
    ARCHIVIST = "archivist"  # somebody who never worked on it proposes deletion
    CARED = "cared"  # no check of how the reporter fares is outstanding


@dataclass(frozen=True)
class Step:
    """One arrow of the table.  With `second`, one person proposes and another, who may decide, confirms.

    Without a `target` the case stays where it is.  `own` steps are not taken by name, but by the act that `own` names.
    `confirmed` is where it leads instead when receipt was confirmed before: nobody is thanked for a report twice.
    """

    name: str
    sources: tuple[State, ...]
    target: State | None
    may: Perm
    second: bool = False
    needs: tuple[Need, ...] = ()
    own: str = ""
    confirmed: State | None = None

    def leads(self, *, confirmed: bool) -> State | None:
        """Return where the step leads from a case whose reporter has, or has not, had our confirmation."""
        return self.confirmed or self.target if confirmed else self.target


# What must be in place in every case that went on in this one too: merging ends no duty to anybody.
OF_ALL = frozenset(
    {Need.REPLIED, Need.HEARD, Need.INFORMED, Need.LETTERS, Need.MEASURES_DONE, Need.TASKS, Need.JUNK}
)
S, N = State, Need
CLOSING = (N.FEEDBACK, N.ANSWERED, N.RETENTION, N.OUTCOME)

STEPS: tuple[Step, ...] = (
    Step("acknowledge", (S.RECEIVED,), S.ASSESSMENT, Perm.CORRESPOND, own="correspond.acknowledge"),
    Step("ask", (S.ASSESSMENT,), S.WAITING, Perm.CORRESPOND, needs=(N.ACKNOWLEDGED, N.QUESTION)),
    Step("resume", (S.WAITING,), S.ASSESSMENT, Perm.CORRESPOND),
    Step(
        "investigate",
        (S.ASSESSMENT,),
        S.INVESTIGATION,
        Perm.PROPOSE,
        second=True,
        needs=(N.ACKNOWLEDGED, N.CONTACT, N.ASSESSMENT, N.ALLEGATIONS, N.MANDATE),
    ),
    Step(
        "forward",
        (S.ASSESSMENT,),
        S.FORWARDED,
        Perm.PROPOSE,
        second=True,
        needs=(N.ACKNOWLEDGED, N.ASSESSMENT, N.FORWARDING),
    ),
    Step("hear", (S.INVESTIGATION,), S.HEARING, Perm.PROPOSE, needs=(N.INVITED,)),
    Step("heard", (S.HEARING,), S.INVESTIGATION, Perm.PROPOSE, needs=(N.REPLIED,)),
    Step(
        "tell_police",
        (S.ASSESSMENT, S.INVESTIGATION, S.HEARING, S.CONCLUSION, S.FOLLOW_UP),
        None,
        Perm.PROPOSE,
        second=True,
        needs=(N.POLICE,),
    ),
    Step(
        "conclude",
        (S.INVESTIGATION,),
        S.CONCLUSION,
        Perm.PROPOSE,
        needs=(N.FINDINGS, N.INFORMED, N.HEARD, N.CONCLUSION),
    ),
    # to the alternate recipients, for a reason; they take over, and everybody else loses the case
    Step(
        "transfer",
        (S.RECEIVED, S.ASSESSMENT, S.WAITING, S.INVESTIGATION, S.HEARING, S.CONCLUSION, S.FOLLOW_UP),
        None,
        Perm.PROPOSE,
        second=True,
    ),
    Step("look_again", (S.CONCLUSION,), S.INVESTIGATION, Perm.PROPOSE),
    Step(
        "follow_up",
        (S.CONCLUSION,),
        S.FOLLOW_UP,
        Perm.PROPOSE,
        second=True,
        needs=(N.CONCLUSION, N.MEASURES, N.FEEDBACK),
    ),
    Step(
        "close",
        (S.FOLLOW_UP,),
        S.CLOSED,
        Perm.PROPOSE,
        second=True,
        needs=(N.FINDINGS, N.MEASURES_DONE, N.LETTERS, N.TASKS, *CLOSING),
    ),
    Step(
        "close_unfounded",
        (S.ASSESSMENT,),
        S.CLOSED,
        Perm.PROPOSE,
        second=True,
        needs=(N.ACKNOWLEDGED, N.ASSESSMENT, N.OUTCOMES, N.LETTERS, N.TASKS, *CLOSING),
    ),
    Step(
        "close_forwarded",
        (S.FORWARDED,),
        S.CLOSED,
        Perm.PROPOSE,
        second=True,
        needs=(N.OUTCOMES, N.TASKS, *CLOSING),
    ),
    # junk, also in bulk: two people; the mailbox says so, and a word from the reporter takes it up again by itself
    Step("set_aside", (S.RECEIVED, S.ASSESSMENT), S.SET_ASIDE, Perm.PROPOSE, second=True, needs=(N.JUNK,)),
    Step("take_up", (S.SET_ASIDE,), S.RECEIVED, Perm.PROPOSE, confirmed=S.ASSESSMENT),
    Step(
        "merge",
        (S.ASSESSMENT, S.WAITING, S.INVESTIGATION, S.HEARING, S.CONCLUSION, S.FOLLOW_UP),
        S.MERGED,
        Perm.PROPOSE,
        second=True,
        needs=(N.ACKNOWLEDGED,),
        own="merge.propose_merge",
    ),
    Step("reopen", (S.CLOSED,), S.ASSESSMENT, Perm.PROPOSE, second=True, needs=(N.REOPENING,)),
    Step(
        "delete",
        (S.CLOSED, S.SET_ASIDE),  # junk too is not kept for ever
        S.DELETED,
        Perm.PROPOSE,
        second=True,
        needs=(N.ARCHIVIST, N.RETENTION, N.EXPIRED, N.BASIS, N.NO_HOLD, N.NO_REQUEST, N.CARED, N.ANSWERED),
    ),
)

_BY_NAME = {step.name: step for step in STEPS}

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
    if found is None or state not in found.sources:
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
    ['reopen', 'delete']
    """
    return (candidate for candidate in STEPS if state in candidate.sources)


_REPORTER_SEES: dict[str, State] = {State.HEARING: State.INVESTIGATION, State.DELETED: State.CLOSED}


def reporter_sees(state: str) -> str:
    """Return what the mailbox says of a case in this state: never that somebody else is being heard.

    >>> reporter_sees("hearing"), reporter_sees("deleted")
    ('investigation', 'closed')
    """
    return str(_REPORTER_SEES.get(state, state))
