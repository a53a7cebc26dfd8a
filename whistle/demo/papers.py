"""What the made-up officers have written about their cases beside letters and notes: titles, persons, tasks, care.

A paper is filed on a day before today, like the acts of `whistle.demo.stories`; `due` counts days from today.
"""

from dataclasses import dataclass, field

from whistle.client.records import Codes


@dataclass(frozen=True)
class Paper:
    """One record: who files it when, the codes beside it, the sealed texts."""

    day: int
    who: str
    kind: str
    texts: dict[str, str]
    codes: Codes = field(default_factory=dict)
    due: int | None = None


def title(day: int, who: str, words: str, summary: str) -> Paper:
    """Return what colleagues find a case by."""
    return Paper(day, who, "title", {"title": words, "summary": summary})


def care(day: int, who: str, check: str, words: str, state: str = "well") -> Paper:
    """Return one asking after the reporter, answered."""
    return Paper(day, who, "care", {"what": words}, {"check": check, "state": state})


FINE = "Har det bra på jobb. Ingen har spurt."
QUIET = "Spurt i meldingsboksen. Ikke svart."

DIGGER = (
    title(
        81,
        "amir",
        "Maskinleie i småfakturaer, enhet vei",
        "Minst elleve fakturaer under 100 000 kroner fra ett firma siden nyttår.",
    ),
    care(50, "amir", "d30", FINE),
    Paper(
        69,
        "even",
        "evidence",
        {
            "what": "Elleve fakturaer, januar til mars. Alle er på 92 000–99 500 kroner.",
            "source": "Regnskapet",
        },
        {"type": "document", "allegation": "1"},
    ),
    Paper(
        22,
        "even",
        "person",
        {
            "name": "Terje Moen",
            "relation": "Enhetsleder, har attestert fakturaene",
            "notice_text": "Vi undersøker kjøp av maskinleie. Du får legge fram ditt syn før vi konkluderer.",
        },
        {"role": "subject", "notice": "not_yet"},
    ),
    Paper(
        68,
        "even",
        "task",
        {"what": "Hent fakturaene fra januar til mars", "result": "Ligger som bevis 1."},
        {"state": "done"},
    ),
    Paper(20, "even", "task", {"what": "Be firmaet om timelistene"}, {"state": "open"}, due=6),
    Paper(
        15,
        "even",
        "interview",
        {"questions": "Innkjøpsrådgiver: Hvordan ble firmaet valgt? Hvem har spurt andre om pris?"},
        {"form": "meeting", "state": "planned"},
        due=4,
    ),
)
BROTHER_IN_LAW = (
    title(92, "ingrid", "Dispensasjon i strandsonen", "Saksbehandler er i slekt med søkeren."),
    care(62, "ingrid", "d30", FINE),
    care(36, "ingrid", "closing", "Takket for svaret. Er lettet over at det er over."),
)
GIFT_CARDS = (
    title(70, "amir", "Gavekort til lageret", "Leverandør av arbeidstøy ga gavekort før anbud."),
    care(39, "amir", "d30", QUIET, "no_answer"),
)
CLUB = (
    title(64, "amir", "Tilskudd til slettet idrettslag", "75 000 kroner til en privat konto."),
    care(33, "amir", "d30", FINE),
    Paper(
        28,
        "ingrid",
        "measure",
        {"what": "Sjekk mot registeret før hvert tilskudd utbetales", "owner": "Leder for kultur"},
        {"state": "agreed"},
        due=21,
    ),
)
SNOW = (
    title(49, "amir", "Brøyting, klage på tjeneste", "Hører ikke til i varslingsordningen."),
    care(18, "amir", "d30", QUIET, "no_answer"),
)
NEIGHBOUR = (
    title(57, "amir", "Byggetillatelse til nabo", "Antakelse uten opplysninger å gå etter."),
    care(37, "ingrid", "closing", QUIET, "no_answer"),
    care(27, "amir", "d30", QUIET, "no_answer"),
)
APPOINTMENT = (title(20, "amir", "Ansettelse av rådgiver", "Kort utlysning, bånd til direktøren."),)
SUBSCRIPTION = (
    title(12, "amir", "Betaling for tjeneste ingen bruker", "Månedlige fakturaer uten bestilling."),
    Paper(
        11,
        "amir",
        "task",
        {"what": "Finn avtalen, og hvem som signerte den"},
        {"state": "open"},
        due=2,
    ),
)
QUAY = (title(26, "sissel", "Salg av tomta ved kaia", "Solgt uten takst til en tidligere kompanjong."),)
