"""A name sealed apart, from the form to the desk: asked for in one browser, agreed to in another, and seen by the reporter."""

import time

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import axe
from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, on, open_mailbox, words_of
from whistle.vault import totp

pytestmark = pytest.mark.browser
NAME = "Kari Nordmann"


def at_desk(chromium: Browser, visit: Visit, name: str) -> Page:
    """Sign a colleague in; a one-time code that was just used is waited out."""
    username, passphrase, secret = visit.site.people["fjellvik"][name]
    page = chromium.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(f"{visit.site.url}/desk/sign-in/")
    page.fill("#username", username)
    for _attempt in range(3):
        page.fill("#passphrase", passphrase)
        page.fill("#code", totp.now(secret, time.time()))
        page.click("[data-sign-in-go]")
        try:
            page.wait_for_selector(".w-shell", state="attached", timeout=12_000)
        except Exception:
            page.wait_for_timeout(1000 * (30 - time.time() % 30) + 500)
        else:
            return page
    pytest.fail("nobody could sign in")


def follow(page: Page, path: str) -> None:
    """Go on in the same document, so that the keys stay open."""
    page.evaluate(
        "path => { const a = document.createElement('a'); a.href = path; document.body.append(a); a.click(); a.remove(); }",
        path,
    )
    page.wait_for_url(f"**{path}")


def newest(page: Page) -> str:
    """Return the reference of the case that was made last, once it is."""
    for _ in range(40):
        said = page.evaluate("() => fetch('/desk/api/cases?order=newest').then(r => r.json())")
        fresh = [
            row["reference"] for row in said["cases"] if not row["declared"] and row["state"] == "received"
        ]
        if fresh:
            return str(fresh[0])
        page.wait_for_timeout(500)
    pytest.fail("no case was made of the report")


def report(visit: Visit) -> str:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Det gjelder en kontrakt.")
    on(page, 4)
    page.get_by_label("Navnet forseglet for seg").check()
    page.get_by_label("Navnet ditt").fill(NAME)
    page.get_by_role("button", name=BOKMAL["skip"]).click()
    page.get_by_role("button", name=BOKMAL["send"]).click()
    code = " ".join(words_of(page))
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    return code


def test_two_people_open_a_name_and_the_reporter_sees_it(chromium: Browser, visit: Visit) -> None:
    code = report(visit)
    leader = at_desk(chromium, visit, "ingrid")
    path = f"/desk/cases/{newest(leader)}/"
    follow(leader, path)
    leader.locator("[data-declare] input[value=impartial]").check()
    leader.locator("[data-declare] [type=submit]").click()
    leader.get_by_role("tab", name="Varsleren").click()
    expect(leader.locator("[data-answers]")).to_contain_text("Navnet forseglet for seg")
    assert NAME not in leader.content()
    leader.get_by_text("Be om å åpne navnet").click()
    leader.get_by_label("En domstol har bestemt det").check()
    leader.get_by_label("Hvorfor du trenger navnet").fill("Retten vil høre et vitne.")
    leader.get_by_label("Det du sier til varsleren").fill("Retten krever navnet ditt.")
    assert axe(leader) == []
    leader.get_by_role("button", name="Si fra til varsleren og be om navnet").click()
    expect(leader.locator("[data-flash]")).to_contain_text("Varsleren har fått vite det")

    custodian = at_desk(chromium, visit, "solveig")
    follow(custodian, "/desk/identity/")
    expect(custodian.locator("[data-reason]").first).to_have_text("Retten vil høre et vitne.")
    assert axe(custodian) == []
    custodian.get_by_role("button", name="Si ja, gi min halvpart").first.click()
    expect(custodian.locator("[data-flash]")).to_be_visible()

    for _ in range(20):
        follow(leader, "/desk/cases/")
        follow(leader, path)
        leader.get_by_role("tab", name="Varsleren").click()
        shown = leader.get_by_role("button", name="Vis navnet")
        leader.wait_for_timeout(500)
        if shown.is_visible():
            break
    shown.click()
    expect(leader.locator("[data-name-shown]")).to_contain_text(NAME)
    assert NAME not in custodian.content()

    page = open_mailbox(visit, code)
    expect(page.locator("[data-identity]")).to_contain_text(
        "Noen ba om å åpne navnet ditt. Grunnlag: en domstol"
    )
    expect(page.locator("[data-identity]")).to_contain_text("Navnet ditt ble åpnet")
    expect(page.get_by_text("Retten krever navnet ditt.").first).to_be_visible()
    assert axe(page) == []
    leader.context.close()
    custodian.context.close()


def test_a_stranger_to_the_request_finds_no_page_of_sealed_names(chromium: Browser, visit: Visit) -> None:
    amir = at_desk(chromium, visit, "amir")

    answer = amir.goto(f"{visit.site.url}/desk/identity/")

    assert answer is not None
    assert answer.status == 404
    amir.context.close()
