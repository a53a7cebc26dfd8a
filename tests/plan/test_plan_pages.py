"""The plan in public is the same for everybody; at the desk, those who answer for it see it live."""

import json

import pytest

from tests.plan.conftest import Life, report, standing, tell
from whistle.core.policy import Duty
from whistle.plan.services.readings import publish

pytestmark = pytest.mark.django_db


@pytest.fixture
def published(fjellvik, nordvik, plan, settings):
    settings.DEFAULT_ORGANISATION = "fjellvik"
    good = [Life(f"2026-03-{day}", f"2026-03-{day}", "2026-05-01") for day in range(10, 29)]
    tell(fjellvik, *good, Life("2026-03-29", "2026-04-20"))
    with standing("2027-03-01"):
        return publish(fjellvik)


def text_of(response):
    return response.content.decode()


def test_a_resident_reads_the_plan_without_getting_a_cookie(client, published):
    for lang in ("nb", "nn", "en"):
        answer = client.get(f"/plan/{lang}/", headers={"accept-language": "en"})
        assert answer.status_code == 200
        assert not answer.cookies
        assert answer.headers["Content-Language"] == lang
    assert "All reports acknowledged within 7 days" in text_of(answer)
    assert "Planen" in text_of(client.get("/plan/nn/"))
    assert text_of(client.get("/plan/")) == text_of(client.get("/plan/nb/"))


def test_the_page_is_the_same_bytes_for_every_visitor(client, published):
    first = client.get("/plan/nb/", headers={"user-agent": "a", "cookie": "desk=x"})
    second = client.get("/plan/nb/?who=me", headers={"user-agent": "b", "accept-language": "nn"})
    assert first.content == second.content
    assert client.get("/plan/nb/", headers={"if-none-match": first.headers["ETag"]}).status_code == 304


def test_one_more_report_changes_nothing_on_the_public_pages(client, published, fjellvik):
    paths = ["/plan/nb/", "/plan/nb/proof/9.1-1/", "/plan/nb/plan.json", "/plan/nb/plan.csv"]
    before = [client.get(path).content for path in paths]
    report(fjellvik, "2027-03-02", "2027-03-03")
    with standing("2027-06-30"):
        publish(fjellvik)
        assert [client.get(path).content for path in paths] == before


def test_nineteen_of_twenty_are_shown_as_a_span(client, published):
    page = text_of(client.get("/plan/en/"))
    assert "80–95\N{NO-BREAK SPACE}%" in page
    assert "19" not in json.dumps(published.document["measures"][26]["figures"][0]["high"])


def test_the_proof_names_the_log_its_range_and_its_hash(client, published):
    page = text_of(client.get("/plan/en/proof/9.1-1/"))
    figure = next(it for it in published.document["measures"] if it["id"] == "9.1")["figures"][0]
    for part in figure["proof"]["ranges"]:
        assert part["sha256"] in page
        assert f"fjellvik.example/{part['log']}/1" in page
    assert published.document["plan"]["hash"] in page


def test_every_figure_has_a_proof_page_and_what_is_no_figure_has_none(client, published):
    figures = [it for measure in published.document["measures"] for it in measure["figures"]]
    assert len(figures) == 41
    for figure in figures:
        assert client.get(f"/plan/en/proof/{figure['id']}/").status_code == 200, figure["id"]
    assert client.get("/plan/en/proof/nothing/").status_code == 404
    assert client.get("/plan/xx/").status_code == 404


def test_the_strangers_municipality_shows_that_it_has_no_plan(client, published):
    page = text_of(client.get("/nordvik/plan/en/"))
    assert "The plan will be here" in page
    assert "Fjellvik" not in page
    assert client.get("/nordvik/plan/en/proof/9.1-1/").status_code == 404
    assert client.get("/nordvik/plan/en/plan.json").status_code == 404


def test_a_spreadsheet_gets_every_measure_and_no_formula(client, published):
    rows = text_of(client.get("/plan/nb/plan.csv")).lstrip("\ufeff").splitlines()
    assert rows[0].count(";") == 8
    assert {row.split(";")[0] for row in rows[1:]} == {it["id"] for it in published.document["measures"]}


def test_a_stranger_at_the_desk_is_sent_to_sign_in(client, published):
    answer = client.get("/desk/plan/")
    assert answer.status_code == 302
    assert "sign-in" in answer.headers["Location"]


def test_the_plan_owner_sees_figures_move_and_an_investigator_does_not(published, fjellvik, person, sign_in):
    with standing("2027-03-12"):
        owner = sign_in(person(fjellvik, "olga", Duty.PLAN_OWNER))
        assert "95\N{NO-BREAK SPACE}% (19/20)" in text_of(owner.get("/desk/plan/"))
        report(fjellvik, "2027-03-02", "2027-03-03")
        assert "95\N{NO-BREAK SPACE}% (20/21)" in text_of(owner.get("/desk/plan/"))
        other = sign_in(person(fjellvik, "ivar", Duty.INVESTIGATOR))
        page = text_of(other.get("/desk/plan/"))
        assert "80–95\N{NO-BREAK SPACE}%" in page
        assert "20/21" not in page


def test_a_person_of_another_municipality_does_not_see_fjellviks_plan_at_their_desk(
    published, nordvik, person, sign_in
):
    stranger = sign_in(person(nordvik, "nora", Duty.PLAN_OWNER))
    assert stranger.get("/desk/plan/").status_code == 302  # signed out here
    assert "sign-in" not in stranger.get("/nordvik/desk/plan/").headers.get("Location", "")
    assert "Alle varsler" not in text_of(stranger.get("/nordvik/desk/plan/"))


def test_the_late_ones_can_be_shown_alone(published, fjellvik, person, sign_in):
    with standing("2027-03-23"):
        page = text_of(sign_in(person(fjellvik, "olga", Duty.PLAN_OWNER)).get("/desk/plan/?only=late"))
    assert 'id="m2.2"' in page
    assert 'id="m9.1"' not in page


def test_a_resident_is_told_when_the_first_figure_comes_and_the_plan_owner_sees_it_live(
    client, fjellvik, plan, person, sign_in
):
    tell(fjellvik, *[Life(f"2026-03-{day}", f"2026-03-{day}") for day in range(10, 29)])
    with standing("2026-11-02"):
        publish(fjellvik)
        said = text_of(client.get("/plan/en/"))
        assert "Comes 1\N{NO-BREAK SPACE}March\N{NO-BREAK SPACE}2027" in said
        assert "counted for the whole of 2026" in said
        page = text_of(sign_in(person(fjellvik, "olga", Duty.PLAN_OWNER)).get("/desk/plan/"))
        assert "100\N{NO-BREAK SPACE}% (19/19)" in page
        assert "ommer 1." not in page
