"""An organisation from nothing to an open channel, in real browsers: two links, keys on paper, people, a signed list."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.desk.test_desk_accessible import faults
from tests.people.conftest import Place, Visitor
from tests.people.hands import Made, enrol
from whistle.access.selectors_set_up import WORDS
from whistle.client.errors import ClientError
from whistle.client.http import Network
from whistle.client.reporter import Reporter
from whistle.vault import code

pytestmark = [pytest.mark.browser, pytest.mark.soak]  # most of a minute in real browsers

PREFIX = "/storvik"
PEOPLE = {  # user name: name, duty, place on the list, groups
    "per.dal": ("Per Dal", "intake_officer", "readers", "administration, intake"),
    "liv.nes": ("Liv Nes", "compliance_leader", "readers", "administration"),
    "alt.ek": ("Alt Ek", "alternate", "alternates", "external"),
    "rev.as": ("Rev As", "auditor", "none", ""),
}


def begun(visitor: Callable[..., Visitor], place: Place, duty: str, username: str) -> tuple[Visitor, str]:
    """Return one of the first two, enrolled by their link and signed in, and their passphrase."""
    who = visitor()
    passphrase, secret, _words = who.enrol(f"{place.url}{PREFIX}/desk/enrol/#{place.links['storvik'][duty]}")
    who.sign_in(username, passphrase, secret, PREFIX)
    who.declare()
    return who, passphrase


def follow(who: Visitor, path: str) -> Any:
    """Go to a page as a link does: keys that are open stay open."""
    page = who.page
    page.evaluate(
        "path => { const a = document.createElement('a'); a.href = path; document.body.append(a); a.click(); }",
        PREFIX + path,
    )
    page.wait_for_url(f"**{PREFIX}{path}")
    page.wait_for_selector("main h1")
    return page


def unlock(who: Visitor, passphrase: str) -> None:
    page = who.page
    page.click("[data-keys-open]:visible")
    page.fill("#unlock-passphrase", passphrase)
    page.press("#unlock-passphrase", "Enter")
    who.saved("Nøklene dine er åpne")


def invited(ada: Visitor, name: str, username: str, duty: str) -> str:
    """Let the administrator invite somebody; return their link."""
    page = ada.page
    page.goto(f"{ada.place.url}{PREFIX}/desk/people/")
    page.fill("#in-name", name)
    page.fill("#in-username", username)
    page.select_option("#in-duty", duty)
    page.click("[data-invite] [type=submit]")
    page.wait_for_selector("[data-link]:visible")
    return str(page.inner_text("[data-link-text]"))


def sheets_printed(kim: Visitor) -> None:
    page = kim.page
    page.wait_for_selector("[data-root-form] [type=submit]:visible")
    page.fill("#sheets", "3")
    page.fill("#threshold", "2")
    page.click("[data-root-form] [type=submit]")
    page.wait_for_selector("[data-sheets]:visible")
    printed = page.evaluate(
        "[...document.querySelectorAll('.w-sheet-of')].map(s => ["
        "s.querySelector('[data-slot=title]').textContent, [...s.querySelectorAll('li')].map(l => l.textContent).join(' ')])"
    )
    title, number = page.inner_text("[data-sheet-asked]").rsplit(" · ", 1)
    page.fill("#sheet-typed", [words for kind, words in printed if kind == title][int(number) - 1])
    page.click("[data-sheet-check] [type=submit]")
    page.wait_for_selector("[data-root-form]", state="detached")


def certified(kim: Visitor, words: dict[str, list[str]]) -> None:
    page = follow(kim, "/desk/certify/")
    assert faults(page) == []
    for name, heard in words.items():
        form = page.locator("li", has_text=name).locator("[data-certify-one]")
        form.locator("[data-heard]").fill(" ".join(heard))
        form.locator("[type=submit]").click()
        page.locator("[data-certify-one]", has_text=name).wait_for(state="detached")


def listed(kim: Visitor) -> None:
    """Let the custodian say who reads what, and sign it."""
    page = follow(kim, "/desk/roster/")
    page.wait_for_selector("[data-chart-person]")
    page.click("[data-add-person]")
    assert faults(page) == []
    page.click("[data-add-cancel]")
    for name, _duty, where, groups in (
        ("Ina Moe", "", "readers", "administration, intake"),
        *PEOPLE.values(),
    ):
        if where == "none":
            continue
        card = page.locator("[data-chart-person]", has=page.locator("b", has_text=name))
        card.locator("> summary").click()
        card.locator("[data-chart-place]").select_option(where)
        for group in filter(None, groups.split(", ")):
            if not card.locator(f"[data-chart-groups] input[value={group}]").count():
                page.fill("#new-group", group)
                page.press("#new-group", "Enter")
            card.locator(f"[data-chart-groups] input[value={group}]").check()
    page.check("#try-chief_executive")
    assert page.locator("[data-reads] li").all_inner_texts() == ["Alt Ek"], "the usual rule is there at once"
    page.uncheck("#try-chief_executive")
    page.click("[data-chart-sign]")
    page.locator("[data-flash]", has_text="Versjon 1").wait_for()


def said_live(who: Visitor) -> Any:
    page = who.page
    page.goto(f"{who.place.url}{PREFIX}/desk/set-up/")
    page.wait_for_selector("[data-go-live]:enabled")
    page.click("[data-go-live]")
    who.saved()
    return page


def test_a_municipality_is_founded_peopled_and_opened_by_two(visitor, place) -> None:
    ada, _phrase = begun(visitor, place, "system_administrator", "ada.vik")
    kim, phrase = begun(visitor, place, "key_custodian", "kim.lund")
    assert ada.page.is_disabled("[data-go-live]")
    assert "mangler før kanalen kan åpne" in ada.page.inner_text("h1")
    assert faults(ada.page) == faults(kim.page) == []
    sheets_printed(kim)
    unlock(kim, phrase)

    ina = visitor()
    words = {"Ina Moe": ina.enrol(invited(ada, "Ina Moe", "ina.moe", "intake_officer"))[2]}
    made: dict[str, Made] = {}
    for username, (name, duty, _where, _groups) in PEOPLE.items():
        token = invited(ada, name, username, duty).split("#")[1]
        made[username] = enrol(token, over=Network(place.url + PREFIX))
    org = bytes.fromhex(str(ada.page.evaluate("document.body.dataset.organisation")))
    words |= {
        PEOPLE[one][0]: code.words(made[one].words(org), "nb")
        for one in PEOPLE
        if PEOPLE[one][1] != "auditor"
    }
    follow(kim, "/desk/people/")
    for left in range(len(PEOPLE), -1, -1):
        kim.page.locator("[data-agree]").first.click()
        kim.page.wait_for_function("n => document.querySelectorAll('[data-agree]').length === n", arg=left)
    certified(kim, words)

    ada.page.goto(f"{place.url}{PREFIX}/desk/set-up/")
    lacking = ada.page.locator(".w-need.call h3").all_inner_texts()
    assert [line for line in lacking if "leser" in line.lower()], "nobody reads before the list is signed"
    assert not [line for line in lacking if "revisor" in line.lower()], "the auditor is there"
    listed(kim)
    for word in WORDS:
        assert ada.page.is_disabled("[data-go-live]")
        ada.page.goto(f"{place.url}{PREFIX}/desk/set-up/")
        ada.page.fill(f"#word-{word}", "Sak 12/26")
        ada.page.click(f"[data-word-form={word}] [type=submit]")
        ada.page.wait_for_selector(f"[data-word-form={word}]", state="detached")
    with pytest.raises(ClientError, match=r"channel\.closed"):
        Reporter(place.url + PREFIX).report("Too early.")

    said_live(ada)
    assert ada.page.is_disabled("[data-go-live]"), "one person alone does not open a channel"
    said_live(kim)
    stranger = visitor().page
    stranger.goto(f"{place.url}{PREFIX}/nb/")
    assert "ikke åpen" not in stranger.inner_text("body")
    reporter = Reporter(place.url + PREFIX)
    assert {row["name"] for row in reporter.roster["readers"]} == {"Ina Moe", "Per Dal", "Liv Nes"}
    sent = reporter.report("At last.", about=["chief_executive"])
    assert [row["name"] for row in reporter.mailbox(sent.code).wire["readers"]] == ["Alt Ek"]
    assert not ada.problems + kim.problems + ina.problems
