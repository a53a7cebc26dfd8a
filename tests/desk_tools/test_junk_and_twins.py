"""Junk is set aside by two people and comes back by a word; cases that are one matter keep every reporter's mailbox."""

from datetime import timedelta

import pytest

from cases.models import Case, CaseBox, Declaration
from cases.selectors import retention
from tests.domain.test_clocks import on
from tests.town import Town
from whistle.audit import selectors
from whistle.channel.models import MailboxStatus
from whistle.client.errors import ClientError
from whistle.core import clock
from whistle.store.models import Box


def acts(town: Town, case: Case) -> list[str]:
    return [read.fields["act"] for read in selectors.entries(town.organisation, "desk", case=case.log_ref)]


def test_two_people_set_a_flood_aside_and_each_step_stands_in_the_log(town: Town) -> None:
    sent = [town.report(f"Buy pills {number}") for number in range(3)]
    cases = list(Case.objects.order_by("pk"))
    references = [case.reference for case in cases]
    amir, berit = town.desk("amir").server, town.desk("berit").server
    said = amir.post("set-aside", {"references": references, "impartial": True})
    assert [each["code"] for each in said] == ["", "", ""]
    assert {case.state for case in Case.objects.all()} == {"received"}  # one person alone sets nothing aside
    again = amir.post("set-aside/decide", {"references": references, "confirm": True})
    assert {each["code"] for each in again} == {"step.needs_second"}
    done = berit.post("set-aside/decide", {"references": references, "confirm": True, "impartial": True})
    assert [each["code"] for each in done] == ["", "", ""]
    assert {case.state for case in Case.objects.all()} == {"set_aside"}
    assert Declaration.objects.count() == 6
    for case in cases:
        assert acts(town, case)[1:] == [
            "habilitet.declared", "step.proposed", "habilitet.declared", "case.moved",
        ]  # fmt: skip
    assert town.mailbox(sent[0]).wire["status"] == "set_aside"


def test_a_word_from_the_reporter_takes_the_case_up_again_and_the_log_says_only_the_day(town: Town) -> None:
    sent = town.report("Not junk at all.")
    case = town.newest()
    town.desk("amir").server.post("set-aside", {"references": [case.reference], "impartial": True})
    town.desk("berit").server.post(
        "set-aside/decide", {"references": [case.reference], "confirm": True, "impartial": True}
    )
    town.mailbox(sent).reply("Please read it again.")
    town.worker()
    case.refresh_from_db()
    assert (case.state, case.calls_on) == ("received", case.received_on)
    [woken] = list(selectors.entries(town.organisation, "desk", acts=("case.woken",), case=case.log_ref))
    assert len(woken.fields["at"]) == 10  # a time would be that of the reporter's writing
    assert town.mailbox(sent).wire["status"] == "received"


def test_somebody_who_has_not_said_they_are_impartial_sets_nothing_aside(town: Town) -> None:
    town.report()
    said = town.desk("amir").server.post("set-aside", {"references": [town.newest().reference]})
    assert said[0]["code"] == "habilitet.needed"


def test_strangers_and_absent_cases_look_the_same(town: Town) -> None:
    town.report("Kept.", about=["chief_executive"])
    references = [town.newest().reference, "XX-XX-XX"]
    for name in ("ingrid", "nils"):
        said = town.desk(name).server.post("set-aside", {"references": references, "impartial": True})
        assert [each["code"] for each in said] == ["request.absent"] * 2


def twins(town: Town, **how: object) -> tuple[list, list[Case]]:
    """Two reports of the same matter, each confirmed."""
    sent, cases = [], []
    for text in ("The first.", "The second."):
        sent.append(town.report(text, **how))
        cases.append(town.newest())
        town.open("amir", cases[-1]).acknowledge(f"Thank you. {text}")
        town.open("berit", cases[-1])
    return sent, [Case.objects.get(pk=case.pk) for case in cases]


def merged(town: Town, one: Case, other: Case) -> None:
    town.desk("amir").server.post(
        f"cases/{one.reference}/merge", {"into": other.reference, "version": one.version}
    )
    one.refresh_from_db()
    town.desk("berit").server.post(f"cases/{one.reference}/decide", {"version": one.version, "confirm": True})


def test_after_merging_each_reporter_has_their_own_mailbox_and_their_own_feedback(town: Town) -> None:
    sent, (first, second) = twins(town)
    merged(town, second, first)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (second.state, second.merged_into) == ("merged", first)
    assert CaseBox.objects.filter(case=first, box__kind=Box.Kind.MAILBOX).count() == 2
    texts = [[each.body["text"] for each in town.mailbox(each).messages] for each in sent]
    assert texts == [["The first.", "Thank you. The first."], ["The second.", "Thank you. The second."]]
    opened = town.open("amir", first)
    assert {each.body["text"] for each in opened.messages} >= {"The first.", "The second."}
    with pytest.raises(ClientError, match=r"mailbox\.which"):
        town.desk("amir").server.post(f"cases/{first.reference}/answer", {"items": []})
    opened.give_feedback("This is for the first.", mailbox=0)
    first.refresh_from_db()
    assert first.feedback_on is None  # one reporter still waits
    assert MailboxStatus.objects.filter(box__of_case__case=first, feedback_on=None).count() == 1
    town.open("amir", first).give_feedback("This is for the second.", mailbox=1)
    first.refresh_from_db()
    assert first.feedback_on is not None
    said = [town.mailbox(each).messages[-1].body["text"] for each in sent]
    assert said == ["This is for the first.", "This is for the second."]


def test_junk_of_which_nobody_said_how_long_it_is_kept_is_not_forgotten(town: Town) -> None:
    town.report("Buy pills.")
    case = town.newest()
    town.desk("amir").server.post("set-aside", {"references": [case.reference], "impartial": True})
    town.desk("berit").server.post(
        "set-aside/decide", {"references": [case.reference], "confirm": True, "impartial": True}
    )
    [row] = case.deadlines.filter(clock="C10")
    assert row.due_on == clock.today() + timedelta(days=60)
    with on((clock.today() + timedelta(days=61)).isoformat()):
        [kept] = retention.overview(town.people["unni"].staff)["hindered"]
        assert (kept.case.reference, [*kept.lacks]) == (case.reference, ["retention", "basis"])


def test_the_earlier_promise_counts_and_the_log_names_both(town: Town) -> None:
    _sent, (first, second) = twins(town)
    merged(town, second, first)
    assert acts(town, second)[-2:] == ["case.moved", "case.merged"]
    first.refresh_from_db()
    assert first.acknowledged_on == min(first.acknowledged_on, second.acknowledged_on)


def test_cases_in_different_hands_are_never_merged(town: Town) -> None:
    town.report("Open to all.")
    one = town.newest()
    town.report("Not to Ingrid.", exclude=["ingrid.solvang"])
    other = town.newest()
    for case in (one, other):
        town.open("amir", case).acknowledge("Thank you.")
    one.refresh_from_db()
    for source, target in ((one, other), (other, one)):
        source.refresh_from_db()
        with pytest.raises(ClientError, match=r"merge\.hands") as refused:
            town.desk("amir").server.post(
                f"cases/{source.reference}/merge", {"into": target.reference, "version": source.version}
            )
        assert "Ingrid Solvang" in refused.value.message, "it says whose key stands in the way"
    with pytest.raises(ClientError, match=r"merge\.itself"):
        town.desk("amir").server.post(
            f"cases/{one.reference}/merge", {"into": one.reference, "version": one.version}
        )


def test_a_lost_code_is_tied_to_the_old_case_and_strangers_see_no_tie(town: Town) -> None:
    town.report("The old one.")
    old = town.newest()
    town.report("I have lost my code.", exclude=["ingrid.solvang"])
    new = town.newest()
    for case in (old, new):
        town.open("amir", case)
    town.open("ingrid", old)
    town.desk("amir").server.post(
        f"cases/{new.reference}/relations", {"other": old.reference, "why": "lost_code"}
    )
    assert acts(town, new)[-1] == "case.tied"
    from cases.selectors.relations import relations

    assert [each["reference"] for each in relations(old, town.people["amir"].staff)] == [new.reference]
    assert relations(old, town.people["ingrid"].staff) == []  # hidden and absent are the same
    with pytest.raises(ClientError, match=r"relation\.there"):
        town.desk("amir").server.post(
            f"cases/{old.reference}/relations", {"other": new.reference, "why": "other"}
        )
    for name, other in (("ingrid", new.reference), ("nils", "XX-XX-XX")):
        with pytest.raises(ClientError, match=r"request\.absent"):
            town.desk(name).server.post(f"cases/{old.reference}/relations", {"other": other, "why": "other"})
