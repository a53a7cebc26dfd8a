"""The desk: acknowledge, answer, note, give keys, move on; and who may not."""

import json

import pytest
from django.core import mail
from guardian.shortcuts import get_objects_for_user

from cases.models import Case, CaseGrant, Notice, Proposal
from cases.services.notices import send_due
from tests.town import Town
from whistle.access.models import BoxGrant
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


def test_colleague_reads_report_and_notes_after_being_given_the_keys(town: Town) -> None:
    town.report("Read me.")
    case = town.open("ingrid")
    case.note("For colleagues.")
    even = town.people["even"].staff

    case.share(even.ref)

    theirs = town.open("even")
    assert theirs.messages[0].body["text"] == "Read me."
    assert theirs.notes[0].body["text"] == "For colleagues."
    assert "access.granted" in acts(town)


def test_colleague_without_certificate_cannot_be_given_a_key(town: Town) -> None:
    town.report()
    case = town.open("ingrid")

    for name in ("randi", "nils"):
        refused = refusal(case.share, town.people[name].staff.ref)
        assert refused.code == "client.person"
    assert town.desk("nils").cases() == []


def test_handler_may_not_share_and_nothing_is_written(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.share(town.people["even"].staff.ref)
    theirs = town.open("even")

    refused = refusal(theirs.share, town.people["sissel"].staff.ref)

    assert refused.code == "step.refused"
    assert not Seal.objects.filter(staff_ref=town.people["sissel"].staff.ref).exists()


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
    assert "the reporter has had feedback" in str(refused)


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


def test_officer_who_is_not_impartial_loses_key_and_case_at_once(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    berit = town.people["berit"].staff

    town.desk("berit").declare(reference, "conflict")

    assert town.desk("berit").cases() == []
    assert not Seal.objects.filter(staff_ref=berit.ref).exists()
    assert not BoxGrant.objects.filter(user=berit).exists()
    assert not CaseGrant.objects.filter(user=berit).exists()
    refused = refusal(town.desk("berit").server.get, f"cases/{reference}")
    assert refused.status == 404


def test_last_one_with_a_key_cannot_walk_away_from_the_case(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    for name in ("berit", "amir"):
        town.desk(name).declare(reference, "unsure")

    refused = refusal(town.desk("ingrid").declare, reference, "conflict")

    assert refused.code == "habilitet.last"
    assert Seal.objects.filter(staff_ref=town.people["ingrid"].staff.ref).exists()


def test_box_waits_for_a_new_key_after_somebody_left(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    town.desk("berit").declare(case.reference, "conflict")

    refused = refusal(case.acknowledge, "We have it.")

    assert refused.code == "box.rekey_due"


def test_whoever_left_cannot_read_what_is_written_after_the_new_key(town: Town) -> None:
    sent = town.report()
    case = town.open("ingrid")
    case.note("Before.")
    berit = town.people["berit"].staff
    town.desk("berit").declare(case.reference, "conflict")
    case.refresh()

    case.rekey()
    case.acknowledge("After.")

    assert {box.epoch for box in Box.objects.all()} == {2}
    assert not Seal.objects.filter(staff_ref=berit.ref).exists()
    assert [message.body["text"] for message in town.mailbox(sent).messages if message.kind == 1][
        -1
    ] == "After."
    assert town.open("amir").messages[-1].body["text"] == "After."
    assert acts(town).count("access.rekeyed") == 2


def test_new_key_that_leaves_somebody_out_is_refused(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    town.desk("berit").declare(case.reference, "conflict")
    case.refresh()
    case.wire["boxes"][0]["holders"].pop()

    refused = refusal(case.rekey)

    assert refused.code == "grant.seals"
    assert Box.objects.get().epoch == 1


def test_permission_and_seal_are_one_thing(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.note("First.")
    case.share(town.people["even"].staff.ref)
    town.desk("amir").declare(case.reference, "conflict")

    for box in Box.objects.all():
        sealed_to = set(Seal.objects.filter(box=box, holder="staff").values_list("staff_ref", flat=True))
        permitted = set(BoxGrant.objects.filter(content_object=box).values_list("user__ref", flat=True))
        assert sealed_to == permitted
    for person in town.people.values():
        visible = get_objects_for_user(
            person.staff, "read_case", Case, use_groups=False, with_superuser=False, accept_global_perms=False
        )
        assert visible.exists() == BoxGrant.objects.filter(user=person.staff).exists()


def test_auditor_and_administrator_see_no_case(town: Town) -> None:
    town.report()

    for name in ("randi", "nils"):
        assert town.desk(name).cases() == []


def test_message_sealed_for_another_case_is_refused(town: Town) -> None:
    town.report("First.")
    first = town.open("ingrid")
    town.report("Second.")
    second = town.open("ingrid")
    letter = first._writer(first.boxes["mailbox"]).letter(
        1, {"type": "acknowledgement", "text": "For the first."}, []
    )

    second.desk.server.post(f"cases/{second.reference}/acknowledge", {"items": letter})

    with pytest.raises(ClientError, match=r"client\."):
        second.refresh()
