"""The reporter comes back with the code; nobody else does, and nothing is left in the browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, answer_report, begin, forget_certificates, open_mailbox, send

pytestmark = pytest.mark.browser


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
    page.set_input_files(
        "[data-answer] input[type=file]", [{"name": "a.txt", "mimeType": "text/plain", "buffer": b"x"}]
    )
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


def test_hostile_text_and_file_names_go_through_unchanged_and_harmless(visit: Visit) -> None:
    text = "<img src=x onerror=alert(1)> \u202egnilleps\u202c \u200b😀 {{ 7*7 }} %s " + "ø" * 2000
    name = "<svg onload=alert(1)>\u202egpj.exe"
    page = begin(visit)
    words = send(page, text, [{"name": name, "mimeType": "text/html", "buffer": b"<script>"}])
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    page = open_mailbox(visit, " ".join(words))

    expect(page.locator("[data-thread] .w-said")).to_be_visible()
    assert page.locator("[data-thread] .w-said").text_content() == text
    assert page.locator("[data-thread] .w-said").evaluate("(each) => !each.translate && !each.spellcheck")
    assert page.locator("main img, main script, main svg[onload]").count() == 0
    with page.expect_download() as download:
        page.locator("[data-thread] button").click()
    assert not re.search("[<>/\u202e]", download.value.suggested_filename)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_answer_from_the_office_is_shown_as_theirs_and_a_foreign_one_is_not(visit: Visit) -> None:
    page = begin(visit)
    words = send(page, "Fakturaene er delt i to, hver måned.")
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    case = answer_report(visit, "Fakturaene er delt i to, hver måned.", "Takk. Når begynte det?")

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
