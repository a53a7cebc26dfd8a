"""What must not be kept goes from both browsers, and what is left says so; what is internal is shown and kept back."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.forms import again, hush, letter, write
from tests.desk.witness import attending

pytestmark = pytest.mark.browser
STRAY = "She has a diagnosis that is nobody's business here"


def test_message_and_file_go_and_both_browsers_say_who_removed_them(
    colleague, site, chromium: Browser
) -> None:
    case = site.case(files=True)
    ingrid, berit = colleague("ingrid").sign_in(), colleague("berit").sign_in()
    berit.open(case)
    page = ingrid.open(case)
    letter(ingrid, "We have read it.", "Bekreftelsen er sendt")
    again(ingrid, case)
    page.click("#tab-notes")
    page.fill("#note-text", STRAY)
    hush(ingrid)
    page.click("[data-note] [data-send]")
    ingrid.told("Notatet er lagret")
    page.click("#tab-persons")
    named = page.locator("[data-kind=removal] [data-code=items] option").all_text_contents()
    assert any(f"Notat, Du, {_today(site)}: {STRAY[:40]}" in each for each in named), named
    drafts = page.locator("[data-kind=internal] [data-code=items] option").all_text_contents()
    assert len(drafts) == 2, "one note of our own, and nothing that came from outside"

    with attending(Path(site.folder)):
        for which in ("Notat", "Fil, Varsleren"):
            value = page.locator("[data-kind=removal] [data-code=items] option", has_text=which).first
            codes = {"items": value.get_attribute("value"), "why": "special_category"}
            write(ingrid, "removal", codes, reason="Not ours to keep.")
            again(berit, case)
            berit.page.click("#tab-persons")
            berit.page.locator("[data-kind=removal] [data-agree-form]:visible [value=yes]").click()
            berit.told("Du har godtatt det")

    again(ingrid, case)
    assert not page.locator("[data-alarm]").is_visible()
    page.click("#tab-notes")
    gone = page.locator("[data-notes]").inner_text()
    assert "av Ingrid Solvang, og Berit Nyhus godtok det: Helse eller andre følsomme opplysninger" in gone
    assert STRAY not in page.content()
    page.click("#tab-files")
    expect(page.locator("[data-files]")).to_contain_text("Ingen kan åpne det lenger")
    page.click("#tab-persons")
    assert "Ferdig" in page.locator("[data-records=removal]").inner_text()
    _look(page, "desk")

    theirs = chromium.new_page()
    theirs.goto(f"{site.url}/nb/mailbox/")
    theirs.fill("#code", case["code"])
    theirs.keyboard.press("Enter")
    told = theirs.locator(".w-msg.removed")
    expect(told).to_contain_text("Ingrid Solvang fjernet en fil fra deg eller oss", timeout=20_000)
    expect(told).to_contain_text("det handlet om helse eller andre følsomme forhold")
    assert not theirs.locator("[data-alarm]").is_visible()
    _look(theirs, "mailbox")
    theirs.close()


def test_what_is_marked_internal_says_so_and_an_answer_on_paper_names_it_without_a_word_of_it(
    colleague, site
) -> None:
    case = site.case()
    amir = colleague("amir").sign_in()
    page = amir.open(case)
    letter(amir, "We have read it.", "Bekreftelsen er sendt")
    again(amir, case)
    write(amir, "task", {"state": "open"}, what=STRAY)
    again(amir, case)
    page.click("#tab-persons")
    value = page.locator(
        "[data-kind=internal] [data-code=items] option", has_text="Oppgaver 1"
    ).get_attribute("value")
    write(amir, "internal", {"items": value, "state": "on"}, reason="A plan of ours.")
    assert "intern saksforberedelse" in page.locator("[data-records=task]").inner_text().lower()
    codes = {"right": "access", "state": "partly", "extended": "no", "withheld": ["1"]}
    write(amir, "request", codes, what="Kari asks.", answer="Here is what we have.")
    page.evaluate(
        "window.print = () => { window.printed = document.querySelector('[data-paper]').innerText }"
    )
    page.click("[data-print=answer]:visible")
    printed = page.evaluate("window.printed")
    assert "Here is what we have." in printed
    assert re.search(r"personopplysningsloven § 16\):\s+– Oppgaver 1", printed)
    assert STRAY not in printed
    _look(page, "internal")


def _today(site) -> str:
    months = [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ]
    return f"{site.today().day}. {months[site.today().month - 1]} {site.today().year}"


def _look(page, name: str) -> None:
    """Keep a picture when asked to."""
    import os

    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)
