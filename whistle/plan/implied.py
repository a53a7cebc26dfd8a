"""The rule of every indicator: the one it names, or the one that follows from what it counts.  Pure.

Figures that people and other systems give stand in the log as entries of their own (`figure.given`, `control.run`,
`measure.shown`), so their rules need not be written: they follow from the measure and the indicator in the adopted
plan, and a stranger derives the same (`deploy/planverify.py`).
"""

from collections.abc import Mapping
from typing import Any

from whistle.plan.rules import PUT, Rule

VERSION = 1  # of how a rule follows; another way is another version


def rule_of(measure: Mapping[str, Any], indicator: Mapping[str, Any], rules: Mapping[str, Rule]) -> Rule:
    """Return the rule of an indicator; `measure` and `indicator` as in the plan's document, `rules` by their id.

    >>> rule_of({"id": "2.1"}, {"id": "2.1-1", "unit": "percent"}, {})["kind"]
    'given'
    """
    if indicator.get("rule"):
        return rules[indicator["rule"]]
    rule = {
        "id": indicator["id"],
        "v": VERSION,
        "measure": measure["id"],
        "people": indicator["unit"] == "percent",
    }
    counts = indicator.get("counts")
    if counts == "done":
        return {
            **rule,
            "kind": "done",
            "people": False,
            "due": measure["due"],
            "recurrence": measure["recurrence"],
        }
    if counts:
        return {**rule, "kind": "runs", "counts": counts}
    return {**rule, "kind": "given", "indicator": indicator["id"]}


def is_put(rule: Rule) -> bool:
    """Say whether the figure is one that was put in the log, not counted from what happened."""
    return rule["kind"] in PUT
