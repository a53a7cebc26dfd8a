"""From the document of an edition to what a template shows, in one language.  No database."""

import json
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from whistle.plan import wording
from whistle.plan.selectors import said
from whistle.plan.state import LATE, STATES, level

Shown = dict[str, Any]


def page(document: Shown, language: str, *, only: str = "") -> Shown:
    """Return the context of the plan's page.  `only` keeps the measures in one state ("late")."""
    areas = [_area(area, language) for area in document["areas"]]
    by_code = {area["id"]: area for area in areas}
    measures = [measure(it, language) for it in document["measures"] if only in ("", it["state"])]
    first, last = document["plan"]["period"]
    return {
        "title": said(document["plan"]["title"], language),
        "council_ref": document["plan"]["council_ref"],
        "period": f"{first[:4]}–{last[:4]}",
        "version": document["plan"]["version"],
        "hash": document["plan"]["hash"],
        "as_of": wording.day(document["as_of"]),
        "headline": headline(document),
        "sums": sums(document),
        "next_report": wording.day(document["next_report"]),
        "goals": [said(goal["text"], language) for goal in document["goals"]],
        "heat": heat(areas),
        "areas": sorted(areas, key=lambda area: -area["now"]),
        "reds": [area["name"] for area in areas if area["level"] == 4],
        "groups": [
            {"area": by_code[code], "measures": list(group)}
            for code, group in groupby(measures, key=lambda it: it["area"])
        ],
        "only": only,
    }


def headline(document: Shown) -> str:
    """Return what the page says first."""
    count = document["sums"]
    words = {"on": count["on_track"] + count["proven"], "all": sum(count.values()), "late": count[LATE]}
    if words["late"]:
        return _("%(on)s of %(all)s measures are on track, and %(late)s are delayed") % words
    return _("%(on)s of %(all)s measures are on track, and none is delayed") % words


def sums(document: Shown) -> list[Shown]:
    """Return how many measures are in each state, those that matter always."""
    always = ("on_track", LATE, "proven")
    return [
        {"word": wording.state_word(name), "shape": wording.SHAPES[name], "count": document["sums"][name]}
        for name in (*always, *(name for name in STATES if name not in always))
        if name in always or document["sums"][name]
    ][:4]


def heat(areas: list[Shown]) -> Shown:
    """Return the risk map: rows from very likely down, cells with score, colour and the areas that stand there."""
    rows = [
        {
            "step": likelihood,
            "word": wording.likelihood_word(likelihood),
            "cells": [
                {
                    "score": likelihood * consequence,
                    "level": level(likelihood * consequence),
                    "word": wording.level_word(level(likelihood * consequence)),
                    "pins": [
                        area["id"]
                        for area in areas
                        if (area["likelihood"], area["consequence"]) == (likelihood, consequence)
                    ],
                }
                for consequence in range(1, 6)
            ],
        }
        for likelihood in range(5, 0, -1)
    ]
    return {
        "rows": rows,
        "columns": [{"step": step, "word": wording.consequence_word(step)} for step in range(1, 6)],
        "key": [
            {"level": step, "range": span, "word": wording.level_word(step)}
            for step, span in enumerate(("1–4", "5–9", "10–14", "15–25"), 1)
        ],
    }


def _area(area: Shown, language: str) -> Shown:
    change = (area["now"] > area["start"]) - (area["now"] < area["start"])
    return {
        **area,
        "name": said(area["name"], language),
        "word": wording.level_word(area["level"]),
        "change": {-1: pgettext("risk", "down"), 0: pgettext("risk", "same"), 1: pgettext("risk", "up")}[
            change
        ],
        "arrow": {-1: "down", 0: "same", 1: "up"}[change],
    }


def measure(measure: Shown, language: str) -> Shown:
    """Return a measure in words."""
    owners = ", ".join(said(words, language) for words in measure["responsible"])
    return {
        **measure,
        "text": said(measure["text"], language),
        "kind": wording.kind_word(measure["kind"]),
        "owners": owners[:1].upper() + owners[1:],
        "when": wording.when(measure["due"], measure["recurrence"]),
        "word": wording.state_word(measure["state"]),
        "shape": wording.SHAPES[measure["state"]],
        "figures": [figure(it, language) for it in measure["figures"]],
    }


def figure(it: Shown, language: str) -> Shown:
    """Return a figure in words, with the length of its bar and the place of its target, 0 to 100."""
    measured = it["low"] is not None and it["shown"] != "number"
    goal = it["target"] if it["unit"] == "percent" else (100 if it["unit"] == "per_year" else None)
    return {
        **it,
        "name": said(it["name"], language),
        "words": it.get("words") or wording.figure_words(it),
        "note": wording.figure_note(it, said(it["name"], language)),
        "bar": it["low"] if measured else None,
        "goal": goal,
    }


def proof(document: Shown, indicator: str, language: str) -> Shown | None:
    """Return the context of the proof of one figure, or None when the edition has no such proof."""
    for measure in document["measures"]:
        for it in measure["figures"]:
            if it["id"] == indicator and it["proof"]:
                first, last = it["proof"]["period"]
                return {
                    "measure": measure["id"],
                    "text": said(measure["text"], language),
                    "figure": figure(it, language),
                    "proof": it["proof"],
                    "rule_words": wording.rule_words(it["proof"]["rule"]),
                    "rule_json": json.dumps(it["proof"]["rule"], ensure_ascii=False, indent=1),
                    "first_day": wording.day(first),
                    "last_day": wording.day(last),
                    "as_of": wording.day(document["as_of"]),
                }
    return None
