"""What a person concerned is told goes on paper from the browser: those words and no others, and the log knows it was sent."""

import pytest

from tests.desk.forms import again, letter, write

pytestmark = pytest.mark.browser
NAME, TOLD, ENDED = (
    "Kari Nordmann, head of roads",
    "That two invoices are looked at.",
    "Nothing was found against you.",
)
PRINT = "window.print = () => { window.printed = document.querySelector('[data-paper]').innerText; window.shown = getComputedStyle(document.querySelector('[data-paper]')).display }"


def test_letters_are_printed_from_what_is_sealed_and_leave_nothing_on_the_page(colleague, site) -> None:
    case = site.case()
    amir = colleague("amir").sign_in()
    amir.open(case)
    letter(amir, "We have read it.", "Bekreftelsen er sendt")
    again(amir, case)
    write(
        amir,
        "person",
        {"role": "subject", "notice": "not_yet"},
        name=NAME,
        notice_text=TOLD,
        letter_text=ENDED,
    )
    page = amir.page
    page.click("#tab-persons")
    page.evaluate(PRINT)
    for which, mine, other in (("notice_text", TOLD, ENDED), ("letter_text", ENDED, TOLD)):
        page.click(f"[data-print={which}]:visible")
        printed = page.evaluate("window.printed")
        assert mine in printed
        assert "Amir Haddad" in printed, "whom to turn to"
        assert case["reference"] in printed
        assert other not in printed
        assert NAME not in printed, "an envelope is addressed by hand"
        page.emulate_media(media="print")
        assert page.locator("[data-paper]").evaluate("part => getComputedStyle(part).display") == "block"
        assert not page.locator(".w-case").is_visible()
        page.emulate_media(media="screen")
        page.evaluate("dispatchEvent(new Event('afterprint'))")
        assert page.locator("[data-paper]").inner_text() == ""
    write(amir, "person", {"notice": "letter", "letter": "on_paper"}, change=1)
    assert "Informert i brev på papir" in page.locator("[data-records=person]").inner_text()
