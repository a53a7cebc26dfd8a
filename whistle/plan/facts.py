"""What happened in a year, counted from the log alone.  Whole numbers that must not leave the desk as they are."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from whistle.audit import selectors as log_of
from whistle.organisations.models import Organisation
from whistle.plan.rules import Period, civil_date
from whistle.plan.suppression import is_outrun

# The outcome codes of `case.closed`, in the three groups the council sees.
OUTCOMES = {
    "substantiated": ("substantiated", "partly_substantiated"),
    "not_substantiated": ("not_substantiated_lacking", "not_substantiated_refuted", "unfounded"),
    "other": ("outside_scheme", "transferred", "reported_to_police", "withdrawn_continued", "duplicate"),
}
GROUPS = tuple(OUTCOMES)
LESSONS = ("new_measure", "changed_routine", "training", "none")
NO_AREA = "none"
SUBJECTS = ("a", "b", "c", "d", "e", "f", "g", "h")  # the letter of an assessment's category
# who reported, by the letter of an assessment's track: employees here or elsewhere, others, about an elected member
REPORTERS = ("employee", "outside", "elected", "unknown")
_REPORTER_OF = {"a": "employee", "b": "employee", "c": "outside", "d": "elected"}
# what may follow for a closed case; what the police get is told for the whole of the plan's period only
CONSEQUENCES = (
    "routine_changed",
    "training",
    "leader_follow_up",
    "personnel",
    "contract_stopped",
    "money_reclaimed",
    "supervision",
)
_GROUP_OF = {code: group for group, codes in OUTCOMES.items() for code in codes}


@dataclass(frozen=True)
class Facts:
    """Reports received; closed cases by risk area and group of outcome, by lesson, by what followed; assessed cases
    by subject and by who reported.

    A case closed or assessed twice counts once, by the last time in the year.
    """

    received: int
    closed: Counter[tuple[str, str]]
    lessons: Counter[str]
    subjects: Counter[str] = field(default_factory=Counter)
    reporters: Counter[str] = field(default_factory=Counter)
    consequences: Counter[str] = field(default_factory=Counter)


def year_of(year: int) -> Period:
    """Return the calendar year."""
    return Period(date(year, 1, 1), date(year, 12, 31))


def received_in(organisation: Organisation, years: range) -> dict[int, int]:
    """Return how many reports came in each year, rehearsals left out."""
    found: Counter[int] = Counter()
    for read in log_of.entries(organisation, "channel", acts=("report.received",)):
        if read.fields["d"]["form"] != "probe":
            found[civil_date(read.fields["at"]).year] += 1
    return {year: found[year] for year in years}


def outrun(organisation: Organisation, year: int, act: str) -> bool:
    """Say whether more cases were closed, or assessed, up to the end of a year than the reports that are shown explain.

    A year with few reports is shown as at least one.  Ten cases closed in two years of "1–4" reports each would say
    how many there were; then how many were closed is not shown either.
    """
    entries = log_of.entries(organisation, "desk", acts=(act,))
    done = {(read.fields["case"], civil_date(read.fields["at"]).year) for read in entries}
    years = range(min((of for _case, of in done), default=year), year + 1)
    received = received_in(organisation, range(years.start - 1, year + 1))
    return is_outrun(received.values(), sum(of in years for _case, of in done))


def facts(organisation: Organisation, year: int) -> Facts:
    """Return what happened in a calendar year."""
    period = year_of(year)
    closings = _last(organisation, "case.closed", period)
    closed = Counter(
        (d["risk_area"].upper() if d.get("risk_area") else NO_AREA, _GROUP_OF.get(d["outcome"], "other"))
        for d in closings.values()
    )
    lessons = Counter(d["lesson"] if d["lesson"] in LESSONS else "none" for d in closings.values())
    followed = Counter(code for d in closings.values() for code in d.get("consequences", ()))
    assessed = _last(organisation, "case.assessed", period).values()
    letters = (d["category"][:1] for d in assessed)
    subjects = Counter(letter if letter in SUBJECTS else SUBJECTS[-1] for letter in letters)
    reporters = Counter(_REPORTER_OF.get(d.get("track", ""), "unknown") for d in assessed)
    received = received_in(organisation, range(year, year + 1))[year]
    return Facts(received, closed, lessons, subjects, reporters, followed)


def work_done(organisation: Organisation, period: Period) -> dict[str, int]:
    """Return what was done on the plan in a period: control runs and what they found, looks at risk, things shown."""
    acts = ("control.run", "risk.assessed", "measure.shown")
    found = [
        read.fields
        for read in log_of.entries(organisation, "desk", acts=acts)
        if civil_date(read.fields["at"]) in period
    ]
    runs = [fields["d"] for fields in found if fields["act"] == "control.run"]
    return {
        "runs": len(runs),
        "sample": sum(run["sample"] for run in runs),
        "deviations": sum(run["deviations"] for run in runs),
        "closed": sum(run["closed"] for run in runs),
        "risks": sum(fields["act"] == "risk.assessed" for fields in found),
        "shown": sum(fields["act"] == "measure.shown" for fields in found),
    }


def routine_on(organisation: Organisation, period: Period) -> str | None:
    """Return the date on which the routine for reports was approved last, up to the end of a period."""
    days = (
        civil_date(read.fields["at"])
        for read in log_of.entries(organisation, "desk", acts=("texts.adopted",))
    )
    newest = max((day for day in days if day <= period.last), default=None)
    return newest.isoformat() if newest else None


def reported_to_police(organisation: Organisation, period: Period) -> int:
    """Return how many cases closed in a period were reported to the police."""
    closings = _last(organisation, "case.closed", period).values()
    return sum(d["outcome"] == "reported_to_police" for d in closings)


def _last(organisation: Organisation, act: str, period: Period) -> dict[str, dict[str, Any]]:
    """Return what the last entry of an act in a period says, by case."""
    return {
        read.fields["case"]: read.fields["d"]
        for read in log_of.entries(organisation, "desk", acts=(act,))
        if civil_date(read.fields["at"]) in period
    }
