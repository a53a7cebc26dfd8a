"""Tables as .xlsx: text stays text, and nothing in it is a formula."""

import io
from collections.abc import Iterable, Sequence
from typing import Any

from whistle.core.later import later
from whistle.plan.open_data import cell

openpyxl = later("openpyxl")

WIDTHS = (10, 28, 70, 28, 20, 20, 30)


def xlsx(title: str, rows: Iterable[Sequence[object]]) -> bytes:
    """Return rows, headings first, as a workbook with one sheet."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for place, width in enumerate(WIDTHS):
        sheet.column_dimensions["ABCDEFG"[place]].width = width
    for number, row in enumerate(rows):
        sheet.append([text_cell(sheet, value, bold=number == 0) for value in row])
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def text_cell(sheet: object, value: object, *, bold: bool = False) -> Any:
    """Return a cell of text, whatever the text looks like."""
    made = openpyxl.cell.WriteOnlyCell(sheet, value=cell(value))
    made.data_type = "s"  # text, also where it begins like a formula
    made.font = openpyxl.styles.Font(bold=bold)
    return made
