"""The plan and its reports as tables for spreadsheets."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from whistle.plan import present

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
