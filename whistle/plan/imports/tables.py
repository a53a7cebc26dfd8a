"""From a file's bytes to rows of text: CSV in the encodings Norwegian offices use, and Excel's .xlsx."""

import csv
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from whistle.core.errors import DomainError
from whistle.core.later import later

openpyxl = later("openpyxl")

LARGEST = 8 * 2**20  # octets of a file
MOST_ROWS = 100_000
MOST_UNPACKED = 200 * 2**20  # an .xlsx is a zip: what it may come to
OLD_EXCEL = b"\xd0\xcf\x11\xe0"
BOMS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Table:
    """A heading, and rows with the number a spreadsheet shows beside them; dates are ISO text."""

    heading: list[str]
    rows: list[tuple[int, list[str]]]


def read_table(octets: bytes) -> Table:
    """Return the first sheet or the whole CSV.  Raises `import.*` for what cannot be read.

    >>> read_table("Nummer;Navn\\n1;Åse\\n".encode("cp1252")).rows
    [(2, ['1', 'Åse'])]
    """
    rows = list(read_lines(octets))
    return Table(rows[0][1], rows[1:])


def read_lines(octets: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the heading and the rows with their numbers, one by one, empty ones left out.  Raises as `read_table`."""
    if len(octets) > LARGEST:
        raise DomainError("import.too_large", status=413)
    if octets.startswith(OLD_EXCEL):
        raise DomainError("import.old_excel")
    found = False
    for number, line in enumerate(_sheet(octets) if octets.startswith(b"PK") else _csv(octets), 1):
        if number > MOST_ROWS + 1:
            raise DomainError("import.too_many_rows")
        if any(line):
            found = True
            yield number, line
    if not found:
        raise DomainError("import.empty")


def _csv(octets: bytes) -> Iterator[list[str]]:
    text = _text(octets)
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            yield [part.strip() for part in line]
    except csv.Error as error:
        raise DomainError("import.not_a_table") from error


def _text(octets: bytes) -> str:
    encoding = next((name for bom, name in BOMS if octets.startswith(bom)), None)
    for name in [encoding] if encoding else ["utf-8", "cp1252"]:
        try:
            text = octets.decode(name)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise DomainError("import.encoding")


def _sheet(octets: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(octets)) as packed:
            if sum(part.file_size for part in packed.infolist()) > MOST_UNPACKED:
                raise DomainError("import.too_large", status=413)
        book = openpyxl.load_workbook(io.BytesIO(octets), read_only=True, data_only=False)
        for line in book.worksheets[0].iter_rows(values_only=True):
            yield [_cell(value) for value in line]
    except (
        zipfile.BadZipFile,
        openpyxl.utils.exceptions.InvalidFileException,
        KeyError,
        IndexError,
        ValueError,
        OSError,
    ) as error:
        raise DomainError("import.not_a_table") from error


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return "ja" if value else "nei"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, float):
        return f"{value:.2f}"  # three decimals would look like thousands
    return str(value).strip()
