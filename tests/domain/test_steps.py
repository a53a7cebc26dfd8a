"""What each step needs, and that writing exactly that is what makes it possible."""

from datetime import date, timedelta

import pytest

from cases.models import Case, Proposal
from cases.services.needs import lacking
from cases.workflow import step
from tests.domain.test_clocks import on, open_desk
from tests.domain.test_desk import refusal
from tests.town import Town, make_town
from whistle.client.desk import OpenCase
from whistle.client.errors import ClientError
from whistle.client.paperwork import ASSESSMENT, before

SOON = (date.today() + timedelta(days=30)).isoformat()  # any date does


def lacks(town: Town, name: str, **codes: str) -> list[str]:
    """Return what the newest case lacks for a step."""
    case = town.newest()
    return [need.value for need in lacking(step(case.state, name), case, codes)]


def both(town: Town, case: OpenCase, name: str, **codes: str) -> None:
    case.step(name, **codes)
    if town.newest().proposals.filter(decided_at=None).exists():
        town.open("berit").decide()
    case.refresh()


def agreed(town: Town, kind: str, number: int) -> None:
    """Let Berit be the second person."""
    town.open("berit").agree(kind, number)


@pytest.fixture
def case(town: Town) -> OpenCase:
    """A case that Ingrid has confirmed."""
    town.report()
    opened = town.open("ingrid")
    opened.acknowledge("We have it.")
    return opened


def under_investigation(town: Town, case: OpenCase) -> None:
    before(case, "investigate")
    both(town, case, "investigate")


def test_investigation_needs_assessment_allegations_mandate_and_a_contact(town: Town, case: OpenCase) -> None:
    assert lacks(town, "investigate") == ["assessment", "allegations", "mandate"]
    case.record("assessment", ASSESSMENT, reason="It can be checked.")
    assert lacks(town, "investigate") == ["allegations", "mandate"]
    case.record("allegation", {"category": "a1"}, what="Paid twice.")
    assert lacks(town, "investigate") == ["mandate"]
    case.record("mandate", {}, scope="What happened.")
    assert lacks(town, "investigate") == []
    Case.objects.filter(pk=town.newest().pk).update(contact=town.people["sissel"].staff)
    assert lacks(town, "investigate") == ["contact"], "somebody without a key is no contact"


def test_conclusion_needs_everybody_told_and_the_person_concerned_heard(town: Town, case: OpenCase) -> None:
    under_investigation(town, case)
    case.record("person", {"role": "subject", "notice": "not_yet"}, name="Kari")
    case.record("person", {"role": "witness", "notice": "not_yet"}, name="Ola")
    assert lacks(town, "conclude") == ["findings", "informed", "heard", "conclusion"]
    case.record("person", {"notice": "exempt", "ground": "known_already"}, number=2, name="Ola")
    agreed(town, "person", 2)
    assert "informed" in lacks(town, "conclude")
    case.record("person", {"notice": "sent"}, number=1, name="Kari")
    assert lacks(town, "conclude") == ["findings", "heard", "conclusion"]
    assert lacks(town, "hear") == ["invited"]
    case.record("reply", {"person": "1", "state": "invited"}, due_on=SOON, put="The invoices.")
    case.step("hear")
    assert lacks(town, "heard") == ["replied"]
    assert town.newest().state == "hearing"
    case.record("reply", {"state": "declined"}, number=1, put="The invoices.")
    case.step("heard")
    assert lacks(town, "conclude") == ["findings", "conclusion"]
    before(case, "conclude")
    assert lacks(town, "conclude") == []


def test_following_up_needs_a_measure_or_the_reason_why_none_and_feedback_or_the_reason(
    town: Town, case: OpenCase
) -> None:
    under_investigation(town, case)
    before(case, "conclude")
    case.record("conclusion", {"measures": "proposed"}, number=1, facts="Two invoices.")
    case.step("conclude")
    assert lacks(town, "follow_up") == ["measures", "feedback"]
    case.record("measure", {"state": "proposed"}, due_on=SOON, what="Two signatures.")
    case.record("no_feedback", {"why": "not_wanted"}, reason="Said so in the mailbox.")
    assert lacks(town, "follow_up") == ["feedback"], "nobody alone says that a reporter gets no feedback"
    agreed(town, "no_feedback", 1)
    case.refresh()
    assert lacks(town, "follow_up") == []
    case.step("look_again")
    assert town.newest().state == "investigation", "whoever is not content goes back"


def test_closing_needs_every_loose_end_tied(town: Town, case: OpenCase) -> None:
    under_investigation(town, case)
    case.record("person", {"role": "subject", "notice": "sent"}, name="Kari")
    case.record("reply", {"person": "1", "state": "received"}, due_on=SOON, put="x", reply="y")
    case.record("task", {"state": "open"}, what="Ask the bank.")
    before(case, "conclude")
    case.record("conclusion", {"measures": "proposed"}, number=1, facts="Two invoices.")
    case.record("measure", {"state": "agreed"}, due_on=SOON, what="Two signatures.")
    case.step("conclude")
    case.give_feedback("This is what we did.")
    both(town, case, "follow_up")

    assert lacks(town, "close", lesson="none") == ["measures_done", "letters", "tasks", "retention"]
    case.record("measure", {"state": "in_plan"}, number=1, what="Two signatures.")
    case.record("person", {"letter": "sent"}, number=1, name="Kari")
    case.record("task", {"state": "dropped"}, number=1, what="Ask the bank.")
    case.record("retention", {"class": "substantiated", "basis": "archive_rule"}, reason="The table.")
    assert lacks(town, "close") == ["outcome"], "a lesson is chosen, or that there is none"
    assert lacks(town, "close", lesson="none", outcome="unfounded") == ["outcome"], (
        "the allegations say otherwise"
    )
    both(town, case, "close", lesson="none")
    assert (town.newest().state, town.newest().outcome) == ("closed", "substantiated")


def test_case_waits_for_the_reporter_and_never_closes_by_itself(town: Town, case: OpenCase) -> None:
    assert lacks(town, "ask") == ["question"]
    case.record("question", {"state": "open"}, due_on=SOON, question="When?", otherwise="We go on.")
    case.step("ask")
    assert town.newest().state == "waiting"
    assert {one for one in ("close_unfounded", "close", "forward") if _refused(case, one)} == {
        "close_unfounded", "close", "forward",
    }  # fmt: skip
    case.step("resume")
    assert town.newest().state == "assessment"


def _refused(case: OpenCase, name: str) -> bool:
    return refusal(case.step, name).code == "step.unknown"


def test_reopening_needs_a_reason_written_since_it_was_closed(town: Town, case: OpenCase) -> None:
    case.give_feedback("This is what we did.")
    before(case, "close_unfounded", outcome="unfounded")
    case.record("reopening", {"why": "complaint"}, reason="Written too early.")
    with on((date.today() + timedelta(days=1)).isoformat()):
        fresh = town.new_desk("ingrid").open(case.reference)
        fresh.step("close_unfounded", outcome="unfounded", lesson="none")
        town.new_desk("berit").open(case.reference).decide()
        assert lacks(town, "reopen") == ["reopening"]
    with on((date.today() + timedelta(days=2)).isoformat()):
        fresh = town.new_desk("ingrid").open(case.reference)
        fresh.record("reopening", {"why": "new_facts"}, number=1, reason="A third invoice.")
        assert lacks(town, "reopen") == []


def test_nothing_is_deleted_before_its_time_or_while_anything_holds_it(db, own_folders) -> None:
    with on("2026-01-05"):
        town = make_town("fjellvik")
        town.report()
        case = open_desk(town, "ingrid")
        case.acknowledge("We have it.")
        case.give_feedback("This is what we did.")
        before(case, "close_unfounded", outcome="unfounded")
        case.record("retention", {"basis": "missing"}, number=1, reason="No rule yet.")
        case.step("close_unfounded", outcome="unfounded", lesson="none")
        open_desk(town, "berit").decide()
        case.record("hold", {"why": "court", "state": "on"}, due_on="2026-02-05", reason="It is in court.")
        case.record("request", {"right": "access", "state": "open", "extended": "no"}, what="All of it.")
        assert lacks(town, "delete") == ["archivist", "expired", "basis", "no_hold", "no_request", "cared"]
    with on("2026-05-05"):
        case = open_desk(town, "ingrid")
        case.record("hold", {"state": "lifted"}, number=1, reason="The case in court is over.")
        assert "no_hold" in lacks(town, "delete"), "nobody alone lifts what holds a case"
        open_desk(town, "berit").agree("hold", 1)
        case.refresh()
        case.record("request", {"state": "granted"}, number=1, what="All of it.")
        case.record("retention", {"basis": "archive_rule"}, number=1, reason="There is a rule.")
        for check in ("d30", "d90", "closing", "after90"):
            case.record("care", {"check": check, "state": "well"}, what="Asked by phone.")
        assert lacks(town, "delete") == ["archivist", "expired"]
        with pytest.raises(ClientError) as refused:
            case.step("delete")
        assert refused.value.details["needs"] == ["archivist", "expired"]
    with on("2026-07-06"):
        assert lacks(town, "delete") == ["archivist", "expired", "cared"], (
            "half a year after closing the reporter is asked once more"
        )
    assert not Proposal.objects.filter(step="delete").exists()
