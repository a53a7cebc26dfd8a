"""With script off the whole way is there: the report, its code, and the mailbox."""

import re

import pytest
from playwright.sync_api import Browser, expect

from tests.browser import axe, axe_by_day_and_night
from tests.reporter.conftest import Site, Visit
from tests.reporter.steps import BOKMAL
from tests.reporter.test_contact import letter, newest, remember
from whistle.client.box import File
from whistle.organisations.languages import INSTALLED

pytestmark = pytest.mark.browser


def test_without_script_a_report_is_sent_and_its_mailbox_opened(chromium: Browser, site: Site) -> None:
    context = chromium.new_context(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url + "/")
    page.get_by_role("link", name=BOKMAL["begin"]).click()
    expect(page.get_by_role("heading", name="Varsle uten skript")).to_be_visible()
    page.get_by_label(BOKMAL["story"]).fill("Skrevet uten skript.")
    page.get_by_text("Flere spørsmål").click()
    page.get_by_label("Innkjøp og kontrakter").check()
    page.get_by_role("button", name=BOKMAL["send"]).click()
    digits = re.findall(r"\b\d{4}\b", page.locator(".w-hash").first.inner_text())[:8]
    assert len(digits) == 8

    page.goto(site.url + "/plain/nb/mailbox/")
    page.get_by_label(BOKMAL["code"]).fill(" ".join(digits))
    page.get_by_role("button", name=BOKMAL["open"]).click()

    expect(page.get_by_text("Skrevet uten skript.")).to_be_visible()
    context.close()


@pytest.mark.parametrize("language", INSTALLED)
def test_axe_finds_nothing_on_the_plain_pages_and_nothing_scrolls_sideways(
    visit: Visit, language: str
) -> None:
    visit.page.set_viewport_size({"width": 320, "height": 640})
    found = []
    for tail in ("", "mailbox/"):
        page = visit.go(f"/plain/{language}/{tail}")
        for summary in page.locator("summary").all():
            summary.click()
        found += axe_by_day_and_night(page, f"plain {language} {tail}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tail

    assert found == []


def test_axe_finds_nothing_in_the_mailbox_without_script_whatever_it_asks(visit: Visit) -> None:
    remember(visit)
    visit.page.set_viewport_size({"width": 320, "height": 640})
    page = visit.go("/plain/nb/")
    page.get_by_label(BOKMAL["story"]).fill("Skrevet uten skript.")
    page.get_by_role("button", name=BOKMAL["send"]).click()
    digits = " ".join(re.findall(r"\b\d{4}\b", page.locator(".w-hash").first.inner_text())[:8])
    found = axe(page)
    case = newest(visit)
    case.acknowledge("Vi har fått varselet.")
    case.answer(
        "Her er en fil.", [File("et veldig langt navn på en fil.pdf", "application/pdf", b"%PDF" * 99)]
    )
    letter(case, type="minutes", text="Du fortalte om to fakturaer.", held_on="2026-11-20")
    letter(case, type="meeting", text="Passer dette?", how="meet", slots=["2026-12-01T10:00"])

    page.goto(visit.site.url + "/plain/nb/mailbox/")
    page.get_by_label(BOKMAL["code"]).fill(digits)
    page.get_by_role("button", name=BOKMAL["open"]).click()
    for summary in page.locator("summary").all():
        summary.click()
    found += axe_by_day_and_night(page, "mailbox")

    assert found == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
