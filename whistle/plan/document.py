"""The plan as one document: what the council adopts, what the log names by its hash, what can be exported and read in.

The format is the one of `whistle/plan/demo/plan.json`, version 1.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from whistle.core.errors import DomainError
from whistle.plan.due import RECURRENCES
from whistle.plan.models import Plan
from whistle.plan.rules import KINDS, PUT, wanted

LANGUAGES = ("nb", "nn", "en")
MEASURE_KINDS = ("prevent", "detect", "respond")
EVIDENCE = ("log", "import", "attestation", "control_run", "document")
UNITS = ("percent", "per_year", "per_100", "count")
SAMPLES = ("random", "risk", "suspicion")
COUNTS = ("done", "closed", "clean", "sampled", "left")
WRITTEN = tuple(kind for kind in KINDS if kind not in PUT)  # kinds of rules that a plan writes out
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,19}\Z")  # codes stand in the log, in small letters
Document = Mapping[str, Any]


def document_of(plan: Plan) -> dict[str, Any]:
    """Return the document of a plan version.  Reading it in again gives the same document."""
    return {
        "v": 1,
        "title": plan.title,
        "council_ref": plan.council_ref,
        "period": [plan.period_from.isoformat(), plan.period_to.isoformat()],
        "owner": plan.owner_role,
        "roles": plan.roles,
        "goals": [{"id": goal.code, "text": goal.text} for goal in plan.goals.all()],
        "areas": [
            {
                "id": risk.area.code,
                "likelihood": risk.likelihood,
                "consequence": risk.consequence,
                "goals": risk.area.goals,
                "name": risk.area.name,
                "scenario": risk.scenario,
            }
            for risk in plan.risks.select_related("area")
        ],
        "measures": [
            _measure(measure)
            for measure in plan.measures.select_related("area", "control").prefetch_related("indicators")
        ],
        "rules": [rule.document for rule in plan.evidencerules.all()],
    }


def _measure(measure: Any) -> dict[str, Any]:
    control = getattr(measure, "control", None)
    more = {"after": measure.after} if measure.after else {}
    more |= {"sample": control.sample} if control and control.sample != SAMPLES[0] else {}
    return more | {
        "id": measure.code,
        "area": measure.area.code,
        "kind": measure.kind,
        "text": measure.text,
        "responsible": measure.responsible,
        "due": measure.due.isoformat() if measure.due else None,
        "recurrence": measure.recurrence,
        "evidence": measure.evidence,
        "events": measure.events,
        "indicators": [_indicator(indicator) for indicator in measure.indicators.all()],
    }


def _indicator(indicator: Any) -> dict[str, Any]:
    known = {
        "id": indicator.code,
        "name": indicator.name,
        "unit": indicator.unit,
        "target": indicator.target,
        "direction": indicator.direction,
        "source": indicator.source,
    }
    return known | {name: value for name in ("rule", "counts") if (value := getattr(indicator, name))}


def check(document: Document) -> None:
    """Raise `plan.malformed`, naming the place, unless the document can be read in as it is."""
    try:
        _check(document)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise DomainError("plan.malformed", place=str(error)) from None


def _check(document: Document) -> None:
    _demand(document["v"] == 1, "v")
    first, last = (date.fromisoformat(day) for day in document["period"])
    _demand(first < last, "period")
    _words(document["title"], "title")
    for code, words in document["roles"].items():
        _words(words, f"role {code}")
    goals = _codes(document["goals"], "goals")
    areas = _codes(document["areas"], "areas")
    measures = _codes(document["measures"], "measures")
    rules = _codes(document["rules"], "rules")
    _demand(document["owner"] in document["roles"], "owner")
    for goal in document["goals"]:
        _words(goal["text"], f"goal {goal['id']}")
    for area in document["areas"]:
        _words(area["name"], f"area {area['id']}")
        _words(area["scenario"], f"area {area['id']}")
        _demand(set(area["goals"]) <= goals, f"area {area['id']}: goals")
        _demand({area["likelihood"], area["consequence"]} <= set(range(1, 6)), f"area {area['id']}: score")
    for measure in document["measures"]:
        _check_measure(measure, areas, rules, document["roles"])
        _demand(set(measure.get("after", ())) <= measures, f"measure {measure['id']}: after")
    _check_order({measure["id"]: measure.get("after", ()) for measure in document["measures"]})
    named = [indicator["id"] for measure in document["measures"] for indicator in measure["indicators"]]
    _demand(len(set(named)) == len(named), "indicators")
    for rule in document["rules"]:
        _demand(rule["measure"] in measures and rule["kind"] in WRITTEN, f"rule {rule['id']}")
        _demand(wanted(rule) and isinstance(rule["people"], bool), f"rule {rule['id']}")
        _demand(isinstance(rule["v"], int), f"rule {rule['id']}: v")


def _check_measure(measure: Document, areas: set[str], rules: set[str], roles: Mapping[str, Any]) -> None:
    place = f"measure {measure['id']}"
    _words(measure["text"], place)
    _demand(measure["area"] in areas, f"{place}: area")
    _demand(measure["kind"] in MEASURE_KINDS, f"{place}: kind")
    _demand(measure["recurrence"] in RECURRENCES, f"{place}: recurrence")
    _demand(measure["evidence"] in EVIDENCE, f"{place}: evidence")
    _demand(
        bool(measure["responsible"]) and set(measure["responsible"]) <= set(roles), f"{place}: responsible"
    )
    _demand(measure.get("sample", SAMPLES[0]) in SAMPLES, f"{place}: sample")
    if measure["due"] is not None:
        date.fromisoformat(measure["due"])
    _codes(measure["indicators"], f"{place}: indicators")
    for indicator in measure["indicators"]:
        _words(indicator["name"], f"indicator {indicator['id']}")
        _demand(indicator["unit"] in UNITS, f"indicator {indicator['id']}: unit")
        _demand(indicator["direction"] in ("at_least", "at_most"), f"indicator {indicator['id']}: direction")
        _demand(
            (indicator["source"] == "log") == ("rule" in indicator), f"indicator {indicator['id']}: source"
        )
        _demand(indicator.get("rule") in rules | {None}, f"indicator {indicator['id']}: rule")
        _demand(indicator.get("counts") in (None, *COUNTS), f"indicator {indicator['id']}: counts")


def _check_order(after: Mapping[str, Iterable[str]]) -> None:
    """Demand that no measure waits for itself, in one step or many."""
    left = {code: set(waits_for) for code, waits_for in after.items()}
    while free := {code for code, waits_for in left.items() if not waits_for & left.keys()}:
        left = {code: waits_for for code, waits_for in left.items() if code not in free}
    _demand(not left, f"measure {min(left, default='')}: after")


def _codes(parts: list[Document], place: str) -> set[str]:
    codes = [part["id"] for part in parts]
    _demand(
        all(isinstance(it, str) and CODE.match(it) for it in codes)
        and len({it.lower() for it in codes}) == len(codes),
        place,
    )
    return set(codes)


def _words(words: Mapping[str, str], place: str) -> None:
    _demand(set(words) == set(LANGUAGES) and all(text.strip() for text in words.values()), f"{place}: words")


def _demand(holds: object, place: str) -> None:
    if not holds:
        raise ValueError(place)
