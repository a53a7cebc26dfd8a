"""A rehearsal in production does not take the hour between two publications for a fault."""

import re
from typing import Any

import pytest

from tests.town import Town
from whistle.audit.outside import show
from whistle.audit.publisher import publish_all
from whistle.client.rehearse import Rehearsal
from whistle.client.steps import BrokenError


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def rehearsal(said: list[str]) -> Rehearsal:
    return Rehearsal("http://localhost", [], said.append, patience=2)


def test_a_proof_that_waits_for_the_hour_is_a_note_and_no_fault(
    watched: Town, rehearsal: Rehearsal, said: list[str], settings: Any
) -> None:
    settings.PUBLIC_LOG_MINUTES = 60
    show(watched.organisation)
    sent = watched.report("In the middle of the hour.")
    publish_all(watched.organisation)

    rehearsal.proven(watched.reporter(), sent)

    assert re.fullmatch(r"  note: the proof is pending until \d\d:00", said[0])


def test_a_proof_that_is_there_is_checked_whatever_the_clock(
    watched: Town, rehearsal: Rehearsal, said: list[str], settings: Any
) -> None:
    sent = watched.report("Just before the hour.")
    publish_all(watched.organisation)
    settings.PUBLIC_LOG_MINUTES = 60
    show(watched.organisation)

    rehearsal.proven(watched.reporter(), sent)

    assert said == []


def test_a_publisher_that_is_away_is_a_fault_where_there_is_no_clock(
    watched: Town, rehearsal: Rehearsal
) -> None:
    sent = watched.report("Nobody publishes.")

    with pytest.raises(BrokenError, match="publisher"):
        rehearsal.proven(watched.reporter(), sent)


def test_a_strangers_receipt_is_not_ours_even_while_it_waits(
    watched: Town, rehearsal: Rehearsal, settings: Any
) -> None:
    settings.PUBLIC_LOG_MINUTES = 60
    show(watched.organisation)
    sent, other = watched.report("Ours."), watched.report("Another's.")
    sent.receipt.update(other.receipt)

    with pytest.raises(BrokenError, match="something else"):
        rehearsal.proven(watched.reporter(), sent)
