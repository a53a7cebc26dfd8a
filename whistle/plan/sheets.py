"""The plan's document as a workbook and back: one sheet for each kind of part, one row for each part.

Every sheet has codes as headings, so that a workbook in any language can be read.  What is written comes back as the
same document; a fault is named by sheet, row and column, and nothing is taken in.
"""

import io
import json
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from whistle.core.errors import DomainError
from whistle.core.later import later
from whistle.plan.document import LANGUAGES, Document
from whistle.plan.imports.tables import LARGEST, MOST_UNPACKED
from whistle.plan.spreadsheet import text_cell

openpyxl = later("openpyxl")

WORDS, TEXT, WHOLE, DAY, LIST, JSON = "words", "text", "whole", "day", "list", "json"
# sheet → its columns, by what they hold; a `?` marks what may be empty and is then left out
SHEETS: dict[str, dict[str, str]] = {
    "plan": {"title": WORDS, "council_ref": TEXT, "first": DAY, "last": DAY, "owner": TEXT},
    "roles": {"id": TEXT, "name": WORDS},
    "goals": {"id": TEXT, "text": WORDS},
    "areas": {
        "id": TEXT,
        "likelihood": WHOLE,
        "consequence": WHOLE,
        "goals": LIST,
        "name": WORDS,
        "scenario": WORDS,
    },
    "measures": {
        "id": TEXT,
        "area": TEXT,
        "kind": TEXT,
        "text": WORDS,
        "responsible": LIST,
        "due": DAY,
        "recurrence": TEXT,
        "evidence": TEXT,
        "events": LIST,
        "after?": LIST,
        "sample?": TEXT,
    },
    "indicators": {
        "id": TEXT,
        "measure": TEXT,
        "name": WORDS,
        "unit": TEXT,
        "target": WHOLE,
        "direction": TEXT,
        "source": TEXT,
        "rule?": TEXT,
        "counts?": TEXT,
    },
    "rules": {"id": TEXT, "rule": JSON},
}
EMPTY_ALLOWED = frozenset({"due", "target", "events", "goals"})
MOST_ROWS = 2_000


@dataclass(frozen=True)
class Fault:
    """What is wrong in one cell: `code` says what; row and sheet are the spreadsheet's own."""

    sheet: str
    row: int
    column: str
    code: str


def workbook(document: Document) -> bytes:
    """Return a plan's document as .xlsx."""
    book = openpyxl.Workbook(write_only=True)
    for name, columns in SHEETS.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        headings = list(_headings(columns))
        for place, heading in enumerate(headings):
            sheet.column_dimensions[chr(65 + place)].width = 44 if " " in heading else 16
        sheet.append([text_cell(sheet, heading, bold=True) for heading in headings])
        for part in _rows(document, name):
            sheet.append([text_cell(sheet, value) for value in _line(columns, part)])
    octets = io.BytesIO()
    book.save(octets)
    return octets.getvalue()


def read_workbook(octets: bytes) -> tuple[dict[str, Any], list[Fault]]:
    """Return the document of a workbook with its faults; with faults it is not to be used.  Raises `import.*`."""
    faults: list[Fault] = []
    read: dict[str, list[dict[str, Any]]] = {}
    for name, lines in _sheets(octets).items():
        read[name] = _read(name, lines, faults)
    known = {it.get("id") for it in read["measures"]}
    for number, it in enumerate(read["indicators"], 2):
        if it["measure"] not in known:
            faults.append(Fault("indicators", number, "measure", "unknown"))
    return (_document(read) if not faults else {}), faults


def _headings(columns: Mapping[str, str]) -> Iterator[str]:
    for name, holds in columns.items():
        plain = name.rstrip("?")
        yield from (f"{plain} {language}" for language in LANGUAGES) if holds == WORDS else (plain,)


def _rows(document: Document, name: str) -> Iterator[Document]:
    if name == "plan":
        first, last = document["period"]
        yield {**document, "first": first, "last": last}
    elif name == "roles":
        yield from ({"id": code, "name": words} for code, words in document["roles"].items())
    elif name == "indicators":
        for measure in document["measures"]:
            yield from ({**it, "measure": measure["id"]} for it in measure["indicators"])
    elif name == "rules":
        yield from ({"id": rule["id"], "rule": rule} for rule in document["rules"])
    else:
        yield from document[name]


def _line(columns: Mapping[str, str], part: Document) -> Iterator[str]:
    for name, holds in columns.items():
        value = part.get(name.rstrip("?"))
        if holds == WORDS:
            yield from (str((value or {}).get(language, "")) for language in LANGUAGES)
        elif holds == LIST:
            yield ", ".join(value or ())
        elif holds == JSON:
            yield json.dumps(value, ensure_ascii=False, sort_keys=True)
        else:
            yield "" if value is None else str(value)


def _sheets(octets: bytes) -> dict[str, list[list[object]]]:
    if len(octets) > LARGEST:
        raise DomainError("import.too_large", status=413)
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise DomainError("import.too_large", status=413)
        book = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=False)
        found = {}
        for name in SHEETS:
            sheet = book[name] if name in book.sheetnames else None
            rows = sheet.iter_rows(values_only=True, max_row=MOST_ROWS) if sheet is not None else ()
            found[name] = [list(line) for line in rows]
        return found
    except (
        zipfile.BadZipFile,
        openpyxl.utils.exceptions.InvalidFileException,
        KeyError,
        ValueError,
        OSError,
    ) as error:
        raise DomainError("import.not_a_table") from error


def _read(name: str, lines: list[list[object]], faults: list[Fault]) -> list[dict[str, Any]]:
    columns = SHEETS[name]
    heading = [str(cell or "").strip().casefold() for cell in lines[0]] if lines else []
    missing = [one for one in _headings(columns) if one not in heading and f"{one}?" not in columns]
    faults += [Fault(name, 1, one, "column_missing") for one in missing]
    if missing:
        return []
    parts, seen = [], set()
    for number, line in enumerate(lines[1:], 2):
        cells = {one: line[place] if place < len(line) else None for place, one in enumerate(heading)}
        if not any(value not in (None, "") for value in cells.values()):
            continue
        part = _part(name, columns, cells, number, faults)
        if part.get("id") in seen and part.get("id"):
            faults.append(Fault(name, number, "id", "duplicate"))
        seen.add(part.get("id"))
        parts.append(part)
    return parts


def _part(
    name: str, columns: Mapping[str, str], cells: Mapping[str, object], number: int, faults: list[Fault]
) -> dict[str, Any]:
    part: dict[str, Any] = {}
    for column, holds in columns.items():
        plain = column.rstrip("?")
        if holds == WORDS:
            asked = [(f"{plain} {language}", language) for language in LANGUAGES]
            part[plain] = {
                language: _cell(name, number, one, TEXT, cells.get(one), faults, needed=True)
                for one, language in asked
            }
            continue
        needed = not column.endswith("?") and plain not in EMPTY_ALLOWED
        value = _cell(name, number, plain, holds, cells.get(plain), faults, needed=needed)
        if not column.endswith("?") or value:
            part[plain] = value
    return part


def _cell(
    sheet: str, row: int, column: str, holds: str, value: object, faults: list[Fault], *, needed: bool
) -> Any:
    """Return what a cell holds; what is wrong goes to `faults`, and None comes back."""
    text = _text(value)
    if text.startswith("="):
        faults.append(Fault(sheet, row, column, "formula"))
        return None
    if not text:
        if needed:
            faults.append(Fault(sheet, row, column, "empty"))
        return [] if holds == LIST else None
    try:
        return _value(holds, text.removeprefix("'") if text[:2] in ("'=", "'+", "'-", "'@") else text)
    except ValueError:
        code = {WHOLE: "number", DAY: "date"}.get(holds, "malformed")
        faults.append(Fault(sheet, row, column, code))
        return None


def _value(holds: str, text: str) -> Any:
    if holds == WHOLE:
        return int(text)
    if holds == DAY:
        return date.fromisoformat(text).isoformat()
    if holds == LIST:
        return [one.strip() for one in text.split(",") if one.strip()]
    return json.loads(text) if holds == JSON else text


def _text(value: object) -> str:
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _document(read: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    head = read["plan"][0] if read["plan"] else {}
    indicators: dict[str, list[dict[str, Any]]] = {}
    for it in read["indicators"]:
        indicators.setdefault(it.pop("measure"), []).append(it)
    return {
        "v": 1,
        "title": head.get("title"),
        "council_ref": head.get("council_ref"),
        "period": [head.get("first"), head.get("last")],
        "owner": head.get("owner"),
        "roles": {it["id"]: it["name"] for it in read["roles"]},
        "goals": read["goals"],
        "areas": read["areas"],
        "measures": [{**it, "indicators": indicators.get(it["id"], [])} for it in read["measures"]],
        "rules": [it["rule"] for it in read["rules"]],
    }
