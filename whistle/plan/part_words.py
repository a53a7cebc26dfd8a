"""The parts of a plan in words: what a field is called, what a choice means, what a change was."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from whistle.plan import wording
from whistle.plan.changes import ADDED, CHANGED, REMOVED, Change


def kind_word(kind: str) -> str:
    """Return what a list of parts is called."""
    return {
        "plan": _("The plan itself"),
        "roles": _("Who answers for what"),
        "goals": _("Goals"),
        "areas": _("Risk areas"),
        "measures": _("Measures"),
        "indicators": _("Indicators"),
        "rules": _("Rules for figures from the log"),
    }[kind]


def one_word(kind: str) -> str:
    """Return what one part of a list is called."""
    return {
        "plan": _("The plan itself"),
        "roles": pgettext("plan", "Role"),
        "goals": _("Goal"),
        "areas": _("Risk area"),
        "measures": _("Measure"),
        "indicators": _("Indicator"),
        "rules": pgettext("plan", "Rule"),
    }[kind]


def field_word(name: str, kind: str = "") -> str:
    """Return what a field is called; `text nb` becomes "Text (nb)"."""
    plain, _space, language = name.partition(" ")
    words = {
        "id": pgettext("plan", "Code"),
        "title": _("Title"),
        "council_ref": _("Case number in the council"),
        "first": _("First day"),
        "last": _("Last day"),
        "period": _("Period"),
        "owner": _("Plan owner"),
        "name": pgettext("plan", "Name"),
        "text": pgettext("column", "Text"),
        "scenario": _("What may go wrong"),
        "likelihood": _("Likelihood"),
        "consequence": _("Consequence"),
        "goals": _("Goals it serves"),
        "area": _("Area"),
        "kind": pgettext("plan", "What it is for"),
        "responsible": _("Who answers for it"),
        "due": _("Due, the first time"),
        "recurrence": _("How often"),
        "evidence": _("What shows it"),
        "events": _("Events in the log"),
        "sample": _("How the sample is drawn"),
        "after": _("Measures it depends on"),
        "measure": _("Measure"),
        "unit": _("Unit"),
        "target": pgettext("column", "Target"),
        "direction": pgettext("plan", "Direction"),
        "source": _("Where the figure comes from"),
        "rule": pgettext("plan", "Rule"),
        "counts": _("What is counted in spot checks"),
    }
    word = str(words.get(plain, plain))
    return f"{word} ({language})" if language else word


def option_word(name: str, code: str) -> str:
    """Return what a choice means."""
    if name == "kind":
        return wording.kind_word(code)
    if name == "evidence":
        return wording.evidence_word(code)
    if name == "recurrence":
        return wording.when(None, code) or _("once")
    return {
        "random": _("at random"),
        "risk": _("by risk"),
        "suspicion": _("on suspicion"),
        "percent": _("per cent"),
        "per_year": _("times a year"),
        "per_100": _("for each 100 staff"),
        "count": pgettext("unit", "number"),
        "at_least": _("at least the target"),
        "at_most": _("at most the target"),
        "log": _("From the log"),
        "import": _("Import"),
        "manual": _("People say it, two together"),
        "done": _("whether it was carried out"),
        "closed": _("deviations put right in time"),
        "clean": _("samples without deviations"),
        "sampled": _("how many were looked at"),
        "left": _("deviations that are left"),
    }[code]


def change_words(change: Change) -> dict[str, Any]:
    """Return a change as a page shows it."""
    return {
        "what": {ADDED: _("new"), CHANGED: _("changed"), REMOVED: _("taken out")}[change.what],
        "shape": {ADDED: "done", CHANGED: "half", REMOVED: "failed"}[change.what],
        "name": f"{one_word(change.kind)} {change.code}".strip(),
        "fields": [
            {"name": field_word(name, change.kind), "before": _plain(before), "after": _plain(after)}
            for name, before, after in change.fields
        ],
    }


def place_words(place: str) -> str:
    """Return where a fault is, from the place a check named: "measure 1.1: words"."""
    part, _colon, field = place.partition(": ")
    kind, _space, code = part.partition(" ")
    plural = {"role": "roles", "goal": "goals", "area": "areas", "measure": "measures"}.get(kind)
    plural = plural or {"indicator": "indicators", "rule": "rules"}.get(kind)
    words = [f"{one_word(plural)} {code}" if plural else part]
    if field == "words":
        words.append(_("a text is missing in one of the languages"))
    elif field:
        words.append(field_word(field))
    return ": ".join(words)


def _plain(value: object) -> str:
    if value in (None, "", []):
        return "–"
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
