"""Files come by choosing, dropping or the camera; a person may put the upload on pause and let it go on."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.reporter.conftest import Site, Visit
from tests.reporter.steps import BOKMAL, begin, on, open_mailbox, send, words_of

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


def held_first(page: Page) -> list[Route]:
    """Hold the first part of the first file on its way; all others pass."""
    held: list[Route] = []
    page.route("**/api/uploads/*", lambda route: route.continue_() if held else held.append(route))
    return held


def test_one_file_waits_while_the_next_goes_on(visit: Visit) -> None:
    page = at_the_files(visit)
    held = held_first(page)
    page.evaluate(DROP, ["[data-step=files] [data-files]", "long.txt", 3 * 2**20])
    wait_for(page, held)
    page.evaluate(DROP, ["[data-step=files] [data-files]", "next.txt", 10])
    long, other = page.locator(".w-file").nth(0), page.locator(".w-file").nth(1)
    expect(other).to_contain_text("Venter")

    long.get_by_role("button", name="Sett filen på pause long.txt").click()
    held[0].continue_()

    expect(other).to_contain_text("Forseglet og lastet opp")
    expect(long).to_contain_text("Satt på pause ved")
    long.get_by_role("button", name="La filen gå videre long.txt").click()
    expect(long).to_contain_text("Forseglet og lastet opp")
    expect(long.get_by_role("button", name="Sett filen på pause")).to_be_hidden()


def test_a_file_that_finds_no_room_is_left_out_and_the_report_goes(visit: Visit) -> None:
    page = at_the_files(visit)
    page.evaluate(DROP, ["[data-step=files] [data-files]", "first.txt", 10])
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    page.route("**/api/uploads", lambda route: route.fulfill(status=503, json={"code": "upload.no_room"}))
    page.evaluate(DROP, ["[data-step=files] [data-files]", "large.txt", 10])
    expect(page.locator(".w-file").nth(1)).to_contain_text("ikke plass til denne filen i dag")

    on(page)
    page.get_by_role("button", name=BOKMAL["skip"]).click()
    expect(page.locator("[data-sum-files]")).to_have_text("first.txt")
    expect(page.locator("[data-sum-full]")).to_contain_text("large.txt")
    page.get_by_role("button", name=BOKMAL["send"]).click()

    left_out = page.locator("[data-left-out]")
    expect(left_out).to_contain_text("Blir ikke med, for det er ikke plass i dag: large.txt")
    words = words_of(page)
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    page = open_mailbox(visit, " ".join(words))
    expect(page.locator(".w-msg .w-plain button")).to_have_count(1)
    expect(page.locator("[data-alarm]")).to_be_hidden()


def test_a_report_waits_by_itself_until_there_is_room(visit: Visit) -> None:
    page = at_the_files(visit)
    sent: list[str] = []

    def full_twice(route: Route) -> None:
        sent.append(str(route.request.post_data))
        route.fulfill(status=503, json={"code": "report.no_room"}) if len(sent) < 3 else route.continue_()

    page.route("**/api/reports", full_twice)
    on(page)
    page.get_by_role("button", name=BOKMAL["skip"]).click()
    page.get_by_role("button", name=BOKMAL["send"]).click()

    expect(page.get_by_text("Ditt venter her og blir sendt av seg selv")).to_be_visible()
    expect(page.get_by_role("heading", name=BOKMAL["sent"])).to_be_visible(timeout=40_000)
    assert len(set(sent)) == 1, "the same sealed report each time"


def test_an_answer_from_the_mailbox_waits_for_its_files(visit: Visit) -> None:
    words = send(begin(visit), "Mer kommer.")
    page = open_mailbox(visit, " ".join(words))
    expect(page.get_by_role("heading", name=BOKMAL["received"])).to_be_visible()
    held = held_first(page)
    page.evaluate(DROP, ["[data-answer] [data-files]", "late.txt", 3 * 2**20])
    wait_for(page, held)
    page.get_by_role("button", name="Sett filen på pause late.txt").click()

    page.get_by_role("button", name="Send meldingen").click()
    held[0].continue_()

    expect(page.locator(".w-msg .w-plain button")).to_have_count(1)


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
