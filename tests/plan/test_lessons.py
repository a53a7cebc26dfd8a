"""A substantiated case leaves area, cause and lesson with the plan, in the act that closes it, and nothing else."""

import pytest

from cases import codes
from cases.models import Case
from tests.plan.conftest import KARI, PER
from tests.town import Town, make_town
from whistle.audit import selectors as log_of
from whistle.client.errors import ClientError
from whistle.client.paperwork import before
from whistle.core.errors import DomainError
from whistle.plan import facts
from whistle.plan.models import Proposal
from whistle.plan.selectors import plan_in_force
from whistle.plan.services.demo import load_demo

CODES = {"outcome": "substantiated", "cause": "control_bypassed", "lesson": "new_measure", "risk_area": "r1"}


@pytest.fixture
def town(db, own_folders) -> Town:
    town = make_town("fjellvik")
    load_demo(town.organisation, by=KARI, approved_by=PER)
    plan_in_force(town.organisation).measures.filter(code="1.2").update(status="done")
    return town


def test_whatever_may_follow_a_case_has_a_column_in_the_yearly_report_but_for_what_is_said_in_words():
    """The plan may not import the desk, so its list is its own: one that is new at the desk would count nowhere."""
    assert set(codes.CONSEQUENCES) - set(facts.CONSEQUENCES) == {"police", "none"}
    assert set(facts.CONSEQUENCES) <= set(codes.CONSEQUENCES), "and no column is a stranger to the desk"


def answered(town: Town):
    """A report that Ingrid has acknowledged and given feedback on."""
    town.report()
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    case.give_feedback("This is what we did.")
    before(case, "close_unfounded")
    return case


def close(town: Town, **codes: str) -> Case:
    answered(town).step("close_unfounded", **{**CODES, **codes})
    town.open("berit").decide()
    return town.newest()


def test_the_plan_owner_gets_a_lesson_that_does_not_say_where_it_comes_from(town):
    case = close(town)
    lesson = Proposal.objects.get()
    assert (lesson.area, lesson.cause, lesson.lesson) == ("R1", "control_bypassed", "new_measure")
    assert lesson.made_in.day == 1
    kept = " ".join(str(value) for value in vars(lesson).values())
    assert case.reference not in kept
    assert case.log_ref not in kept
    risks = plan_in_force(town.organisation).risks
    assert [risk.code for risk in risks.filter(review_asked=True)] == ["R1"]


def test_a_measure_in_place_that_did_not_prevent_it_is_contradicted(town):
    close(town, failed="1.2")
    failed = plan_in_force(town.organisation).measures.filter(contradicted=True)
    assert [measure.code for measure in failed] == ["1.2"]
    closing = next(log_of.entries(town.organisation, "desk", acts=("case.closed",)))
    assert set(closing.fields["d"]) == {"outcome", "cause", "risk_area", "lesson"}


def test_a_case_without_a_lesson_still_asks_for_a_new_look_at_the_risk(town):
    close(town, lesson="none")
    assert not Proposal.objects.exists()
    assert plan_in_force(town.organisation).risks.get(code="R1").review_asked


@pytest.mark.parametrize("outcome", ["unfounded", "not_substantiated_refuted", "duplicate"])
def test_what_was_not_substantiated_teaches_the_plan_nothing(town, outcome):
    close(town, outcome=outcome)
    assert not Proposal.objects.exists()
    assert not plan_in_force(town.organisation).risks.filter(review_asked=True).exists()


@pytest.mark.parametrize(
    "codes", [{"risk_area": ""}, {"risk_area": "r77"}, {"failed": "2.2"}, {"failed": "9.99"}]
)
def test_a_substantiated_case_must_point_into_the_plan(town, codes):
    with pytest.raises(ClientError, match=r"step\.lacks"):
        answered(town).step("close_unfounded", **{**CODES, **codes})


def test_when_the_plan_refuses_the_case_stays_open(town, monkeypatch):
    def refuse(*_args: object, **_more: object) -> None:
        raise DomainError("proposal.lesson")

    monkeypatch.setattr("cases.services.lessons.learn", refuse)
    with pytest.raises(ClientError, match=r"proposal\.lesson"):
        close(town)
    assert town.newest().state == "assessment"
    assert not list(log_of.entries(town.organisation, "desk", acts=("case.closed",)))


def test_a_strangers_plan_hears_nothing(town):
    stranger = make_town("nordvik")
    load_demo(stranger.organisation, by=KARI, approved_by=PER)
    close(town)
    assert not plan_in_force(stranger.organisation).risks.filter(review_asked=True).exists()


def test_a_rehearsal_teaches_nothing(town):
    case = answered(town)
    Case.objects.update(probe=True)
    case.step("close_unfounded", **{**CODES, "risk_area": "r77"})
    town.open("berit").decide()
    assert town.newest().state == "closed"
    assert not Proposal.objects.exists()
