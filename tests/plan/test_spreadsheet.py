"""The plan as a spreadsheet: all measures, in the reader's figures, and no cell that a spreadsheet would run."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from tests.plan.conftest import standing
from whistle.core.policy import Duty
from whistle.plan.spreadsheet import xlsx

printable = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20)


def read(octets: bytes):
    book = load_workbook(io.BytesIO(octets))
    return [list(row) for row in book.worksheets[0].iter_rows()]


@given(st.lists(st.tuples(st.sampled_from("=+-@"), printable), min_size=1, max_size=5))
def test_what_begins_like_a_formula_is_text(cells):
    for row in read(xlsx("sak 41-26", [[sign + words] for sign, words in cells])):
        assert row[0].data_type == "s"
        assert str(row[0].value).startswith("'")


@pytest.mark.django_db
def test_kari_takes_the_plan_home_and_the_stranger_does_not(fjellvik, nordvik, plan, person, sign_in):
    with standing("2026-09-20"):
        octets = sign_in(person(fjellvik, "kari", Duty.PLAN_OWNER)).get("/desk/plan/plan.xlsx").content
        codes = {row[0].value for row in read(octets)[1:]}
        assert len(codes) == 31
        stranger = sign_in(person(nordvik, "nora", Duty.PLAN_OWNER))
        assert stranger.get("/desk/plan/plan.xlsx").status_code != 200
