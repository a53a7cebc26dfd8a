"""What one person writes alone and must not decide alone: holds, exemptions, no feedback, more time for it, the source."""

from datetime import date

import pytest

from cases.models import Case, Deadline, Record
from tests.domain.test_clocks import on, open_desk, row
from tests.domain.test_desk import acts, refusal
from tests.domain.test_steps import lacks
from tests.town import Town, make_town
from whistle.client.desk import OpenCase
from whistle.client.errors import ClientError
from whistle.client.paperwork import ASSESSMENT, before
from whistle.client.reporter import Sent

REASONED = {  # what is written, and what the case then still lacks until somebody else has agreed
    "no_feedback": {"why": "no_channel"},
    "person": {"role": "witness", "notice": "exempt", "ground": "crime_investigation"},
    "hold": {"why": "court", "state": "lifted"},
    "request": {"right": "source", "state": "granted", "extended": "no"},
    "insight": {"basis": "public", "state": "refused"},
    "breach": {"state": "not_notified"},
}


@pytest.fixture
def case(town: Town) -> OpenCase:
    """A case that Ingrid has confirmed."""
    return town.confirmed()


def test_author_a_reader_and_a_stranger_cannot_be_the_second_person_and_a_leader_can(
    town: Town, other_town: Town, case: OpenCase
) -> None:
    town.open("amir"), town.open("berit")
    for kind, codes in REASONED.items():
        first = {"person": "name", "request": "what", "insight": "what", "breach": "what"}.get(kind, "reason")
        texts = {first: "So."}
        case.refresh()
        case.record(kind, codes, due_on="2027-01-31", **texts)

        assert refusal(case.agree, kind, 1).code == "step.needs_second"
        assert refusal(town.open("amir").agree, kind, 1).code == "step.refused"
        with pytest.raises(ClientError) as hidden:
            other_town.desk("anne").server.post(
                f"cases/{case.reference}/records/agree",
                {"kind": kind, "number": 1, "version": 1, "agree": True},
            )
        assert hidden.value.status == 404
        assert Record.objects.get(kind=kind).agreed is None

        town.open("berit").agree(kind, 1)

        assert Record.objects.get(kind=kind).counts
        assert acts(town)[-1] == "record.agreed"
        assert refusal(town.open("berit").agree, kind, 1).code == "case.moved_on", "nobody agrees twice"


def test_declined_counts_for_nothing_and_a_new_version_asks_anew(town: Town, case: OpenCase) -> None:
    case.record("no_feedback", {"why": "not_wanted"}, reason="They said so.")
    town.open("berit").agree("no_feedback", 1, agree=False)
    assert town.newest().feedback_on is None
    assert acts(town)[-1] == "record.declined"
    case.refresh()
    case.record("no_feedback", {"why": "not_wanted"}, number=1, reason="They wrote it in the mailbox, twice.")
    assert town.newest().feedback_on is None
    assert town.newest().assignments.get(staff=town.people["berit"].staff).call == "decide"
    town.open("berit").agree("no_feedback", 1)
    assert town.newest().feedback_on is not None


def test_reporter_without_a_way_back_needs_no_feedback_but_two_people_who_say_why(
    town: Town, case: OpenCase
) -> None:
    before(case, "close_unfounded", outcome="unfounded")
    assert lacks(town, "close_unfounded", outcome="unfounded", lesson="none") == ["feedback"]
    case.record("no_feedback", {"why": "no_channel"}, reason="They kept no code.")
    assert row(town.newest(), "C2").met_on is None, "nobody alone stops the clock"
    assert lacks(town, "close_unfounded", outcome="unfounded", lesson="none") == ["feedback"]
    town.open("berit").agree("no_feedback", 1)
    assert row(town.newest(), "C2").met_on is not None
    assert lacks(town, "close_unfounded", outcome="unfounded", lesson="none") == []


def test_nobody_alone_lifts_a_hold_even_by_writing_it_twice(town: Town, case: OpenCase) -> None:
    case.record("hold", {"why": "police", "state": "on"}, due_on="2027-01-31", reason="They asked.")
    berit = town.open("berit")
    berit.record("hold", {"why": "police", "state": "lifted"}, number=1, reason="Over.")
    assert Record.objects.get(kind="hold", current=True).done_on is None
    assert refusal(berit.agree, "hold", 1).code == "step.needs_second"
    town.open("ingrid").agree("hold", 1)
    assert Record.objects.get(kind="hold", current=True).done_on is not None


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_nobody_alone_ends_a_request_with_nothing_given(town: Town, case: OpenCase, state: str) -> None:
    codes = {"right": "access", "state": "open", "extended": "no"}
    case.record("request", codes, what="Their data.")

    case.record("request", {"state": state}, number=1, what="Their data.", answer="They said so.")

    assert row(town.newest(), "C6").met_on is None, "its month still runs"
    assert refusal(case.agree, "request", 1).code == "step.needs_second"
    town.open("berit").agree("request", 1)
    assert row(town.newest(), "C6").met_on is not None


def test_request_that_is_granted_needs_nobody_else(town: Town, case: OpenCase) -> None:
    case.record("request", {"right": "access", "state": "granted", "extended": "no"}, what="Their data.")
    assert Record.objects.get(kind="request").done_on is not None


def test_nobody_alone_lets_an_auditor_see_what_obliges_them_to_report(town: Town, case: OpenCase) -> None:
    for number, basis in enumerate(("auditor", "public"), start=1):
        case.record("insight", {"basis": basis, "state": "open"}, what="The conclusion.")
        case.record(
            "insight", {"state": "granted"}, number=number, what="The conclusion.", answer="Here it is."
        )
    granted = Record.objects.filter(kind="insight", current=True)
    assert granted.get(number=1).done_on is None, "an auditor who reads of a fault must report it"
    assert granted.get(number=2).done_on is not None
    town.open("berit").agree("insight", 1)
    assert granted.get(number=1).done_on is not None


# --- more time for feedback ---------------------------------------------------------------------------------------


@pytest.fixture
def abroad(db: None, own_folders: None) -> tuple[Town, Sent]:
    """A report of 31 August about somebody's own employer, of whom the municipality is the authority."""
    with on("2026-08-31"):
        town = make_town("fjellvik")
        sent = town.report()
        case = open_desk(town, "ingrid")
        case.acknowledge("We have it.")
        case.record("assessment", {**ASSESSMENT, "track": "b"}, reason="Their own employer.")
    return town, sent


def test_time_for_feedback_moves_to_six_months_with_a_reason_two_people_and_a_word_to_the_reporter(
    abroad: tuple[Town, Sent],
) -> None:
    town, sent = abroad
    with on("2026-11-20"):
        case = open_desk(town, "ingrid")
        assert refusal(case.extend, "It takes longer.").code == "extension.agreed"
        case.record("extension", {"why": "other_authority"}, reason="The tax office must answer first.")
        assert row(town.newest(), "C2").due_on == date(2026, 11, 30)
        assert refusal(case.extend, "It takes longer.").code == "extension.agreed"
        open_desk(town, "berit").agree("extension", 1)
        assert row(town.newest(), "C2").due_on == date(2026, 11, 30), "the reporter is told first"
        case.refresh()
        case.extend("It takes longer, since the tax office must answer first.")
        assert row(town.newest(), "C2").due_on == date(2027, 2, 28), "there is no 31 February"
        mailbox = town.mailbox(sent)
        assert mailbox.messages[-1].body["text"].startswith("It takes longer")
        assert {each["clock"]: each["due"] for each in mailbox.wire["clocks"]}["C2"] == "2027-02-28"
        assert acts(town)[-1] == "feedback.extended"
        assert refusal(case.extend, "And longer.").code == "extension.once"


def test_time_for_feedback_does_not_move_once_it_is_over_or_for_the_towns_own_reports(
    abroad: tuple[Town, Sent],
) -> None:
    town, _sent = abroad
    with on("2026-11-30"):
        case = open_desk(town, "ingrid")
        case.record("extension", {"why": "complex"}, reason="It is large.")
    with on("2026-12-01"):
        open_desk(town, "berit").agree("extension", 1)
        case = open_desk(town, "ingrid")
        assert refusal(case.extend, "It takes longer.").code == "extension.late"
        town.report()
        own = town.new_desk("amir").open(town.newest().reference)
        own.acknowledge("We have it.")
        own.record("assessment", {**ASSESSMENT, "track": "a"}, reason="Our own.")
        refused = refusal(own.record, "extension", {"why": "complex"}, reason="It is large.")
        assert refused.code == "extension.track"


def test_stranger_reader_and_reporter_move_no_time(abroad: tuple[Town, Sent]) -> None:
    town, _sent = abroad
    with on("2026-11-20"):
        with pytest.raises(ClientError) as hidden:
            town.desk("sissel").server.post(f"cases/{town.newest().reference}/extend", {"items": []})
        assert hidden.value.status == 404
        assert not Case.objects.exclude(feedback_due=None).exists()
        assert Deadline.objects.get(clock="C2").due_on == date(2026, 11, 30)
