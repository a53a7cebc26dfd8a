"""What can be imported, as a table: columns by their names in Norwegian and English, and what counts as met."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

Row = Mapping[str, object]  # column → text, date, whole number, yes/no or None
LARGE_PURCHASE = 100_000  # kroner; measure 1.1


@dataclass(frozen=True)
class Column:
    """A column: its code, the headings under which it may stand, what it holds, whether every row needs it."""

    code: str
    headings: tuple[str, ...]
    holds: str = "text"  # text | date | number | yes_no
    required: bool = True


@dataclass(frozen=True)
class Kind:
    """A kind of file: the indicator it feeds, its columns (the first one names the row), who counts, who meets."""

    code: str
    indicator: str
    columns: tuple[Column, ...]
    met: Callable[[Row], bool]
    counts: Callable[[Row], bool] = lambda row: True


def _given(row: Row, code: str) -> bool:
    return row[code] is not None


def _before(row: Row, first: str, second: str) -> bool:
    earlier, later = row[first], row[second]
    return isinstance(earlier, date) and isinstance(later, date) and earlier <= later


def _over(row: Row, code: str, least: int) -> bool:
    value = row[code]
    return isinstance(value, int) and value > least


KINDS: dict[str, Kind] = {
    kind.code: kind
    for kind in (
        Kind(
            "training",
            "9.3-1",
            (
                Column("person", ("ansattnummer", "tilsettnummer", "employee number", "nummer")),
                Column("completed", ("gjennomført", "fullført", "completed"), "date", required=False),
            ),
            met=lambda row: _given(row, "completed"),
        ),
        Kind(
            "purchases",
            "1.1-1",
            (
                Column("purchase", ("bestilling", "ordre", "innkjøp", "purchase", "order")),
                Column("amount", ("beløp", "sum", "amount"), "number"),
                Column("ordered", ("bestilt", "bestillingsdato", "ordered"), "date"),
                Column(
                    "contract",
                    ("kontrakt registrert", "kontrakt", "contract registered"),
                    "date",
                    required=False,
                ),
            ),
            met=lambda row: _before(row, "contract", "ordered"),
            counts=lambda row: _over(row, "amount", LARGE_PURCHASE),
        ),
        Kind(
            "permits",
            "2.1-1",
            (
                Column("permit", ("saksnummer", "sak", "case number")),
                Column("automatic", ("automatisk fordelt", "automatic"), "yes_no"),
            ),
            met=lambda row: row["automatic"] is True,
        ),
        Kind(
            "dispensations",
            "2.2-1",
            (
                Column("permit", ("saksnummer", "sak", "case number")),
                Column(
                    "second",
                    ("to signaturer", "godkjent av kollega", "godkjend av kollega", "second"),
                    "yes_no",
                ),
            ),
            met=lambda row: row["second"] is True,
        ),
        Kind(
            "interests",
            "4.2-1",
            (
                Column("person", ("ansattnummer", "tilsettnummer", "employee number", "nummer")),
                Column("declared", ("meldt", "svart", "levert", "declared"), "date", required=False),
            ),
            met=lambda row: _given(row, "declared"),
        ),
        Kind(
            "gifts",
            "5.2-1",
            (
                Column("entry", ("nummer", "registrering", "entry")),
                Column("event", ("dato", "date"), "date"),
                Column("approved", ("godkjent", "godkjend", "approved"), "date", required=False),
            ),
            met=lambda row: _before(row, "approved", "event"),
        ),
    )
}
