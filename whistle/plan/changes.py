"""What differs between two versions of a plan, part by part.  Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from whistle.plan.document import Document

LISTS = ("goals", "areas", "measures", "rules")
ADDED, CHANGED, REMOVED = "added", "changed", "removed"


@dataclass(frozen=True)
class Change:
    """One part that differs: the list it stands in, its code, what happened, and the fields that changed.

    `fields` are (name, before, after); texts are named by language, such as `text nb`.
    """

    kind: str
    code: str
    what: str
    fields: tuple[tuple[str, Any, Any], ...] = ()


def differences(before: Document, after: Document) -> list[Change]:
    """Return what it takes to get from one document to another, in the order of the documents.

    >>> old = {"goals": [{"id": "M1", "text": {"nb": "Å"}}], "areas": [], "measures": [], "rules": [], "roles": {}}
    >>> new = {**old, "goals": [{"id": "M1", "text": {"nb": "Ål"}}]}
    >>> differences(old, new)
    [Change(kind='goals', code='M1', what='changed', fields=(('text nb', 'Å', 'Ål'),))]
    """
    found = list(_between("plan", {"": _head(before)}, {"": _head(after)}))
    found += _between("roles", _roles(before), _roles(after))
    for name in LISTS:
        found += _between(name, _parts(before[name]), _parts(after[name]))
        if name == "measures":
            found += _between("indicators", _indicators(before), _indicators(after))
    return found


def _between(kind: str, before: Mapping[str, Document], after: Mapping[str, Document]) -> Iterator[Change]:
    for code, part in after.items():
        old = before.get(code)
        if old is None:
            yield Change(kind, code, ADDED)
        elif fields := tuple(_fields(_flat(old), _flat(part))):
            yield Change(kind, code, CHANGED, fields)
    yield from (Change(kind, code, REMOVED) for code in before if code not in after)


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    for name in dict.fromkeys((*before, *after)):
        if before.get(name) != after.get(name):
            yield name, before.get(name), after.get(name)


def _flat(part: Document) -> dict[str, Any]:
    """Return a part's fields, its words one field for each language, without what is listed by itself."""
    flat: dict[str, Any] = {}
    for name, value in part.items():
        if name == "indicators":
            continue
        if isinstance(value, Mapping) and {"nb", "nn", "en"} & set(value):
            flat |= {f"{name} {language}": text for language, text in value.items()}
        else:
            flat[name] = value
    return flat


def _head(document: Document) -> dict[str, Any]:
    return {name: document[name] for name in ("title", "council_ref", "period", "owner") if name in document}


def _roles(document: Document) -> dict[str, Document]:
    return {code: {"name": words} for code, words in document["roles"].items()}


def _parts(parts: list[Document]) -> dict[str, Document]:
    return {part["id"]: part for part in parts}


def _indicators(document: Document) -> dict[str, Document]:
    return {
        it["id"]: {**it, "measure": measure["id"]}
        for measure in document["measures"]
        for it in measure["indicators"]
    }
