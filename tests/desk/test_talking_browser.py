"""Between an officer and a reporter: times to meet and minutes to approve, from the desk to the mailbox and back."""

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.forms import letter, write

pytestmark = pytest.mark.browser


def mailbox(chromium: Browser, site, case: dict[str, str]):
    """Open the mailbox as the reporter does, in a browser of their own."""
    page = chromium.new_context().new_page()
    page.set_default_timeout(20_000)
    page.goto(f"{site.url}/nb/mailbox/")
    page.get_by_label("Sakskode").fill(case["code"])
    page.get_by_role("button", name="Åpne").click()
    return page


def test_a_meeting_is_booked_held_and_written_down_and_the_reporter_corrects_the_minutes(
    colleague, site, chromium: Browser
):
    case = site.case()
    amir = colleague("amir").sign_in()
    page = amir.open(case)
    letter(amir, "Takk for varselet.", "Bekreftelsen er sendt")

    # suggested at the desk, chosen in the mailbox
    page.click("#tab-reporter")
    page.locator("summary", has_text="Foreslå tider").click()
    form = page.locator("[data-suggest-meeting]")
    form.locator("[type=submit]").click()
    expect(form.locator("[data-error]")).to_contain_text("Foreslå minst én tid")
    form.locator("#meeting-where").fill("Biblioteket")
    form.locator("#meeting-1").fill("2027-01-12T10:00")
    form.locator("#meeting-2").fill("2027-01-13T14:30")
    form.locator("#meeting-text").fill("Passer noen av disse?")
    form.locator("[type=submit]").click()
    amir.told("Forslaget er sendt")
    reporter = mailbox(chromium, site, case)
    reporter.get_by_label("13. januar 2027 14.30").check()
    reporter.get_by_role("button", name="Svar", exact=True).click()
    expect(reporter.get_by_text("Du har svart på forslaget.")).to_be_visible()

    # back at the desk it becomes an interview, whose minutes go to the reporter
    amir.follow("/desk/cases/")
    page = amir.open(case, declare=False)
    page.click("#tab-reporter")
    expect(page.locator("[data-meetings]")).to_contain_text("13. januar 2027 14.30 Biblioteket")
    page.locator("[data-meetings] button").click()
    expect(page.locator("#interview-state")).to_have_value("planned")
    expect(page.locator("#interview-due")).to_have_value("")  # the server must not learn the day
    expect(page.locator("#interview-text-questions")).to_have_value("13. januar 2027 14.30, Biblioteket\n\n")
    page.locator("#interview-text-questions").press("End")
    page.locator("#interview-text-questions").press_sequentially("Hva så du?")
    page.locator("[data-record=interview] [data-send]").click()
    amir.told("Det er lagret")
    write(amir, "interview", {"state": "held"}, change=1, minutes="Varsleren så to fakturaer.")
    page.click("#tab-investigation")
    page.locator("[data-records=interview] [data-record-minutes]").click()
    expect(page.locator("#minutes-text")).to_have_value("Varsleren så to fakturaer.")
    page.locator("[data-write-minutes] [type=submit]").click()
    amir.told("Referatet er sendt")
    expect(page.locator("[data-minutes]")).to_contain_text("ikke besvart")
    reporter.context.close()

    reporter = mailbox(chromium, site, case)
    reporter.get_by_role("button", name="Rett opp").click()
    reporter.get_by_label("Hva skulle vært annerledes?").fill("Det var tre fakturaer.")
    reporter.get_by_role("button", name="Rett opp").click()
    expect(reporter.get_by_text("Du har svart på referatet.")).to_be_visible()
    amir.follow("/desk/cases/")
    page = amir.open(case, declare=False)
    page.click("#tab-reporter")
    expect(page.locator("[data-minutes]")).to_contain_text("rettet")
    page.click("#tab-messages")
    expect(page.locator("[data-messages]")).to_contain_text("Det var tre fakturaer.")
    sent = "\n".join(amir.sent)
    for secret in ("Biblioteket", "fakturaer", "2027-01-1", "13. januar", "Hva så du"):
        assert secret not in sent, "the server learns neither place nor time nor a word of the minutes"
    assert not amir.problems
    reporter.context.close()
