"""What is kept for ten years is looked at again each year, so that nothing is kept because nobody thought of it."""

import pytest

from cases.models import Case, Notice
from cases.services.clocks import remind
from tests.domain.test_clocks import on
from tests.town import Town, make_town
from whistle.client.desk import OpenCase


def closed(town: Town, class_: str, day: str) -> OpenCase:
    """Return a case that two people have closed on this day, as far as its clocks can tell."""
    town.report("He was paid for the permit.")
    case = town.open("ingrid")
    about = "a1" if class_ == "possible_crime" else "a3"
    case.record("allegation", {"category": about, "outcome": "substantiated"}, what="He was paid.")
    case.record("retention", {"class": class_, "basis": "archive_rule"}, reason="By the table.")
    Case.objects.filter(pk=town.newest().pk).update(
        state="closed", outcome="substantiated", closed_on=day, feedback_on=day
    )
    case.refresh()
    case.record("task", {"state": "done"}, what="Looked at.")
    return case


@pytest.mark.parametrize(("class_", "looked_at"), [("possible_crime", True), ("substantiated", False)])
def test_case_kept_for_ten_years_asks_each_year_whether_it_must_be(
    db: None, own_folders: None, class_: str, looked_at: bool
) -> None:
    with on("2026-03-02"):
        town = make_town("fjellvik")
        case = closed(town, class_, "2026-03-02")
    rows = town.newest().deadlines.filter(clock="keep")
    assert [row.due_on.isoformat() for row in rows] == (["2027-03-02"] if looked_at else [])
    if not looked_at:
        return
    with on("2027-03-01"):
        remind(town.organisation)
        assert Notice.objects.filter(occasion__startswith="keep.").exists(), "its people are told"
        case = town.new_desk("ingrid").open(case.reference)
        case.record("retention", {"class": class_, "basis": "archive_rule"}, number=1, reason="In court.")
        assert [row.due_on.isoformat() for row in rows.all()] == ["2028-03-01"]
