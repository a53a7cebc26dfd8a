"""Keys change hands in a real browser: given, taken, handed over, put away when nobody else is left."""

import sqlite3
from datetime import timedelta

import pytest

from tests.desk.conftest import Colleague, Site
from tests.desk.forms import confirm, take
from whistle.client.desk import Desk, Person
from whistle.client.errors import ClientError
from whistle.client.keys import KeyWork

pytestmark = pytest.mark.browser


def desk(site: Site, name: str) -> Desk:
    """Return a colleague who works without a browser."""
    username, passphrase, secret = site.people["fjellvik"][name]
    with sqlite3.connect(site.database, timeout=20) as database:
        database.execute("UPDATE keystore_staffkey SET totp_counter = 0")
    return Desk(site.url, Person(username, passphrase, secret))


def holders(site: Site, reference: str, kind: str = "staff") -> set[str]:
    """Return the user names of those for whom the store keeps a seal of a case."""
    with sqlite3.connect(site.database, timeout=20) as database:
        rows = database.execute(
            "SELECT DISTINCT s.username FROM keystore_seal k JOIN accounts_staff s ON s.ref = k.staff_ref"
            " JOIN cases_casebox b ON b.box_id = k.box_id JOIN cases_case c ON c.id = b.case_id"
            " WHERE c.reference = ? AND k.holder = ?",
            (reference, kind),
        )
        return {row[0].partition(".")[0] for row in rows}


def test_last_one_steps_back_in_the_browser_and_an_alternate_takes_over(site: Site, colleague) -> None:
    case = site.case()
    for name in ("amir", "berit"):
        KeyWork(desk(site, name)).step_back(case["reference"])
    ingrid: Colleague = colleague("ingrid").sign_in()
    page = ingrid.follow(f"/desk/cases/{case['reference']}/")
    page.check("#answer-yes")
    page.click("[data-declare] [type=submit]")
    page.locator("[data-flash]", has_text="låst for deg").wait_for()

    assert holders(site, case["reference"]) == {"sissel", "tor"}
    assert holders(site, case["reference"], "held") == {"ingrid"}
    assert not [line for line in ingrid.called if "/sealed" in line], "nothing was opened"
    with pytest.raises(ClientError, match=r"request\.absent"):
        desk(site, "ingrid").open(case["reference"])

    sissel: Colleague = colleague("sissel").sign_in()
    sissel.page.locator("[data-flash]", has_text="overtatt nøkler").wait_for()
    assert holders(site, case["reference"], "held") == set()
    shown = sissel.open(case)
    assert "The bridge was paid twice" in shown.inner_text("[data-latest]")
    assert (
        [said for said in ingrid.problems if "409" not in said] == sissel.problems == []
    )  # “you are the last”


def test_whole_case_goes_to_the_alternates_by_two_people_in_the_browser(site: Site, colleague) -> None:
    case = site.case()
    desk(site, "berit").open(case["reference"])
    ingrid: Colleague = colleague("ingrid").sign_in()
    page = ingrid.open(case)
    take(ingrid, "transfer", "Steget er foreslått", why="chief_executive")
    assert "Den gjelder kommunedirektøren" in page.inner_text("[data-next]")
    berit: Colleague = colleague("berit").sign_in()
    berit.open(case, declare=False)
    confirm(berit)
    assert holders(site, case["reference"]) == {"ingrid", "amir", "berit", "sissel", "tor"}
    assert KeyWork(desk(site, "tor")).settle().refused == {}
    assert holders(site, case["reference"]) == {"sissel", "tor"}
    assert ingrid.problems == berit.problems == []


def test_leader_takes_a_key_and_the_browser_makes_a_new_one(site: Site, colleague) -> None:
    case = site.case()
    berit: Colleague = colleague("berit").sign_in()
    page = berit.open(case)
    page.click("#tab-people")
    page.click("#panel-people details:has([data-revoke]) summary")
    page.locator("[data-revoke] label", has_text="Amir Haddad").click()
    page.click("[data-revoke] [type=submit]")
    berit.told("Amir Haddad")

    assert holders(site, case["reference"]) == {"berit", "ingrid"}
    assert desk(site, "amir").cases() == [] or case["reference"] not in {
        row["reference"] for row in desk(site, "amir").cases()
    }
    with sqlite3.connect(site.database, timeout=20) as database:
        epochs = database.execute(
            "SELECT x.epoch, x.rekey_due FROM store_box x JOIN cases_casebox b ON b.box_id = x.box_id"
            " JOIN cases_case c ON c.id = b.case_id WHERE c.reference = ?",
            (case["reference"],),
        ).fetchall()
    assert epochs == [(2, 0)]
    assert berit.problems == []


def test_adviser_gets_the_key_until_a_day(site: Site, colleague) -> None:
    case = site.case()
    ingrid: Colleague = colleague("ingrid").sign_in()
    page = ingrid.open(case)
    page.click("#tab-people")
    page.click("[data-share-open]")
    page.locator("[data-candidates] label", has_text="Even Strand").click()
    last = (site.today() + timedelta(days=9)).isoformat()
    page.fill("#share-until", last)
    page.click("[data-share] [type=submit]")
    ingrid.told("Even Strand")

    with sqlite3.connect(site.database, timeout=20) as database:
        part = database.execute(
            "SELECT a.part, a.until FROM cases_assignment a JOIN accounts_staff s ON s.id = a.staff_id"
            " JOIN cases_case c ON c.id = a.case_id WHERE c.reference = ? AND s.username LIKE 'even%'",
            (case["reference"],),
        ).fetchone()
    assert part == ("adviser", last)
    assert ingrid.problems == []


def test_own_cases_are_handed_over_and_go_when_the_newcomer_opens_them(site: Site, colleague) -> None:
    case = site.case()
    berit = desk(site, "berit")
    berit.open(case["reference"]).share(site_ref(site, "tor"))
    tor = KeyWork(desk(site, "tor"))
    tor.settle()
    page_of = colleague("berit").sign_in()
    page = page_of.follow("/desk/hand-over/")
    section = page.locator("[data-leaver]", has_text="Tor Bakke")
    section.locator("[data-choose-newcomer]").click()
    section.locator("[data-newcomers] label", has_text="Even Strand").click()
    section.locator("[type=submit]").click()
    page.locator("[data-flash]", has_text="Even Strand").wait_for()
    assert {"tor", "even"} <= holders(site, case["reference"])

    even: Colleague = colleague("even").sign_in()
    even.page.locator("[data-flash]", has_text="overtatt nøkler").wait_for()

    assert "tor" not in holders(site, case["reference"])
    assert "even" in holders(site, case["reference"])
    assert page_of.problems == even.problems == []


def test_stranger_from_another_town_finds_no_hand_over(site: Site, colleague) -> None:
    reference = site.strange["reference"]

    page = colleague("berit").sign_in().follow("/desk/hand-over/")

    assert reference not in page.content()


def site_ref(site: Site, name: str) -> str:
    with sqlite3.connect(site.database, timeout=20) as database:
        found = database.execute(
            "SELECT ref FROM accounts_staff WHERE username = ?", (site.people["fjellvik"][name][0],)
        ).fetchone()
    return str(found[0])
