"""The list in pages: every case once, the most urgent first, and nobody else's."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from cases.models import Case
from cases.selectors import listing
from tests.town import Town
from whistle.core import clock


def walked(town: Town, name: str, **wanted: str) -> list[str]:
    """Follow the pages to the end; return the references in order."""
    seen, after = [], ""
    for _ in range(20):
        page = listing.page(town.people[name].staff, listing.Asked(**wanted, after=after), 2)
        seen += [row["reference"] for row in page.rows]
        after = page.next
        if not after:
            return seen
    raise AssertionError("the pages do not end")


@pytest.fixture
def five(town: Town) -> Iterator[list[str]]:
    """Five cases of the last days, two of them from the same day, the third one confirmed."""
    for days in (0, 2, 2, 3, 4):
        with clock.standing_at(clock.now() + timedelta(days=days)):
            town.report()
    with clock.standing_at(clock.now() + timedelta(days=4)):
        town.open("amir", Case.objects.order_by("pk")[2]).acknowledge("Thank you.")
        yield list(Case.objects.order_by("pk").values_list("reference", flat=True))


@pytest.mark.parametrize("order", listing.ORDERS)
def test_following_the_pages_shows_every_case_exactly_once(town: Town, five: list[str], order: str) -> None:
    assert sorted(walked(town, "amir", order=order)) == sorted(five)


def test_what_is_due_comes_first_and_what_was_confirmed_can_wait(town: Town, five: list[str]) -> None:
    assert walked(town, "amir") == [five[0], five[1], five[3], five[4], five[2]]
    assert walked(town, "amir", order="newest") == [five[4], five[3], five[2], five[1], five[0]]


def test_filters_narrow_by_state_clock_and_part(town: Town, five: list[str]) -> None:
    assert walked(town, "amir", state="assessment") == [five[2]]
    assert walked(town, "amir", clock="C5") == [five[2]]  # the first look at how the reporter fares
    assert len(walked(town, "amir", clock="week")) == 4
    assert walked(town, "amir", part="leader") == []
    assert len(walked(town, "berit", part="leader")) == 5
    with clock.standing_at(clock.now() + timedelta(days=4)):
        assert walked(town, "amir", clock="late") == [five[0]]


def test_a_stranger_s_list_is_empty_and_odd_questions_count_as_none(town: Town, five: list[str]) -> None:
    assert walked(town, "nils") == []
    odd = listing.asked(
        {"state": "x", "clock": "C1' --", "part": "", "order": "id", "after": "no.date"}, ("C1",)
    )
    assert odd == listing.Asked(after="no.date")
    assert len(listing.page(town.people["amir"].staff, odd).rows) == 5
