"""The pages are light, and work with the keyboard, on narrow screens, in light and dark, and for axe."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser import axe_by_day_and_night
from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, on, open_mailbox, squeezed, words_of
from tests.serving import ROOT
from whistle.channel.pages import PAGES
from whistle.organisations.languages import INSTALLED

pytestmark = pytest.mark.browser


def test_with_the_keyboard_alone_a_report_gets_all_the_way(visit: Visit) -> None:
    page = visit.go("/")

    def reach(name: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if name in page.evaluate("document.activeElement.innerText || document.activeElement.id"):
                return
        pytest.fail(f"the keyboard does not reach {name}")

    reach(BOKMAL["begin"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Hvem gjelder det?")).to_be_focused()
    reach("about-supplier")
    page.keyboard.press("Space")
    for _ in range(2):
        reach(BOKMAL["next"])
        page.keyboard.press("Enter")
    reach("story")
    page.keyboard.type("Skrevet uten mus.")
    chosen = (
        "danger-no",
        "",
        "category-A3",
        "",
        "behalf-self",
        "relation-staff",
        "duty-no",
        "fear-no",
        "talk-write",
        "",
    )
    for choice in chosen:
        reach(BOKMAL["next"])
        page.keyboard.press("Enter")
        if choice:
            reach(choice)
            page.keyboard.press("Space")
    reach(BOKMAL["send"])
    page.keyboard.press("Enter")

    assert len(words_of(page)) == 8


@pytest.mark.parametrize("language", INSTALLED)
def test_axe_finds_nothing_on_any_page_in_light_and_dark(visit: Visit, language: str) -> None:
    found = []
    for tail in (*PAGES.values(), "../nothing/"):
        page = visit.go(f"/{language}/{tail}")
        page.wait_for_load_state("networkidle")
        found += axe_by_day_and_night(page, f"{language}/{tail}")

    assert found == []


def test_axe_finds_nothing_in_the_form_and_the_mailbox_and_nothing_is_squeezed(visit: Visit) -> None:
    found: list[str] = []
    visit.page.set_viewport_size({"width": 320, "height": 640})

    def look(where: str) -> None:
        found.extend(axe_by_day_and_night(visit.page, where))
        found.extend(squeezed(visit.page, where))

    page = begin(visit)
    page.get_by_label("Kommunedirektøren").check()
    look("about")
    on(page)
    look("readers")
    on(page)
    on(page)
    look("story, empty")
    page.get_by_label(BOKMAL["story"]).fill("Noe er galt. " * 50)
    look("story")
    on(page)
    page.locator("#danger-yes").check()
    page.get_by_label("Si fra til dem på listen").check()
    look("danger")
    on(page)
    page.set_input_files(
        "[data-step=files] input[type=file]", [{"name": "en lang " * 9, "mimeType": "", "buffer": b"x"}]
    )
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    look("files")
    on(page)
    look("category")
    on(page)
    page.get_by_label("Fortrolig").check()
    on(page)
    look("who, without a name")
    page.get_by_label("Navnet ditt").fill("Kari")
    for question in ("behalf", "relation", "duty", "fear", "talk"):
        on(page)
        page.locator(f"[data-step={question}] input").last.check()
        look(question)
    on(page)
    look("send")
    page.get_by_role("button", name=BOKMAL["send"]).click()
    words = words_of(page)
    look("sent")
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    look("kept")
    open_mailbox(visit, "1 2 3")
    expect(page.locator("[data-code-error]")).to_be_visible()
    look("wrong code")
    page.get_by_label(BOKMAL["code"]).fill(" ".join(words))
    page.get_by_role("button", name=BOKMAL["open"]).click()
    expect(page.get_by_role("heading", name=BOKMAL["received"])).to_be_visible()
    look("mailbox")

    assert found == []


@pytest.mark.parametrize("language", INSTALLED)
def test_nothing_on_any_page_is_squeezed_at_320_pixels(visit: Visit, language: str) -> None:
    """The width of the smallest phones, and of a window of 1280 at 400 %."""
    visit.page.set_viewport_size({"width": 320, "height": 256})
    paths = [f"/{language}/{tail}" for tail in PAGES.values()]
    paths += [f"/plain/{language}/", f"/plain/{language}/mailbox/"]

    assert [each for path in paths for each in squeezed(visit.go(path), path)] == []


def test_the_languages_stand_on_one_line_on_a_tablet(visit: Visit) -> None:
    visit.page.set_viewport_size({"width": 768, "height": 1024})
    shown = visit.go("/nb/").locator(".w-langs.w-only-wide a")

    assert shown.count() == len(INSTALLED)
    assert len({box["y"] for each in shown.all() if (box := each.bounding_box())}) == 1


def test_first_visit_until_a_reporter_can_type_is_light(
    visit: Visit, capsys: pytest.CaptureFixture[str]
) -> None:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).click()
    page.wait_for_load_state("networkidle")

    own = {url.removeprefix(visit.site.url): weight for url, weight in visit.weights.items()}
    light = sum(weight for path, weight in own.items() if "/api/" not in path)
    with capsys.disabled():
        print(f"\nfirst visit: {len(own)} requests, {light} bytes of page, style and script: {own}")
    assert len(own) <= 6
    assert light <= 60_000


def test_no_page_asks_for_what_the_style_leaves_out() -> None:
    """What stands in `unused.mjs` stands in no template that wears the reporter's style, and no script puts it there."""
    table = (ROOT / "whistle/browser/unused.mjs").read_text().partition("UNUSED = [")[2].partition("];")[0]
    unused = re.findall(r"""["'](\.|\[)([\w-]+)(?:="?([\w-]+)"?)?["']""", table)
    templates = ROOT / "templates"
    places = [
        *templates.glob("reporter/**/*.html"),
        *templates.glob("components/*.html"),
        *templates.glob("base*.html"),
    ]
    pages = re.sub(r"{[{%#].*?[#%}]}", "", "".join(path.read_text() for path in places))
    scripts = "".join(path.read_text() for path in (ROOT / "whistle/browser/reporter").rglob("*.js"))

    assert len(unused) == table.count(", ") + table.count(",\n")
    for kind, name, value in unused:
        if kind == ".":
            asked = re.search(rf"(?<![\w-]){name}(?![\w-])", pages + scripts)
        else:
            given = rf"""=["']?{value}(?![\w-])""" if value else ""
            asked = re.search(rf"<[^>]*\s{name}(?![\w-]){given}", pages)
            asked = asked or re.search(rf"""Attribute\("{name}\"""", scripts)
        assert asked is None, f"{asked and asked[0]}: take {name} out of unused.mjs"


def test_a_script_that_was_changed_on_the_way_does_not_run(visit: Visit) -> None:
    def change(route: object) -> None:
        route.fulfill(body=route.fetch().text() + "\n//", content_type="text/javascript")  # type: ignore[attr-defined]

    visit.page.route("**/static/reporter-*.js", change)
    page = visit.go("/")
    page.wait_for_timeout(3500)

    expect(page.locator("[data-without-script]")).to_be_visible()
    page.get_by_role("link", name=BOKMAL["begin"]).click()
    expect(page.get_by_role("heading", name="Varsle uten skript")).to_be_visible()
