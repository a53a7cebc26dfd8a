"""A case goes to the alternate recipients for a reason, by two people; until one has opened it nothing is lost, then all others lose it."""

from datetime import timedelta

import pytest
from django.test import Client

from cases.models import Assignment, Case, Transfer
from cases.services import transfer
from tests.desk_tools.test_junk_and_twins import merged, twins
from tests.domain.test_conflict import WORDS, who_decrypts
from tests.domain.test_desk import acts, refusal
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.client.errors import ClientError
from whistle.client.keys import KeyWork
from whistle.core import clock
from whistle.store.models import Box

ORDINARY, ALTERNATES = {"ingrid", "amir", "berit"}, {"sissel", "tor"}


def holding(town: Town, case: Case) -> set[str]:
    refs = {row.staff.ref for row in Assignment.objects.filter(case=case).select_related("staff")}
    return {name for name, one in town.people.items() if one.staff.ref in refs}


def proposed(town: Town, case: Case, why: str = "chief_executive") -> str:
    """Ingrid proposes; the others have said that they are impartial."""
    for name in ("amir", "berit"):
        town.open(name, case)
    town.open("ingrid", case).step("transfer", why=why)
    return case.reference


def test_two_people_hand_the_case_on_and_nobody_loses_it_before_somebody_else_has_opened_it(
    town: Town,
) -> None:
    town.report(WORDS)
    case = town.newest()
    mailbox = Box.objects.get(of_case__case=case)
    reference = proposed(town, case)
    assert refusal(KeyWork(town.desk("ingrid")).confirm_transfer, reference).code == "step.needs_second"
    plain = {"version": town.open("berit").card["version"], "confirm": True}
    assert (
        refusal(town.desk("berit").server.post, f"cases/{reference}/decide", plain).code == "transfer.seals"
    )

    offered = KeyWork(town.desk("berit")).confirm_transfer(reference)

    assert set(offered) == {town.people[name].staff.ref for name in ALTERNATES}
    assert holding(town, case) == ORDINARY | ALTERNATES, "nothing is lost on the way"
    assert town.open("amir").messages
    amir = Client()
    amir.force_login(town.people["amir"].staff)
    page = amir.get(f"/desk/cases/{reference}/").content.decode()
    assert "Sissel Kvam, Tor Bakke" in page, "whoever will lose it sees to whom it is offered"
    said = [read.fields["d"] for read in audit.entries(town.organisation, "desk", acts=("transfer.offered",))]
    assert [each["why"] for each in said] == ["chief_executive"] * 2

    assert KeyWork(town.desk("sissel")).settle().refused == {}

    assert holding(town, case) == ALTERNATES
    assert who_decrypts(town, mailbox) == ALTERNATES
    assert acts(town).count("transfer.accepted") == 1
    for name in ORDINARY:
        assert refusal(town.desk(name).server.get, f"cases/{reference}").status == 404
    KeyWork(town.desk("tor")).settle()
    assert holding(town, case) == ALTERNATES
    town.open("sissel", case).acknowledge("We have taken it over.")


def test_without_a_reason_without_an_alternate_and_for_strangers_nothing_is_offered(
    town: Town, other_town: Town
) -> None:
    town.report()
    case = town.open("ingrid")
    town.open("amir")
    for codes in ({}, {"why": "we like it so"}, {"why": "elected", "to": "a friend"}):
        assert refusal(case.step, "transfer", **codes).code == "transfer.why"
    with pytest.raises(ClientError) as hidden:
        other_town.desk("anne").server.post(
            f"cases/{case.reference}/steps/transfer", {"version": 1, "codes": {"why": "elected"}}
        )
    assert hidden.value.status == 404
    case.step("transfer", why="elected")
    town.open("berit")
    wire = town.desk("berit").server.get(f"cases/{case.reference}/keys")
    even = town.people["even"].staff.ref  # a colleague, and no alternate recipient
    forged = [{"staff_id": even, "boxes": [{"box_id": row["box_id"], "seals": []} for row in wire["boxes"]]}]
    sent = {"version": town.open("berit").card["version"], "confirm": True, "alternates": forged}
    assert (
        refusal(town.desk("berit").server.post, f"cases/{case.reference}/decide", sent).code == "grant.person"
    )
    assert not Transfer.objects.exists()
    town.open("berit").decide(confirm=False)
    town.report(about=["chief_executive"])  # the alternates have it already
    theirs = town.open("sissel")
    assert refusal(theirs.step, "transfer", why="lawyer").code == "transfer.nobody"


def test_offer_that_nobody_takes_in_72_hours_is_in_the_log_and_the_case_stays_where_it_is(town: Town) -> None:
    town.report()
    case = town.newest()
    KeyWork(town.desk("berit")).confirm_transfer(proposed(town, case, "reporting_office"))
    again = refusal(town.open("ingrid").step, "transfer", why="elected")
    assert again.code == "transfer.open"
    with clock.standing_at(clock.now() + timedelta(hours=71)):
        assert transfer.overdue(town.organisation) == 0
    with clock.standing_at(clock.now() + timedelta(hours=73)):
        assert transfer.overdue(town.organisation) == 2
    assert acts(town)[-1] == "clock.overdue"
    assert holding(town, case) == ORDINARY | ALTERNATES
    assert town.open("amir").messages


def test_case_of_two_reporters_goes_whole(town: Town) -> None:
    _sent, (first, second) = twins(town)
    merged(town, second, first)
    town.open("ingrid", first).note("Seen.")
    first.refresh_from_db()
    KeyWork(town.desk("berit")).confirm_transfer(proposed(town, first, "nobody_impartial"))
    KeyWork(town.desk("tor")).settle()
    assert holding(town, first) == ALTERNATES
    opened = town.open("tor", first)
    assert {each.body["text"] for each in opened.messages} >= {"The first.", "The second."}
    assert opened.notes[0].body["text"] == "Seen."
