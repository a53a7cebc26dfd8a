"""Every page of the desk, light and dark, narrow and wide: usable by all, and never wider than the screen."""

import pytest

from tests.browser import axe

pytestmark = pytest.mark.browser

LOOKS = [(360, "light"), (768, "light"), (768, "dark"), (1280, "light"), (1280, "dark")]

# By how many pixels the page, and on a phone rows that are cards, scroll sideways
OVER = """() => Math.max(...[document.documentElement, ...(innerWidth < 768 ? document.querySelectorAll('.w-scroll:has(.w-cards)') : [])]
  .map(part => part.scrollWidth - part.clientWidth))"""


def faults(page, *, by_night: bool) -> list[str]:
    """Return what axe finds, and whether the page, or rows that are cards on a phone, scroll sideways."""
    over = page.evaluate(OVER)
    return [*axe(page, by_night=by_night), *([f"scrolls sideways by {over} px"] if over > 1 else [])]


def faults_in_every_look(page, looks=LOOKS) -> list[str]:
    """Return what is wrong with a page that was loaded once, narrow and wide, light and dark."""
    found = []
    for width, scheme in looks:
        page.set_viewport_size({"width": width, "height": 860})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} {scheme}: {line}" for line in faults(page, by_night=scheme == "dark")]
    return found


def test_every_page_of_the_desk_can_be_used_by_everybody(colleague, site):
    case = site.case()
    ingrid = colleague("ingrid")
    found = {}

    def look(name: str) -> None:
        found[name] = faults_in_every_look(ingrid.page)

    ingrid.go("/desk/sign-in/")
    look("sign-in")
    ingrid.sign_in()
    look("needs me")
    ingrid.follow("/desk/cases/")
    look("cases")
    page = ingrid.follow(f"/desk/cases/{case['reference']}/")
    page.wait_for_selector("#answer-no")
    look("impartial")
    ingrid.go("/desk/")
    page = ingrid.follow(f"/desk/cases/{case['reference']}/")
    page.wait_for_selector("#answer-no")
    page.check("#answer-no")
    page.click("[data-declare] [type=submit]")
    page.wait_for_selector("[data-unlock]:visible")
    look("keys closed")
    page.fill("#unlock-passphrase", ingrid.secrets[1])
    page.press("#unlock-passphrase", "Enter")
    page.wait_for_selector("[data-sealed=open]:visible")
    for tab in page.locator("[data-tab]").evaluate_all("tabs => tabs.map(tab => tab.dataset.tab)"):
        page.click(f"#tab-{tab}")
        page.evaluate("for (const box of document.querySelectorAll('[data-record-box]')) box.open = true")
        if tab == "people":
            page.click("#share-open")
            page.wait_for_selector("[data-candidates] input")
        look(tab)
    ingrid.go("/desk/log/")
    look("log")
    ingrid.go("/desk/cases/CC-CC-CC/")
    look("not found")
    assert {name: lines for name, lines in found.items() if lines} == {}
