"""An assessment reaches the yearly report through the log: two codes, no text, and never from a rehearsal."""

from collections import Counter

import pytest

from cases.models import Case
from tests.domain.test_desk import acts
from tests.town import Town
from whistle.audit import selectors as log_of
from whistle.audit.entries import EntryError, check_fields
from whistle.client.paperwork import ASSESSMENT
from whistle.core import clock
from whistle.plan.facts import facts


def assessed(town: Town) -> list[dict[str, object]]:
    return [read.fields for read in log_of.entries(town.organisation, "desk", acts=("case.assessed",))]


def subjects(town: Town) -> Counter[str]:
    return facts(town.organisation, clock.today().year).subjects


def test_an_assessment_is_an_entry_that_names_the_gravest_category_and_who_reported_and_nothing_else(
    town: Town,
) -> None:
    town.report("He paid twice.")

    town.open("ingrid").record("assessment", {**ASSESSMENT, "categories": ["d1", "a3"]}, reason="He paid.")

    (entry,) = assessed(town)
    assert entry["d"] == {"category": "a3", "track": ASSESSMENT["track"]}
    assert (entry["case"], entry["m"]) == (town.newest().log_ref, [])
    assert entry["actor"] == town.people["ingrid"].staff.log_name
    assert acts(town)[-2:] == ["case.assessed", "record.written"]


def test_a_case_that_is_assessed_anew_counts_once_in_the_yearly_report_by_what_was_found_last(
    town: Town,
) -> None:
    town.report()
    case = town.open("ingrid")
    case.record("assessment", {**ASSESSMENT, "categories": ["d1"]}, reason="Bullying.")
    case.record("assessment", {**ASSESSMENT, "categories": ["a1"]}, number=1, reason="Bribes.")

    assert [entry["d"]["category"] for entry in assessed(town)] == ["d1", "a1"]
    assert subjects(town) == Counter({"a": 1})


def test_a_rehearsal_and_a_strangers_town_leave_no_figure(town: Town, other_town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.record("task", {"state": "open"}, what="Rehearse.")
    Case.objects.filter(pk=town.newest().pk).update(probe=True)
    case.record("assessment", ASSESSMENT, reason="Only a rehearsal.")

    assert assessed(town) == []
    other_town.report()
    other_town.open("anne").record("assessment", ASSESSMENT, reason="Theirs.")
    assert (subjects(town), sum(subjects(other_town).values())) == (Counter(), 1)


@pytest.mark.parametrize("wrong", [{"category": "He paid twice"}, {"category": "a1", "reason": "a1"}, {}])
def test_the_registry_lets_no_text_into_an_assessments_entry(wrong: dict[str, str]) -> None:
    with pytest.raises(EntryError):
        check_fields("case.assessed", wrong)
