"""A server that lies is named in plain words, and what is hidden looks as if it were not there."""

import base64

import pytest

pytestmark = pytest.mark.browser


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
        "Gjest står som nøkkelholder",
    ),
    "a text hidden as if it had been removed": (
        lambda said: said["boxes"][0]["items"][0].update(
            header=None,
            body=None,
            removed={"on": "2026-11-01", "ground": "not_relevant", "by": "1" * 32, "agreed": "2" * 32},
        ),
        "verken loggen eller en kollega sier at det er fjernet",
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
