"""What must never happen (the domain's list), tried by somebody who may do everything else: refused, and told what is missing."""

from datetime import timedelta

import pytest

from cases.models import Case, Notice
from cases.services.clocks import remind
from tests.domain.test_clocks import on
from tests.domain.test_desk import acts, refusal
from tests.domain.test_steps import both, under_investigation
from tests.town import Town
from whistle.client.desk import OpenCase
from whistle.client.paperwork import before
from whistle.core import clock


@pytest.fixture
def case(town: Town) -> OpenCase:
    town.report()
    return town.open("ingrid")


def forbidden(town: Town, case: OpenCase, name: str, **codes: str) -> list[str]:
    """Try the step; return what the refusal says is missing, after a look that it says it in words and changed nothing."""
    before_it = (town.newest().state, town.newest().version, len(acts(town)))
    refused = refusal(case.step, name, **codes)
    assert (town.newest().state, town.newest().version, len(acts(town))) == before_it
    assert len(refused.message) > 40, "a sentence"
    return list(refused.details.get("needs", [])) or [refused.message]


def test_nothing_received_is_closed_deleted_or_investigated_before_a_human_has_answered(
    town: Town, case: OpenCase
) -> None:
    for name in (
        "close",
        "close_unfounded",
        "close_forwarded",
        "delete",
        "investigate",
        "conclude",
        "follow_up",
    ):
        [said] = forbidden(town, case, name)
        assert "Mottatt" in said
        assert "Legg til side" in said or "Bekreft" in said, "and what can be done"


def test_no_case_closes_without_feedback_or_two_peoples_reason(town: Town, case: OpenCase) -> None:
    case.acknowledge("We have it.")
    before(case, "close_unfounded", outcome="unfounded")
    closing = {"outcome": "unfounded", "lesson": "none"}
    assert forbidden(town, case, "close_unfounded", **closing) == ["feedback"]
    case.record("no_feedback", {"why": "police_asks"}, reason="They asked.")
    assert forbidden(town, case, "close_unfounded", **closing) == ["feedback"]


def test_no_investigation_begins_without_somebody_the_reporter_can_turn_to(
    town: Town, case: OpenCase
) -> None:
    case.acknowledge("We have it.")
    before(case, "investigate")
    Case.objects.filter(pk=town.newest().pk).update(contact=None)
    assert forbidden(town, case, "investigate") == ["contact"]


def test_reporter_without_a_contact_is_remembered_by_mail_every_week_until_there_is_one(
    town: Town, case: OpenCase
) -> None:
    case.acknowledge("We have it.")
    town.open("berit")
    under_investigation(town, case)
    Case.objects.filter(pk=town.newest().pk).update(contact=None)
    case.record("task", {"state": "open"}, what="Find somebody.")
    told = []
    for days in (1, 2, 3, 9):
        with on((clock.today() + timedelta(days=days)).isoformat()):
            remind(town.organisation)
            told.append(Notice.objects.filter(occasion__startswith="contact.").count())
    assert told[0] == 0
    assert told[1] > 0
    assert told[-1] > told[1]


def test_nothing_is_deleted_while_its_reporter_is_still_to_be_asked_how_they_fare(
    town: Town, case: OpenCase
) -> None:
    case.acknowledge("We have it.")
    case.give_feedback("This is what we did.")
    before(case, "close_unfounded", outcome="unfounded")
    both(town, case, "close_unfounded", outcome="unfounded", lesson="none")
    closed = town.newest()
    assert closed.deadlines.get(clock="C10").due_on > clock.today() + timedelta(days=365)
    assert "expired" in forbidden(town, case, "delete")


def test_stranger_is_refused_as_if_there_were_no_case(town: Town, case: OpenCase) -> None:
    case.acknowledge("We have it.")
    refused = refusal(town.desk("sissel").server.post, f"cases/{case.reference}/steps/close", {"version": 1})
    assert (refused.status, refused.code) == (404, "request.absent")
