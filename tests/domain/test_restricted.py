"""Allegations of crime, and people who need more protection, make a case restricted: fewer days, and no longer than right."""

from datetime import timedelta

import pytest

from cases.models import Record
from cases.services.needs import lacking
from cases.workflow import Need, step
from tests.domain.test_desk import refusal
from tests.town import Town
from whistle.client.desk import OpenCase
from whistle.core import clock

TAGS = {"crime": "Hevdes å være straffbart", "protected": "Noen trenger mer vern"}


@pytest.fixture
def case(town: Town) -> OpenCase:
    opened = town.confirmed()
    return opened


def page(town: Town, case: OpenCase) -> str:
    return town.desk("ingrid").server.transport("GET", f"/desk/cases/{case.reference}/", b"", {})[1].decode()


@pytest.mark.parametrize(
    ("kind", "codes", "tag"),
    [
        ("allegation", {"category": "a1"}, "crime"),  # corruption is said to be a crime by what it is
        ("allegation", {"category": "d1", "offence": "yes"}, "crime"),
        ("person", {"role": "witness", "notice": "sent", "protection": "extra"}, "protected"),
    ],
)
def test_who_only_advises_reads_a_restricted_case_for_thirty_days_at_most(
    town: Town, case: OpenCase, kind: str, codes: dict[str, str], tag: str
) -> None:
    even = town.people["even"].staff.ref
    late = (clock.today() + timedelta(days=31)).isoformat()
    assert TAGS[tag] not in page(town, case)
    case.record(kind, codes, **({"what": "So."} if kind == "allegation" else {"name": "Kari"}))
    assert TAGS[tag] in page(town, case)
    assert refusal(case.share, even, late).code == "grant.restricted"
    assert not town.newest().assignments.filter(staff=town.people["even"].staff).exists()
    case.share(even, (clock.today() + timedelta(days=30)).isoformat())


def test_other_cases_are_as_before_and_who_marks_corruption_as_no_crime_is_believed(
    town: Town, other_town: Town, case: OpenCase
) -> None:
    case.record("allegation", {"category": "d1"}, what="Shouting.")
    case.record("allegation", {"category": "a1", "offence": "no"}, what="A cake.")
    case.record("person", {"role": "witness", "notice": "sent"}, name="Kari")
    assert not any(tag in page(town, case) for tag in TAGS.values())
    case.share(town.people["even"].staff.ref, (clock.today() + timedelta(days=180)).isoformat())
    other_town.report()
    stranger = other_town.open("anne")
    assert refusal(stranger.desk.server.get, f"cases/{case.reference}").status == 404


def test_allegation_of_crime_that_did_not_hold_is_not_kept_as_long_as_one_that_did(case: OpenCase) -> None:
    def keep(class_: str) -> int:
        known = Record.objects.filter(kind="retention").exists()
        codes = {"class": class_, "basis": "archive_rule"}
        return case.record("retention", codes, number=1 if known else None, reason="So.")

    assert refusal(keep, "possible_crime").code == "retention.crime", "nothing says that there was a crime"
    case.record("allegation", {"category": "a1"}, what="A bribe.")
    case.record(
        "allegation", {"outcome": "not_substantiated_refuted"}, number=1, what="A bribe.", finding="No."
    )
    for class_ in ("possible_crime", "substantiated"):
        assert refusal(keep, class_).code == "retention.crime"
    keep("not_substantiated")
    case.record("allegation", {"outcome": "substantiated"}, number=1, what="A bribe.", finding="After all.")
    keep("possible_crime")
    # the outcome changes after the class was chosen: closing asks again
    case.record("allegation", {"outcome": "unfounded"}, number=1, what="A bribe.", finding="No, after all.")
    row = Record.objects.get(kind="retention", current=True).case
    assert Need.RETENTION in lacking(step("assessment", "close_unfounded"), row)
