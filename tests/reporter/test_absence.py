"""A page that nobody touches does not show for ever what was written, and loses none of it."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import axe_by_day_and_night
from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, on, open_mailbox, send, squeezed

pytestmark = pytest.mark.browser
SECRET = "Jeg så at fakturaene ble delt."
HALF = "Og så var det enda en ting"


def opened(visit: Visit) -> tuple[Page, str]:
    """Somebody with a mailbox open, on a page whose clock can be moved."""
    words = " ".join(send(begin(visit), SECRET))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    visit.page.clock.install()
    page = open_mailbox(visit, words)
    expect(page.get_by_text(SECRET)).to_be_visible()
    return page, words


def held(page: Page) -> str:
    """Everything that stands in the page, in its fields too."""
    return str(
        page.evaluate(
            "document.documentElement.outerHTML + [...document.querySelectorAll('textarea, input')].map(e => e.value).join()"
        )
    )


def open_again(page: Page, words: str) -> None:
    page.get_by_label(BOKMAL["code"]).fill(words)
    page.get_by_role("button", name=BOKMAL["open"]).click()


def test_a_mailbox_that_nobody_touches_warns_and_whoever_is_there_stays_where_they_were(visit: Visit) -> None:
    page, _words = opened(visit)
    page.get_by_label("Meldingen din").fill(HALF)
    page.clock.fast_forward("14:50")
    expect(page.get_by_text(SECRET)).to_be_visible()
    page.get_by_label("Meldingen din").press("End")
    page.clock.fast_forward("14:50")
    expect(page.get_by_text(SECRET)).to_be_visible()  # a key was pressed in between

    page.clock.fast_forward("00:15")

    expect(page.get_by_role("heading", name="Er du der fortsatt?")).to_be_focused()
    expect(page.get_by_text(SECRET)).to_be_hidden()
    expect(page.locator("[data-left]")).to_have_text(re.compile(r"^Den lukker seg om (2:00|1:5\d)$"))
    expect(page.locator("[data-left-said]")).to_have_text(re.compile(r"^1[12]\d sekunder igjen"))
    found = [*axe_by_day_and_night(page, "away"), *squeezed(page, "away")]
    page.clock.fast_forward("01:00")
    page.mouse.click(5, 5)  # a touch beside the button says nothing: it could be anybody's
    expect(page.get_by_text(SECRET)).to_be_hidden()
    page.get_by_role("button", name="Vis meldingsboksen").click()

    expect(page.get_by_text(SECRET)).to_be_visible()
    expect(page.get_by_label("Meldingen din")).to_have_value(HALF)
    expect(page.get_by_label("Meldingen din")).to_be_focused()
    page.clock.fast_forward("14:00")
    expect(page.get_by_text(SECRET)).to_be_visible()  # the time begins anew, as often as one likes
    assert found == []


def test_then_it_closes_and_the_code_brings_back_what_was_not_sent(visit: Visit) -> None:
    page, words = opened(visit)
    page.get_by_label("Meldingen din").fill(HALF)
    page.get_by_text("Har du blitt straffet").click()
    page.locator("#punished-b").check()
    page.locator("#punished-more").fill("De flyttet meg.")
    page.set_input_files(
        "[data-answer] input[type=file]",
        [{"name": "bevis.txt", "mimeType": "text/plain", "buffer": b"seen"}],
    )
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()

    page.clock.fast_forward("17:05")  # as when a phone slept

    expect(page.get_by_role("heading", name="Meldingsboksen er lukket")).to_be_visible()
    expect(page.get_by_text("Det kommer tilbake når du åpner med koden.")).to_be_visible()
    everything = held(page)
    for said in (SECRET, HALF, "De flyttet meg", "bevis.txt", "Ingrid Solvang"):
        assert said not in everything
    found = [*axe_by_day_and_night(page, "closed"), *squeezed(page, "closed")]
    assert found == []

    open_again(page, words)

    expect(page.get_by_text(SECRET)).to_be_visible()
    expect(page.get_by_label("Meldingen din")).to_have_value(HALF)
    expect(page.locator("#punished-b")).to_be_checked()
    expect(page.locator("#punished-more")).to_be_visible()
    expect(page.locator("#punished-more")).to_have_value("De flyttet meg.")
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    page.get_by_role("button", name="Send meldingen").click()
    expect(page.get_by_text("Sendt.", exact=True)).to_be_visible()
    expect(page.locator("[data-thread] .w-msg").first).to_contain_text(HALF)
    expect(page.locator("[data-thread] .w-msg").first).to_contain_text("bevis.txt")
    expect(page.locator("[data-alarm]")).to_be_hidden()
    assert visit.problems == []


def test_no_other_code_gets_at_what_was_not_sent(visit: Visit) -> None:
    other = " ".join(send(begin(visit), "Noe helt annet."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    page, words = opened(visit)
    page.get_by_label("Meldingen din").fill(HALF)
    page.clock.fast_forward("17:05")
    expect(page.get_by_role("heading", name="Meldingsboksen er lukket")).to_be_visible()

    open_again(page, other)
    expect(page.get_by_text("Noe helt annet.")).to_be_visible()
    assert HALF not in held(page)
    page.clock.fast_forward("17:05")
    expect(page.get_by_role("heading", name="Meldingsboksen er lukket")).to_be_visible()
    open_again(page, words)

    expect(page.get_by_text(SECRET)).to_be_visible()
    expect(page.get_by_label("Meldingen din")).to_have_value(HALF)


def test_a_form_that_nobody_touches_is_covered_and_loses_nothing(visit: Visit) -> None:
    visit.page.clock.install()
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill(SECRET)

    page.clock.fast_forward("15:05")

    expect(page.get_by_role("heading", name="Er du der fortsatt?")).to_be_focused()
    expect(page.get_by_label(BOKMAL["story"])).to_be_hidden()
    assert [*axe_by_day_and_night(page, "covered"), *squeezed(page, "covered")] == []
    page.clock.fast_forward("05:00:00")  # nothing else happens, however long it takes
    page.get_by_role("button", name="Vis det jeg skrev").click()
    expect(page.get_by_label(BOKMAL["story"])).to_have_value(SECRET)


def test_the_code_is_hidden_when_nobody_is_there_and_waits_for_its_owner(visit: Visit) -> None:
    visit.page.clock.install()
    page = begin(visit)
    words = send(page, SECRET)

    page.clock.fast_forward("15:05")

    expect(page.get_by_text("Derfor er koden skjult.")).to_be_visible()
    assert not set(words) & set(page.locator(".w-code .o").all_inner_texts())
    page.clock.fast_forward("05:00:00")
    page.get_by_role("button", name="Vis", exact=True).click()
    assert page.locator(".w-code .o").all_inner_texts() == words
    page.clock.fast_forward("15:05")
    expect(page.get_by_text("Derfor er koden skjult.")).to_be_visible()
