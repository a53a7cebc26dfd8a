"""The forms of records, made from the table: what the case page shows in which of its parts."""

from dataclasses import dataclass
from typing import Any

from cases import words_records as words
from cases import words_values
from cases.codes import PREPARES
from cases.records import BY_NAME, Due, Field, Kind
from cases.workflow import Need

PARTS: dict[str, tuple[str, ...]] = {  # which kinds stand in which part of the case page
    "assessment": ("assessment", "allegation", "question", "forwarding"),
    "investigation": ("mandate", "task", "interview", "evidence", "pause", "police"),
    "persons": ("person", "reply", "internal", "request", "insight", "removal", "breach"),
    "conclusion": (
        "conclusion",
        "measure",
        "agenda",
        "vote",
        "no_feedback",
        "extension",
        "retention",
        "hold",
        "reopening",
    ),
}
WHERE: dict[
    Need, tuple[str, str]
] = {  # where what a step lacks is put right: part of the page, and what to look at
    Need.ACKNOWLEDGED: ("messages", "compose-text"),
    Need.CONTACT: ("people", "contact-title"),
    Need.FEEDBACK: ("messages", "mode-feedback"),
    Need.ANSWERED: ("messages", "compose-text"),
    Need.ASSESSMENT: ("assessment", "kind-assessment"),
    Need.ALLEGATIONS: ("assessment", "kind-allegation"),
    Need.FINDINGS: ("assessment", "kind-allegation"),
    Need.OUTCOMES: ("assessment", "kind-allegation"),
    Need.QUESTION: ("assessment", "kind-question"),
    Need.FORWARDING: ("assessment", "kind-forwarding"),
    Need.MANDATE: ("investigation", "kind-mandate"),
    Need.TASKS: ("investigation", "kind-task"),
    Need.POLICE: ("investigation", "kind-police"),
    Need.INVITED: ("persons", "kind-reply"),
    Need.REPLIED: ("persons", "kind-reply"),
    Need.HEARD: ("persons", "kind-reply"),
    Need.INFORMED: ("persons", "kind-person"),
    Need.LETTERS: ("persons", "kind-person"),
    Need.NO_REQUEST: ("persons", "kind-request"),
    Need.CONCLUSION: ("conclusion", "kind-conclusion"),
    Need.MEASURES: ("conclusion", "kind-measure"),
    Need.MEASURES_DONE: ("conclusion", "kind-measure"),
    Need.RETENTION: ("conclusion", "kind-retention"),
    Need.BASIS: ("conclusion", "kind-retention"),
    Need.NO_HOLD: ("conclusion", "kind-hold"),
    Need.REOPENING: ("conclusion", "kind-reopening"),
}
CLOCK_AT: dict[
    str, tuple[str, str]
] = {  # where a clock is met: part of the case page, and what to look at there
    "C1": ("messages", "compose-text"),
    "C2": ("messages", "mode-feedback"),
    "C2b": ("messages", "mode-feedback"),
    "C3": ("persons", "kind-person"),
    "C4": ("investigation", "kind-mandate"),
    "C5": ("reporter", "care-title"),
    "C6": ("persons", "kind-request"),
    "C7": ("persons", "kind-breach"),
    "C9": ("persons", "kind-insight"),
    "task": ("investigation", "kind-task"),
    "ask": ("assessment", "kind-question"),
    "hear": ("persons", "kind-reply"),
    "meet": ("investigation", "kind-interview"),
    "meas": ("conclusion", "kind-measure"),
    "hold": ("conclusion", "kind-hold"),
    "vote": ("conclusion", "kind-agenda"),
}
NUMBERED = frozenset(CLOCK_AT) - {
    "C1",
    "C2",
    "C2b",
    "C4",
    "C5",
}  # there can be several: each bears its record's number
ONE_LINE = frozenset({"name", "relation", "sha256", "owner", "source"})


@dataclass(frozen=True)
class Form:
    """One kind's form: its fields with their words, its texts, and whether it asks for a date or files."""

    kind: Kind
    title: str
    fields: list[dict[str, Any]]
    texts: list[dict[str, Any]]

    @property
    def asks_date(self) -> bool:
        """Whether whoever fills it in says by when."""
        return self.kind.due in (Due.GIVEN, Due.MAYBE, Due.TARGET)

    @property
    def needs_date(self) -> bool:
        """Whether the date must be given."""
        return self.kind.due == Due.GIVEN


def forms(part: str) -> list[Form]:
    """Return the forms of one part of the case page, in order."""
    return [_form(BY_NAME[name]) for name in PARTS[part]]


def _form(kind: Kind) -> Form:
    texts = [
        {
            "name": name,
            "label": words.TEXTS[f"{kind.name}.{name}"],
            "line": name in ONE_LINE,
            "first": at == 0,
        }
        for at, name in enumerate(kind.texts)
    ]
    return Form(kind, str(words.KINDS[kind.name]), [_field(kind, field) for field in kind.fields], texts)


def _field(kind: Kind, field: Field) -> dict[str, Any]:
    named = (
        " ".join(PREPARES) if kind.name == "internal" else ""
    )  # which things can be chosen; all when empty
    return {
        "name": field.name,
        "label": words.FIELDS[field.name],
        "many": field.many,
        "needed": field.needed,
        "about": field.about,
        "colleague": field.colleague,
        "items": named if field.items else None,
        "values": [(code, words_values.value(field.name, code)) for code in field.values],
    }
