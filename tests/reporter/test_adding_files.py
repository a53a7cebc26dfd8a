"""Files come by choosing, dropping or the camera; a person may put the upload on pause and let it go on."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.reporter.conftest import Site, Visit
from tests.reporter.steps import BOKMAL, begin, on

pytestmark = pytest.mark.browser
DROP = """([selector, name, size]) => {
  const moved = new DataTransfer();
  moved.items.add(new File([new Uint8Array(size).fill(65)], name, {type: "text/plain"}));
  const part = document.querySelector(selector);
  const event = new DragEvent("drop", {bubbles: true, cancelable: true, dataTransfer: moved});
  part.dispatchEvent(event);
  return event.defaultPrevented;
}"""


def at_the_files(visit: Visit) -> Page:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Se filene.")
    on(page, 2)
    return page


def wait_for(page: Page, seen: list[Route]) -> None:
    for _ in range(100):
        if seen:
            return
        page.wait_for_timeout(100)
    pytest.fail("nothing was sent")


def test_a_dropped_file_is_taken_in_and_one_that_misses_takes_nothing_away(visit: Visit) -> None:
    page = at_the_files(visit)

    assert page.evaluate(DROP, ["body", "beside.txt", 10])  # the browser does not open it in the page's place
    assert page.evaluate(DROP, ["[data-step=files] [data-files]", "dropped.txt", 10])

    expect(page.locator(".w-file b")).to_have_text(["dropped.txt"])
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()


def test_uploads_wait_while_they_are_paused_and_go_on_afterwards(visit: Visit) -> None:
    page = at_the_files(visit)
    parts: list[str] = []
    let_go: list[Route] = []

    def slow(route: Route) -> None:
        parts.append(route.request.url)
        let_go.append(route) if len(parts) == 1 else route.continue_()

    page.route("**/api/uploads/*", slow)
    page.evaluate(DROP, ["[data-step=files] [data-files]", "long.txt", 4 * 2**20])
    wait_for(page, let_go)
    page.get_by_role("button", name="Sett opplastingen på pause").click()
    expect(page.get_by_text("Satt på pause ved")).to_be_visible()
    let_go[0].continue_()
    page.wait_for_timeout(1500)
    while_paused = len(parts)
    page.get_by_role("button", name="Fortsett opplastingen").click()

    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    assert while_paused == 1
    assert len(parts) >= 4


def test_sending_a_paused_report_lets_its_files_go_on(visit: Visit) -> None:
    page = at_the_files(visit)
    held: list[Route] = []
    page.route("**/api/uploads/*", lambda route: route.continue_() if held else held.append(route))
    page.evaluate(DROP, ["[data-step=files] [data-files]", "long.txt", 3 * 2**20])
    wait_for(page, held)
    page.get_by_role("button", name="Sett opplastingen på pause").click()
    held[0].continue_()
    on(page)
    page.get_by_role("button", name=BOKMAL["skip"]).click()

    page.get_by_role("button", name=BOKMAL["send"]).click()

    expect(page.get_by_role("heading", name=BOKMAL["sent"])).to_be_visible()


def test_a_phone_offers_its_camera_and_a_desk_top_does_not(chromium: Browser, site: Site) -> None:
    for touch in (True, False):
        context = chromium.new_context(
            has_touch=touch, is_mobile=touch, viewport={"width": 360, "height": 740}
        )
        context.set_default_timeout(30_000)
        visit = Visit(context, site)
        page = at_the_files(visit)
        camera = page.locator("[data-step=files]").get_by_role("button", name="Ta et bilde")
        expect(camera).to_be_visible() if touch else expect(camera).to_be_hidden()
        field = page.locator("[data-step=files] [data-files-photo]")
        assert (field.get_attribute("capture"), field.get_attribute("accept")) == ("environment", "image/*")
        context.close()
