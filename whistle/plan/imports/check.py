"""Counting a file: every row is checked, every fault is named by row and column, and a fault anywhere stops all."""

import hashlib
import re
from collections.abc import Generator
from dataclasses import dataclass, field
from datetime import date, datetime

from whistle.plan.imports.kinds import Column, Kind
from whistle.plan.imports.tables import read_lines

STEP = 500  # rows between two words on how far it has come
FORMULA = ("=", "+", "-", "@")  # a spreadsheet would run it; no column of ours begins so
YES = {"ja", "yes", "true", "1", "x"}
NO = {"nei", "no", "false", "0", ""}
# what æ, ø and å of old Macintosh and DOS files become when they are read as Windows text
GARBLED = re.compile("[\N{INVERTED QUESTION MARK}¾¯Œ›†‘’\ufffd]")
DATES = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y", "%d/%m/%Y")


# kroner as people write them: thousands set off alike by space, full stop or comma, another mark before the øre
MONEY = re.compile(
    r"(?P<before>kr\.? ?|nok ?)?"
    r"(?P<amount>(?:\d+|[1-9]\d{0,2}(?: \d{3})+)(?:[.,]\d{1,2})?"
    r"|[1-9]\d{0,2}(?:\.\d{3})+(?:,\d{1,2})?|[1-9]\d{0,2}(?:,\d{3})+(?:\.\d{1,2})?)"
    r"(?P<dash>[,.][-–])?(?P<after> ?(?:kr\.?|kroner|nok))?"
)


class _CellError(ValueError):
    """A cell that does not hold what its column should; the text is the fault's code."""


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell or row: `code` says what, `row` is the spreadsheet's own number."""

    row: int
    column: str
    code: str


@dataclass(frozen=True)
class Counted:
    """What a file comes to.  With faults, the counts are not to be used."""

    kind: str
    indicator: str
    rows: int
    counted: int
    met: int
    sha256: str
    faults: list[Fault] = field(default_factory=list)


def count(kind: Kind, octets: bytes) -> Counted:
    """Return what the file comes to, with its faults.  Raises `import.*` when it cannot be read at all.

    A column that is missing is a fault of row 1.
    """
    steps = counting(kind, octets)
    while True:
        try:
            next(steps)
        except StopIteration as end:
            result: Counted = end.value
            return result


def counting(kind: Kind, octets: bytes) -> Generator[int, None, Counted]:
    """Yield how many rows are checked, every `STEP` rows; the generator's value is what `count` returns."""
    lines = read_lines(octets)
    _number, heading = next(lines)
    places, faults = _places(kind, heading)
    rows = counted = met = 0
    seen: dict[str, int] = {}
    for number, line in lines:
        rows += 1
        if rows % STEP == 0:
            yield rows
        if len(places) < len(kind.columns):
            continue
        row, wrong = _row(kind, places, number, line)
        key = str(row[kind.columns[0].code])
        if not wrong and key in seen:
            wrong = [Fault(number, kind.columns[0].headings[0], "duplicate")]
        seen.setdefault(key, number)
        faults += wrong
        if not wrong and kind.counts(row):
            counted += 1
            met += kind.met(row)
    digest = hashlib.sha256(octets).hexdigest()
    return Counted(kind.code, kind.indicator, rows, counted, met, digest, faults)


def _places(kind: Kind, heading: list[str]) -> tuple[dict[str, int], list[Fault]]:
    headings = [cell.casefold().strip() for cell in heading]
    places, faults = {}, []
    missing = "column_garbled" if any(map(GARBLED.search, heading)) else "column_missing"
    for column in kind.columns:
        found = [place for place, cell in enumerate(headings) if cell in column.headings]
        if len(found) == 1:
            places[column.code] = found[0]
        else:
            faults.append(Fault(1, column.headings[0], "column_twice" if found else missing))
    return places, faults


def _row(
    kind: Kind, places: dict[str, int], number: int, line: list[str]
) -> tuple[dict[str, object], list[Fault]]:
    row: dict[str, object] = {}
    faults = []
    for column in kind.columns:
        place = places[column.code]
        text = line[place] if place < len(line) else ""
        try:
            row[column.code] = _value(column, text)
        except _CellError as wrong:
            row[column.code] = None
            faults.append(Fault(number, column.headings[0], str(wrong)))
    return row, faults


def _value(column: Column, text: str) -> object:
    if text.startswith(FORMULA):
        raise _CellError("formula")
    if not text and column.holds != "yes_no":
        if column.required:
            raise _CellError("empty")
        return None
    if column.holds == "date":
        return _date(text)
    if column.holds == "number":
        return _number(text)
    if column.holds == "yes_no":
        return _yes_no(text)
    return text


def _date(text: str) -> date:
    for form in DATES:
        try:
            return datetime.strptime(text, form).date()
        except ValueError:
            continue
    raise _CellError("date")


def _number(text: str) -> int:
    """Return whole kroner.  A lone mark before three digits means thousands only where the kroner are named."""
    found = MONEY.fullmatch(re.sub(r"[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", text.casefold()))
    if not found or (found["before"] and found["after"]):
        raise _CellError("number")
    named = found["before"] or found["after"] or found["dash"]
    if not named and re.fullmatch(r"[1-9]\d{0,2}[.,]\d{3}", found["amount"]):
        raise _CellError("amount_unclear")
    whole = re.sub(r"[.,]\d{1,2}$", "", found["amount"])
    return int(re.sub(r"\D", "", whole))


def _yes_no(text: str) -> bool:
    word = text.casefold()
    if word in YES:
        return True
    if word in NO:
        return False
    raise _CellError("yes_no")
