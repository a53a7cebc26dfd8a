"""The forms in which a draft's parts are changed: which fields a part has, what they may hold, and reading them back."""

from collections.abc import Iterator, Mapping
from typing import Any

from whistle.plan import part_words, wording
from whistle.plan.document import (
    COUNTS,
    EVIDENCE,
    LANGUAGES,
    MEASURE_KINDS,
    SAMPLES,
    UNITS,
    Document,
)
from whistle.plan.due import RECURRENCES
from whistle.plan.selectors import said

WORDS, TEXT, STEP, DAY, CHOICE, MANY, WHOLE = "words", "text", "step", "day", "choice", "many", "whole"
FIELDS: dict[str, dict[str, str]] = {
    "plan": {"title": WORDS, "council_ref": TEXT, "first": DAY, "last": DAY, "owner": CHOICE},
    "roles": {"id": TEXT, "name": WORDS},
    "goals": {"id": TEXT, "text": WORDS},
    "areas": {
        "id": TEXT,
        "name": WORDS,
        "scenario": WORDS,
        "likelihood": STEP,
        "consequence": STEP,
        "goals": MANY,
    },
    "measures": {
        "id": TEXT,
        "area": CHOICE,
        "kind": CHOICE,
        "text": WORDS,
        "responsible": MANY,
        "due": DAY,
        "recurrence": CHOICE,
        "evidence": CHOICE,
        "sample": CHOICE,
        "after": MANY,
    },
    "indicators": {
        "id": TEXT,
        "measure": CHOICE,
        "name": WORDS,
        "unit": CHOICE,
        "target": WHOLE,
        "direction": CHOICE,
        "source": CHOICE,
        "rule": CHOICE,
        "counts": CHOICE,
    },
}
KINDS = tuple(FIELDS)
OPTIONAL = frozenset({"due", "target", "goals", "after", "rule", "counts"})
LEFT_OUT = frozenset({"after", "rule", "counts"})  # not in the document when empty
CODES: dict[str, tuple[str, ...]] = {
    "kind": MEASURE_KINDS,
    "recurrence": RECURRENCES,
    "evidence": EVIDENCE,
    "sample": SAMPLES,
    "unit": UNITS,
    "direction": ("at_least", "at_most"),
    "source": ("log", "import", "manual"),
    "counts": COUNTS,
}


def part_of(document: Document, kind: str, code: str) -> dict[str, Any] | None:
    """Return a part of a document as its form shows it, or None when there is none of that code."""
    if kind == "plan":
        first, last = document["period"]
        return {**document, "first": first, "last": last}
    if kind == "roles":
        words = document["roles"].get(code)
        return {"id": code, "name": words} if words else None
    return next((dict(it) for it in parts(document, kind) if it["id"] == code), None)


def parts(document: Document, kind: str) -> Iterator[Document]:
    """Yield the parts of a kind; an indicator knows its measure."""
    if kind == "roles":
        yield from ({"id": code, "name": words} for code, words in document["roles"].items())
    elif kind == "indicators":
        for measure in document["measures"]:
            yield from ({**it, "measure": measure["id"]} for it in measure["indicators"])
    else:
        yield from document[kind]


def form(document: Document, kind: str, part: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """Return the fields of a part's form with their values, in the words of a language."""
    return [_field(document, kind, name, holds, part, language) for name, holds in FIELDS[kind].items()]


def read(kind: str, sent: Any) -> dict[str, Any]:
    """Return a part from what a form sent (a QueryDict).  Raises ValueError for a number that is none."""
    part: dict[str, Any] = {}
    for name, holds in FIELDS[kind].items():
        value = _read(name, holds, sent)
        if value or name not in LEFT_OUT:
            part[name] = value
    if kind == "plan":
        part["period"] = [part.pop("first"), part.pop("last")]
    if kind == "measures" and (part["evidence"] != "control_run" or part["sample"] == SAMPLES[0]):
        del part["sample"]
    return part


def new_part(kind: str) -> dict[str, Any]:
    """Return what a new part's form begins with."""
    if kind == "measures":
        return {"events": [], "indicators": [], "recurrence": RECURRENCES[0]}
    return {}


def _field(
    document: Document, kind: str, name: str, holds: str, part: Mapping[str, Any], language: str
) -> dict[str, Any]:
    value = part.get(name)
    field: dict[str, Any] = {
        "name": name,
        "holds": holds,
        "label": part_words.field_word(name, kind),
        "value": "" if value is None else value,
        "needed": name not in OPTIONAL,
    }
    if holds == WORDS:
        field["texts"] = [{"code": code, "value": (value or {}).get(code, "")} for code in LANGUAGES]
    elif holds == STEP:
        words = wording.likelihood_word if name == "likelihood" else wording.consequence_word
        field["options"] = [{"code": step, "word": f"{step} {words(step)}"} for step in range(1, 6)]
    elif holds in (CHOICE, MANY):
        chosen = value if holds == MANY else [value]
        field["options"] = [
            {"code": code, "word": word, "chosen": code in (chosen or ())}
            for code, word in _options(document, name, language, own=str(part.get("id", "")))
        ]
    return field


def _options(document: Document, name: str, language: str, *, own: str) -> Iterator[tuple[str, str]]:
    if name in CODES:
        yield from ((code, part_words.option_word(name, code)) for code in CODES[name])
    elif name in ("owner", "responsible"):
        yield from ((code, said(words, language)) for code, words in document["roles"].items())
    elif name == "goals":
        yield from ((it["id"], f"{it['id']} {said(it['text'], language)}") for it in document["goals"])
    elif name == "area":
        yield from ((it["id"], f"{it['id']} {said(it['name'], language)}") for it in document["areas"])
    elif name == "rule":
        yield from ((it["id"], it["id"]) for it in document["rules"])
    else:  # `measure`, `after`: another measure
        yield from (
            (it["id"], f"{it['id']} {said(it['text'], language)}")
            for it in document["measures"]
            if it["id"] != own
        )


def _read(name: str, holds: str, sent: Any) -> Any:
    if holds == WORDS:
        return {code: sent.get(f"{name}_{code}", "").strip() for code in LANGUAGES}
    if holds == MANY:
        return sent.getlist(name)
    text = sent.get(name, "").strip()
    if holds == STEP or (holds == WHOLE and text):
        return int(text)
    return text or (None if holds in (DAY, WHOLE) else "")
