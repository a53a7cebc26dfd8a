"""Two friendly insiders who want a case gone: each way they could try ends with a sentence that says what stands in it."""

import pytest

from cases.models import Case
from tests.desk_tools.test_junk_and_twins import merged, twins
from tests.domain.test_clocks import row
from tests.domain.test_desk import refusal
from tests.domain.test_steps import both, under_investigation
from tests.town import Town
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.client.desk import OpenCase
from whistle.client.paperwork import ASSESSMENT, before
from whistle.core import clock
from whistle.core.policy import Duty, conflicts


@pytest.fixture
def case(town: Town) -> OpenCase:
    opened = town.confirmed()
    town.open("berit")
    return opened


def closed(town: Town, case: OpenCase, outcome: str) -> None:
    case.give_feedback("What we did.")
    before(case, "close_unfounded", outcome=outcome)
    both(town, case, "close_unfounded", outcome=outcome, lesson="none", cause="culture")


def closing(outcome: str) -> dict[str, str]:
    return {"outcome": outcome, "lesson": "none", "cause": "culture"}


def test_report_that_is_to_be_treated_is_not_set_aside_as_junk(town: Town, case: OpenCase) -> None:
    case.record("assessment", {**ASSESSMENT, "scope": "yes"}, reason="Worth a closer look.")
    refused = refusal(case.step, "set_aside")
    assert refused.details["needs"] == ["junk"]
    assert len(refused.message) > 60
    [said] = town.desk("ingrid").server.post("set-aside", {"references": [case.reference]})
    assert said["code"] == "step.lacks", "nor in bulk"
    case.record("assessment", {**ASSESSMENT, "scope": "no"}, number=1, reason="It is an advertisement.")
    case.record("allegation", {"category": "a3"}, what="A dinner.")
    assert refusal(case.step, "set_aside").details["needs"] == ["junk"], "what it says was written down"
    assert town.newest().state == "assessment"


def test_what_was_assessed_meanwhile_is_not_set_aside_by_the_second_person(
    town: Town, case: OpenCase
) -> None:
    case.step("set_aside")
    case.record("assessment", ASSESSMENT, reason="It is none.")
    assert refusal(town.open("berit").decide).details["needs"] == ["junk"]
    assert town.newest().state == "assessment"


def test_what_was_found_is_kept_as_long_as_it_is_to_be(town: Town, case: OpenCase) -> None:
    case.record("retention", {"class": "outside", "basis": "archive_rule"}, reason="Soon gone.")
    case.record("assessment", ASSESSMENT, reason="Worth a closer look.")
    case.give_feedback("What we did.")
    for outcome in ("substantiated", "not_substantiated_lacking", "unfounded"):
        refused = refusal(case.step, "close_unfounded", **closing(outcome))
        assert refused.details["needs"] == ["retention"], outcome
    case.record("retention", {"class": "substantiated"}, number=1, reason="The table.")
    both(town, case, "close_unfounded", **closing("substantiated"))
    case.refresh()
    shorter = {"class": "outside"}
    assert refusal(case.record, "retention", shorter, number=1, reason="Soon.").code == "retention.short"
    assert town.newest().records.get(kind="retention", current=True).codes["class"] == "substantiated"


def test_nobody_alone_keeps_a_crime_for_less_than_its_ten_years(town: Town, case: OpenCase) -> None:
    codes = {"category": "a1", "outcome": "substantiated"}
    case.record("allegation", codes, what="A bribe.", finding="The account shows it.")
    case.record("retention", {"class": "substantiated", "basis": "archive_rule"}, reason="Five are enough.")
    case.give_feedback("What we did.")
    case.record("assessment", ASSESSMENT, reason="Worth a closer look.")

    assert refusal(case.step, "close_unfounded", **closing("substantiated")).details["needs"] == ["retention"]
    assert refusal(case.agree, "retention", 1).code == "step.needs_second"

    town.open("berit").agree("retention", 1)
    case.refresh()
    both(town, case, "close_unfounded", **closing("substantiated"))
    assert town.newest().state == "closed"


def test_class_chosen_before_anything_was_found_does_not_pass_for_agreed(town: Town, case: OpenCase) -> None:
    case.record("retention", {"class": "substantiated", "basis": "archive_rule"}, reason="Five are enough.")
    codes = {"category": "a1", "outcome": "substantiated"}
    case.record("allegation", codes, what="A bribe.", finding="The account shows it.")
    case.record("assessment", ASSESSMENT, reason="Worth a closer look.")
    case.give_feedback("What we did.")
    assert refusal(case.step, "close_unfounded", **closing("substantiated")).details["needs"] == ["retention"]


def test_closed_case_is_kept_as_it_was_decided_until_two_say_otherwise(town: Town, case: OpenCase) -> None:
    before(case, "close_unfounded", outcome="unfounded")
    case.record("retention", {"class": "not_substantiated"}, number=1, reason="They may report again.")
    case.give_feedback("What we did.")
    both(town, case, "close_unfounded", **closing("unfounded"))
    until = row(town.newest(), "C10").due_on
    case.refresh()

    case.record("retention", {"class": "unfounded"}, number=1, reason="Sooner gone.")

    assert row(town.newest(), "C10").due_on == until
    town.open("berit").agree("retention", 1, agree=False)
    assert row(town.newest(), "C10").due_on == until
    case.refresh()
    case.record("retention", {"class": "unfounded"}, number=1, reason="The table says so.")
    town.open("berit").agree("retention", 1)
    assert row(town.newest(), "C10").due_on < until


def test_case_does_not_close_over_a_word_that_nobody_has_answered(town: Town) -> None:
    case = town.confirmed()
    town.open("berit")
    case.give_feedback("What we did.")
    before(case, "close_unfounded", outcome="unfounded")
    case.step("close_unfounded", **closing("unfounded"))
    town.mailbox(town.reports[-1]).reply("You have not looked at the second invoice.")

    refused = refusal(town.open("berit").decide)

    assert refused.details["needs"] == ["answered"], "and the worker has not even looked"
    assert "skrev" in refused.message
    town.worker()
    case.refresh()
    assert refusal(town.open("berit").decide).details["needs"] == ["answered"]
    case.answer("We have now.")
    town.open("berit").decide()
    assert town.newest().state == "closed"


def test_merging_ends_no_allegation_no_task_and_no_right_of_the_case_that_went_on(town: Town) -> None:
    _sent, (first, second) = twins(town)
    opened = town.open("amir", second)
    opened.record("allegation", {"category": "a1"}, what="A dinner for everybody.")
    opened.record("task", {"state": "open"}, what="Ask for the invoices.")
    second.refresh_from_db()
    merged(town, second, first)
    for number in (0, 1):
        town.open("amir", first).give_feedback("What we did.", mailbox=number)
    into = town.open("amir", first)
    before(into, "close_unfounded", outcome="unfounded")

    refused = refusal(into.step, "close_unfounded", **closing("unfounded"))

    assert refused.details["needs"] == ["outcomes", "tasks"]
    assert second.reference in refused.message, "where to look"
    opened = town.open("amir", second)
    opened.record("task", {"state": "done"}, number=1, what="Ask for the invoices.")
    said = {"what": "A dinner for everybody.", "finding": "It took place."}
    opened.record("allegation", {"outcome": "substantiated"}, number=1, **said)
    into.refresh()
    refused = refusal(into.step, "close_unfounded", **closing("unfounded"))
    assert refused.details["needs"] == ["retention", "outcome"], "the strongest outcome of all counts"


def test_case_in_a_closed_one_is_as_closed_as_that_one(town: Town) -> None:
    _sent, (first, second) = twins(town)
    town.open("amir", second).note("The room.")
    second.refresh_from_db()
    merged(town, second, first)
    with audit.atomic():  # the guard wants an entry for every change of state
        Case.objects.filter(pk=first.pk).update(state="closed")
        audit.record("pad", organisation=town.organisation)
    said = refusal(town.open("amir", second).record, "allegation", {"category": "a3"}, what="One more.")
    assert said.code == "record.closed"


def test_nobody_who_works_on_cases_is_the_archivist_and_nobody_who_did_proposes_as_one(
    town: Town, case: OpenCase
) -> None:
    for duty in (Duty.COMPLIANCE_LEADER, Duty.INTAKE_OFFICER, Duty.DEPUTY, Duty.INVESTIGATOR, Duty.ALTERNATE):
        assert conflicts({Duty.ARCHIVIST, duty}), duty
    assert not conflicts({Duty.ARCHIVIST, Duty.PLAN_OWNER})
    closed(town, case, "unfounded")
    town.people["berit"].staff.duties.all().delete()
    town.people["berit"].staff.duties.create(
        duty=Duty.ARCHIVIST, since=clock.now()
    )  # as an old installation may have it
    refused = refusal(town.open("ingrid").step, "delete")
    assert "archivist" in refused.details["needs"]
    from cases.selectors.retention import closed_cases

    berit: Staff = town.people["berit"].staff
    assert not closed_cases(berit).exists(), "their page does not show what they worked on"
    assert closed_cases(town.people["unni"].staff).exists()


def test_with_no_archivist_nobody_deletes(town: Town, case: OpenCase) -> None:
    closed(town, case, "unfounded")
    town.people["unni"].staff.duties.all().delete()
    for name in ("ingrid", "berit"):
        assert "archivist" in refusal(town.open(name).step, "delete").details["needs"]


def test_stranger_sees_none_of_it(town: Town, case: OpenCase) -> None:
    assert refusal(town.desk("nils").server.get, f"cases/{case.reference}").status == 404


def test_investigated_case_cannot_be_set_aside_at_all(town: Town, case: OpenCase) -> None:
    under_investigation(town, case)
    assert refusal(case.step, "set_aside").code == "step.unknown"
