"""The desk: acknowledge, answer, note, give keys, move on; and who may not."""

import json

import pytest
from django.core import mail

from cases.models import Notice, Proposal
from cases.services.notices import send_due
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.audit.models import Entry
from whistle.client.errors import ClientError
from whistle.client.paperwork import before
from whistle.core import clock
from whistle.store.models import Box, Item, Seal


def acts(town: Town, log: str = "desk") -> list[str]:
    case = town.newest()
    return [read.fields["act"] for read in audit.entries(town.organisation, log, case=case.log_ref)]


def refusal(act: object, *given: object, **named: object) -> ClientError:
    """Do something that must be refused; return the refusal, having checked that no entry was written."""
    before = Entry.objects.count()
    with pytest.raises(ClientError) as refused:
        act(*given, **named)  # type: ignore[operator]
    assert Entry.objects.count() == before
    return refused.value


def test_officer_reads_only_after_declaring_impartiality(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    desk = town.desk("ingrid")

    refused = refusal(desk.server.get, f"cases/{reference}/sealed")
    desk.declare(reference)
    desk.open(reference)

    assert refused.code == "habilitet.needed"
    assert acts(town) == ["case.opened", "habilitet.declared", "case.read"]


def test_acknowledgement_stops_the_clock_and_shows_in_the_mailbox(town: Town) -> None:
    sent = town.report()

    town.open("ingrid").acknowledge("We have it.")

    mailbox = town.mailbox(sent)
    assert mailbox.messages[-1].body["text"] == "We have it."
    assert mailbox.messages[-1].author == town.people["ingrid"].staff.ref
    assert mailbox.wire["status"] == "assessment"
    assert mailbox.wire["clocks"][0]["met_on"] == clock.today().isoformat()
    assert acts(town)[-1] == "report.acknowledged"


def test_case_is_acknowledged_once(town: Town) -> None:
    town.report()
    town.open("ingrid").acknowledge("We have it.")

    refused = refusal(town.open("berit").acknowledge, "We have it too.")

    assert refused.code == "step.unknown"
    assert Item.objects.filter(kind=1).count() == 2


def test_reporter_answers_and_the_desk_is_told_without_content(town: Town) -> None:
    sent = town.report()
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    case.answer("When?")

    town.mailbox(sent).reply("In January.")
    town.worker()
    send_due(at_any_hour=True)

    case.refresh()
    assert case.messages[-1].body["text"] == "In January."
    assert town.newest().reporter_waits_since == clock.today()
    bodies = {message.body for message in mail.outbox}
    assert len(bodies) == 1
    assert town.newest().reference not in json.dumps([str(m.message()) for m in mail.outbox])
    amounts = {len(str(message.body)) for message in mail.outbox}
    assert len(amounts) == 1


def test_notice_leaves_once_for_a_report_however_often_the_worker_asks(town: Town) -> None:
    town.report(exclude=["amir.haddad"])

    for _again in range(3):
        town.worker()
        send_due(at_any_hour=True)

    recipients = sorted(address for message in mail.outbox for address in message.to)
    assert recipients == ["berit.nyhus@fjellvik.example", "ingrid.solvang@fjellvik.example"]
    assert Notice.objects.filter(sent_at=None).count() == 0


def test_code_opens_no_internal_note(town: Town) -> None:
    sent = town.report()
    town.open("ingrid").note("Secret among us.")

    mailbox = town.mailbox(sent)

    assert "Secret among us." not in json.dumps([message.body for message in mailbox.messages])
    room = Box.objects.get(kind="room")
    assert not Seal.objects.filter(box=room, holder="reporter").exists()
    assert room.box_id not in json.dumps(mailbox.wire)


def test_handler_may_not_confirm_and_proposer_may_not_confirm_their_own(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    before(case, "investigate")
    case.share(town.people["even"].staff.ref)

    case.step("investigate")

    assert refusal(case.decide).code == "step.needs_second"
    assert refusal(town.open("even").decide).code == "step.refused"
    assert town.newest().state == "assessment"
    town.open("berit").decide()
    assert town.newest().state == "investigation"


def test_case_cannot_be_closed_without_feedback(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.acknowledge("We have it.")

    refused = refusal(case.step, "close_unfounded", outcome="unfounded", lesson="none")

    assert refused.code == "step.lacks"
    assert refused.details["needs"] == ["assessment", "feedback", "retention"]
    assert any(word in str(refused) for word in ("had feedback", "fått tilbakemelding")), (
        "it says what is missing"
    )


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("forward", {"outcome": "unfounded"}),
        ("forward", {"why": "the mayor's brother"}),
        ("close_unfounded", {"outcome": "unfounded", "lesson": "none", "risk_area": "the mayor's brother"}),
        ("close_unfounded", {"outcome": "unfounded", "lesson": "none", "note": "the mayor's brother"}),
        ("close_unfounded", {"outcome": "unfounded\n", "lesson": "none"}),
    ],
)
def test_nothing_but_the_tables_codes_comes_into_the_database_with_a_step(town: Town, name, codes) -> None:
    town.report()
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    case.give_feedback("This is what we did.")

    refused = refusal(case.step, name, **codes)

    assert refused.code == "step.codes"
    assert not Proposal.objects.exists()


def test_new_case_cannot_be_closed_at_once(town: Town) -> None:
    town.report()

    refused = refusal(town.open("ingrid").step, "close", outcome="unfounded", lesson="none")

    assert refused.code == "step.unknown"


def test_two_people_cannot_race(town: Town) -> None:
    town.report()
    first, second = town.open("ingrid"), town.open("berit")
    first.acknowledge("We have it.")
    before(first, "investigate")
    second.refresh()
    first.step("investigate")

    refused = refusal(second.step, "forward")

    assert refused.code == "case.moved_on"
