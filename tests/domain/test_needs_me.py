"""What needs somebody: exactly their cases, most urgent first, read off an index however many cases there are."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cases.models import Assignment, Case
from cases.selectors.listing import overview, waiting
from cases.services.attention import refresh
from cases.services.people import give_part
from tests.domain.test_buried import closed
from tests.domain.test_desk import refusal
from tests.town import Town
from whistle.audit import services as audit
from whistle.client.paperwork import before
from whistle.core import clock
from whistle.core.policy import Part

MANY = 220


def asked_of(town: Town, name: str) -> dict[str, str]:
    """Return what waits for somebody now: the next act by reference."""
    return {row["reference"]: row["next"] for row in waiting(town.people[name].staff)[0]}


def many_quiet_cases(town: Town, name: str) -> None:
    """Older cases in which nothing is expected of this person."""
    person = town.people[name].staff
    with audit.atomic():
        for number in range(MANY):
            made = Case.objects.create(
                organisation=town.organisation,
                log_ref=f"{number:032x}",
                state="investigation",
                received_on=clock.today() - timedelta(days=60),
                acknowledged_on=clock.today() - timedelta(days=60),
                feedback_on=clock.today() - timedelta(days=30),
            )
            give_part(made, person, Part.READER)
            audit.record(
                "case.opened", organisation=town.organisation, case=made.log_ref, coarse=True, readers=1
            )


def test_newest_of_many_cases_is_found_by_an_index_and_in_the_same_few_questions(town: Town) -> None:
    town.report()
    amir = town.people["amir"].staff
    with CaptureQueriesContext(connection) as few:
        first = asked_of(town, "amir")
    many_quiet_cases(town, "amir")
    town.report()

    with CaptureQueriesContext(connection) as asked:
        now = asked_of(town, "amir")

    assert now == {**first, town.newest().reference: "declare"}
    assert len(asked) == len(few)
    held = Assignment.objects.filter(staff=amir, calls_on__lte=clock.today()).order_by("due_on")
    if connection.vendor == "sqlite":  # PostgreSQL reads a small table through, whatever indexes it has
        assert "what_calls_for_somebody" in held.explain()


def test_case_asks_each_person_for_what_only_they_can_do(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    case = town.open("amir")
    assert asked_of(town, "amir") == {reference: "acknowledge"}
    assert asked_of(town, "ingrid") == {reference: "declare"}
    case.acknowledge("We have it.")
    assert asked_of(town, "amir") == {}
    assert asked_of(town, "ingrid") == {}, "colleagues who look after it need no help"
    before(case, "investigate")
    case.step("investigate")

    assert asked_of(town, "amir") == {}
    town.open("berit")
    assert asked_of(town, "berit") == {reference: "decide"}
    assert asked_of(town, "sissel") == {}
    town.open("berit").decide()
    assert asked_of(town, "berit") == {}


def test_task_calls_for_the_one_who_has_it_when_its_day_is_near(town: Town) -> None:
    town.report()
    case = town.open("amir")
    case.acknowledge("We have it.")
    town.open("ingrid")
    mine = town.people["amir"].staff.ref
    day = (clock.today() + timedelta(days=2)).isoformat()

    case.record("task", {"state": "open", "colleague": mine}, due_on=day, what="Ask the archive.")

    assert list(asked_of(town, "amir").values()) == ["task"]
    assert asked_of(town, "ingrid") == {}
    case.record("task", {"state": "done"}, number=1, what="Ask the archive.")
    assert asked_of(town, "amir") == {}


def test_place_of_the_reporters_contact_is_never_left_empty_in_silence(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    case = town.open("amir")
    case.acknowledge("We have it.")
    town.open("ingrid")
    town.open("berit")

    town.desk("amir").declare(reference, "conflict")

    assert asked_of(town, "ingrid") == asked_of(town, "berit") == {reference: "contact"}
    theirs = town.open("ingrid")
    assert refusal(theirs.name_contact, town.people["amir"].staff.ref).code == "grant.person"
    theirs.name_contact(town.people["berit"].staff.ref)
    assert asked_of(town, "ingrid") == asked_of(town, "berit") == {}
    assert town.newest().contact == town.people["berit"].staff


def test_what_is_late_in_a_closed_case_is_no_less_late(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    town.open("berit")
    closed(town, case, "unfounded")

    with clock.standing_at(clock.now() + timedelta(days=31)):  # asked after 30 days how the reporter fares
        assert overview(town.people["ingrid"].staff) | {"late": 0} == overview(town.people["tor"].staff)
        assert overview(town.people["ingrid"].staff)["late"] == 1
        assert overview(town.people["tor"].staff)["late"] == 0  # a stranger to it


@pytest.mark.parametrize("name", ["sissel", "randi", "nils"])
def test_stranger_is_asked_for_nothing(town: Town, name: str) -> None:
    town.report()
    refresh(town.newest())
    assert waiting(town.people[name].staff) == ([], [])
