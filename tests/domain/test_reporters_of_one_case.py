"""Several reporters, one case: each keeps mailbox, confirmation, clock, feedback and care, whatever becomes of the case."""

from datetime import date

import pytest

from cases.models import Case, CaseBox, Deadline
from cases.selectors import contact
from cases.services import care, clocks
from cases.services.needs import lacking
from cases.workflow import step
from tests.desk_tools.test_junk_and_twins import merged, twins
from tests.domain.test_clocks import on, open_desk
from tests.domain.test_desk import refusal
from tests.town import Town, make_town
from whistle.channel.models import CareCheck, MailboxStatus
from whistle.client.desk import OpenCase
from whistle.client.paperwork import before
from whistle.core import clock
from whistle.store.models import Box


@pytest.fixture
def pair(town: Town) -> tuple[list, Case]:
    """Two reports of one matter, made one case."""
    sent, (first, second) = twins(town)
    merged(town, second, first)
    first.refresh_from_db()
    return sent, first


def aside(town: Town, case: Case) -> None:
    """Two people set the case aside."""
    town.desk("amir").server.post("set-aside", {"references": [case.reference]})
    town.desk("berit").server.post("set-aside/decide", {"references": [case.reference], "confirm": True})
    case.refresh_from_db()
    assert case.state == "set_aside"


def test_case_of_two_reporters_goes_on_where_it_was_when_one_of_them_writes(town: Town, pair) -> None:
    sent, case = pair
    confirmed = [town.mailbox(each).wire["clocks"][0]["met_on"] for each in sent]
    aside(town, case)
    town.mailbox(sent[1]).reply("Please read it again.")
    town.worker()
    case.refresh_from_db()
    assert case.state == "assessment", "nobody is to be thanked for a report twice"
    assert [town.mailbox(each).wire["status"] for each in sent] == ["assessment"] * 2
    assert [town.mailbox(each).wire["clocks"][0]["met_on"] for each in sent] == confirmed
    opened = town.open("amir", case)
    assert refusal(opened.acknowledge, "Again.").code == "step.unknown"
    for number in (0, 1):
        opened.give_feedback("What we did.", mailbox=number)
    assert all(MailboxStatus.objects.values_list("feedback_on", flat=True))


def test_colleague_who_takes_up_a_confirmed_case_does_not_begin_it_anew(town: Town) -> None:
    town.report()
    opened = town.open("amir")
    opened.acknowledge("We have it.")
    town.open("berit")
    case = town.newest()
    aside(town, case)
    opened.refresh()
    opened.step("take_up")
    assert town.newest().state == "assessment"
    assert town.newest().acknowledged_on == clock.today()


def test_answer_to_one_reporter_leaves_the_other_waiting_for_theirs(town: Town, pair) -> None:
    sent, case = pair
    for each in sent:
        town.mailbox(each).reply("Have you read it?")
    town.worker()
    opened = town.open("amir", case)
    opened._letter("answer", "answer", "Yes.", [], 0)
    case.refresh_from_db()
    assert case.reporter_waits_since is not None, "the other one still waits"
    assert case.assignments.get(staff=town.people["amir"].staff).call == "answer"
    opened._letter("answer", "answer", "Yes.", [], 1)
    case.refresh_from_db()
    assert case.reporter_waits_since is None


def test_reason_for_no_feedback_to_one_reporter_says_nothing_of_another_who_joins_later(town: Town) -> None:
    _sent, (first, second) = twins(town)
    opened = town.open("amir", first)
    opened.record("no_feedback", {"why": "not_wanted"}, reason="Said so.")
    town.open("berit", first).agree("no_feedback", 1)
    second.refresh_from_db()
    merged(town, second, first)
    first.refresh_from_db()
    assert first.feedback_on is None, "the second reporter still waits for feedback"
    assert CaseBox.objects.filter(case=first, excused_on=None, box__kind=Box.Kind.MAILBOX).count() == 1
    town.open("amir", first).give_feedback("What we did.", mailbox=1)
    first.refresh_from_db()
    assert first.feedback_on is not None


def test_each_reporter_is_asked_how_they_fare_and_one_answer_does_not_speak_for_both(
    town: Town, pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    _sent, case = pair
    day = date.fromordinal(clock.today().toordinal() + 31)
    with on(day.isoformat()):
        clocks.remind(town.organisation)
        care.offer(town.organisation)
        checks = list(CareCheck.objects.filter(box__of_case__case=case).order_by("pk"))
        assert len(checks) == 2
        for answered, check in enumerate(checks, start=1):
            CareCheck.objects.filter(pk=check.pk).update(answered_on=clock.today())
            care.collect(town.organisation)
            met = Deadline.objects.get(case=case, clock="C5", number=1).met_on
            assert (met is not None) == (answered == 2)


def test_talk_with_one_reporter_does_not_speak_for_the_other(town: Town, pair) -> None:
    _sent, case = pair
    with on(date.fromordinal(clock.today().toordinal() + 31).isoformat()):
        clocks.remind(town.organisation)
        care.offer(town.organisation)
        assert [each["whose"] for each in contact.checks(case)] == [1, 2]
        opened = town.new_desk("amir").open(case.reference)
        for talks in (1, 2):
            opened.record(
                "care", {"check": "d30", "state": "well"}, what=f"All is well with reporter {talks}."
            )
            care.collect(town.organisation)
            met = Deadline.objects.get(case=case, clock="C5", number=1).met_on
            assert (met is not None) == (talks == 2)
            assert CareCheck.objects.filter(answered_on=None).exists() == (talks == 1), (
                "the other is still asked"
            )


def test_reporter_without_a_way_back_is_neither_asked_nor_waited_for_when_the_cases_are_one(
    town: Town, pair
) -> None:
    _sent, case = pair
    box = CaseBox.objects.filter(case=case, box__kind=Box.Kind.MAILBOX).first()
    assert box is not None
    CaseBox.objects.filter(pk=box.pk).update(way_back=False)
    with on(date.fromordinal(clock.today().toordinal() + 31).isoformat()):
        clocks.remind(town.organisation)
        care.offer(town.organisation)
    assert {check.box_id for check in CareCheck.objects.all()} == {
        one.box_id for one in CaseBox.objects.filter(case=case, way_back=True, box__kind=Box.Kind.MAILBOX)
    }


def test_what_is_owed_to_others_runs_on_when_a_case_is_merged_or_set_aside(town: Town) -> None:
    _sent, (first, second) = twins(town)
    opened = town.open("amir", second)
    opened.record("person", {"role": "subject", "notice": "not_yet"}, name="Kari Nordmann")
    opened.record("breach", {"state": "open"}, what="A letter went astray.")
    second.refresh_from_db()
    merged(town, second, first)
    assert {each.clock for each in second.deadlines.filter(met_on=None)} == {"C3", "C7"}
    assert second.assignments.exclude(due_on=None).exists(), "and somebody is told of it"


def test_hold_on_a_merged_case_holds_the_whole_and_deleting_destroys_the_whole(db, own_folders) -> None:
    with on("2026-01-05"):
        town = make_town("fjellvik")
        _sent, (first, second) = twins(town)
        third = closed_with(town, first, second)
    with on("2026-06-05"):
        assert [need.value for need in lacking(step("closed", "delete"), third)] == ["archivist", "no_hold"]
        opened = open_with(town, "berit", second)
        opened.record("hold", {"state": "lifted"}, number=1, reason="Over.")
        open_with(town, "ingrid", second).agree("hold", 1)
        assert [need.value for need in lacking(step("closed", "delete"), third)] == ["archivist"]
        from cases.services.shred import destroy
        from whistle.audit import services as audit

        with audit.atomic():
            destroy(third)
            audit.record(
                "log.exported", organisation=town.organisation, actor="system", role="system", size=1
            )
    assert not Case.objects.exists()
    assert not Box.objects.exists(), "no key of a merged case's own room is left"


def open_with(town: Town, name: str, case: Case) -> OpenCase:
    return town.new_desk(name).open(case.reference)


def closed_with(town: Town, first: Case, second: Case) -> Case:
    """The second is held, merged into the first, which is closed; return the first."""
    opened = open_with(town, "berit", second)
    opened.record("hold", {"why": "court", "state": "on"}, due_on="2026-02-05", reason="It is in court.")
    second.refresh_from_db()
    open_with(town, "amir", second)
    open_desk(town, "ingrid")
    merged(town, second, first)
    into = open_with(town, "amir", first)
    for number in (0, 1):
        into.give_feedback("What we did.", mailbox=number)
    before(into, "close_unfounded", outcome="unfounded")
    into.record("retention", {"class": "outside"}, number=1, reason="Elsewhere.")
    into.step("close_unfounded", outcome="outside_scheme", lesson="none")
    open_with(town, "berit", first).decide()
    for check in ("d30", "d90", "closing", "after90", "after180", "after365"):
        into.refresh()
        for _reporter in range(3):
            into.record("care", {"check": check, "state": "well"}, what="Well.")
    first.refresh_from_db()
    return first


def test_case_that_is_reopened_promises_feedback_anew(db, own_folders) -> None:
    with on("2026-01-05"):
        town = make_town("fjellvik")
        sent = town.report()
        case = open_desk(town, "ingrid")
        case.acknowledge("We have it.")
        case.give_feedback("What we did.")
        before(case, "close_unfounded", outcome="unfounded")
        case.step("close_unfounded", outcome="unfounded", lesson="none")
        open_desk(town, "berit").decide()
    with on("2026-07-31"):
        case = open_desk(town, "ingrid")
        case.record("reopening", {"why": "new_facts"}, reason="A third invoice.")
        case.step("reopen")
        open_desk(town, "berit").decide()
        now = town.newest()
        assert (now.state, now.feedback_on) == ("assessment", None)
        assert Deadline.objects.get(case=now, clock="C2", met_on=None).due_on == date(2026, 10, 31)
        case.refresh()
        assert refusal(case.step, "close_unfounded", outcome="unfounded", lesson="none").details["needs"] == [
            "feedback"
        ]
        assert town.mailbox(sent).wire["clocks"][1] == {"clock": "C2", "due": "2026-10-31", "met_on": None}


def test_colleague_gets_the_key_of_every_mailbox_and_loses_every_one(town: Town, pair) -> None:
    _sent, case = pair
    town.open("amir", case).note("The room.")
    town.open("ingrid", case).share(town.people["even"].staff.ref)
    theirs = town.new_desk("even").open(case.reference)
    assert len(theirs.mailboxes) == 2
    assert {each.body["text"] for each in theirs.messages} >= {"The first.", "The second."}
    town.desk("berit").server.post(
        f"cases/{case.reference}/revoke", {"staff_id": town.people["even"].staff.ref}
    )
    town.open("berit", case).rekey()
    assert set(Box.objects.filter(of_case__case=case).values_list("epoch", "rekey_due")) == {(2, False)}
    opened = town.open("amir", case)
    opened.give_feedback("To the second, under the new key.", mailbox=1)
    assert opened.mailboxes[1][1].opened[-1].body["text"].startswith("To the second")
