"""People leave, step back, and lose nothing for those who stay."""

import pytest

from cases.models import Case
from tests.keys.equal import assert_equal, key_holders
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.client.errors import ClientError
from whistle.client.keys import KeyWork
from whistle.store.models import Box, Seal


def acts(town: Town, case: Case) -> list[str]:
    return [read.fields["act"] for read in audit.entries(town.organisation, "desk", case=case.log_ref)]


def test_all_cases_of_a_leaver_go_to_a_newcomer_in_one_act(town: Town) -> None:
    sent = [town.report(f"Report {number}.") for number in range(3)]
    town.open("ingrid").note("Between us.")
    leaver, newcomer = town.people["amir"].staff, town.people["even"].staff

    done = KeyWork(town.desk("berit")).hand_over(leaver.ref, newcomer.ref, impartial=True)
    assert (len(done.moved), done.refused) == (3, {})
    assert len(town.desk("amir").cases()) == 3, "until the newcomer can open them"
    took = KeyWork(town.desk("even")).settle()

    assert (len(took.moved), len(took.renewed), took.refused) == (3, 3, {})
    assert not Seal.objects.filter(staff_ref=leaver.ref).exists()
    assert town.desk("amir").cases() == []
    texts = {town.open("even", case).messages[0].body["text"] for case in Case.objects.all()}
    assert texts == {"Report 0.", "Report 1.", "Report 2."}
    assert town.open("even").notes[0].body["text"] == "Between us."
    assert {box.epoch for box in Box.objects.all()} == {2}
    assert [one.body["text"] for one in town.mailbox(sent[0]).messages if one.kind == 1] == ["Report 0."]
    told = acts(town, town.newest())
    assert told[told.index("access.granted") :][:7] == [
        "access.granted",
        "transfer.offered",
        "access.proven",
        "access.revoked",
        "transfer.accepted",
        "access.rekeyed",
        "access.rekeyed",
    ]
    assert_equal(town)


def test_leaver_hands_over_their_own_cases_before_going(town: Town) -> None:
    town.report("Mine.")
    amir, even = town.people["amir"].staff, town.people["even"].staff

    done = KeyWork(town.desk("amir")).hand_over(amir.ref, even.ref)

    assert len(done.moved) == 1
    KeyWork(town.desk("even")).settle()
    assert town.desk("amir").cases() == []
    assert town.open("even").messages[0].body["text"] == "Mine."
    assert_equal(town)


def test_hand_over_that_stopped_half_way_is_begun_again(town: Town) -> None:
    for number in range(4):
        town.report(f"Report {number}.")
    work = KeyWork(town.desk("berit"))
    amir, even = town.people["amir"].staff.ref, town.people["even"].staff.ref
    calls, real = [], work._post

    def cut(reference: str, path: str, sent: dict[str, object]) -> None:
        calls.append(path)
        if len(calls) == 3:  # the third case
            raise ClientError("client.unreachable", "the line is dead")
        real(reference, path, sent)

    work._post = cut  # type: ignore[method-assign]
    with pytest.raises(ClientError):
        work.hand_over(amir, even, impartial=True)
    assert_equal(town)
    work._post = real  # type: ignore[method-assign]

    done = work.hand_over(amir, even, impartial=True)
    took = KeyWork(town.desk("even")).settle()

    assert (len(done.moved), done.refused) == (2, {})
    assert (len(took.moved), len(took.renewed), took.refused) == (4, 4, {})
    assert not Box.objects.filter(rekey_due=True).exists()
    assert_equal(town)
    assert work.hand_over(amir, even).moved == []


def test_newcomer_takes_no_more_than_their_own_duties_carry(town: Town) -> None:
    town.report()
    berit, even = town.people["berit"].staff, town.people["even"].staff

    KeyWork(town.desk("ingrid")).hand_over(berit.ref, even.ref, impartial=True)

    assert town.newest().assignments.get(staff=even).part == "handler"


def test_case_kept_from_somebody_is_not_handed_to_them_later(town: Town) -> None:
    town.report("Not for Amir.", exclude=["amir.haddad"])
    town.report("For all.")
    berit, amir = town.people["berit"].staff.ref, town.people["amir"].staff.ref
    town.desk("amir").declare(town.newest().reference, "conflict")
    KeyWork(town.desk("ingrid")).rekey(town.newest().reference)

    done = KeyWork(town.desk("ingrid")).hand_over(berit, amir)

    assert done.moved == []
    assert set(done.refused.values()) == {"client.person"}
    assert len(done.refused) == 2
    assert not Seal.objects.filter(staff_ref=amir).exists()


def test_case_about_the_chief_executive_is_given_to_nobody_inside_the_administration(town: Town) -> None:
    town.report("About the chief.", about=["chief_executive"])
    case = town.newest()
    names = {row["name"] for row in KeyWork(town.desk("sissel"))._open(case.reference)[0]["candidates"]}

    with pytest.raises(ClientError) as refused:
        town.open("sissel").share(town.people["even"].staff.ref)

    assert refused.value.code == "client.person"
    assert names == set()


def test_stranger_from_another_town_is_handed_nothing(town: Town, other_town: Town) -> None:
    town.report()
    stranger = other_town.people["anne"].staff.ref

    done = KeyWork(town.desk("berit")).hand_over(town.people["amir"].staff.ref, stranger)

    assert done.moved == []
    assert other_town.desk("anne").cases() == []
    assert KeyWork(other_town.desk("anne"))._left(town.people["amir"].staff.ref) == {
        "cases": [],
        "offered": [],
        "due": [],
    }


def test_handler_cannot_hand_over_anything(town: Town) -> None:
    town.report()
    town.open("ingrid").share(town.people["even"].staff.ref)
    even = KeyWork(town.desk("even"))
    amir, sissel = town.people["amir"].staff.ref, town.people["sissel"].staff.ref

    assert even.hand_over(amir, sissel).moved == []
    with pytest.raises(ClientError) as refused:
        even._hand_one(town.newest().reference, amir, sissel)

    assert refused.value.code == "step.refused"


def test_last_one_who_steps_back_seals_the_case_to_the_alternates_first(town: Town) -> None:
    sent = town.report("For whoever is left.")
    case = town.open("ingrid")
    case.note("Before we knew.")
    for name in ("berit", "amir"):
        assert KeyWork(town.desk(name)).step_back(case.reference) == []

    took = KeyWork(town.desk("ingrid")).step_back(case.reference)

    sissel, tor = town.people["sissel"].staff.ref, town.people["tor"].staff.ref
    assert set(took) == {sissel, tor}
    assert town.desk("ingrid").cases() == []
    assert {frozenset(key_holders(box)) for box in Box.objects.all()} == {frozenset(took)}
    KeyWork(town.desk("sissel")).rekey(case.reference)
    theirs = town.open("sissel")
    assert theirs.messages[0].body["text"] == "For whoever is left."
    assert theirs.notes[0].body["text"] == "Before we knew."
    theirs.acknowledge("We took over.")
    assert town.mailbox(sent).messages[-1].body["text"] == "We took over."
    assert_equal(town)


def test_last_one_cannot_pass_the_case_to_somebody_who_is_no_alternate(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    for name in ("berit", "amir"):
        town.desk(name).declare(reference, "conflict")
    work = KeyWork(town.desk("ingrid"))
    wire, boxes = work._open(reference)
    even = next(row for row in wire["candidates"] if row["staff_id"] == town.people["even"].staff.ref)
    given = [{"staff_id": even["staff_id"], "boxes": work._to(boxes, work._certified(even))}]
    with pytest.raises(ClientError) as refused:
        work._post(reference, "declare", {"answer": "conflict", "alternates": given})

    assert refused.value.code == "grant.person"
    assert key_holders(Box.objects.get()) == {town.people["ingrid"].staff.ref}


def test_alternates_get_nothing_while_colleagues_still_hold_keys(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    work = KeyWork(town.desk("ingrid"))
    wire, boxes = work._open(reference)
    given = [
        {"staff_id": row["staff_id"], "boxes": work._to(boxes, work._certified(row))}
        for row in wire["alternates"]
    ]
    with pytest.raises(ClientError) as refused:
        work._post(reference, "declare", {"answer": "conflict", "alternates": given})

    assert refused.value.code == "habilitet.not_last"
    assert not Seal.objects.filter(staff_ref=town.people["sissel"].staff.ref).exists()
