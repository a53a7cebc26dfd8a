"""The forms of records, made from the table: what the case page shows in which of its parts."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cases import words_records as words
from cases import words_values
from cases.codes import PREPARES
from cases.records import BY_NAME, Due, Field, Kind
from cases.workflow import Need

WITH_REPORTER = "reporter"  # a part that holds more than records
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
    WITH_REPORTER: ("care", "protection"),
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
    "C5": ("reporter", "kind-care"),
    "C6": ("persons", "kind-request"),
    "C7": ("persons", "kind-breach"),
    "C9": ("persons", "kind-insight"),
    "task": ("investigation", "kind-task"),
    "ask": ("assessment", "kind-question"),
    "hear": ("persons", "kind-reply"),
    "keep": WHERE[Need.RETENTION],
    "meet": ("investigation", "kind-interview"),
    "meas": ("conclusion", "kind-measure"),
    "prot": ("reporter", "kind-protection"),
    "hold": ("conclusion", "kind-hold"),
    "vote": ("conclusion", "kind-agenda"),
}
NEXT_AT: dict[
    str, tuple[str, str]
] = {  # where what is expected of somebody is done: by a clock, or by what comes next
    "assess": ("assessment", "kind-assessment"),
    "conclude": ("investigation", "kind-mandate"),
    "follow_up": ("conclusion", "kind-conclusion"),
    "heard": CLOCK_AT["hear"],
    "resume": CLOCK_AT["ask"],
    "panel": ("conclusion", "kind-vote"),
    "panel_ends": CLOCK_AT["vote"],
    "contact": WHERE[Need.CONTACT],
    "inform": CLOCK_AT["C3"],
    "care": CLOCK_AT["C5"],
    "request": CLOCK_AT["C6"],
    "breach": CLOCK_AT["C7"],
    "insight": CLOCK_AT["C9"],
    "task": CLOCK_AT["task"],
    "interview": CLOCK_AT["meet"],
    "measure": CLOCK_AT["meas"],
    "protect": CLOCK_AT["prot"],
    "hold": CLOCK_AT["hold"],
    "keep": CLOCK_AT["keep"],
    "delete": WHERE[Need.RETENTION],
    "feedback_again": CLOCK_AT["C1"],
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
    hint: str

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
            "needed": at == 0 or {} in _asked(kind, name),
            "asked": _conditions(kind, name),
        }
        for at, name in enumerate(kind.texts)
    ]
    fields = [_field(kind, field) for field in kind.fields]
    return Form(kind, str(words.KINDS[kind.name]), fields, texts, str(words.HINTS.get(kind.name, "")))


def _asked(kind: Kind, text: str) -> list[Mapping[str, frozenset[str]]]:
    return [at for name, at in kind.also if name == text]


def _conditions(kind: Kind, text: str) -> str:
    """Return the choices at which a text must be written, as the browser reads them: `field=value`, any one is enough."""
    pairs = {(name, code) for at in _asked(kind, text) for name, codes in at.items() for code in codes}
    return " ".join(f"{name}={code}" for name, code in sorted(pairs))


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
