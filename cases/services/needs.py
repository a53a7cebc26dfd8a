"""Whether what a step needs is there.  Each need of the table has one check, and one place where it is put right."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import cached_property

from cases.codes import OUTCOMES, RETENTION
from cases.models import Case, Record
from cases.selectors.keepers import worked_on
from cases.selectors.mailboxes import reachable, unread_in, with_merged
from cases.selectors.restricted import keeps_less_than_usual, keeps_too_long, keeps_too_short
from cases.services.lessons import SUBSTANTIATED, places_it
from cases.workflow import OF_ALL, Need, State, Step
from whistle.access.selectors import holders
from whistle.core import clock, deadlines
from whistle.core.policy import Duty

Codes = dict[str, str]
LETTER_SETTLED = frozenset({"sent", "on_paper", "not_needed"})
KEPT_MONTHS = {  # by class of retention; the outside's content is kept 60 days after it was sent on
    "unfounded": 6,
    "not_substantiated": 36,
    "substantiated": 60,
    "possible_crime": 120,
}
OUTSIDE = timedelta(days=60)
LIMITATION_MONTHS = (
    36  # claims after retaliation lapse in three years, and the employer has the burden of proof
)


class Facts:
    """What is on record of a case, read once."""

    def __init__(self, case: Case, codes: Codes | None = None) -> None:
        self.case, self.given = case, codes or {}

    @cached_property
    def records(self) -> list[Record]:
        """The newest version of every record."""
        return list(self.case.records.filter(current=True).order_by("kind", "number"))

    def of(self, kind: str) -> list[Record]:
        """Return the records of one kind."""
        return [record for record in self.records if record.kind == kind]

    def only(self, kind: str) -> Record | None:
        """Return the record of a kind that there is one of, or None."""
        return next(iter(self.of(kind)), None)

    def has(self, kind: str) -> bool:
        """Return whether there is any record of this kind."""
        return bool(self.of(kind))

    @cached_property
    def before(self) -> list["Facts"]:
        """What is on record of the cases that went on in this one."""
        return [Facts(each) for each in with_merged(self.case) if each != self.case]

    @cached_property
    def outcomes(self) -> list[str]:
        """The outcome of every allegation, those of merged cases too; empty for one that has none."""
        said = [each for facts in (self, *self.before) for each in facts.of("allegation")]
        return [str(each.codes.get("outcome", "")) for each in said]

    @cached_property
    def outcome(self) -> str:
        """The strongest outcome of the allegations; empty while one of them has none."""
        found = self.outcomes
        return min(found, key=OUTCOMES.index) if found and all(found) else ""

    @cached_property
    def codes(self) -> Codes:
        """The codes of a closing: those given, and where they are silent those on record."""
        conclusion = self.only("conclusion")
        known = {"outcome": self.outcome, "cause": str(conclusion.codes["cause"]) if conclusion else ""}
        return {name: value for name, value in {**known, **self.given}.items() if value}

    def subjects(self) -> list[Record]:
        """Return the persons whom the case concerns."""
        return [person for person in self.of("person") if person.codes["role"] == "subject"]

    @cached_property
    def retention(self) -> Record | None:
        """How long the case is kept: the newest version that counts, so that nobody alone shortens it."""
        newest = self.only("retention")
        if newest is None or newest.counts:
            return newest
        rows = self.case.records.filter(kind="retention").order_by("-version")
        return next((row for row in rows if row.counts), None)

    @cached_property
    def said(self) -> list[Record]:
        """What is on record of the case and of those that went on in it."""
        return [each for one in (self, *self.before) for each in one.records]

    @property
    def found(self) -> set[str]:
        """Every outcome that bears on how long the case is kept: of its allegations, given, and as it was closed."""
        return {self.outcome, self.codes.get("outcome", ""), self.case.outcome}

    def kept_until(self) -> date | None:
        """Return the last day the case is kept, None while no class is chosen or it is not closed.

        The time begins with the last question of how the reporter fares, where there is one to ask: their mailbox is
        not taken from them before.  What was sent on elsewhere goes after its 60 days all the same.
        """
        retention, case = self.retention, self.case
        ended = case.closed_on or self.set_aside_on()
        if ended is None or (retention is None and case.closed_on is not None):
            return None
        months = KEPT_MONTHS.get(str(retention.codes["class"])) if retention else None
        if not months or case.closed_on is None:  # of junk nobody need have said how long it is kept
            return max(ended + OUTSIDE, *self._proved_until())
        asked = case.acknowledged_on is not None and bool(reachable(case))
        last = deadlines.care_due("after365", case.closed_on, case.closed_on) if asked else case.closed_on
        return max(deadlines.add_months(last, months), *self._proved_until())

    def _proved_until(self) -> list[date]:
        """Return until when it must be possible to prove how somebody who feared retaliation was looked after."""
        told = [
            each for each in self.said if each.kind == "protection" or each.codes.get("state") == "concern"
        ]
        days = [each.at.astimezone(clock.OSLO).date() for each in told]
        return [date.min, *(deadlines.add_months(day, LIMITATION_MONTHS) for day in days)]

    def set_aside_on(self) -> date | None:
        """Return the day on which two people set the case aside, None for one that stands elsewhere."""
        if self.case.state not in (State.SET_ASIDE, State.DELETED):
            return None
        rows = self.case.proposals.filter(step="set_aside", confirmed=True).order_by("-decided_at")
        decided = rows.values_list("decided_at", flat=True).first()
        return decided.astimezone(clock.OSLO).date() if decided else None


def lacking(wanted: Step, case: Case, codes: Codes | None = None) -> list[Need]:
    """Return what the step needs and the case lacks, in the table's order."""
    return lacking_of(wanted, Facts(case, codes))


def lacking_of(wanted: Step, facts: Facts) -> list[Need]:
    """Return what the step needs and these facts lack."""
    return [need for need in wanted.needs if not _met(need, facts)]


def _met(need: Need, facts: Facts) -> bool:
    check = CHECKS[need]
    return check(facts) and (need not in OF_ALL or all(map(check, facts.before)))


def _contact(facts: Facts) -> bool:
    contact = facts.case.contact_id
    return contact is not None and any(row.staff_id == contact for row in facts.case.assignments.all())


def _outcome(facts: Facts) -> bool:
    codes = facts.codes
    outcome = codes.get("outcome", "")
    return (
        bool(outcome)
        and (not facts.outcome or outcome == facts.outcome)
        and bool(codes.get("lesson"))
        and (bool(codes.get("cause")) or outcome not in SUBSTANTIATED)
        and places_it(facts.case, codes)
    )


def _told(person: Record) -> bool:
    return person.codes["notice"] in ("sent", "letter") or _exempt(person)


def _exempt(person: Record) -> bool:
    """Whether somebody is lawfully not told: for a reason that a second person has agreed to."""
    return person.codes["notice"] == "exempt" and person.counts


def _heard(facts: Facts) -> bool:
    answered = {record.codes["person"] for record in facts.of("reply") if record.done_on}
    return all(_exempt(person) or str(person.number) in answered for person in facts.subjects())


def _measures(facts: Facts) -> bool:
    conclusion = facts.only("conclusion")
    return conclusion is not None and (conclusion.codes["measures"] == "none" or facts.has("measure"))


def _reopening(facts: Facts) -> bool:
    reason, closed_on = facts.only("reopening"), facts.case.closed_on
    if reason is None or closed_on is None:
        return False
    closing = (
        facts.case.proposals.filter(step__startswith="close", confirmed=True).order_by("-decided_at").first()
    )
    return closing is None or reason.at >= (closing.decided_at or reason.at)


def _basis(facts: Facts) -> bool:
    retention = facts.retention
    return retention is not None and retention.codes["basis"] != "missing"


def _retention(facts: Facts) -> bool:
    retention = facts.retention
    if retention is None or (shortens(facts, str(retention.codes["class"])) and not retention.agreed):
        return False
    class_ = str(retention.codes["class"])
    return not keeps_too_long(class_, facts.said) and not any(
        keeps_too_short(class_, each) for each in facts.found
    )


def shortens(facts: Facts, class_: str) -> bool:
    """Return whether this class keeps the case for less than is usual, or than was decided when it was closed."""
    if any(keeps_less_than_usual(class_, each, facts.said) for each in facts.found):
        return True
    stands = facts.retention if facts.case.closed_on else None
    return stands is not None and RETENTION.index(class_) < RETENTION.index(str(stands.codes["class"]))


def _junk(facts: Facts) -> bool:
    """Whether nothing on record says that this is a report to be treated: such a one is closed, with its reasons."""
    assessed = facts.only("assessment")
    treated = any(map(facts.has, ("allegation", "person", "measure", "mandate", "police", "breach")))
    return not treated and (assessed is None or assessed.codes["scope"] == "no")


def _expired(facts: Facts) -> bool:
    until = facts.kept_until()
    return until is not None and until < clock.today()


def _cared(facts: Facts) -> bool:
    return not facts.case.deadlines.filter(clock="C5", met_on=None, due_on__lte=clock.today()).exists()


def _archivist(facts: Facts) -> bool:
    """Whether an archivist has proposed it who never worked on it: two who share a case do not end it between them."""
    archivists = holders(facts.case.organisation_id, Duty.ARCHIVIST).exclude(pk__in=worked_on(facts.case))
    proposed = facts.case.proposals.filter(step="delete", by__in=archivists)
    return proposed.exclude(confirmed=False).exists()


def _ended(kind: str) -> Callable[[Facts], bool]:
    return lambda facts: all(record.done_on for record in facts.of(kind))


def _none_open(*kinds: str) -> Callable[[Facts], bool]:
    """What is deleted with the case is asked too: a hold on a case that was merged into it holds both."""

    def check(facts: Facts) -> bool:
        rows = Record.objects.filter(case__in=with_merged(facts.case), kind__in=kinds, current=True)
        return not rows.filter(done_on=None).exists()

    return check


def _has(kind: str) -> Callable[[Facts], bool]:
    return lambda facts: facts.has(kind)


CHECKS: dict[Need, Callable[[Facts], bool]] = {
    Need.ACKNOWLEDGED: lambda facts: facts.case.acknowledged_on is not None,
    Need.CONTACT: _contact,
    Need.FEEDBACK: lambda facts: (
        facts.case.feedback_on is not None
    ),  # given, or impossible by two people's word
    Need.ASSESSMENT: _has("assessment"),
    Need.ALLEGATIONS: _has("allegation"),
    Need.FINDINGS: lambda facts: bool(facts.outcome),
    Need.OUTCOMES: lambda facts: all(facts.outcomes),
    Need.JUNK: _junk,
    Need.MANDATE: _has("mandate"),
    Need.QUESTION: lambda facts: any(not record.done_on for record in facts.of("question")),
    Need.FORWARDING: _has("forwarding"),
    Need.INVITED: lambda facts: any(record.codes["state"] == "invited" for record in facts.of("reply")),
    Need.REPLIED: _ended("reply"),
    Need.HEARD: _heard,
    Need.INFORMED: lambda facts: all(map(_told, facts.of("person"))),
    Need.LETTERS: lambda facts: all(p.codes.get("letter") in LETTER_SETTLED for p in facts.subjects()),
    Need.POLICE: _has("police"),
    Need.CONCLUSION: _has("conclusion"),
    Need.MEASURES: _measures,
    Need.MEASURES_DONE: _ended("measure"),
    Need.TASKS: _ended("task"),
    Need.RETENTION: _retention,
    Need.OUTCOME: _outcome,
    Need.REOPENING: _reopening,
    Need.EXPIRED: _expired,
    Need.BASIS: _basis,
    Need.NO_HOLD: _none_open("hold"),
    Need.NO_REQUEST: _none_open("request", "insight"),
    Need.CARED: _cared,
    Need.ARCHIVIST: _archivist,
    Need.ANSWERED: lambda facts: facts.case.reporter_waits_since is None and not unread_in(facts.case),
}
