"""Reports of several years side by side, with every rate in them: a solver works out no year's few reports.

The attacker knows the program, every document ever published, that nothing came before the first year, and that no case is
closed before its report came.  Editions of a year have the same figures, so that the years are all there is.
"""

import json
import random
from collections import Counter
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.conftest import Life, standing, tell
from tests.plan.stranger import RULES, verifier
from tests.plan.test_hiding import values_left
from tests.plan.test_report import close, made
from whistle.plan.facts import Facts
from whistle.plan.services.plans import demo_document
from whistle.plan.suppression import is_hushed, is_outrun, share, small
from whistle.plan.tables import counts_cases, outcome_table

YEARS = 3
AREAS = {"R1": {"nb": "Anskaffelser"}}
MOST = 60
SHIFTS = (0.02, 0.27)  # how much of a year lies between receipt and due date: a week, three months and a week


@dataclass
class Story:
    """What happened: reports and closings of each year; of each rate, (counted, met) of each year."""

    received: list[int]
    closed: list[int]
    rates: list[list[tuple[int, int]]] = field(default_factory=list)


def made_up(chance):
    """Return a story of a small municipality."""
    busy = chance.choice([3, 6, 12])
    received = [chance.choice([0, chance.randint(0, 4), chance.randint(0, busy)]) for _ in range(YEARS)]
    story = Story(received, [0] * YEARS)
    late = chance.choice([0.1, 0.4])
    counts = [[0] * (YEARS + 1) for _ in SHIFTS]
    for year, count in enumerate(received):
        for _ in range(count):
            when = chance.choice([chance.random(), chance.uniform(0.7, 1)])
            for number, shift in enumerate(SHIFTS):
                counts[number][year + (when + shift >= 1)] += 1
            ended = year + (when + chance.choice([0.1, 0.6, 1.2]) >= 1)
            if ended < YEARS:
                story.closed[ended] += 1
    for of in counts:
        story.rates.append([(n, sum(chance.random() > late for _ in range(n))) for n in of[:YEARS]])
    return story


def published(story):
    """Return for each year the reports received, the total of its table and its rates, as they are shown."""
    shown = []
    for year in range(YEARS):
        known = dict(enumerate(story.received[: year + 1]))
        outrun = is_outrun(known.values(), sum(story.closed[: year + 1]))
        closed = Counter({("R1", "other"): story.closed[year]})
        cells = outcome_table(AREAS, Facts(0, closed, Counter()))["cells"]
        rates = [None if is_hushed(known, year) else share(of[year][1], of[year][0]) for of in story.rates]
        count = story.received[year]
        shown.append(
            (None if small(count) else count, cells[-1][-1] if cells and not outrun else None, rates)
        )
    return shown


def attack(shown):
    """Return how many values are left of each hidden number of reports."""
    from ortools.sat.python import cp_model

    model = cp_model.CpModel()
    received = [
        model.new_int_var(1, 4, "") if count is None else model.new_constant(count) for count, *_ in shown
    ]
    closed = [
        model.new_int_var(0, MOST, "") if total is None else model.new_constant(total)
        for _count, total, _rates in shown
    ]
    for year in range(YEARS):
        model.add(sum(closed[: year + 1]) <= sum(received[: year + 1]))
    before = [model.new_constant(0) for _ in received]
    for number in range(len(SHIFTS)):
        tails = [model.new_int_var(0, MOST, "") for _ in received]
        for year, tail in enumerate(tails):
            model.add(tail <= received[year])
            model.add(tail >= before[year])
            counted, met = model.new_int_var(0, MOST, ""), model.new_int_var(0, MOST, "")
            model.add(counted == received[year] - tail + (tails[year - 1] if year else 0))
            rate = shown[year][2][number]
            if rate is not None:
                pairs = [(n, m) for n in range(MOST) for m in range(n + 1) if share(m, n) == rate]
                model.add_allowed_assignments([counted, met], pairs)
        before = tails
    return [values_left(model, it) for it, (count, *_) in zip(received, shown, strict=True) if count is None]


def try_stories(chance, many):
    attacked = rates = 0
    for _ in range(many):
        story = made_up(chance)
        shown = published(story)
        rates += sum(rate is not None and rate.low is not None for *_, of in shown for rate in of)
        if any(count is None for count, *_ in shown):
            left = attack(shown)
            attacked += len(left)
            assert min(left) >= 4, (story, shown, left)
    return attacked, rates


def test_a_solver_with_all_years_and_rates_together_works_out_no_years_few_reports():
    pytest.importorskip("ortools")
    attacked, rates = try_stories(random.Random(91), 60)
    assert attacked > 40
    assert rates > 20  # and something is told all the same


@pytest.mark.soak
def test_two_thousand_stories_of_years_together_give_no_number_away():
    pytest.importorskip("ortools")
    attacked, _rates = try_stories(random.Random(2026), 2_000)
    assert attacked > 1_500


def test_four_reports_in_each_of_two_years_are_told_by_no_rate_and_no_table():
    """Eight that fell due in one year, or were closed by then, can only be four and four."""
    story = Story([4, 4, 9], [0, 8, 0], [[(0, 0), (8, 4), (9, 9)]] * 2)
    assert [(count, total) for count, total, _ in published(story)] == [(None, None), (None, None), (9, None)]
    assert [of for *_, of in published(story)] == [
        [None, None]
    ] * 3  # what came in the last of them is due now


@given(st.integers(0, 60), st.data())
def test_of_every_rate_whoever_knows_how_many_fell_due_is_left_with_four_values(counted, data):
    """However exactly other numbers tell how many fell due, for each rate by itself and for all of a case together."""
    met = data.draw(st.integers(0, counted))
    left = [other for other in range(counted + 1) if share(other, counted) == share(met, counted)]
    if counted < 5:
        assert len(left) == counted + 1
    elif small(met) or small(counted - met):
        assert len(left) >= 4


def test_every_rate_from_the_log_that_is_about_people_is_hushed_or_not_about_cases():
    rules = {rule["id"]: counts_cases(rule) for rule in demo_document()["rules"]}
    assert {name for name, of_cases in rules.items() if not of_cases} == {"5.1-decided", "8.4-days"}


def test_the_report_of_a_year_with_few_reports_shows_no_rate_and_no_table_that_outruns_them(fjellvik, plan):
    tell(fjellvik, *[Life(f"2026-03-0{day}", f"2026-03-0{day}", "2026-05-01") for day in range(1, 5)])
    with standing("2026-11-20"):
        for _ in range(9):
            close(fjellvik, outcome="unfounded", lesson="none")
    figures = made(fjellvik).document["figures"]
    assert figures["received"][-1]["count"] is None
    assert {it["shown"] for it in figures["deadlines"] if it["id"].startswith("9.")} == {"few"}
    assert [figures[name]["cells"] for name in ("outcomes", "lessons", "consequences")] == [None] * 3


@given(st.lists(st.integers(0, 7), min_size=3, max_size=3), st.sampled_from([2025, 2026, 2027]))
def test_the_stand_alone_verifier_wants_the_same_years_hushed(counts, year):
    received = dict(zip((2025, 2026, 2027), counts, strict=True))
    entries = [
        {"act": "report.received", "at": f"{of}-03-01", "d": {"form": form}}
        for of, count in received.items()
        for form in ("sealed",) * count + ("probe",)
    ]
    raw = {"channel": [json.dumps(entry).encode() for entry in entries]}
    for rule in RULES:
        wanted = counts_cases(rule) and is_hushed(received, year)
        assert verifier.hushed(rule, raw, year) == wanted, rule["id"]
