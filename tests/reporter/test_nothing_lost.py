"""In the mailbox nothing that was written is lost, sent twice, or sent along with something else."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import axe_by_day_and_night
from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, open_mailbox, send, squeezed
from tests.reporter.test_contact import letter, newest, remember

pytestmark = pytest.mark.browser
NOTE = {"name": "bevis.txt", "mimeType": "text/plain", "buffer": b"seen"}


def opened(visit: Visit) -> Page:
    code = " ".join(send(begin(visit), "Et varsel."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    page = open_mailbox(visit, code)
    expect(page.get_by_role("heading", name=BOKMAL["received"])).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Meldingen din").fill(text)
    page.get_by_role("button", name="Send meldingen").click()


def add_file(page: Page) -> None:
    page.set_input_files("[data-answer] input[type=file]", [NOTE])  # type: ignore[list-item]


def mine(page: Page) -> list[str]:
    """What the mailbox says was sent, newest first, files too."""
    return page.locator("[data-thread] .w-msg").all_inner_texts()


def test_a_message_whose_answer_was_lost_is_not_sent_twice_and_one_that_was_changed_follows(
    visit: Visit,
) -> None:
    page = opened(visit)
    add_file(page)
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    lost: list[int] = []

    def lose(route: Route) -> None:
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/mailbox/items", lose, times=1)
    write(page, "Én gang.")
    expect(page.get_by_text("Vi mistet forbindelsen.")).to_be_visible()
    page.get_by_role("button", name="Send meldingen").click()
    expect(page.get_by_text("Sendt.", exact=True)).to_be_visible()

    assert lost == [201]
    assert [text.count("Én gang.") for text in mine(page)] == [1, 0]
    assert "bevis.txt" in mine(page)[0]
    add_file(page)
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    page.route("**/mailbox/items", lose, times=1)
    write(page, "Først så.")
    expect(page.get_by_text("Vi mistet forbindelsen.")).to_be_visible()
    write(page, "Så mer.")
    expect(page.get_by_text("Sendt.", exact=True)).to_be_visible()
    texts = mine(page)
    assert ["Så mer." in texts[0], "Først så." in texts[1], "bevis.txt" in texts[1]] == [True, True, True]
    expect(page.locator("[data-alarm]")).to_be_hidden()


def test_a_message_is_sent_although_the_key_was_made_anew_while_it_was_written(visit: Visit) -> None:
    remember(visit)
    page = opened(visit)
    add_file(page)
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    case = newest(visit)
    case.acknowledge("Vi har fått varselet.")
    refused: list[str] = []

    def once(route: Route) -> None:
        refused.append("box.wrong")
        route.fulfill(status=409, json={"code": "box.wrong", "message": ""})

    page.route("**/mailbox/items", once, times=1)
    write(page, "Skrevet imens.")

    expect(page.get_by_text("Sendt.", exact=True)).to_be_visible()
    assert refused == ["box.wrong"]
    case.refresh()
    assert case.messages[-1].body["text"] == "Skrevet imens."
    assert len(case.messages[-1].body["files"]) == 1


def test_a_mailbox_that_cannot_be_fetched_after_sending_does_not_say_that_nothing_was_sent(
    visit: Visit,
) -> None:
    page = opened(visit)
    page.route("**/mailbox/open", lambda route: route.abort())
    write(page, "Dette gikk.")

    expect(page.get_by_text("Vi fikk ikke hentet meldingsboksen på nytt.")).to_be_visible()
    expect(page.get_by_label("Meldingen din")).to_have_value("")
    page.unroute("**/mailbox/open")
    write(page, "Og dette.")
    expect(page.locator("[data-thread] .w-msg")).to_have_count(3)


def test_files_go_with_the_message_they_were_chosen_for_and_wait_while_another_is_sent(visit: Visit) -> None:
    page = opened(visit)
    add_file(page)
    expect(page.get_by_text("Forseglet og lastet opp")).to_be_visible()
    page.get_by_label("Meldingen din").fill("Ikke ferdig ennå")
    page.get_by_text("Jeg vil snakke med noen").click()
    page.locator("#talk-more").fill("Etter jobb.")
    page.get_by_role("button", name="Be om en samtale").click()

    expect(page.locator("#talk-said")).to_have_text("Sendt.")
    expect(page.locator("#talk-said")).to_be_in_viewport()
    expect(page.locator("[data-thread] .w-msg")).to_have_count(2)
    assert "bevis.txt" not in mine(page)[0]
    expect(page.get_by_label("Meldingen din")).to_have_value("Ikke ferdig ennå")
    page.get_by_role("button", name="Send meldingen").click()
    expect(page.locator("[data-thread] .w-msg")).to_have_count(3)
    assert "bevis.txt" in mine(page)[0]
    expect(page.locator("[data-alarm]")).to_be_hidden()


def test_a_file_that_could_not_go_up_is_named_and_the_message_waits_for_it(visit: Visit) -> None:
    page = opened(visit)
    page.route("**/api/uploads", lambda route: route.fulfill(status=400, json={"code": "upload.too_large"}))
    add_file(page)
    expect(page.get_by_text("Kunne ikke leses.")).to_be_visible()
    write(page, "Se vedlegget.")

    expect(page.locator("[data-answer-error]")).to_be_visible()
    assert len(mine(page)) == 1
    page.get_by_role("button", name="Fjern bevis.txt").click()
    page.get_by_role("button", name="Send meldingen").click()
    expect(page.locator("[data-thread] .w-msg")).to_have_count(2)


def test_what_stands_in_one_form_survives_the_sending_of_another_and_leaving_asks_first(visit: Visit) -> None:
    remember(visit)
    code = " ".join(send(begin(visit), "Jeg vil gjerne møte noen."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    case = newest(visit)
    case.acknowledge("Vi har fått varselet.")
    letter(case, type="minutes", text="Du fortalte om to fakturaer.", held_on="2026-11-20")
    page = open_mailbox(visit, code)
    page.get_by_label("Hva skulle vært annerledes?").fill("Det var tre.")

    write(page, "En ting til.")

    expect(page.get_by_text("Sendt.", exact=True)).to_be_visible()
    expect(page.get_by_label("Hva skulle vært annerledes?")).to_have_value("Det var tre.")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.dismiss()))
    page.evaluate("location.href = '/nb/'")
    page.wait_for_timeout(500)
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Rett opp").click()
    expect(page.get_by_text("Du har svart på referatet.")).to_be_visible()


def test_an_opened_name_a_missed_deadline_and_a_lapsed_reader_are_said_where_they_are_seen(
    visit: Visit,
) -> None:
    code = " ".join(send(begin(visit), "Et varsel."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    visit.page.clock.set_fixed_time("2031-01-01T12:00:00Z")  # every certificate has run out by then

    def later(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body="Date.now = () => Date.UTC(2031, 0, 1);" + answer.text())

    visit.context.route("**/reporter-worker-*.js", later)

    def change(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        if "identity" in said:
            said["identity"] = [{"act": "opened", "ground": "court", "on": "2026-11-20"}]
        route.fulfill(response=answer, json=said)

    visit.page.route("**/mailbox/open", change)
    page = open_mailbox(visit, code)

    expect(page.locator("[data-name-news]")).to_contain_text("Navnet ditt ble åpnet")
    expect(page.locator("[data-status-words]")).to_contain_text("fristen er ute")
    expect(page.locator("[data-people]")).to_contain_text("nøkkelen er ikke fornyet")
    expect(page.locator("[data-alarm]")).to_be_hidden()
    page.set_viewport_size({"width": 320, "height": 640})
    assert [*axe_by_day_and_night(page, "name"), *squeezed(page, "name")] == []


def test_a_script_that_the_connection_lost_is_fetched_again_by_the_next_press(visit: Visit) -> None:
    words = " ".join(send(begin(visit), "Et varsel."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    other = visit.context.browser.new_context()  # type: ignore[union-attr]  # nothing fetched before
    page = other.new_page()
    other.route("**/reporter-worker-*.js", lambda route: route.abort(), times=1)
    page.goto(visit.site.url + "/nb/mailbox/")
    page.get_by_label(BOKMAL["code"]).fill(words)
    page.get_by_role("button", name=BOKMAL["open"]).click()
    expect(page.locator("[data-code-error]")).to_contain_text("Se om du har nett")

    page.get_by_role("button", name=BOKMAL["open"]).click()

    expect(page.get_by_text("Et varsel.")).to_be_visible()
    other.close()
