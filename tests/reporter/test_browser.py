"""A person with a phone sends a report, comes back, and leaves no trace; in real Chromium under the real policy."""

import json
import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.reporter.conftest import Visit
from whistle.channel.pages import LANGUAGES, PAGES
from whistle.client.desk import Desk, Person

pytestmark = pytest.mark.browser

BOKMAL = {
    "begin": "Jeg vil varsle",
    "next": "Neste",
    "story": "Hva har skjedd?",
    "send": "Send varselet",
    "sent": "Varselet er sendt.",
    "kept": "Jeg har tatt vare på koden",
    "code": "Sakskode",
    "open": "Åpne",
    "received": "Vi har mottatt varselet ditt",
}


def begin(visit: Visit, path: str = "/") -> Page:
    page = visit.go(path)
    page.get_by_role("link", name=BOKMAL["begin"]).click()
    expect(page.get_by_role("heading", name="Hvem gjelder det?")).to_be_visible()
    return page


def on(page: Page, times: int = 1) -> None:
    for _ in range(times):
        page.get_by_role("button", name=BOKMAL["next"]).click()


def send(page: Page, text: str, files: list[dict[str, object]] | None = None) -> list[str]:
    """Go through the form from its second question, and return the words of the code."""
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill(text)
    on(page)
    if files:
        page.set_input_files("[data-step=files] input[type=file]", files)
        expect(page.get_by_text(re.compile("Forseglet og lastet opp"))).to_have_count(len(files))
    on(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    return words_of(page)


def words_of(page: Page) -> list[str]:
    expect(page.get_by_role("heading", name=BOKMAL["sent"])).to_be_visible()
    return page.locator(".w-code .o").all_inner_texts()


def open_mailbox(visit: Visit, code: str) -> Page:
    page = visit.go("/nb/mailbox/")
    page.get_by_label(BOKMAL["code"]).fill(code)
    page.get_by_role("button", name=BOKMAL["open"]).click()
    return page


def desk(visit: Visit, name: str = "ingrid") -> Desk:
    username, passphrase, totp = visit.site.people["fjellvik"][name]
    return Desk(visit.site.url, Person(username, passphrase, totp))


def test_report_with_a_photo_is_read_in_the_mailbox_and_the_photo_comes_back_whole(visit: Visit) -> None:
    photo = bytes(range(256)) * 9000
    page = begin(visit)
    page.get_by_label("Leverandør eller virksomhet").check()

    words = send(
        page, "Fakturaene er delt.", [{"name": "Bilde 1.jpg", "mimeType": "image/jpeg", "buffer": photo}]
    )
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    page = open_mailbox(visit, "-".join(words).upper())

    expect(page.get_by_role("heading", name=BOKMAL["received"])).to_be_visible()
    expect(page.locator("[data-thread] .w-said")).to_have_text("Fakturaene er delt.")
    with page.expect_download() as download:
        page.get_by_role("button", name="Bilde 1.jpg").click()
    with open(download.value.path(), "rb") as saved:
        assert saved.read() == photo
    assert visit.problems == []


def test_digits_open_the_mailbox_as_well_as_words_and_more_can_be_written(visit: Visit) -> None:
    page = begin(visit)
    send(page, "Noe er galt.")
    digits = page.locator(".w-code .g").all_inner_texts()
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    page = open_mailbox(visit, " ".join(digits))
    page.get_by_label("Meldingen din").fill("Her er mer.\n\nTo avsnitt.")
    page.set_input_files("[data-answer] input[type=file]", [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}])
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    page.get_by_role("button", name="Send meldingen").click()

    expect(page.get_by_text("Sendt.")).to_be_visible()
    expect(page.locator("[data-thread] .w-msg")).to_have_count(2)
    expect(page.locator("[data-alarm]")).to_be_hidden()


def test_a_wrong_word_is_caught_before_the_mailbox_is_asked(visit: Visit) -> None:
    page = begin(visit)
    words = send(page, "Noe er galt.")
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    page = open_mailbox(visit, " ".join([words[1], words[0], *words[2:]]))

    expect(page.locator("[data-code-error]")).to_contain_text("byttet plass")
    assert not any(url.endswith("/mailbox/open") for url in visit.requests)


def test_a_strangers_code_opens_nothing(visit: Visit) -> None:
    page = open_mailbox(visit, "0000 0001 0002 0003 0004 0005 0006 3107")

    expect(page.locator("[data-code-error]")).to_contain_text("fant ikke noe varsel")
    expect(page.locator("[data-view=box]")).to_be_hidden()


def test_who_is_taken_off_the_list_gets_no_key_and_the_substitute_steps_in(visit: Visit) -> None:
    sent: list[dict[str, object]] = []
    visit.context.on("request", lambda r: r.url.endswith("/api/reports") and sent.append(json.loads(r.post_data)))
    page = begin(visit)
    page.get_by_label("Kommunedirektøren").check()
    on(page)

    inside = page.locator("[data-people-in] b").all_inner_texts()
    outside = page.locator("[data-people-out] b").all_inner_texts()
    expect(page.locator("[data-alternate]")).to_be_visible()
    on(page)
    page.get_by_label(BOKMAL["story"]).fill("Det gjelder kommunedirektøren.")
    on(page, 2)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    words_of(page)

    card = json.loads(page.request.get(f"{visit.site.url}/api/org.json").text())
    roster = json.loads(__import__("base64").b64decode(card["roster"]["document"]))
    named = {person["name"]: person["key_id"] for person in (*roster["readers"], *roster["alternates"])}
    sealed_to = {seal["key_id"] for seal in sent[0]["seals"]}  # type: ignore[attr-defined]
    assert inside and outside and not set(inside) & set(outside)
    assert {named[name] for name in inside} < sealed_to
    assert not {named[name] for name in outside} & sealed_to
    assert roster["recovery"]["alternate"] in sealed_to and roster["recovery"]["ordinary"] not in sealed_to


def test_a_list_that_the_root_key_has_not_signed_is_refused_and_nothing_can_be_written(visit: Visit) -> None:
    def forge(route: object) -> None:
        card = route.fetch().json()  # type: ignore[attr-defined]
        card["roster"]["signature"] = "A" * 86 + "=="
        route.fulfill(json=card)  # type: ignore[attr-defined]

    visit.page.route("**/api/org.json", forge)
    page = visit.go("/")
    page.get_by_role("link", name=BOKMAL["begin"]).click()

    expect(page.get_by_role("heading", name="Ikke skriv her nå")).to_be_visible()
    expect(page.get_by_label(BOKMAL["story"])).to_be_hidden()


def test_without_network_the_text_stays_and_sending_again_makes_one_report(visit: Visit) -> None:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Alt jeg har skrevet.")
    on(page, 2)
    visit.context.set_offline(True)
    page.get_by_role("button", name=BOKMAL["send"]).click()

    expect(page.get_by_role("heading", name="Varselet er ikke sendt")).to_be_visible()
    visit.context.set_offline(False)
    page.get_by_role("button", name="Prøv å sende igjen").click()

    assert len(words_of(page)) == 8


def test_text_changed_after_a_lost_answer_arrives_too_and_the_first_is_not_sent_twice(visit: Visit) -> None:
    answers: list[int] = []

    def lose_the_first(route: object) -> None:
        answers.append(route.fetch().status)  # type: ignore[attr-defined]
        route.abort() if len(answers) == 1 else route.continue_()  # type: ignore[attr-defined]

    visit.page.route("**/api/reports", lose_the_first)
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Første utgave.")
    on(page, 2)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    page.get_by_role("button", name="Tilbake til varselet").click()
    page.get_by_role("button", name="Endre det du har skrevet").click()
    page.get_by_label(BOKMAL["story"]).fill("Andre utgave.")
    on(page, 2)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    words = words_of(page)
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    page = open_mailbox(visit, " ".join(words))

    expect(page.locator("[data-thread] .w-said")).to_have_text(["Andre utgave.", "Første utgave."])
    expect(page.locator("[data-alarm]")).to_be_hidden()


def test_a_file_taken_away_leaves_no_gap_that_a_reader_would_wonder_about(visit: Visit) -> None:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("To filer, den ene angret jeg på.")
    on(page)
    files = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"file %d" % n} for n in (1, 2, 3)]
    page.set_input_files("[data-step=files] input[type=file]", files)
    expect(page.get_by_text("Forseglet og lastet opp")).to_have_count(3)
    page.get_by_role("button", name="Fjern 1.txt").click()
    page.get_by_role("button", name="Fjern 2.txt").click()
    on(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    words = words_of(page)
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    page = open_mailbox(visit, " ".join(words))

    expect(page.get_by_role("button", name="3.txt")).to_be_visible()
    expect(page.locator("[data-view=box]").get_by_role("button", name=re.compile(r"\.txt"))).to_have_count(1)
    expect(page.locator("[data-alarm]")).to_be_hidden()


def test_nothing_is_left_in_the_browser_and_the_address_never_holds_the_code(visit: Visit) -> None:
    page = begin(visit)
    words = send(page, "Noe er galt.")
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    page = open_mailbox(visit, " ".join(words))
    expect(page.get_by_role("heading", name=BOKMAL["received"])).to_be_visible()

    kept = page.evaluate(
        "async () => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie, document.title,"
        " (await indexedDB.databases()).length, (await caches.keys()).length,"
        " (await navigator.serviceWorker.getRegistrations()).length]"
    )

    assert kept == [[], [], "", "Fjellvik kommune", 0, 0, 0]
    assert visit.context.cookies() == []
    assert not any(word in url for url in visit.requests for word in words)
    assert all(url.startswith(visit.site.url) for url in visit.requests)


def test_escape_twice_leaves_at_once_and_the_way_back_shows_nothing(visit: Visit) -> None:
    visit.context.route("https://www.yr.no/**", lambda route: route.fulfill(body="weather", content_type="text/html"))
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Hemmelig tekst.")

    page.keyboard.press("Escape")
    page.keyboard.press("Escape")

    expect(page).to_have_url("https://www.yr.no/")
    page.go_back()
    assert "Hemmelig" not in page.content()


def test_the_back_button_goes_one_question_back_and_keeps_the_text(visit: Visit) -> None:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Dette skal stå.")

    page.go_back()
    expect(page.get_by_role("heading", name="Hvem kan lese varselet?")).to_be_visible()
    on(page)

    expect(page.get_by_label(BOKMAL["story"])).to_have_value("Dette skal stå.")


def test_the_code_can_be_hidden_and_is_gone_when_it_has_been_kept(visit: Visit) -> None:
    page = begin(visit)
    words = send(page, "Noe er galt.")

    page.get_by_role("button", name="Skjul").click()
    hidden = page.locator("main").inner_text()
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    assert not any(re.search(rf"\b{word}\b", hidden) for word in words)
    assert not any(re.search(rf"\b{word}\b", page.content()) for word in words if len(word) > 4)


def test_hostile_text_and_file_names_go_through_unchanged_and_harmless(visit: Visit) -> None:
    text = "<img src=x onerror=alert(1)> \u202egnilleps\u202c \u200b😀 {{ 7*7 }} %s " + "ø" * 2000
    name = "<svg onload=alert(1)>\u202egpj.exe"
    page = begin(visit)
    words = send(page, text, [{"name": name, "mimeType": "text/html", "buffer": b"<script>"}])
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    page = open_mailbox(visit, " ".join(words))

    expect(page.locator("[data-thread] .w-said")).to_be_visible()
    assert page.locator("[data-thread] .w-said").text_content() == text
    assert page.locator("main img, main script, main svg[onload]").count() == 0
    with page.expect_download() as download:
        page.locator("[data-thread] button").click()
    assert not re.search("[<>/\u202e]", download.value.suggested_filename)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


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
    for _ in range(2):
        reach(BOKMAL["next"])
        page.keyboard.press("Enter")
    reach(BOKMAL["send"])
    page.keyboard.press("Enter")

    assert len(words_of(page)) == 8


@pytest.mark.parametrize("language", LANGUAGES)
def test_axe_finds_nothing_on_any_page_in_light_and_dark(visit: Visit, language: str) -> None:
    found = []
    for scheme in ("light", "dark"):
        visit.page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        for tail in (*PAGES.values(), "../nothing/"):
            page = visit.go(f"/{language}/{tail}")
            page.wait_for_load_state("networkidle")
            found += axe(page, f"{language}/{tail} {scheme}")

    assert found == []


def axe(page: Page, where: str) -> list[str]:
    result = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    return [f"{where}: {each['id']} {each['nodes'][0]['html'][:120]}" for each in result.response["violations"]]


def test_axe_finds_nothing_in_the_form_and_the_mailbox_and_nothing_scrolls_sideways(visit: Visit) -> None:
    found: list[str] = []
    visit.page.set_viewport_size({"width": 320, "height": 640})

    def look(where: str) -> None:
        found.extend(axe(visit.page, where))
        if visit.page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            found.append(f"{where}: scrolls sideways")

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
    page.set_input_files("[data-step=files] input[type=file]", [{"name": "en lang " * 9, "mimeType": "", "buffer": b"x"}])
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    look("files")
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_scrolls_sideways_at_320_pixels(visit: Visit, language: str) -> None:
    visit.page.set_viewport_size({"width": 320, "height": 640})

    for tail in PAGES.values():
        page = visit.go(f"/{language}/{tail}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), tail


def test_first_visit_until_a_reporter_can_type_is_light(visit: Visit, capsys: pytest.CaptureFixture[str]) -> None:
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


def test_a_script_that_was_changed_on_the_way_does_not_run(visit: Visit) -> None:
    def change(route: object) -> None:
        route.fulfill(body=route.fetch().text() + "\n//", content_type="text/javascript")  # type: ignore[attr-defined]

    visit.page.route("**/static/reporter-*.js", change)
    page = visit.go("/")
    page.wait_for_timeout(3500)

    expect(page.locator("[data-without-script]")).to_be_visible()
    page.get_by_role("link", name=BOKMAL["begin"]).click()
    expect(page.get_by_role("heading", name="Varsle uten skript")).to_be_visible()


def test_an_answer_from_the_office_is_shown_as_theirs_and_a_foreign_one_is_not(visit: Visit) -> None:
    page = begin(visit)
    words = send(page, "Fakturaene er delt.")
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    case = answer_newest(visit, "Takk. Når begynte det?")

    page = open_mailbox(visit, " ".join(words))

    expect(page.locator("[data-thread-new] .w-said")).to_have_text("Takk. Når begynte det?")
    expect(page.locator("[data-new-mark]")).to_be_visible()
    expect(page.locator("[data-thread-new] header")).to_contain_text("Ingrid")
    expect(page.locator("[data-alarm]")).to_be_hidden()
    assert case

    forget_certificates(visit)
    page = open_mailbox(visit, " ".join(words))
    expect(page.locator("[data-alarm]")).to_contain_text("ikke signert av noen kommunen har godkjent")
    expect(page.get_by_text("Når begynte det?")).to_have_count(0)


def forget_certificates(visit: Visit) -> None:
    """From now on the server keeps back who vouches for its writers."""
    visit.page.route("**/mailbox/open", lambda route: route.fulfill(json={**route.fetch().json(), "certificates": []}))


def answer_newest(visit: Visit, text: str) -> str:
    """Let the office take in what has come and answer the newest case; returns its reference."""
    office = desk(visit)
    for _ in range(40):
        rows = office.cases()
        for row in rows:
            case = office.open(row["reference"])
            if not any(each.role == 2 for each in case.messages):
                case.answer(text)
        if rows:
            return str(rows[0]["reference"])
        visit.page.wait_for_timeout(500)
    pytest.fail("no case was made of the report")
