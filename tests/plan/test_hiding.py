"""Nobody can work out a small number: a solver that knows all published tables tries, and every value it is left with."""

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whistle.plan.facts import GROUPS, LESSONS, NO_AREA, SUBJECTS, Facts
from whistle.plan.hiding import hide, possible, with_totals
from whistle.plan.report import lesson_table, outcome_table, subject_table
from whistle.plan.suppression import small

AREAS = {f"R{n}": {"nb": f"Område {n}"} for n in range(1, 10)}
cells = st.lists(st.lists(st.integers(0, 12), min_size=3, max_size=3), min_size=1, max_size=6)


@given(cells)
def test_every_small_number_is_hidden_and_every_zero_is_shown(table):
    hidden = hide(table)
    for i, row in enumerate(hidden.full):
        for j, value in enumerate(row):
            assert not small(value) or (i, j) in hidden.places
            assert value or (i, j) not in hidden.places


@given(st.lists(st.lists(st.integers(5, 40), min_size=3, max_size=3), min_size=1, max_size=6))
def test_a_table_without_small_numbers_is_shown_whole(table):
    assert not hide(table).places


def by_trying_everything(full, places, limit):
    """Return the least and greatest value of each hidden cell of a tiny table, by trying all inner tables."""
    height, width = len(full) - 1, len(full[0]) - 1
    inner = [(i, j) for i in range(height) for j in range(width)]
    choices = [range(1, limit) if place in places else [full[place[0]][place[1]]] for place in inner]
    seen = {place: set() for place in places}
    for values in itertools.product(*choices):
        table = with_totals([values[i * width : (i + 1) * width] for i in range(height)])
        if all(
            (table[i][j] >= 1 if (i, j) in places else table[i][j] == full[i][j])
            for i in range(height + 1)
            for j in range(width + 1)
        ):
            for i, j in places:
                seen[i, j].add(table[i][j])
    return seen


@settings(deadline=None)  # the solver is loaded on first use
@given(st.lists(st.lists(st.integers(0, 6), min_size=2, max_size=2), min_size=2, max_size=2), st.data())
def test_the_flow_finds_what_trying_everything_finds(table, data):
    full = with_totals(table)
    places = {(i, j) for i, row in enumerate(full) for j, value in enumerate(row) if value}
    places &= set(
        data.draw(st.lists(st.sampled_from([(i, j) for i in range(3) for j in range(3)]), max_size=6))
    )
    if any((2, j) in places or (j, 2) in places for j in range(3)):
        places -= {(2, j) for j in range(3)} | {(j, 2) for j in range(3)}  # totals bound what is tried
    seen = by_trying_everything(full, places, 26)
    for place in places:
        assert possible(full, places, place) == (min(seen[place]), max(seen[place]))


def random_year(chance):
    """Return the facts of a made-up year: anything from an empty one to a busy one."""
    busy = chance.choice([0, 3, 8, 20, 60, 150])
    closed, lessons, subjects = Counter(), Counter(), Counter()
    for _ in range(chance.randint(0, busy)):
        area = chance.choice([*AREAS, NO_AREA, "R1", "R1", "R9"])
        closed[area, chance.choices(GROUPS, [3, 5, 2])[0]] += 1
        lessons[chance.choices(LESSONS, [1, 3, 3, 6])[0]] += 1
    for _ in range(chance.randint(0, busy)):
        subjects[chance.choices(SUBJECTS, [3, 1, 1, 9, 2, 2, 1, 3])[0]] += 1
    return Facts(sum(closed.values()), closed, lessons, subjects)


def attack(tables):
    """Return, for each hidden cell of all tables together, how many values a solver leaves it."""
    from ortools.linear_solver import pywraplp

    solver = pywraplp.Solver.CreateSolver("GLOP")
    unknown, corners = [], []
    for table in tables:
        grid = [[solver.NumVar(1, 10_000, "") if value is None else value for value in row] for row in table]
        unknown += [value for row in grid for value in row if not isinstance(value, int)]
        lines = grid + [list(column) for column in zip(*grid, strict=True)] if len(grid) > 1 else grid
        for line in lines:
            if any(not isinstance(value, int) for value in line):
                solver.Add(sum(line[:-1]) == line[-1])
        corners.append(grid[-1][-1])
    left = []
    for variable in unknown:
        bounds = []
        for sense in (solver.Minimize, solver.Maximize):
            sense(variable)
            assert solver.Solve() == pywraplp.Solver.OPTIMAL
            bounds.append(round(variable.solution_value()))
        left.append(bounds[1] - bounds[0] + 1)
    return left


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_solver_with_all_published_tables_of_2000_years_recovers_no_hidden_cell():
    pytest.importorskip("ortools")
    chance = random.Random(20261123)
    hidden = 0
    for _ in range(2_000):
        year = random_year(chance)
        left = attack(published := tables_of(year))
        hidden += len(left)
        assert all(values >= 4 for values in left), (year, published, left)
    assert hidden > 5_000  # the attack had something to do


def tables_of(year):
    """Return all tables of a year's report, a table of one row with its total as one row."""
    rows = [table["cells"] for table in (lesson_table(year), subject_table(year))]
    whole = outcome_table(AREAS, year)["cells"]
    return [*([whole] if whole else []), *([row] for row in rows if row)]


@pytest.mark.soak
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_solver_with_the_reports_of_four_years_together_recovers_no_hidden_cell():
    """All editions of a year have the same figures, so that years together are all there is to put side by side."""
    pytest.importorskip("ortools")
    chance = random.Random(20260211)
    for _ in range(2_000):
        years = [random_year(chance) for _ in range(4)]
        assert all(values >= 4 for values in attack([it for year in years for it in tables_of(year)])), years


def test_the_stranger_learns_something_all_the_same():
    chance = random.Random(1)
    shown = total = 0
    for _ in range(300):
        table = outcome_table(AREAS, random_year(chance))["cells"] or []
        total += sum(len(row) for row in table)
        shown += sum(value is not None for row in table for value in row)
    assert shown > total / 3


def test_areas_with_few_cases_are_put_together_and_never_stand_alone():
    closed = Counter({("R1", "substantiated"): 9, ("R2", "other"): 1, ("R3", "not_substantiated"): 2})
    table = outcome_table(AREAS, Facts(12, closed, Counter({"none": 12})))
    assert [row["code"] for row in table["rows"]] == ["other"]
    assert table["cells"][-1][-1] == 12


def test_a_year_with_four_closed_cases_has_no_table():
    few = Facts(4, Counter({("R1", "substantiated"): 4}), Counter({"none": 4}))
    assert outcome_table(AREAS, few)["cells"] is None
    assert lesson_table(few)["cells"] is None
