"""Thousands of random acts by random people never leave the table, and the log says each accepted one once."""

from collections import Counter
from datetime import timedelta
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from cases.models import Assignment, Case, Deadline
from cases.services.attention import refresh
from cases.workflow import State
from tests.domain.walks import Walk
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.core import clock

ACTS = 110
TALE = {
    State.RECEIVED,
    State.ASSESSMENT,
    State.INVESTIGATION,
    State.CONCLUSION,
    State.FOLLOW_UP,
    State.CLOSED,
}


def walk(town: Town, seed: int, acts: int = ACTS, *, keen: bool = False) -> Walk:
    """Let people at a new case, most of them on it, some not."""
    town.report()
    case = town.open("ingrid")
    case.note("The room.")
    case.share(town.people["even"].staff.ref)
    for name in ("amir", "berit", "even"):
        town.open(name)
    return wander(
        town, seed, acts, ("ingrid", "ingrid", "amir", "berit", "berit", "even", "sissel"), keen=keen
    )


def wander(town: Town, seed: int, acts: int, names: tuple[str, ...], *, keen: bool) -> Walk:
    """Let these people at the newest case; time goes on."""
    chance = Random(seed)
    moment = clock.now()
    here = Walk(town.newest(), [town.people[name].staff for name in names], chance, keen)
    for _ in range(acts):
        moment += timedelta(days=chance.choice((0, 0, 0, 1, 2, 30, 200)))
        with clock.standing_at(moment):
            here.go()
        if keen and here.states >= TALE:
            break
    with clock.standing_at(moment):
        settled(here.case)
    return here


def settled(case: Case) -> None:
    """What stands in columns for lists and clocks is what the case says, worked out anew."""
    fields = ("call", "calls_on", "due_on")
    before = list(Assignment.objects.filter(case=case).order_by("pk").values(*fields))
    rows = set(Deadline.objects.filter(case=case).values_list("clock", "number", "due_on", "met_on"))
    refresh(case)
    after = list(Assignment.objects.filter(case=case).order_by("pk").values(*fields))
    assert rows == set(Deadline.objects.filter(case=case).values_list("clock", "number", "due_on", "met_on"))
    for one, other in zip(before, after, strict=True):
        assert (one["call"], one["due_on"]) == (other["call"], other["due_on"])


def told(town: Town, case: Case) -> Counter[str]:
    return Counter(read.fields["act"] for read in audit.entries(town.organisation, "desk", case=case.log_ref))


SETTINGS = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    "derandomize": True,
    "phases": (Phase.explicit, Phase.generate),  # a smaller seed is no simpler walk
}


@settings(max_examples=4, **SETTINGS)
@given(seed=st.integers(0, 2**32))
def test_random_people_never_leave_the_table(town: Town, seed: int) -> None:
    here = walk(town, seed)

    case = Case.objects.get(pk=here.case.pk)
    entries = told(town, case)
    for kind in ("no_feedback", "extension", "hold", "person"):  # nobody was the second person of their own
        answered = case.records.filter(kind=kind).exclude(agreed=None)
        assert all(row.by_id != row.answered_by_id for row in answered)
    moves = entries["case.moved"] + entries["case.closed"] + entries["report.acknowledged"]
    assert here.accepted >= 10
    assert moves >= len(here.states) - 1
    assert entries["step.proposed"] >= entries["case.closed"]
    proposals = case.proposals.filter(confirmed=True)
    assert all(row.by_id != row.decided_by_id for row in proposals)
    assert {"step.unknown", "request.absent"} <= set(here.refused)


def test_walks_go_the_whole_way(town: Town) -> None:
    """What the walks above prove would be worth little if they never got anywhere."""
    seen: set[str] = set()
    refused: Counter[str] = Counter()
    for seed in range(4):  # two who want to get somewhere, two who do whatever comes
        here = walk(town, seed, 500 if seed % 2 else 300, keen=bool(seed % 2))
        seen |= here.states
        refused.update(here.refused)
    assert seen >= TALE, TALE - seen
    assert {"step.lacks", "step.needs_second", "step.codes", "case.moved_on", "step.refused"} <= set(refused)


def test_alternates_alone_go_the_whole_way_with_a_case_about_the_chief_executive(town: Town) -> None:
    """No step waits for somebody of the administration, who cannot so much as see the case."""
    town.report(about=["chief_executive"])
    town.open("hanne").note("The room.")
    for name in ("sissel", "tor"):
        town.open(name)

    here = wander(town, 1, 600, ("hanne", "hanne", "tor", "tor", "sissel", "ingrid"), keen=True)

    assert here.states | {State.RECEIVED} >= TALE
    assert here.refused["request.absent"] > 0, "Ingrid tried"


@pytest.mark.soak
@settings(max_examples=40, **SETTINGS)
@given(seed=st.integers(0, 2**32))
def test_many_more_random_people_never_leave_the_table(town: Town, seed: int) -> None:
    walk(town, seed, 400)
