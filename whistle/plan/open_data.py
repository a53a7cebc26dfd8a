"""The plan and its reports as tables for spreadsheets."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from whistle.plan import present, present_report

FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet runs what begins with these (OWASP, CSV injection)


def cell(value: object) -> str:
    """Return a value as a spreadsheet shows it, never as a formula.

    >>> cell("=1+1"), cell("9.1"), cell(None)
    ("'=1+1", '9.1', '')
    """
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


def plan_rows(document: dict[str, Any], language: str) -> Iterator[list[str]]:
    """Yield a heading and one row for each figure of each measure."""
    yield [
        _("Measure"),
        _("Area"),
        pgettext("column", "Text"),
        _("Measure owner"),
        pgettext("column", "Due"),
        pgettext("column", "State"),
        _("Indicator"),
        pgettext("column", "Figure"),
        pgettext("column", "Target"),
    ]
    for group in present.page(document, language)["groups"]:
        for it in group["measures"]:
            start = [it["id"], it["area"], it["text"], it["owners"], it["due"], it["word"]]
            for figure in it["figures"]:
                yield [cell(value) for value in (*start, figure["name"], figure["words"], figure["target"])]


def report_rows(document: dict[str, Any], language: str) -> Iterator[list[str]]:
    """Yield a heading and one row for each figure of a yearly report; ":" is a hidden number."""
    shown = present_report.report(document, language)
    yield [_("Table"), _("Row"), _("Column"), pgettext("column", "Figure")]
    for it in shown["received"]:
        yield _row(_("Reports received"), it["year"], "", it["count"])
    for it in shown["deadlines"]:
        yield _row(_("Deadlines"), it["name"], "", it["words"])
    if (table := shown["outcomes"]) is not None:
        heads = [*table["heads"], _("In all")]
        for name, cells in [
            *((row["name"], row["cells"]) for row in table["rows"]),
            (_("In all"), table["foot"]),
        ]:
            for head, value in zip(heads, cells, strict=True):
                yield _row(_("Area and outcome"), name, head, value)
    for table, heads, cells in (
        (_("Lessons"), shown["lesson_heads"], shown["lesson_cells"]),
        (_("What the cases were about"), shown["subject_heads"], shown["subject_cells"]),
    ):
        for head, value in zip([*heads, _("In all")], cells, strict=True) if cells else ():
            yield _row(table, head, "", value)
    yield from _case_rows(shown)
    yield from _plan_rows(shown)
    for it in shown["known"]:
        yield _row(_("Measures"), f"{it['measure']} {it['name']}", "", it["words"])


def _case_rows(shown: dict[str, Any]) -> Iterator[list[str]]:
    for head, value in shown["followed"]:
        yield _row(_("What followed"), head, "", value)
    if shown["reporter_rows"]:
        for head, value in [*shown["reporter_rows"], (_("In all"), shown["reporter_total"])]:
            yield _row(_("Who reported"), head, "", value)


def _plan_rows(shown: dict[str, Any]) -> Iterator[list[str]]:
    for it in shown["states"]:
        yield _row(_("The plan"), it["word"], "", it["count"])
    for it in shown["plan_areas"]:
        yield _row(_("Risk in each area"), f"{it['id']} {it['name']}", _("At the start"), it["start"])
        yield _row(_("Risk in each area"), f"{it['id']} {it['name']}", _("Now"), it["now"])


def _row(table: str, row: object, column: str, value: object) -> list[str]:
    return [cell(part) for part in (table, row, column, ":" if value is None else value)]
