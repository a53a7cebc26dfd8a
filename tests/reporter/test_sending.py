"""A person with a phone sends a report, in real Chromium under the real policy."""

import json
import re
from base64 import b64decode

import pytest
from playwright.sync_api import Route, expect

from tests.reporter.conftest import Visit
from tests.reporter.steps import (
    BOKMAL,
    begin,
    on,
    open_mailbox,
    send,
    to_the_end,
    words_of,
)

pytestmark = pytest.mark.browser


def test_who_is_taken_off_the_list_gets_no_key_and_the_substitute_steps_in(visit: Visit) -> None:
    sent: list[dict[str, object]] = []
    visit.context.on(
        "request", lambda r: r.url.endswith("/api/reports") and sent.append(json.loads(r.post_data))
    )
    page = begin(visit)
    page.get_by_label("Kommunedirektøren").check()
    on(page)

    inside = page.locator("[data-people-in] b").all_inner_texts()
    outside = page.locator("[data-people-out] b").all_inner_texts()
    expect(page.locator("[data-alternate]")).to_be_visible()
    on(page)
    page.get_by_label(BOKMAL["story"]).fill("Det gjelder kommunedirektøren.")
    to_the_end(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    words_of(page)

    card = json.loads(page.request.get(f"{visit.site.url}/api/org.json").text())
    roster = json.loads(b64decode(card["roster"]["document"]))
    named = {person["name"]: person["key_id"] for person in (*roster["readers"], *roster["alternates"])}
    sealed_to = {seal["key_id"] for seal in sent[0]["seals"]}  # type: ignore[attr-defined]
    assert inside
    assert outside
    assert not set(inside) & set(outside)
    assert {named[name] for name in inside} < sealed_to
    assert not {named[name] for name in outside} & sealed_to
    assert roster["recovery"]["alternate"] in sealed_to
    assert roster["recovery"]["ordinary"] not in sealed_to


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
    to_the_end(page)
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
    to_the_end(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    page.get_by_role("button", name="Tilbake til varselet").click()
    page.get_by_role("button", name="Endre det du har skrevet").click()
    page.get_by_label(BOKMAL["story"]).fill("Andre utgave.")
    to_the_end(page)
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
    on(page, 2)
    files = [{"name": f"{n}.txt", "mimeType": "text/plain", "buffer": b"file %d" % n} for n in (1, 2, 3)]
    page.set_input_files("[data-step=files] input[type=file]", files)
    expect(page.get_by_text("Forseglet og lastet opp")).to_have_count(3)
    page.get_by_role("button", name="Fjern 1.txt").click()
    page.get_by_role("button", name="Fjern 2.txt").click()
    to_the_end(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    words = words_of(page)
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    page = open_mailbox(visit, " ".join(words))

    expect(page.get_by_role("button", name="3.txt")).to_be_visible()
    expect(page.locator("[data-view=box]").get_by_role("button", name=re.compile(r"\.txt"))).to_have_count(1)
    expect(page.locator("[data-alarm]")).to_be_hidden()


def test_escape_twice_leaves_at_once_and_the_way_back_shows_nothing(visit: Visit) -> None:
    visit.context.route(
        "https://www.yr.no/**", lambda route: route.fulfill(body="weather", content_type="text/html")
    )
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

    # a word or two of a code may stand on the page by chance; the code does not
    assert sum(bool(re.search(rf"\b{word}\b", hidden)) for word in words) < 4
    assert sum(bool(re.search(rf"\b{word}\b", page.content())) for word in words) < 4


def test_a_browser_without_ed25519_has_its_worker_check_the_list_and_a_forged_one_is_refused_there_too(
    visit: Visit,
) -> None:
    without = """(() => { const own = crypto.subtle.importKey.bind(crypto.subtle);
      crypto.subtle.importKey = (form, key, how, ...rest) => how === "Ed25519"
        ? Promise.reject(new DOMException("none", "NotSupportedError")) : own(form, key, how, ...rest); })()"""
    visit.context.add_init_script(without)

    assert len(send(begin(visit), "Fra en eldre nettleser.")) == 8

    def forge(route: Route) -> None:
        answer = route.fetch()
        card = answer.json()
        card["roster"]["signature"] = "A" * 86 + "=="
        route.fulfill(response=answer, json=card)

    visit.context.route("**/api/org.json", forge)
    page = visit.context.new_page()
    page.goto(visit.site.url + "/")
    page.get_by_role("link", name=BOKMAL["begin"]).click()

    expect(page.get_by_role("heading", name="Ikke skriv her nå")).to_be_visible()
    visit.context.unroute("**/api/org.json")
    page.get_by_role("button", name="Prøv igjen").click()
    expect(page.get_by_role("heading", name="Hvem gjelder det?")).to_be_visible()


def test_what_was_written_to_the_questions_is_read_through_before_it_is_sent(visit: Visit) -> None:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Se på kontrakten.")
    on(page)
    page.locator("#danger-yes").check()
    page.get_by_label("Si fra til dem på listen").check()
    on(page, 3)
    page.get_by_label("Fortrolig").check()
    on(page)
    expect(page.locator("#who-error")).to_be_visible()
    page.get_by_label("Navnet ditt").press_sequentially("Kari Nordmann")
    expect(page.locator("#who-error")).to_be_hidden()
    on(page, 4)
    page.locator("#fear-yes").check()
    page.locator("#fear-text").fill("Bare jeg har nøkkel til arkivet.")
    to_the_end(page)

    for said in ("Kari Nordmann", "Bare jeg har nøkkel til arkivet.", "Si fra til dem på listen"):
        expect(page.locator("[data-sum-answers]")).to_contain_text(said)
    page.get_by_role("button", name="Endre de andre svarene dine").click()
    page.locator("#danger-no").check()
    to_the_end(page)
    expect(page.locator("[data-sum-answers]")).not_to_contain_text("Si fra til dem på listen")
