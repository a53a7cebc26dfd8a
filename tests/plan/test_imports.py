"""Files from other systems: clear faults by row, all or nothing, and no formula gets through."""

import io
import re
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from tests.plan.conftest import KARI, standing
from whistle.core.errors import DomainError
from whistle.plan.imports.check import Fault, _value, count
from whistle.plan.imports.kinds import KINDS
from whistle.plan.models import Evidence, ImportRun
from whistle.plan.services.imports import preview, take_in

TRAINING = KINDS["training"]
YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def training(*rows, delimiter=";", encoding="utf-8"):
    lines = [("Ansattnummer", "Navn", "Gjennomført"), *rows]
    return "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)


def excel(*rows):
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


def test_ten_thousand_rows_from_hr_are_counted():
    rows = [(str(n), f"Åse {n}", "12.10.2026" if n % 4 else "") for n in range(10_000)]
    counted = count(TRAINING, training(*rows))
    assert (counted.rows, counted.counted, counted.met, counted.faults) == (10_000, 10_000, 7_500, [])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_the_files_norwegian_offices_make_are_read(encoding, delimiter):
    octets = training(
        ("1", "Øyvind", "2026-10-12"), ("2", "Ærlig", ""), delimiter=delimiter, encoding=encoding
    )
    assert (count(TRAINING, octets).counted, count(TRAINING, octets).met) == (2, 1)


def test_excel_is_read_with_its_own_dates_and_numbers():
    octets = excel(
        ("Ansattnummer", "Gjennomført"), (101, datetime(2026, 10, 12)), (102, None), (103.0, "12.10.26")
    )
    assert (count(TRAINING, octets).counted, count(TRAINING, octets).met) == (3, 2)


def test_every_fault_is_named_by_row_and_column():
    octets = training(("1", "A", "12.10.2026"), ("", "B", ""), ("3", "C", "i fjor"), ("1", "D", ""))
    assert count(TRAINING, octets).faults == [
        Fault(3, "ansattnummer", "empty"),
        Fault(4, "gjennomført", "date"),
        Fault(5, "ansattnummer", "duplicate"),
    ]


def test_a_missing_column_is_named_and_no_row_is_blamed():
    assert count(TRAINING, b"Ansattnummer;Navn\n1;A\n").faults == [Fault(1, "gjennomført", "column_missing")]


@pytest.mark.parametrize("encoding", ["mac_roman", "cp865"])
def test_a_file_in_an_encoding_of_old_machines_is_told_what_to_do(encoding):
    faults = count(TRAINING, training(("1", "Kari", ""), encoding=encoding)).faults
    assert [fault.code for fault in faults] == ["column_garbled"]


@pytest.mark.parametrize("cell", ["=1+1", "+47", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_a_formula_is_refused_in_csv_and_in_excel(cell):
    assert count(TRAINING, training((cell.replace(";", ","), "A", ""))).faults[0].code == "formula"
    assert count(TRAINING, excel(("Ansattnummer", "Gjennomført"), (cell, None))).faults[0].code == "formula"


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"", "import.empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "import.old_excel"),
        (b"PK\x03\x04not a zip", "import.not_a_table"),
        (b"\xff\xfe\x00", "import.encoding"),
        (b"a;b\n\x00\x00\n", "import.encoding"),
        (b'a;"b\n', "import.not_a_table"),
        (b"x" * (8 * 2**20 + 1), "import.too_large"),
    ],
)
def test_what_is_not_a_table_is_refused_with_a_reason(octets, code):
    with pytest.raises(DomainError) as refused:
        count(TRAINING, octets)
    assert refused.value.code == code


def test_only_purchases_over_a_hundred_thousand_count_and_the_contract_comes_first():
    octets = (
        "Bestilling;Beløp;Bestilt;Kontrakt registrert\n"
        "1;100 000;01.03.2026;\n"
        "2;1.250.000,50;01.03.2026;28.02.2026\n"
        "3;five;01.03.2026;\n"
        "4;250000;01.03.2026;02.03.2026\n"
    ).encode()
    found = count(KINDS["purchases"], octets)
    assert found.faults == [Fault(4, "beløp", "number")]
    found = count(KINDS["purchases"], octets.replace(b"five", b"5"))
    assert (found.counted, found.met) == (2, 1)


AMOUNTS = {
    "5000": 5000,
    "5 000": 5000,
    "5\N{NO-BREAK SPACE}000 kr": 5000,
    "kr 5": 5,
    "kr. 5 000,-": 5000,
    "Kr 5.000,–": 5000,
    "5.000,00": 5000,
    "5,000.00": 5000,
    "5000,5": 5000,
    "NOK 1 250 000,50": 1250000,
    "1.250.000": 1250000,
    "1,250,000": 1250000,
    "1.250.000,50 NOK": 1250000,
    "5.000 kr": 5000,
    "kr 5,000": 5000,
    "0.500": None,
    "5.000": "amount_unclear",
    "125,000": "amount_unclear",
    "5 00": None,
    "1.25.000": None,
    "1.250,000": None,
    "5,000,00": None,
    "kr 5 kr": None,
    "EUR 5000": None,
    "kr": None,
    ",-": None,
}


@pytest.mark.parametrize(("text", "kroner"), AMOUNTS.items())
def test_amounts_are_read_as_people_write_them_and_never_guessed(text, kroner):
    octets = f"Bestilling;Beløp;Bestilt;Kontrakt registrert\n1;{text};01.03.2026;\n".encode()
    column = KINDS["purchases"].columns[1]
    if isinstance(kroner, int):
        assert _value(column, text) == kroner
        assert not count(KINDS["purchases"], octets).faults
    else:
        assert count(KINDS["purchases"], octets).faults == [Fault(2, "beløp", kroner or "number")]


def test_an_amount_that_a_spreadsheet_holds_as_a_number_is_never_unclear():
    book = Workbook()
    for line in (("Bestilling", "Beløp", "Bestilt", "Kontrakt registrert"), (1, 125.125, "01.03.2026", "")):
        book.active.append(line)
    book.save(octets := io.BytesIO())
    found = count(KINDS["purchases"], octets.getvalue())
    assert (found.faults, found.counted) == ([], 0)


def test_a_file_is_taken_in_whole_as_evidence_for_its_dates(plan, fjellvik):
    counted = preview("training", training(("1", "A", "12.10.2026"), ("2", "B", "")))
    with standing("2026-12-31"):
        run = take_in(fjellvik, counted, period=YEAR, by=KARI)
    assert (run.counted, run.met) == (2, 1)
    assert Evidence.objects.get().for_due == date(2026, 12, 31)
    with standing("2026-12-31"), pytest.raises(DomainError, match=r"import\.taken"):
        take_in(fjellvik, counted, period=YEAR, by=KARI)


def test_a_file_with_one_fault_in_ten_thousand_rows_leaves_nothing_behind(plan, fjellvik):
    rows = [(str(n), "A", "12.10.2026") for n in range(9_999)]
    counted = preview("training", training(*rows, ("5", "the stranger", "12.10.2026")))
    assert [fault.row for fault in counted.faults] == [10_001]
    with standing("2026-12-31"), pytest.raises(DomainError, match=r"import\.faults"):
        take_in(fjellvik, counted, period=YEAR, by=KARI)
    assert not ImportRun.objects.exists()
    assert not Evidence.objects.exists()


def test_a_period_that_is_not_over_is_refused(plan, fjellvik):
    counted = preview("training", training(("1", "A", "")))
    with standing("2026-12-30"), pytest.raises(DomainError, match=r"import\.period"):
        take_in(fjellvik, counted, period=YEAR, by=KARI)


def test_a_stranger_without_a_plan_can_take_nothing_in(plan, nordvik):
    counted = preview("training", training(("1", "A", "")))
    with standing("2026-12-31"), pytest.raises(DomainError, match=r"plan\.not_in_force"):
        take_in(nordvik, counted, period=YEAR, by=KARI)


def test_no_row_of_a_file_is_kept(plan, fjellvik):
    counted = preview("training", training(("1", "Stranger Strangersen", "")))
    with standing("2026-12-31"):
        run = take_in(fjellvik, counted, period=YEAR, by=KARI)
    assert "Strangersen" not in str(vars(run)) + str(vars(Evidence.objects.get()))


@given(st.binary(max_size=300))
def test_any_bytes_are_counted_or_refused_never_a_crash(octets):
    with suppress(DomainError):
        assert count(TRAINING, octets).rows >= 0


@pytest.mark.parametrize(
    "way",
    [
        reverse("desk-plan-import"),
        reverse("desk-plan-bring-in"),
        reverse("desk-measure-document", args=["1.3"]),
        "/nordvik" + reverse("desk-plan-import"),
    ],
)
def test_the_web_server_lets_files_of_the_plan_through_and_a_strangers_large_form_not(way):
    text = (Path(__file__).parents[2] / "deploy/nginx/whistle.conf").read_text()
    found = re.search(r"location ~ (\S*desk/plan\S*) \{\s+client_max_body_size 9m;", text)
    assert re.match(found[1], way)
    assert text.index(found[0]) < text.index("desk/ {")  # of patterns the first that fits is taken
    assert not re.match(found[1], "/desk/plan/gifts/")
