"""What a server that lies could take away from the mailbox, and that it is missed."""

from base64 import b64encode

import pytest
from playwright.sync_api import Route, expect

from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, open_mailbox, send

pytestmark = pytest.mark.browser


def test_a_message_that_was_taken_away_last_or_hidden_as_if_two_people_had_removed_it_is_missed(
    visit: Visit,
) -> None:
    code = " ".join(send(begin(visit), "Først dette."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()
    page = open_mailbox(visit, code)
    page.get_by_label("Meldingen din").fill("Så dette.")
    page.get_by_role("button", name="Send meldingen").click()
    expect(page.get_by_text("Sendt.")).to_be_visible()

    def take_the_last(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        route.fulfill(
            response=answer, json={**said, "items": said["items"][:-1]} if "items" in said else said
        )

    page.route("**/mailbox/open", take_the_last)
    page = open_mailbox(visit, code)

    expect(page.locator("[data-alarm]")).to_contain_text("er borte fra meldingsboksen")

    def hide_the_last(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        tombstone = {"on": "2026-11-01", "ground": "not_relevant", "by": "1" * 32, "agreed": "2" * 32}
        if "items" in said:
            said["items"][-1].update(header=None, body=None, removed=tombstone)
        route.fulfill(response=answer, json=said)

    page.unroute("**/mailbox/open")
    page.route("**/mailbox/open", hide_the_last)
    page = open_mailbox(visit, code)

    expect(page.locator("[data-alarm]")).to_contain_text("loggen sier ikke at noen har fjernet det")


def test_a_proof_that_does_not_hold_is_named(visit: Visit) -> None:
    code = " ".join(send(begin(visit), "Et varsel."))
    visit.page.get_by_role("button", name=BOKMAL["kept"]).click()

    def forge(route: Route) -> None:
        answer = route.fetch()
        said = answer.json()
        for receipt in said.get("receipts", []):
            receipt["proof"] = [b64encode(bytes(32)).decode() for _ in range(max(len(receipt["proof"]), 1))]
        route.fulfill(response=answer, json=said)

    visit.page.wait_for_timeout(1500)  # the log signs
    visit.page.route("**/mailbox/open", forge)
    page = open_mailbox(visit, code)

    expect(page.locator("[data-alarm]")).to_contain_text("stemmer ikke")
