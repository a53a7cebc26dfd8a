"""The desk's tools, light and dark, narrow and wide: usable by all, and by keyboard alone."""

import pytest

from tests.desk.test_desk_accessible import faults_in_every_look
from tests.desk_tools.test_viewer import attach

pytestmark = pytest.mark.browser


def test_the_tools_can_be_used_by_everybody(colleague, site):
    ingrid = colleague("ingrid")
    page = ingrid.sign_in().page
    found = {}

    def look(name: str) -> None:
        found[name] = faults_in_every_look(page)

    ingrid.follow("/desk/cases/")
    page.click("[data-pick-open]")
    page.check("[data-pick] >> nth=0")
    look("list, choosing")
    page.fill("#search", "bridge")
    page.wait_for_selector("[data-found]:visible")
    look("search")
    ingrid.follow("/desk/elsewhere/")
    page.wait_for_selector("[data-readers] input")
    page.check("#channel-leader")
    look("elsewhere")
    ingrid.follow("/desk/handbook/")
    look("handbook")
    page = ingrid.open(site.case())
    attach(ingrid, "A file.", {"plain.txt": b"plain words"})
    page.click("[data-files] button:has-text('plain.txt')")
    page.frame_locator("[data-view-here] iframe").locator("pre", has_text="plain").wait_for()
    page.click("[data-viewer-save]")
    look("viewer")
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_searching_and_opening_what_was_found_needs_no_mouse(colleague, site):
    case = site.case()
    berit = colleague("berit").sign_in()
    berit.open(case)
    page = berit.follow("/desk/cases/")
    page.focus("#search")
    page.keyboard.type("bridge")
    page.wait_for_selector("[data-found]:visible")
    for _ in range(4):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('[data-found-list]') !== null"):
            break
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-sealed=open]:visible")
