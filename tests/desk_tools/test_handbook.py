"""The handbook says what the table says, and nothing else."""

import re

import pytest

from cases.records import KINDS
from cases.selectors import handbook
from cases.workflow import STEPS, State
from tests.desk.test_desk_pages import at_desk


def test_every_state_and_every_arrow_of_the_table_is_drawn(town):
    drawing = handbook.drawing()
    ways = {(step, to) for step in STEPS for to in (step.target, step.confirmed) if to}
    arrows = {(source, to) for step, to in ways for source in step.sources}
    assert {node.name for node in drawing["nodes"]} == {state.value for state in State}
    assert len(drawing["paths"]) == len(arrows)
    assert len({(node.x, node.y) for node in drawing["nodes"]}) == len(State)
    width, height = drawing["size"]
    numbers = [int(number) for path in drawing["paths"] for number in re.findall(r"\d+", path)]
    assert max(numbers) <= max(width, height)


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_the_page_names_each_step_with_what_it_needs_and_who_may(town, language):
    page = at_desk(town, "amir", language).get("/desk/handbook/").content.decode()
    assert page.count('<th scope="row" ') == sum(len(step.sources) for step in STEPS)
    assert page.count("w-way-box") == len(State)
    second = [kind for kind in KINDS if kind.second or kind.shortening]
    assert len(second) >= 9
    assert [line for line in handbook.second_persons() if line.split(":")[0]] != []
    assert len(handbook.second_persons()) == len(second)


def test_who_works_on_no_cases_may_read_it_and_strangers_may_not(town):
    assert at_desk(town, "nils").get("/desk/handbook/").status_code == 200
    from django.test import Client

    assert Client().get("/desk/handbook/").status_code == 302
