"""Junk and twins at the desk, in two people's browsers: set aside in bulk, tied, and going on as one case."""

import pytest
from playwright.sync_api import expect

from tests.desk.forms import client

pytestmark = pytest.mark.browser


def listed(who):
    """Go to the newest cases, by another page: a list that is shown already would be taken for the new one."""
    who.follow("/desk/handbook/")
    who.page.wait_for_selector(".w-way")
    page = who.follow("/desk/cases/?order=newest")
    page.wait_for_selector("#search:visible")
    return page


def bulk(who, cases: list[dict[str, str]], act: str, said: str) -> None:
    """Choose cases in the list and propose or confirm setting them aside."""
    page = listed(who)
    page.click("[data-pick-open]")
    for case in cases:
        page.check(f"[data-pick][value='{case['reference']}']")
    expect(page.locator("[data-picked]")).to_contain_text(str(len(cases)))
    page.check("[data-impartial]")
    page.click(f"[data-bulk] [value={act}]")
    page.locator("[data-flash]", has_text=said).wait_for()


def state(who, case: dict[str, str]) -> str:
    """Return what the list says of a case."""
    return listed(who).inner_text(f"tr:has([data-pick][value='{case['reference']}']) .w-st")


def test_two_people_set_junk_aside_in_bulk_and_one_alone_cannot(colleague, site):
    junk = [site.case(), site.case()]
    amir, berit = colleague("amir").sign_in(), colleague("berit").sign_in()
    page = listed(amir)
    page.click("[data-pick-open]")
    page.click("[data-bulk] [value=propose]")
    expect(page.locator("[data-bulk] [data-error]")).to_contain_text("Velg minst én sak")
    page.check(f"[data-pick][value='{junk[0]['reference']}']")
    page.click("[data-bulk] [value=propose]")
    expect(page.locator("[data-bulk] [data-error]")).to_contain_text("Si først")
    bulk(amir, junk, "propose", "2 gjort")
    assert state(amir, junk[0]) == "Mottatt"
    bulk(amir, junk, "confirm", "Ikke gjort")
    assert state(amir, junk[1]) == "Mottatt"
    bulk(berit, junk, "confirm", "2 gjort")
    assert [state(berit, case) for case in junk] == ["Lagt til side"] * 2
    assert not amir.problems
    assert not berit.problems


def test_cases_that_belong_together_are_tied_and_then_go_on_as_one(colleague, site):
    first, second = site.case(), site.case()
    amir, berit = colleague("amir").sign_in(), colleague("berit").sign_in()
    for case in (first, second):
        page = amir.open(case)
        page.click("#tab-messages")
        page.fill("#compose-text", "Thank you.")
        page.click("[data-compose] [data-send]")
        amir.told("Bekreftelsen er sendt")
        berit.open(case)

    client(amir, second).note("Asked the bank on the phone.")
    page.click("#tab-overview")
    page.click("details:has([data-tie]) > summary")
    page.fill("#tie-other", "not a reference")
    page.click("[data-tie] [type=submit]")
    expect(page.locator("[data-tie] [data-error]")).to_contain_text("K7-QF-29")
    page.fill("#tie-other", first["reference"].lower())
    page.click("[data-tie] [type=submit]")
    amir.told("Sakene er knyttet sammen")
    expect(page.locator(".w-ties")).to_contain_text(first["reference"])

    page.click("details:has([data-merge]) > summary")
    page.fill("#merge-into", first["reference"])
    page.click("[data-merge] [type=submit]")
    amir.told("Steget er foreslått")
    berit.follow("/desk/cases/")
    page = berit.open(second, declare=False)
    expect(page.locator(".w-proposal")).to_contain_text(
        first["reference"]
    )  # nobody confirms without knowing into what
    page.click("[data-decide] [value=yes]")
    berit.page.locator("[data-flash]", has_text="Steget er tatt").wait_for()

    page = berit.open(first, declare=False)
    page.click("#tab-notes")
    expect(page.locator("[data-notes]")).to_contain_text("Asked the bank on the phone.")
    assert not page.locator("[data-alarm]").is_visible()
    page.click("#tab-messages")
    expect(page.locator("[data-messages] > li")).to_have_count(4)
    assert page.locator("[data-compose] [data-to-list] input").count() == 2, (
        "which reporter one writes to must be said"
    )
    page.fill("#compose-text", "To the second of you.")
    page.click("[data-compose] [data-send]")
    expect(page.locator("[data-compose] [data-error]")).to_contain_text("Velg hvilken")
    page.check("#to-2")
    page.click("[data-compose] [data-send]")
    berit.told("Meldingen er sendt")
    said = [site.said(case) for case in (first, second)]
    assert sum("To the second of you." in texts for texts in said) == 1

    # minutes and times to meet say whose they are, too
    page.click("#tab-reporter")
    page.locator("summary", has_text="Skriv referat").click()
    form = page.locator("[data-write-minutes]")
    form.locator("#minutes-text").fill("What the first of you told us on the phone.")
    form.locator("[type=submit]").click()
    expect(form.locator("[data-error]")).to_contain_text("Velg hvilken")
    form.get_by_label("Varsler 1").check()
    form.locator("[type=submit]").click()
    berit.told("Referatet er sendt")
    expect(page.locator("[data-minutes]")).to_contain_text("til varsler 1")
    for case in (first, second):
        texts = site.said(case)
        assert ("What the first of you told us on the phone." in texts) == (
            "To the second of you." not in texts
        )
    assert not amir.problems
    assert not berit.problems
