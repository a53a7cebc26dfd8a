"""What the law guards most in a case: allegations of crime (GDPR art. 10), and people who need more protection than others.

All content is sealed to few people anyway.  Of a restricted case the desk asks two things more: whoever only advises
reads it for 30 days at most, and an allegation of crime that did not hold is not kept as long as one that did.
"""

from collections.abc import Iterable

from cases.codes import RETENTION
from cases.models import Case, Record

CRIME, PROTECTED = "crime", "protected"
CORRUPTION = ("a1", "a2")  # corruption and economic crime: said to be a crime by what they are
HELD = ("substantiated", "partly_substantiated", "reported_to_police", "transferred")
LONG = ("substantiated", "possible_crime")  # classes of retention for what was found
# The shortest class for what was found: nothing that held is gone after the 60 days of what was none of ours.
SHORTEST = {
    "substantiated": "substantiated",
    "partly_substantiated": "substantiated",
    "reported_to_police": "not_substantiated",
    "not_substantiated_lacking": "not_substantiated",
    "not_substantiated_refuted": "not_substantiated",
    "withdrawn_continued": "unfounded",
    "unfounded": "unfounded",
}
# What is usual where that is longer: whoever chooses less needs a second person.
USUAL = {**SHORTEST, "reported_to_police": "substantiated"}


def of_crime(allegation: Record) -> bool:
    """Return whether an allegation is one of crime: as somebody marked it, else by what it is about."""
    marked = allegation.codes.get("offence")
    return marked == "yes" if marked else allegation.codes["category"] in CORRUPTION


def why(records: Iterable[Record]) -> list[str]:
    """Return why a case with these records is restricted: `crime`, `protected`; nothing when it is not."""
    rows = list(records)
    crime = any(row.kind == "allegation" and of_crime(row) for row in rows)
    protected = any(row.kind == "person" and row.codes.get("protection") == "extra" for row in rows)
    return [code for code, found in ((CRIME, crime), (PROTECTED, protected)) if found]


def is_restricted(case: Case) -> bool:
    """Return whether a case is, or one that went on in it."""
    together = [case.pk, *case.merged.values_list("pk", flat=True)]
    rows = Record.objects.filter(case__in=together, current=True, kind__in=("allegation", "person"))
    return bool(why(rows))


def keeps_too_long(class_: str, records: Iterable[Record]) -> bool:
    """Return whether a class of retention keeps an allegation of crime that did not hold as if it had.

    Ten years are for a crime that may have been one; five for what was found.  Art. 10 with art. 5(1)(e).
    """
    said = [row for row in records if row.kind == "allegation"]
    held = [row for row in said if row.codes.get("outcome") in HELD]
    if class_ == "possible_crime":
        return not any(map(of_crime, held))
    return class_ in LONG and any(map(of_crime, said)) and not held


def keeps_too_short(class_: str, outcome: str) -> bool:
    """Return whether a class of retention ends a case before what was found in it allows.

    >>> keeps_too_short("outside", "substantiated"), keeps_too_short("substantiated", "substantiated")
    (True, False)
    >>> keeps_too_short("outside", "outside_scheme")
    False
    """
    least = SHORTEST.get(outcome, RETENTION[0])
    return RETENTION.index(class_) < RETENTION.index(least)


def keeps_less_than_usual(class_: str, outcome: str, records: Iterable[Record]) -> bool:
    """Return whether a class of retention is shorter than the usual one: ten years for what may have been a crime."""
    said = [row for row in records if row.kind == "allegation" and row.codes.get("outcome") in HELD]
    usual = "possible_crime" if any(map(of_crime, said)) else USUAL.get(outcome, RETENTION[0])
    return RETENTION.index(class_) < RETENTION.index(usual)
