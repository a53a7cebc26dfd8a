"""Signing in, keys that open and close: nothing readable stays behind, and nothing typed is lost."""

import time

import pytest

pytestmark = pytest.mark.browser


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
    told_to_open = "[...document.querySelectorAll('[data-kit-here] [data-when-closed]')].map(p => p.hidden)"
    page.wait_for_function(f"{told_to_open}.some(Boolean) && {told_to_open}.every(Boolean)")
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
