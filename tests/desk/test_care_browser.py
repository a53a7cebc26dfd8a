"""An officer looks after a reporter who does not answer in the mailbox, and writes down what protects them."""

import pytest
from playwright.sync_api import expect

from tests.desk.forms import client, letter, write

pytestmark = pytest.mark.browser


def test_talk_and_protection_are_written_down_at_the_desk_and_sealed(colleague, site):
    case = site.case()
    amir = colleague("amir").sign_in()
    page = amir.open(case)
    letter(amir, "Takk for varselet.", "Bekreftelsen er sendt")

    page.click("#tab-reporter")
    write(amir, "care", {"check": "d30", "state": "concern"}, what="Ringt: blir ikke bedt på møter.")
    expect(page.locator("[data-records=care]")).to_contain_text("Ringt: blir ikke bedt på møter.")
    codes = {"whom": "reporter", "help": "barrier", "state": "on"}
    write(amir, "protection", codes, due="2027-03-01", what="Enhetsleder holdes utenfor saken.")
    expect(page.locator("[data-records=protection]")).to_contain_text("Enhetsleder holdes utenfor saken.")
    expect(page.locator(".w-aside")).to_contain_text("Vern")
    expect(page.locator("#tab-reporter [data-count]")).to_have_text("2")
    kinds = {record.kind for record in client(amir, case).records}
    assert {"care", "protection"} <= kinds
    sent = "\n".join(amir.sent)
    assert "møter" not in sent
    assert "Enhetsleder" not in sent


def test_what_a_choice_makes_necessary_is_asked_for_before_anything_is_saved(colleague, site):
    case = site.case()
    amir = colleague("amir").sign_in()
    page = amir.open(case)
    letter(amir, "Takk for varselet.", "Bekreftelsen er sendt")
    page.click("#tab-persons")
    part = page.locator("[data-kind=person]")
    part.locator("summary").click()
    form = part.locator("[data-record]")
    form.locator("[data-text=name]").fill("Terje Moen")
    form.locator("[data-code=role]").select_option("subject")
    form.locator("[data-code=notice]").select_option("exempt")
    form.locator("[data-code=ground]").select_option("crime_investigation")
    expect(form.locator("label[for=person-text-reason] [data-open]")).to_be_hidden()
    form.locator("[data-send]").click()
    expect(form.locator("[data-error]")).to_contain_text("Begrunnelse")
    assert not [each for each in client(amir, case).records if each.kind == "person"]

    form.locator("[data-code=notice]").select_option("not_yet")
    expect(form.locator("label[for=person-text-reason] [data-open]")).to_be_visible()
    form.locator("[data-send]").click()
    amir.told("Det er lagret")
