"""Officers at the desk in a real browser: keys stay with them, content stays sealed, lies are named."""

import base64

import pytest

from tests.desk.forms import again, client, paperwork

pytestmark = pytest.mark.browser

WORDS = {
    "letter": "We have read what you wrote about the bridge",
    "question": "Who signed the second invoice?",
    "note": "Compare the two invoices before anybody is told",
}


def traces(text: str) -> list[str]:
    """Return the forms in which a text would be recognised in a request."""
    octets = text.encode()
    cut = [base64.b64encode(bytes(at) + octets)[4:-4].decode() for at in range(3)]  # base64 at any alignment
    return [text, octets.hex(), *cut, text.replace(" ", "%20"), text.replace(" ", "+")]


def test_an_officer_reads_answers_and_shares_and_nothing_readable_leaves_the_browser(colleague, site):
    case = site.case()
    amir = colleague("amir")
    passphrase = amir.secrets[1]
    amir.sign_in()
    page = amir.open(case)
    assert page.inner_text("h1") == "The bridge was paid twice"
    assert "Ask for the second one" in page.inner_text("[data-latest]")

    page.click("[data-go=messages]:visible")
    page.fill("#compose-text", WORDS["letter"])
    page.click("[data-compose] [data-send]")
    amir.told("Bekreftelsen er sendt")
    page.fill("#compose-text", WORDS["question"])
    page.set_input_files(
        "#compose-files",
        {"name": "the-second-invoice.txt", "mimeType": "text/plain", "buffer": b"a sealed line"},
    )
    page.click("[data-compose] [data-send]")
    amir.told("Meldingen er sendt")
    page.click("#tab-notes")
    page.fill("#note-text", WORDS["note"])
    page.click("[data-note] [data-send]")
    amir.told("Notatet er lagret")
    page.click("#tab-people")
    page.click("#share-open")
    page.click("[data-candidates] label:has-text('Even Strand')")
    page.click("[data-share] [type=submit]")
    amir.told("Even Strand har nøkkel")

    sent = "\n".join(amir.sent)
    assert "cases/" in sent
    assert f"POST /desk/api/cases/{case['reference']}/acknowledge" in amir.called, (
        "the worker's calls are not seen"
    )
    for secret in (
        passphrase,
        *WORDS.values(),
        "a sealed line",
        "the-second-invoice.txt",
        "The bridge was paid twice",
    ):
        assert not [form for form in traces(secret) if form in sent], secret
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])")
    assert kept.startswith("[{},{}")
    assert not amir.problems

    said = site.said(case)
    assert said[1:] == [WORDS["letter"], WORDS["question"]]
    even = colleague("even").sign_in()
    shown = even.open(case)
    shown.click("#tab-notes")
    assert WORDS["note"] in shown.inner_text("[data-notes]")
    assert "Even Strand fikk nøkkel" in shown.inner_text("[data-notes]")
    shown.click("#tab-files")
    shown.click("[data-files] button:has-text('the-second-invoice.txt')")
    seen = shown.frame_locator("[data-view-here] iframe")
    seen.locator("pre", has_text="a sealed line").wait_for()


def test_who_is_not_impartial_loses_the_case_and_the_others_go_on_with_a_new_key(colleague, site):
    case = site.case()
    berit, amir = colleague("berit").sign_in(), colleague("amir").sign_in()
    page = berit.open(case)
    page.click("#tab-people")
    page.click("#recuse-open")
    page.check("#recuse-conflict")
    page.click(".w-recuse:has(#recuse-open) [type=submit]")
    page.wait_for_url("**/desk/")
    assert "låst for deg" in page.inner_text("[data-flash]")
    assert berit.go(f"/desk/cases/{case['reference']}/").locator("h1").inner_text() == "Siden finnes ikke"

    shown = amir.open(case)
    assert any(call.endswith("/rekey") for call in amir.called)
    shown.click("[data-go=messages]:visible")
    shown.fill("#compose-text", "Written after she left.")
    shown.click("[data-compose] [data-send]")
    amir.told("Bekreftelsen er sendt")
    assert shown.is_hidden("[data-alarm]")
    assert site.said(case)[-1] == "Written after she left."


def test_a_step_waits_for_a_second_person_and_a_lost_connection_loses_no_words(colleague, site):
    case = site.case()
    amir, ingrid = colleague("amir").sign_in(), colleague("ingrid").sign_in()
    page = amir.open(case)
    page.click("[data-go=messages]:visible")
    page.fill("#compose-text", "Thank you.")
    page.click("[data-compose] [data-send]")
    amir.told("Bekreftelsen er sendt")
    page.click("summary:has-text('Start undersøkelse')")
    lacking = page.locator("[data-step=investigate]")
    lacking.get_by_text("vurderingen er skrevet").wait_for()
    lacking.get_by_role("button", name="mandatet med plan").click()
    assert page.evaluate("document.activeElement.id") == "kind-mandate", "it leads to where it is put right"
    paperwork(amir, case, "investigate")
    amir.follow("/desk/cases/")
    amir.open(case, declare=False)
    page.click("summary:has-text('Start undersøkelse')")
    page.click("[data-step=investigate] [type=submit]")
    amir.told("Steget er foreslått")

    second = ingrid.open(case)
    second.click("[data-decide] [value=yes]")
    ingrid.told("Steget er tatt")
    assert "Under undersøkelse" in second.inner_text(".w-case-head")
    page.click("#tab-messages")
    page.fill("#compose-text", "kept when it goes wrong")
    page.context.set_offline(True)
    page.click("[data-compose] [data-send]")
    page.wait_for_selector("[data-compose] [data-error]:visible")
    assert page.input_value("#compose-text") == "kept when it goes wrong"
    page.context.set_offline(False)
    page.click("[data-compose] [data-send]")
    amir.told("Meldingen er sendt")


def test_on_a_tablet_a_case_is_confirmed_and_a_colleague_agreed_with_by_the_keyboard_alone(colleague, site):
    case = site.case()
    berit = colleague("berit").sign_in()
    page, keyboard = berit.page, berit.page.keyboard
    page.set_viewport_size({"width": 768, "height": 1024})
    berit.follow(f"/desk/cases/{case['reference']}/")
    shown = """() => {
        const { top, bottom, left, right } = document.activeElement.getBoundingClientRect();
        return bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
    }"""

    def reach(selector: str, key: str = "Tab") -> None:
        for _ in range(80):
            if page.evaluate("s => document.activeElement?.matches(s)", selector):
                assert page.evaluate(shown), f"{selector} has the focus where nobody sees it"
                return
            keyboard.press(key)
        pytest.fail(f"the keyboard does not reach {selector}")

    reach("[data-declare] input")
    keyboard.press("Space")
    reach("[data-declare] [type=submit]")
    keyboard.press("Enter")
    page.wait_for_selector("[data-sealed=open]:visible")
    reach("[role=tab][aria-selected=true]")
    reach("#tab-messages", "ArrowRight")
    reach("[data-suggest=nn]")
    keyboard.press("Enter")
    assert page.input_value("#compose-text").startswith("Takk for at du har skrive til oss")
    reach("[data-compose] [data-send]")
    keyboard.press("Enter")
    berit.told("Bekreftelsen er sendt")

    reason = {"why": "not_wanted"}
    client(colleague("ingrid"), case).record("no_feedback", reason, reason="They said so on the phone.")
    again(berit, case)
    reach("[role=tab][aria-selected=true]")
    reach("#tab-conclusion", "ArrowRight")
    reach("[data-kind=no_feedback] [data-agree-form] [value=yes]")
    keyboard.press("Enter")
    berit.told("Du har godtatt det")


def test_a_colleague_who_reads_nynorsk_gets_dates_in_nynorsk_too(colleague, site):
    case = site.case()
    jonas = colleague("ingrid").speaks("nn").sign_in()
    page = jonas.open(case)
    today = site.today()
    month = [
        "januar",
        "februar",
        "mars",
        "april",
        "mai",
        "juni",
        "juli",
        "august",
        "september",
        "oktober",
        "november",
        "desember",
    ][today.month - 1]
    assert page.inner_text("[data-latest] time") == f"{today.day}. {month}"
    assert "Varslaren" in page.inner_text("[data-latest]")
    jonas.speaks("nb")
