"""Officers at the desk in a real browser: keys stay with them, content stays sealed, lies are named."""

import base64
import time

import pytest

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
    shown.locator(".w-view pre", has_text="a sealed line").wait_for()


def test_all_ways_of_failing_to_sign_in_look_alike_and_what_was_typed_stays(colleague):
    nobody = colleague("ingrid")
    username, passphrase, code = nobody.secrets
    page = nobody.go("/desk/sign-in/")
    heard = set()
    for name, phrase, digits in (
        ("nobody.here", passphrase, code),
        (username, "six other words that are wrong", code),
        (username, passphrase, "000000"),
    ):
        page.fill("#username", name)
        page.fill("#passphrase", phrase)
        page.fill("#code", digits)
        page.click("[data-sign-in-go]")
        page.wait_for_selector("[data-sign-in-error]:visible")
        page.wait_for_selector("[data-sign-in-go]:enabled")
        heard.add(page.inner_text("[data-sign-in-error]"))
        kept = [page.input_value(field) for field in ("#username", "#code", "#passphrase")]
        assert kept == [name, digits, ""]
    assert len(heard) == 1


def test_twenty_page_changes_need_one_unlock_and_a_reload_needs_another(colleague, site):
    case = site.case()
    ingrid = colleague("ingrid").sign_in()
    page = ingrid.open(case)
    page.evaluate("window.sameDocument = true")
    for _ in range(10):
        ingrid.follow("/desk/cases/")
        page.locator(".w-known", has_text="The bridge was paid twice").first.wait_for()
        ingrid.follow(f"/desk/cases/{case['reference']}/")
        page.wait_for_selector("[data-sealed=open]:visible")
    assert page.evaluate("window.sameDocument") is True
    assert not [call for call in ingrid.called if call.endswith("/unlock")]

    page.reload()
    page.wait_for_selector("[data-unlock]:visible")
    assert "bridge" not in page.content()
    page.fill("#unlock-passphrase", "not the passphrase")
    page.press("#unlock-passphrase", "Enter")
    page.wait_for_selector("[data-unlock-error]:visible")
    page.fill("#unlock-passphrase", ingrid.secrets[1])
    page.press("#unlock-passphrase", "Enter")
    page.wait_for_selector("[data-sealed=open]:visible")
    assert page.inner_text("h1") == "The bridge was paid twice"
    assert not ingrid.problems


def test_closing_the_keys_clears_the_page_and_keeps_what_was_being_written_sealed(colleague, site):
    case = site.case()
    berit = colleague("berit").sign_in()
    page = berit.open(case)
    page.click("#tab-messages")
    page.fill("#compose-text", "half a sentence")
    page.click("[data-keys-close]:visible")
    page.wait_for_selector("[data-unlock]:visible")
    shown = page.content() + page.evaluate(
        "[...document.querySelectorAll('textarea')].map(t => t.value).join()"
    )
    assert "invoices" not in shown
    assert "half a sentence" not in shown
    page.fill("#unlock-passphrase", berit.secrets[1])
    page.press("#unlock-passphrase", "Enter")
    page.wait_for_selector("[data-sealed=open]:visible")
    assert page.input_value("#compose-text") == "half a sentence"


def test_keys_close_by_themselves_when_nobody_has_touched_the_tab_for_a_quarter_of_an_hour(colleague, site):
    case = site.case()
    hanne = colleague("amir")
    hanne.page.clock.install(time=time.time())
    hanne.sign_in()
    page = hanne.open(case)
    page.clock.fast_forward("14:00")
    assert page.is_visible("[data-sealed=open]")
    page.clock.fast_forward("02:00")
    page.wait_for_selector("[data-unlock]:visible")
    assert "15 minutter" in page.inner_text("[data-flash]")
    assert "invoices" not in page.content()


def lie(page, change):
    """Let the server answer with a case that `change` has been at."""

    def answer(route):
        got = route.fetch()
        said = got.json()
        change(said)
        route.fulfill(response=got, json=said)

    page.context.route("**/sealed", answer)


def other(text: str) -> str:
    """Return base64 of octets that differ in one bit."""
    octets = bytearray(base64.b64decode(text))
    octets[len(octets) // 2] ^= 1
    return base64.b64encode(octets).decode()


LIES = {
    "another root key": (lambda said: said.update(root_key=other(said["root_key"])), "en annen rotnøkkel"),
    "a forged certificate": (
        lambda said: said["certificates"].__setitem__(0, other(said["certificates"][0])),
        "Et sertifikat er ikke signert",
    ),
    "another mailbox": (
        lambda said: said["boxes"][0].update(nonce=other(said["boxes"][0]["nonce"])),
        "Meldingsboksen hører ikke til",
    ),
    "another seal": (
        lambda said: said["boxes"][0]["seals"][0].update(
            sealed=other(said["boxes"][0]["seals"][0]["sealed"])
        ),
        "Forseglingen din",
    ),
    "a changed text": (
        lambda said: said["boxes"][0]["items"][0].update(body=other(said["boxes"][0]["items"][0]["body"])),
        "er skadet",
    ),
    "a lost text": (lambda said: said["boxes"][0]["items"][0].update(body=None), "mangler hos oss"),
    "a message taken away": (lambda said: said["boxes"][0]["items"].pop(0), "som vi ikke fikk"),
    "the newest message taken away": (lambda said: said["boxes"][0]["items"].pop(), "er borte"),
    "somebody else as author": (
        lambda said: said["boxes"][0]["items"][1].update(author="0" * 32),
        "ikke signert av den",
    ),
    "a ghost among the holders": (
        lambda said: said["boxes"][0]["holders"].append(
            {"holder": "staff", "key_id": "1" * 32, "staff_id": "2" * 32, "name": "Gjest"}
        ),
        "Gjest står oppført med nøkkel",
    ),
    "an epoch nobody announced": (lambda said: said["boxes"][0].update(epoch=2), "Forseglingen din"),
}


def test_every_lie_of_the_server_is_named_in_plain_words(colleague, site):
    case = site.case()
    amir = colleague("amir").sign_in()
    page = amir.open(case)
    page.click("[data-go=messages]:visible")
    page.fill("#compose-text", "Thank you.")
    page.click("[data-compose] [data-send]")
    amir.told("Bekreftelsen er sendt")
    unheard = []
    for what, (change, words) in LIES.items():
        lie(page, change)
        amir.follow("/desk/cases/")
        amir.follow(f"/desk/cases/{case['reference']}/")
        page.wait_for_selector("[data-alarm]:visible")
        if words not in page.inner_text("[data-alarm]"):
            unheard.append((what, page.inner_text("[data-alarm]")))
        page.context.unroute("**/sealed")
    assert not unheard
    amir.follow("/desk/cases/")
    amir.open(case, declare=False)
    assert page.is_hidden("[data-alarm]"), "an honest answer must not raise an alarm"


def test_a_stranger_gets_the_same_page_for_a_hidden_case_and_for_none(colleague, site):
    hidden, none = site.case(), {"reference": "CC-CC-CC"}
    sissel = colleague("sissel").sign_in()
    pages = set()
    for reference in (hidden["reference"], none["reference"], site.strange["reference"]):
        page = sissel.go(f"/desk/cases/{reference}/")
        pages.add(page.inner_text("main"))
        assert page.is_visible(".w-rail"), "a colleague keeps the frame of the desk"
    assert len(pages) == 1


def test_the_auditor_sees_the_log_and_no_case(colleague, site):
    case = site.case()
    randi = colleague("randi").sign_in()
    page = randi.page
    page.wait_for_url("**/desk/log/")
    assert "Logget inn" in page.inner_text("table")
    assert page.locator("[data-keys-open], [data-keys-close]").count() == 0
    text = page.inner_text("body")
    assert case["reference"] not in text
    assert "bridge" not in text
    assert randi.go(f"/desk/cases/{case['reference']}/").locator("h1").inner_text() == "Siden finnes ikke"


def test_pictures_and_text_are_shown_and_nothing_else_is_run(colleague, site):
    case = site.case(files=True)
    amir = colleague("amir").sign_in()
    page = amir.open(case)
    page.click("#tab-files")
    page.click("[data-files] button:has-text('photo.png')")
    page.wait_for_selector(".w-view img")
    assert page.get_attribute(".w-view img", "src").startswith("blob:")
    assert page.evaluate("document.querySelector('.w-view img').decode().then(() => true)")
    page.click("[data-viewer-close]")
    page.click("[data-files] button:has-text('letter.txt')")
    page.locator(".w-view pre", has_text="<img src=x").wait_for()
    page.keyboard.press("Escape")
    for name in ("page.html", "drawing.svg"):
        page.click(f"[data-files] button:has-text('{name}')")
        page.wait_for_selector("[data-viewer-warn]:visible")
        assert page.locator(".w-view *").count() == 0
        with page.expect_download() as saved:
            page.click("[data-viewer-save]")
        assert saved.value.suggested_filename == name
        page.keyboard.press("Escape")
    assert "taken" not in page.title()
    assert not amir.problems


def test_who_is_not_impartial_loses_the_case_and_the_others_go_on_with_a_new_key(colleague, site):
    case = site.case()
    berit, amir = colleague("berit").sign_in(), colleague("amir").sign_in()
    page = berit.open(case)
    page.click("#tab-people")
    page.click("#recuse-open")
    page.check("#recuse-conflict")
    page.click(".w-recuse [type=submit]")
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
    page.locator("[data-step=investigate]", has_text="grunnene står i et notat").wait_for()
    page.click("#tab-notes")
    page.fill("#note-text", "Reasons.")
    page.click("[data-note] [data-send]")
    amir.told("Notatet er lagret")
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


def test_a_case_can_be_confirmed_with_the_keyboard_alone(colleague, site):
    case = site.case()
    amir = colleague("amir").sign_in()
    page, keyboard = amir.page, amir.page.keyboard
    amir.follow(f"/desk/cases/{case['reference']}/")

    def reach(selector: str, key: str = "Tab") -> None:
        for _ in range(80):
            if page.evaluate("s => document.activeElement?.matches(s)", selector):
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
    amir.told("Bekreftelsen er sendt")


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
