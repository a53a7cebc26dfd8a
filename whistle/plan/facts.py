"""What happened in a year, counted from the log alone.  Whole numbers that must not leave the desk as they are."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from whistle.audit import selectors as log_of
from whistle.organisations.models import Organisation
from whistle.plan.rules import Period, civil_date

# The outcome codes of `case.closed`, in the three groups the council sees.
OUTCOMES = {
    "substantiated": ("substantiated", "partly_substantiated"),
    "not_substantiated": ("not_substantiated_lacking", "not_substantiated_refuted", "unfounded"),
    "other": ("outside_scheme", "transferred", "reported_to_police", "withdrawn_continued", "duplicate"),
}
GROUPS = tuple(OUTCOMES)
LESSONS = ("new_measure", "changed_routine", "training", "none")
NO_AREA = "none"
_GROUP_OF = {code: group for group, codes in OUTCOMES.items() for code in codes}


@dataclass(frozen=True)
class Facts:
    """Reports received, and closed cases by risk area and group of outcome, and by lesson.

    A case closed twice counts once, by its last closing in the year.
    """

    received: int
    closed: Counter[tuple[str, str]]
    lessons: Counter[str]


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


def facts(organisation: Organisation, year: int) -> Facts:
    """Return what happened in a calendar year."""
    period = year_of(year)
    closings = {
        read.fields["case"]: read.fields["d"]
        for read in log_of.entries(organisation, "desk", acts=("case.closed",))
        if civil_date(read.fields["at"]) in period
    }
    closed = Counter(
        (d["risk_area"].upper() if d.get("risk_area") else NO_AREA, _GROUP_OF.get(d["outcome"], "other"))
        for d in closings.values()
    )
    lessons = Counter(d["lesson"] if d["lesson"] in LESSONS else "none" for d in closings.values())
    return Facts(received_in(organisation, range(year, year + 1))[year], closed, lessons)
