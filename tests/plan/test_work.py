"""Work on measures: nobody approves their own word, the clock says what is late, lessons carry no case."""

from datetime import date

import pytest

from tests.plan.conftest import KARI, PER, standing
from whistle.audit import selectors as log_of
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.ids import new_id, new_reference
from whistle.plan.edition import edition_document
from whistle.plan.models import Attestation, Evidence, Proposal
from whistle.plan.services import proposals, work
from whistle.plan.services.demo import load_demo
from whistle.plan.services.readings import edition_readings

OLGA = {"by": KARI, "role": "plan_owner"}


@pytest.fixture
def measure(plan):
    return plan.measures.get(code="1.2")


def state_of(plan, code, day):
    document = edition_document(plan, date.fromisoformat(day), [])
    return next(it for it in document["measures"] if it["id"] == code)["state"]


def test_kari_cannot_confirm_her_own_word_and_per_can(measure):
    word = work.attest(measure, "Alle har to erklæringer.", by=KARI, indicator="1.2-1", met=80, counted=80)
    with pytest.raises(DomainError, match=r"attestation\.own"):
        work.confirm(word, by=KARI)
    assert not Evidence.objects.exists()
    assert work.confirm(word, by=PER).kind == "attestation"
    with pytest.raises(DomainError, match=r"attestation\.answered"):
        work.confirm(word, by=PER)


def test_a_word_that_it_is_done_makes_the_measure_done_when_confirmed(measure):
    word = work.attest(measure, "Rutinen er på plass.", by=KARI, completes=True)
    measure.refresh_from_db()
    assert measure.status == "not_started"
    work.confirm(word, by=PER)
    measure.refresh_from_db()
    assert measure.status == "done"


def test_a_word_that_was_declined_does_not_count(measure):
    word = work.attest(measure, "Nesten alle.", by=KARI)
    work.decline(word, by=PER)
    with pytest.raises(DomainError, match=r"attestation\.answered"):
        work.confirm(word, by=PER)
    assert Attestation.objects.get().declined


def test_figures_that_cannot_be_are_refused(measure):
    for met, counted in ((5, 4), (-1, 4), (None, 4)):
        with pytest.raises(DomainError, match=r"attestation\.figures"):
            work.attest(measure, "?", by=KARI, met=met, counted=counted)
    with pytest.raises(DomainError, match=r"control\.figures"):
        work.run_control(measure, by=KARI, population=10, sample=25, deviations=0)


def test_done_needs_evidence_and_somebody_else(measure):
    with pytest.raises(DomainError, match=r"measure\.needs_second"):
        work.update(measure, "done", by=KARI)
    with pytest.raises(DomainError, match=r"measure\.needs_second"):
        work.update(measure, "done", by=KARI, approved_by=KARI)
    with pytest.raises(DomainError, match=r"measure\.no_evidence"):
        work.update(measure, "done", by=KARI, approved_by=PER)
    work.show(measure, "document", by=KARI, sha256="a" * 64)
    assert work.update(measure, "done", by=KARI, approved_by=PER).status_from == "not_started"
    measure.refresh_from_db()
    assert measure.status == "done"


def test_a_strangers_evidence_does_not_make_fjellviks_measure_done(measure, nordvik):
    Evidence.objects.create(
        organisation=nordvik,
        measure="1.2",
        kind="document",
        period_from=date(2026, 1, 1),
        period_to=date(2026, 1, 1),
        by=KARI,
        at=clock.now(),
    )
    with pytest.raises(DomainError, match=r"measure\.no_evidence"):
        work.update(measure, "done", by=KARI, approved_by=PER)


def test_nobody_can_write_late_by_hand(measure):
    with pytest.raises(DomainError, match=r"measure\.status"):
        work.update(measure, "late", by=KARI)


def test_a_measure_is_late_from_the_day_after_its_date_by_the_clock_alone(plan):
    assert state_of(plan, "1.2", "2026-09-30") == "on_track"
    assert state_of(plan, "1.2", "2026-10-01") == "late"


def test_evidence_for_the_date_takes_the_lateness_away(plan, measure):
    with standing("2026-09-20"):
        work.confirm(work.attest(measure, "Ja.", by=KARI, for_due=date(2026, 9, 30)), by=PER)
    assert state_of(plan, "1.2", "2026-10-01") == "on_track"


def test_a_quarter_without_a_spot_check_is_late_although_the_others_were_made(plan):
    quarterly = plan.measures.get(code="1.3")
    for due in (date(2026, 3, 31), date(2026, 9, 30)):
        with standing(due.isoformat()):
            work.run_control(quarterly, by=KARI, population=900, sample=25, deviations=0, for_due=due)
    assert state_of(plan, "1.3", "2026-10-01") == "late"


def test_the_demo_has_late_measures_and_measures_whose_effect_is_shown(fjellvik):
    with standing("2026-10-20"):
        plan = load_demo(fjellvik, by=KARI, approved_by=PER)
    with standing("2026-11-01"):
        as_of = clock.today()
        sums = edition_document(plan, as_of, edition_readings(plan, as_of))["sums"]
    assert sums["late"] == 6
    assert sums["proven"] >= 3
    assert sum(sums.values()) == 31


def test_a_lesson_becomes_a_proposal_and_asks_for_a_new_look_at_the_risk(plan, fjellvik):
    with standing("2026-10-17"):
        proposal = proposals.propose_measure(fjellvik, "R1", "no_control", "Små kjøp ble ikke fanget opp.")
    assert proposal.made_in == date(2026, 10, 1)
    assert plan.risks.get(code="R1").review_asked
    assert not plan.risks.get(code="R2").review_asked


def test_a_measure_that_was_done_and_failed_is_marked(plan, fjellvik):
    plan.measures.filter(code="1.2").update(status="done")
    proposals.propose_measure(
        fjellvik, "R1", "control_bypassed", "Erklæringer ble signert i ettertid.", failed=("1.2", "2.2")
    )
    assert plan.measures.get(code="1.2").contradicted
    assert not plan.measures.get(code="2.2").contradicted  # of another area


def test_capitals_and_sums_of_money_are_no_case_references(plan, fjellvik):
    proposals.propose_measure(
        fjellvik, "R1", "no_control", "KRAV over 343 344 kr i SAP og 344344 i NORGES BANK."
    )


@pytest.mark.parametrize(
    "reference", [new_reference(), new_id(), "K7QF39"], ids=["reference", "id", "as printed"]
)
def test_a_lesson_that_names_a_case_is_refused(plan, fjellvik, reference):
    with pytest.raises(DomainError, match=r"proposal\.lesson"):
        proposals.propose_measure(fjellvik, "R1", "no_control", f"Se sak {reference}.")
    assert not Proposal.objects.exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"area": "R99"}, "proposal.area"),
        ({"cause": "Kari gjorde det"}, "proposal.cause"),
        ({"lesson": " "}, "proposal.lesson"),
        ({"lesson": "x" * (proposals.LONGEST + 1)}, "proposal.lesson"),
    ],
)
def test_a_proposal_that_is_not_one_changes_no_risk_and_is_not_logged(plan, fjellvik, change, code):
    said = {"area": "R1", "cause": "no_control", "lesson": "Små kjøp ble ikke fanget opp.", **change}
    before = list(log_of.entries(fjellvik, "desk"))

    with pytest.raises(DomainError) as refused:
        proposals.propose_measure(fjellvik, *said.values())

    assert refused.value.code == code
    assert not Proposal.objects.exists()
    assert not plan.risks.filter(review_asked=True).exists()
    assert len(list(log_of.entries(fjellvik, "desk"))) == len(before)


def test_a_proposal_is_not_declined_without_a_word(plan, fjellvik):
    proposal = proposals.propose_measure(fjellvik, "R9", "culture", "Ledere visste ikke hvor de skulle gå.")

    with pytest.raises(DomainError, match=r"proposal\.reason"):
        proposals.decline(proposal, answer=" ", **OLGA)

    proposal.refresh_from_db()
    assert proposal.state == Proposal.State.OPEN
    assert not list(log_of.entries(fjellvik, "desk", acts=("proposal.answered",)))


@pytest.mark.parametrize("statement", ["  ", "x" * 401])
def test_a_word_that_says_nothing_or_too_much_is_not_put_forward(measure, statement):
    with pytest.raises(DomainError, match=r"attestation\.statement"):
        work.attest(measure, statement, by=KARI)
    assert not Attestation.objects.exists()


def test_no_row_of_the_plan_can_hold_a_case():
    from django.apps import apps

    for model in apps.get_app_config("plan").get_models():
        for field in model._meta.get_fields():
            assert "case" not in field.name
            assert getattr(
                field.related_model, "_meta", None
            ) is None or field.related_model._meta.app_label in (
                "plan",
                "organisations",
            )


def test_a_proposal_is_answered_once(plan, fjellvik):
    proposal = proposals.propose_measure(fjellvik, "R9", "culture", "Ledere visste ikke hvor de skulle gå.")
    with pytest.raises(DomainError, match=r"proposal\.measure"):
        proposals.take(proposal, "99.9", **OLGA)
    proposals.take(proposal, "9.3", **OLGA)
    with pytest.raises(DomainError, match=r"proposal\.answered"):
        proposals.decline(proposal, answer="Nei.", **OLGA)
    answers = [read.fields for read in log_of.entries(fjellvik, "desk", acts=("proposal.answered",))]
    assert [(it["d"], it["actor"], it["case"]) for it in answers] == [
        ({"answer": "taken", "risk_area": "r9"}, KARI, None)
    ]


def test_a_stranger_without_a_plan_gets_no_proposal(plan, nordvik):
    with pytest.raises(DomainError, match=r"plan\.not_in_force"):
        proposals.propose_measure(nordvik, "R1", "no_control", "Noe.")
