"""The plan as a workbook: out, in again the same, and faults named by sheet and row."""

import copy
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from whistle.core.errors import DomainError
from whistle.plan.document import check
from whistle.plan.services.plans import demo_document
from whistle.plan.sheets import read_workbook, workbook


def test_a_workbook_comes_back_as_the_same_plan():
    document = demo_document()
    again, faults = read_workbook(workbook(document))
    assert faults == []
    assert again == document
    check(again)


@settings(deadline=None, max_examples=15)  # a whole workbook each time
@given(st.sampled_from(range(31)), st.text(min_size=1, max_size=40).filter(str.strip))
def test_whatever_is_written_in_a_measure_comes_back_and_is_never_a_formula(place, words):
    document = copy.deepcopy(demo_document())
    plain = "".join(letter for letter in words if letter.isprintable()).strip().lstrip("'") or "x"
    document["measures"][place]["text"]["nb"] = plain
    octets = workbook(document)
    assert all(
        cell.data_type != "f" for row in load_workbook(io.BytesIO(octets))["measures"].rows for cell in row
    )
    again, faults = read_workbook(octets)
    assert faults == []
    assert again["measures"][place]["text"]["nb"] == plain


def changed_workbook(change) -> bytes:
    book = load_workbook(io.BytesIO(workbook(demo_document())))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("cell", "value", "code"),
    [
        ("G3", "=1+1", "formula"),
        ("D4", "", "empty"),
        ("A5", "1.1", "duplicate"),
        ("H3", "snart", "date"),
    ],
)
def test_a_fault_is_named_by_sheet_and_row_and_nothing_is_read(cell, value, code):
    def change(book):
        book["measures"][cell] = value

    document, faults = read_workbook(changed_workbook(change))
    assert document == {}
    assert ("measures", int(cell[1:]), code) in [(it.sheet, it.row, it.code) for it in faults]


def test_an_indicator_of_a_measure_that_is_not_there_is_a_fault():
    _document, faults = read_workbook(
        changed_workbook(lambda book: book["indicators"].__setitem__("B2", "77"))
    )
    assert [(it.sheet, it.row, it.code) for it in faults] == [("indicators", 2, "unknown")]


def test_a_column_that_is_missing_is_said_once():
    _document, faults = read_workbook(changed_workbook(lambda book: book["goals"].delete_cols(2)))
    assert [(it.sheet, it.row, it.column) for it in faults] == [("goals", 1, "text nb")]


def test_what_is_no_workbook_is_refused():
    with pytest.raises(DomainError, match=r"import\.not_a_table"):
        read_workbook(b"PK\x03\x04 not really")
