"""The whole life of a case: six people, each in a browser of their own, from the first word to the last."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.desk.forms import again, confirm, letter, take, write
from tests.desk.test_desk_browser import traces
from tests.desk.witness import worker_looks

pytestmark = pytest.mark.browser

SECRETS = {
    "person": "Kari Nordmann signed both invoices",
    "finding": "The second invoice has no order behind it",
    "reply": "She says that her leader asked her to",
    "facts": "Two invoices, one bridge, one account",
    "feedback": "We found what you described, and the money is claimed back",
}


def test_a_case_from_received_to_closed_by_six_people_in_six_browsers(colleague, site, chromium: Browser):
    case = site.case()
    reporter = chromium.new_context().new_page()
    amir, berit, ingrid, even, randi = (
        colleague(name).sign_in() for name in ("amir", "berit", "ingrid", "even", "randi")
    )

    # received: an officer confirms, and the reporter reads it and answers
    amir.open(case)
    letter(amir, "We have read it.", "Bekreftelsen er sendt")
    reporter.goto(f"{site.url}/nb/mailbox/")
    reporter.get_by_label("Sakskode").fill(case["code"])
    reporter.get_by_role("button", name="Åpne").click()
    expect(reporter.locator("[data-thread-new]")).to_contain_text("We have read it.")
    reporter.get_by_label("Meldingen din").fill("It began in January.")
    reporter.get_by_role("button", name="Send meldingen").click()
    expect(reporter.get_by_text("Sendt.")).to_be_visible()
    worker_looks(Path(site.folder))

    # assessed: what it is, what it says, whom it concerns, what is to be done; two people start the investigation
    again(amir, case)
    expect(amir.page.locator("[data-latest]")).to_contain_text("It began in January.")
    choices = {"danger": "no", "scope": "yes", "track": "a", "categories": ["a2", "a3"], "seriousness": "3"}
    more = {"protection_risk": "2", "plausibility": "high", "verifiable": "yes", "preserve": "yes"}
    write(amir, "assessment", {**choices, **more}, reason="It can be checked.", planned="Fetch the invoices.")
    write(amir, "allegation", {"category": "a2"}, what="The bridge was paid twice")
    write(amir, "person", {"role": "subject", "notice": "not_yet"}, name=SECRETS["person"])
    write(
        amir, "mandate", {}, scope="What happened.", plan="Invoices first.", team="Even.", reporting="Ingrid."
    )
    amir.page.click("#tab-people")
    amir.page.click("#share-open")
    amir.page.click("[data-candidates] label:has-text('Even Strand')")
    amir.page.click("[data-share] [type=submit]")
    amir.told("Even Strand har nøkkel")
    take(amir, "investigate", "Steget er foreslått")
    assert amir.page.locator("[data-decide]").count() == 0, "not by the one who proposed it"
    berit.open(case)
    confirm(berit)

    # investigated: the person concerned is told and heard, evidence is listed, findings are written
    even.open(case)
    write(even, "person", {"notice": "sent"}, change=1, notice_text="That two invoices are looked at.")
    due = site.today().isoformat()
    write(even, "reply", {"person": "1", "state": "invited"}, due=due, put="The two invoices.")
    take(even, "hear", "Steget er tatt")
    write(even, "reply", {"state": "received"}, change=1, reply=SECRETS["reply"])
    take(even, "heard", "Steget er tatt")
    write(even, "task", {"state": "done"}, what="Ask the bank.")
    write(even, "evidence", {"type": "document", "allegation": "1"}, what="The second invoice.")
    even.page.locator("details:has([data-step=conclude]) > summary").click()
    expect(even.page.locator("[data-step=conclude]")).to_contain_text("hver påstand har et utfall")
    write(even, "allegation", {"outcome": "substantiated"}, change=1, finding=SECRETS["finding"])
    chosen = {"consequences": ["money_reclaimed", "routine_changed"], "cause": "control_bypassed"}
    write(even, "conclusion", {**chosen, "measures": "proposed"}, facts=SECRETS["facts"], assessment="Yes.")
    write(
        even,
        "measure",
        {"state": "proposed"},
        due=due,
        what="Two people approve each payment.",
        owner="Finance",
    )
    take(even, "conclude", "Steget er tatt")

    # followed up: the reporter gets feedback, two people approve
    ingrid.open(case)
    letter(ingrid, SECRETS["feedback"], "Tilbakemeldingen er sendt", feedback=True)
    take(ingrid, "follow_up", "Steget er foreslått")
    again(berit, case)
    confirm(berit)

    # closed: letter, measure and keeping are settled, two people close
    again(ingrid, case)
    write(ingrid, "person", {"letter": "sent"}, change=1, letter_text="How it ended.")
    write(ingrid, "measure", {"state": "in_plan"}, change=1)
    write(ingrid, "retention", {"class": "possible_crime", "basis": "archive_rule"}, reason="By the table.")
    expect(ingrid.page.locator("[data-next]")).to_contain_text("Dokumentert")
    take(ingrid, "close", "Steget er foreslått", lesson="new_measure")
    again(berit, case)
    for word in ("Dokumentert", "Nytt tiltak"):  # the second person sees what they confirm
        expect(berit.page.locator(".w-proposal")).to_contain_text(word)
    confirm(berit)
    expect(berit.page.locator(".w-case-head")).to_contain_text("Avsluttet")
    for part in ("assessment", "persons", "conclusion"):
        berit.page.click(f"#tab-{part}")
        assert berit.page.locator(f"#panel-{part} [data-records] > li").count() >= 2
    expect(berit.page.locator("[data-records=person]")).to_contain_text(SECRETS["person"])

    # and everybody else: the reporter reads how it went, the auditor sees that it happened and no word of it
    reporter.reload()
    reporter.get_by_label("Sakskode").fill(case["code"])
    reporter.get_by_role("button", name="Åpne").click()
    expect(reporter.locator("[data-thread-new]")).to_contain_text(SECRETS["feedback"])
    told = randi.go("/desk/log/").inner_text("main")
    assert "Ført inn i saken" in told
    assert randi.go(f"/desk/cases/{case['reference']}/").locator("h1").inner_text() == "Siden finnes ikke"
    for who in (amir, berit, ingrid, even):
        sent = "\n".join(who.sent)
        for name, secret in SECRETS.items():
            assert not [form for form in traces(secret) if form in sent], (who.name, name)
        assert not who.problems
    reporter.context.close()
