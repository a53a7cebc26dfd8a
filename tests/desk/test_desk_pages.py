"""The desk's pages as the server makes them: languages, states, paging, and nothing of what a case holds."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cases.selectors import listing
from cases.selectors.card import next_act
from cases.templatetags.desk import deadline_line, left
from tests.domain.test_steps import both
from whistle.client.paperwork import before
from whistle.core import clock


def at_desk(town, name: str, language: str = "nb") -> Client:
    """Return a browser in which a colleague is signed in."""
    staff = town.people[name].staff
    type(staff).objects.filter(pk=staff.pk).update(language=language)
    client = Client()
    client.force_login(staff)
    return client


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", "Er du habil i denne saken?"),
        ("nn", "Er du habil i denne saka?"),
        ("en", "Are you impartial in this case?"),
    ],
)
def test_the_desk_speaks_the_language_of_the_person(town, language, words):
    town.report()
    page = at_desk(town, "amir", language).get(f"/desk/cases/{town.newest().reference}/").content.decode()
    assert words in page
    assert f'lang="{language}"' in page


def test_the_list_shows_a_page_at_a_time_and_only_the_state_that_was_chosen(town, monkeypatch):
    monkeypatch.setattr(listing.page, "__defaults__", (2,))
    for _ in range(3):
        town.report()
    town.open("amir").acknowledge("Thank you.")
    client = at_desk(town, "amir", "en")
    first = client.get("/desk/cases/").content.decode()
    assert first.count('<th scope="row" ') == 2
    following = re.search(r'href="(\?[^"]*after=[^"]+)"', first)
    assert following
    assert client.get("/desk/cases/" + following[1]).content.decode().count('<th scope="row" ') == 1
    chosen = client.get("/desk/cases/?state=assessment").content.decode()
    assert "1 case fits" in chosen
    assert chosen.count('<th scope="row" ') == 1


def test_a_stranger_sees_no_number_of_cases_and_no_other_town(town, other_town):
    town.report()
    page = at_desk(town, "sissel", "en").get("/desk/").content.decode()
    assert "Nothing needs you now" in page
    assert "0 open cases" in page
    stranger = at_desk(other_town, next(iter(other_town.people)), "en")
    assert stranger.get("/desk/").status_code == 302  # in Fjellvik a session of Nordvik counts as none


def test_somebody_signed_out_is_sent_to_sign_in_and_learns_nothing(town):
    town.report()
    for path in ("/desk/", "/desk/cases/", f"/desk/cases/{town.newest().reference}/", "/desk/log/"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/desk/sign-in/")


def test_the_number_of_questions_to_the_database_does_not_grow_with_the_cases(town):
    client = at_desk(town, "amir")

    def questions(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(path)
        return len(asked)

    town.report()
    few = [questions(path) for path in ("/desk/", "/desk/cases/")]
    for _ in range(4):
        town.report()
    assert [questions(path) for path in ("/desk/", "/desk/cases/")] == few


def test_a_case_page_asks_the_database_a_counted_number_of_questions_whatever_is_on_the_case(town):
    client = at_desk(town, "amir")
    town.report()
    case = town.newest()
    opened = town.open("amir", case)
    opened.acknowledge("Thank you.")
    page = f"/desk/cases/{case.reference}/"

    def questions() -> int:
        client.get(page)
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(page)
        assert len(answer.content) < 60_000
        return len(asked)

    few = questions()
    town.open("berit", case)
    for number in range(3):
        opened.note(f"Note {number}")
        opened.record("task", {"state": "open"}, what=f"Task {number}")
    assert questions() == few <= 31


def test_what_all_case_pages_share_is_fetched_once_and_says_nothing_of_any_case(town):
    town.report("Nobody reads this on the server.")
    reference = town.newest().reference
    first, other = (at_desk(town, name).get("/desk/case-kit/").content.decode() for name in ("amir", "berit"))
    assert first == other == at_desk(town, "randi").get("/desk/case-kit/").content.decode()
    assert 'data-kind="allegation"' in first
    assert reference not in first
    page = at_desk(town, "amir").get(f"/desk/cases/{reference}/").content.decode()
    assert 'data-kind="allegation"' not in page


def test_a_long_story_is_shown_from_its_end_and_whole_when_asked_for(town, monkeypatch):
    monkeypatch.setattr("cases.selectors.timeline.SHOWN", 3)
    town.report()
    opened = town.open("amir")
    opened.acknowledge("Thank you.")
    for number in range(4):
        opened.note(f"Note {number}")
    client = at_desk(town, "amir", "en")
    page = client.get(f"/desk/cases/{opened.reference}/").content.decode()
    assert "earlier lines too" in page
    assert "Report received, " not in page
    whole = client.get(f"/desk/cases/{opened.reference}/?timeline=all").content.decode()
    assert "earlier lines too" not in whole
    assert "Report received, " in whole


def test_what_is_late_is_counted_by_the_law_s_clocks(town):
    town.report()
    client = at_desk(town, "amir", "en")
    for days, words in ((7, "No deadline is missed"), (8, "1 case is past a deadline")):
        with clock.standing_at(clock.now() + timedelta(days=days)):
            client.force_login(town.people["amir"].staff)
            assert words in client.get("/desk/").content.decode()


def test_who_has_no_cases_is_led_to_the_work_they_have_or_told_what_they_wait_for(town):
    places = {"system_administrator": "people", "archivist": "retention", "measure_owner": "plan"}
    for duty, place in places.items():
        town.people["nils"].staff.duties.update(duty=duty)
        assert at_desk(town, "nils", "en").get("/desk/").headers["Location"] == f"/desk/{place}/"
    town.people["nils"].staff.duties.update(duty="data_protection_officer")
    assert "Before you can begin" in at_desk(town, "nils", "en").get("/desk/").content.decode()


def test_the_second_person_is_led_to_what_waits_for_them_and_its_author_is_not(town):
    case = town.confirmed()
    town.open("berit")
    case.record("request", {"right": "access", "state": "withdrawn", "extended": "no"}, what="Their data.")

    def ways(name: str) -> str:
        page = at_desk(town, name).get(f"/desk/cases/{case.reference}/").content.decode()
        return page.partition(" data-next>")[2].partition("</section>")[0]

    assert 'data-go="persons" data-focus="kind-request"' in ways("berit")
    assert 'data-focus="kind-request"' not in ways("ingrid")
    town.open("amir")
    assert 'data-focus="kind-request"' not in ways("amir"), "who may not decide"
    town.open("berit").agree("request", 1)
    assert 'data-focus="kind-request"' not in ways("berit")


def test_closed_case_that_will_ask_for_something_says_what_comes_first(town):
    case = town.confirmed()
    town.open("berit")
    before(case, "close_unfounded", outcome="unfounded")
    case.give_feedback("What we did.")
    both(town, case, "close_unfounded", outcome="unfounded", lesson="none")
    held = town.newest().assignments.get(staff=town.people["amir"].staff)
    assert held.call == "declare", "before the reporter is asked how they fare"
    held.calls_on = clock.today() + timedelta(days=30)
    assert next_act(held, declared=False, proposal=None) == "declare"
    held.call, held.calls_on = "", None
    assert next_act(held, declared=False, proposal=None) == ""


@pytest.mark.parametrize(
    ("days", "cells", "gone"),
    [(7, 7, "2"), (31, 31, "2"), (92, 14, "0"), (365, 12, "0"), (1460, 4, "0"), (3653, 11, "0")],
)
def test_deadline_of_many_years_is_drawn_no_wider_than_its_card(days, cells, gone):
    today = clock.today()
    shown = {"started": today - timedelta(days=2), "due": today + timedelta(days=days - 2), "met_on": None}
    drawn = deadline_line({**shown, "days_total": days, "days_left": days - 2})
    assert drawn.count("<i ") == cells <= 36
    assert f'aria-label="{gone} av {cells} ' in drawn


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "siste dag i dag"), (1, "1 dag igjen"), (365, "365 dager igjen"), (732, "732 dager igjen"), (4018, "11 år igjen"), (-3, "3 dager over")],
)  # fmt: skip
def test_nobody_counts_ten_years_in_days(days, said):
    assert left({"met_on": None, "days_left": days}) == said
