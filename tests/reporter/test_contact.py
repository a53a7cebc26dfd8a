"""Between a reporter and the office: what the form asked, minutes, meetings, how one fares, and being punished for it."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, desk, on, open_mailbox, send, words_of
from whistle.client.desk import OpenCase
from whistle.vault.item import Kind

pytestmark = pytest.mark.browser
LIKE = {"name": "Kari Nordmann", "fear": "av enhetslederen min"}


def newest(visit: Visit, name: str = "berit") -> OpenCase:
    """Wait until the desk has made a case of what was sent last, and open it."""
    office = desk(visit, name)
    seen: set[str] = getattr(visit, "seen", set())
    for _ in range(60):
        fresh = [row["reference"] for row in office.cases(order="newest") if row["reference"] not in seen]
        if fresh:
            return office.open(fresh[0])
        visit.page.wait_for_timeout(500)
    pytest.fail("no case was made of the report")


def remember(visit: Visit, name: str = "berit") -> None:
    """What the desk has now is not what is sent next."""
    visit.seen = {row["reference"] for row in desk(visit, name).cases(order="newest")}  # type: ignore[attr-defined]


def letter(case: OpenCase, **content: object) -> None:
    """Send the reporter a letter of its own kind."""
    case.desk.server.post(
        f"cases/{case.reference}/answer",
        {"items": case._writer(case.boxes["mailbox"]).letter(Kind.MESSAGE, content, [])},
    )
    case.refresh()


def asking(page: Page, check: str = "d30") -> None:
    """From now on the mailbox holds a question about how the reporter fares."""

    def add(route: object) -> None:
        answer = route.fetch()  # type: ignore[attr-defined]
        said = answer.json()
        if "checks" in said:
            said["checks"] = [{"check": check, "due": "2026-11-23", "answered_on": None}]
        route.fulfill(response=answer, json=said)  # type: ignore[attr-defined]

    page.route("**/mailbox/open", add)


def test_every_answer_of_the_form_reaches_the_readers_sealed_and_none_in_clear(visit: Visit) -> None:
    remember(visit)
    sent: list[str] = []
    visit.context.on("request", lambda r: r.url.endswith("/api/reports") and sent.append(r.post_data))
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Se på kontrakten.")
    on(page)
    page.locator("#danger-unsure").check()
    on(page, 2)
    page.get_by_label("Innkjøp og kontrakter").check()
    on(page)
    page.get_by_label("Fortrolig").check()
    page.get_by_label("Navnet ditt").fill(LIKE["name"])
    on(page)
    page.get_by_label("For noen andre, som vet om det").check()
    on(page)
    page.get_by_label("Ansatt i kommunen").check()
    on(page)
    page.get_by_label("Jeg har plikt til å melde fra").check()
    on(page)
    page.locator("#fear-yes").check()
    page.locator("#fear-text").fill(LIKE["fear"])
    on(page)
    page.get_by_label("Jeg vil gjerne møte noen").check()
    on(page)
    for said in ("Innkjøp og kontrakter", "Fortrolig", "Jeg vil gjerne møte noen"):
        expect(page.locator("[data-sum-answers]")).to_contain_text(said)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    words_of(page)

    answers = newest(visit).messages[0].body["answers"]

    assert answers == {
        "who": "confidential",
        "danger": "unsure",
        "category": ["A3"],
        "behalf": "other_knows",
        "relation": "staff",
        "duty": "yes",
        "fear": "yes",
        "fear_text": LIKE["fear"],
        "talk": "meet",
        "name": LIKE["name"],
        "contact": "",
    }
    wire = json.loads(sent[0])
    assert wire["urgent"] is False
    clear = json.dumps(
        {**wire, "items": [], "seals": [], "identity": None, "box": {}, "lookup": "", "auth": ""}
    )
    assert not re.search("A3|staff|danger|confidential|Kari|enhetsleder", clear)
    assert not re.search("Kari|enhetsleder", sent[0])


def test_a_name_sealed_apart_is_not_in_the_report_and_its_sending_looks_like_an_anonymous_one(
    visit: Visit,
) -> None:
    sent: list[dict[str, object]] = []
    visit.context.on(
        "request", lambda r: r.url.endswith("/api/reports") and sent.append(json.loads(r.post_data))
    )
    for who in ("Anonym", "Navnet forseglet for seg"):
        page = begin(visit)
        on(page, 2)
        page.get_by_label(BOKMAL["story"]).fill("Det samme varselet.")
        on(page, 4)
        page.get_by_label(who).check()
        if who != "Anonym":
            expect(page.get_by_text("Den ene halvparten av nøkkelen går til Solveig Foss")).to_be_visible()
            on(page)
            expect(page.get_by_text("Skriv navnet ditt, eller velg")).to_be_visible()
            page.get_by_label("Navnet ditt").fill(LIKE["name"])
        page.get_by_role("button", name=BOKMAL["skip"]).click()
        page.get_by_role("button", name=BOKMAL["send"]).click()
        words_of(page)
        page.get_by_role("button", name=BOKMAL["kept"]).click()

    first, second = (each["identity"] for each in sent)
    shapes = [
        (len(each["body"]), sorted((half["half"], half["key_id"]) for half in each["halves"]))  # type: ignore[index]
        for each in (first, second)
    ]
    assert shapes[0] == shapes[1]
    assert LIKE["name"] not in json.dumps(newest(visit).messages[0].body)


def test_the_reporter_corrects_minutes_and_chooses_a_time_in_the_mailbox(visit: Visit) -> None:
    remember(visit)
    code = " ".join(send(begin(visit), "Jeg vil gjerne møte noen."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    case = newest(visit)
    case.acknowledge("Vi har fått varselet.")
    letter(case, type="minutes", text="Du fortalte om to fakturaer.", held_on="2026-11-20")
    letter(
        case,
        type="meeting",
        text="Passer noen av disse?",
        how="meet",
        where="Biblioteket",
        slots=["2026-12-01T10:00", "2026-12-02T14:30"],
    )

    page = open_mailbox(visit, code)
    page.get_by_role("button", name="Rett opp").click()
    expect(page.get_by_text("Skriv hva som skulle vært annerledes.")).to_be_visible()
    page.get_by_label("Hva skulle vært annerledes?").fill("Det var tre fakturaer.")
    page.get_by_role("button", name="Rett opp").click()
    expect(page.get_by_text("Du har svart på referatet.")).to_be_visible()
    page.get_by_label("2. desember 2026 14.30").check()
    page.get_by_label("Lagre dagen til en kalender").check()
    with page.expect_download() as saved:
        page.get_by_role("button", name="Svar", exact=True).click()
    expect(page.get_by_text("Du har svart på forslaget.")).to_be_visible()

    assert saved.value.suggested_filename == "reminder.ics"
    case.refresh()
    minutes, meeting = case.messages[-2:]
    asked = {each.body["type"]: each.item_id for each in case.messages}
    assert (minutes.body["type"], minutes.body["of"], minutes.body["verdict"]) == (
        "minutes_reply",
        asked["minutes"],
        "corrected",
    )
    assert "tre fakturaer" in minutes.body["text"]
    assert (meeting.body["of"], meeting.body["chosen"]) == (asked["meeting"], 1)
    assert visit.problems == []


def test_an_answer_about_how_one_fares_goes_to_the_office_without_anything_in_clear(visit: Visit) -> None:
    remember(visit)
    code = " ".join(send(begin(visit), "Et varsel."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    written: list[dict[str, object]] = []
    visit.context.on(
        "request", lambda r: r.url.endswith("/mailbox/items") and written.append(json.loads(r.post_data))
    )
    asking(visit.page)
    page = open_mailbox(visit, code)

    page.get_by_label("Ja, til det verre").check()
    page.locator("#care-more").fill("Jeg spiser alene nå.")
    page.locator("#care-talk").check()
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Jeg spiser alene nå.").first).to_be_visible()

    answer = newest(visit).messages[-1].body
    assert (answer["type"], answer["check"], answer["changed"], answer["talk"]) == (
        "care",
        "d30",
        "worse",
        True,
    )
    assert written[0]["check"] == "d30"
    assert not re.search("worse|alene", json.dumps({**written[0], "items": []}))


def test_what_was_done_to_a_reporter_goes_into_a_report_that_the_handler_gets_no_key_to(visit: Visit) -> None:
    remember(visit, "berit")
    code = " ".join(send(begin(visit), "Et varsel om ledelsen."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    handled = newest(visit, "berit")
    handled.acknowledge("Vi har fått varselet.")
    remember(visit, "ingrid")
    before = {row["reference"] for row in desk(visit, "berit").cases(order="newest")}
    asking(visit.page)
    page = open_mailbox(visit, code)

    page.locator("#happened-b").check()
    expect(page.locator("[data-care-readers]")).to_contain_text("Ingrid Solvang")
    expect(page.locator("[data-care-readers]")).not_to_contain_text("Berit Nyhus")
    page.locator("#care-more").fill("Berit ga meg andre oppgaver.")
    page.get_by_role("button", name="Send svaret").click()
    expect(page.get_by_text("Jeg har svart på spørsmålet.").first).to_be_visible()

    other = newest(visit, "ingrid")
    assert "Berit ga meg andre oppgaver." in other.messages[0].body["text"]
    assert other.messages[0].body["answers"]["retaliation"] == ["b"]
    assert {row["reference"] for row in desk(visit, "berit").cases(order="newest")} == before
    handled.refresh()
    assert "oppgaver" not in json.dumps([each.body for each in handled.messages])
    visit.page.unroute("**/mailbox/open")

    page = open_mailbox(visit, code)  # the same code opens both, and nothing on the server connects them
    first, second = (
        page.get_by_role("button", name=name)
        for name in ("Det første varselet ditt", "Varsel 2: det som skjedde etterpå")
    )
    expect(first).to_have_attribute("aria-current", "true")
    expect(second).not_to_have_attribute("aria-current", re.compile(".*"))
    second.click()
    expect(second).to_have_attribute("aria-current", "true")
    expect(page.get_by_text("Berit ga meg andre oppgaver.").first).to_be_visible()
