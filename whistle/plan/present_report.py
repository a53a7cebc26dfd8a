"""From the document of a yearly report to what a template shows, in one language.  No database."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from whistle.plan import wording
from whistle.plan.facts import CONSEQUENCES, GROUPS, LESSONS, NO_AREA, REPORTERS, SUBJECTS
from whistle.plan.selectors import said
from whistle.plan.state import STATES
from whistle.plan.suppression import SMALL
from whistle.plan.tables import OTHER_AREAS

Shown = dict[str, Any]
BAR = 560  # width of the longest bar in the drawing's own units
STEP = 42  # from one bar to the next


def report(document: Shown, language: str) -> Shown:
    """Return the context of a yearly report."""
    figures = document["figures"]
    words = document["narrative"][language]
    return {
        "year": document["year"],
        "report_edition": document["edition"],
        "title": words["title"],
        "lead": words["lead"],
        "learned": words["lessons"],
        "plan_title": said(document["plan"]["title"], language),
        "council_ref": document["plan"]["council_ref"],
        "plan_hash": document["plan"]["hash"],
        "received": figures["received"],
        "bars": bars(figures["received"]),
        "chart_height": STEP * len(figures["received"]) + 6,
        "chart_words": _("Reports received each year.")
        + " "
        + " ".join(
            f"{it['year']}: {it['count'] if it['count'] is not None else SMALL}."
            for it in figures["received"]
        ),
        "deadlines": [_deadline(it, language) for it in figures["deadlines"]],
        "year_before": document["year"] - 1,
        "has_before": any(it.get("before") for it in figures["deadlines"]),
        "outcomes": _table(figures["outcomes"], language),
        "lesson_heads": [lesson_word(code) for code in LESSONS],
        "lesson_cells": figures["lessons"]["cells"],
        "followed": _followed(figures.get("consequences")),
        **_subjects(figures.get("subjects")),
        **_reporters(figures.get("reporters")),
        "control": _control(figures),
        "police_words": police_words(figures.get("police")),
        "verified": figures.get("verified"),
        **_standing(figures.get("plan"), language),
        "known": [_known(it, language) for it in figures["known"]],
        "log": figures["log"],
    }


def bars(received: list[Shown]) -> list[Shown]:
    """Return the bars of the chart, placed.  A hidden number has no bar."""
    most = max((it["count"] or 0 for it in received), default=0)
    return [
        {
            "year": it["year"],
            "count": it["count"],
            "y": STEP * place + 8,
            "text_y": STEP * place + 27,
            "width": BAR * it["count"] // most if most and it["count"] else 0,
            "end": 52 + (BAR * it["count"] // most if most and it["count"] else 0) + 10,
        }
        for place, it in enumerate(received)
    ]


def area_word(code: str, name: dict[str, str] | None, language: str) -> str:
    """Return a row's heading: an area of the plan, all others together, or none given."""
    if code == OTHER_AREAS:
        return _("Other areas together")
    if code == NO_AREA or name is None:
        return _("No area given")
    return f"{code} {said(name, language)}"


def group_word(group: str) -> str:
    """Return a group of outcomes in words."""
    return {
        "substantiated": _("Substantiated, wholly or partly"),
        "not_substantiated": _("Not substantiated"),
        "other": _("Outside the scheme, forwarded or other"),
    }[group]


def lesson_word(code: str) -> str:
    """Return what was learned, in words."""
    return {
        "new_measure": _("New measure in the plan"),
        "changed_routine": _("Changed routine"),
        "training": pgettext("lesson", "Training"),
        "none": _("No lesson"),
    }[code]


def subject_word(letter: str) -> str:
    """Return what the assessed cases were about, in words (the letters of an assessment's categories)."""
    return {
        "a": _("Corruption and money"),
        "b": _("Misuse of power"),
        "c": _("Danger to life, health or environment"),
        "d": _("Working environment and discrimination"),
        "e": _("Personal data and secrecy"),
        "f": _("Breach of rules or ethics"),
        "g": _("Punished for having reported"),
        "h": _("Something else"),
    }[letter]


def police_words(count: str | None) -> str:
    """Return how many cases of the plan's period were reported to the police; nothing before the period is over."""
    return {
        None: "",
        "none": _("No case was reported to the police in the plan's period."),
        "few": _("From 1 to 4 cases were reported to the police in the plan's period."),
        "more": _("5 cases or more were reported to the police in the plan's period."),
    }[count]


def _subjects(table: Shown | None) -> Shown:
    heads, cells = [subject_word(code) for code in SUBJECTS], table["cells"] if table else None
    rows = list(zip(heads, cells[:-1], strict=True)) if cells else []
    total = cells[-1] if cells else None
    return {"subject_heads": heads, "subject_cells": cells, "subject_rows": rows, "subject_total": total}


def reporter_word(code: str) -> str:
    """Return who reported, in words."""
    return {
        "employee": _("Employees, here or elsewhere"),
        "outside": _("Residents, users and companies"),
        "elected": _("Anybody, about an elected member"),
        "unknown": _("Not known"),
    }[code]


def consequence_word(code: str) -> str:
    """Return what followed for a case, in words."""
    return {
        "routine_changed": _("Routine changed"),
        "training": pgettext("lesson", "Training"),
        "leader_follow_up": _("Follow-up by the leader"),
        "personnel": _("Reaction against an employee"),
        "contract_stopped": _("Contract stopped or ended"),
        "money_reclaimed": _("Money claimed back"),
        "supervision": _("Reported to a supervisory authority"),
    }[code]


def _reporters(table: Shown | None) -> Shown:
    cells = table["cells"] if table else None
    rows = list(zip(map(reporter_word, REPORTERS), cells[:-1], strict=True)) if cells else []
    return {"reporter_rows": rows, "reporter_total": cells[-1] if cells else None}


def _followed(row: Shown | None) -> list[tuple[str, int | None]]:
    cells = row["cells"] if row else None
    return list(zip(map(consequence_word, CONSEQUENCES), cells, strict=True)) if cells else []


def _control(figures: Shown) -> list[str]:
    """Return what was done on the plan, in sentences; a report from before this was counted has none."""
    done = figures.get("control")
    if not done:
        return []
    lines = [
        *(_runs(done) if done["runs"] else [_("No spot check was made.")]),
        _(
            "Risks were looked at %(risks)s times, and something was put forward for a measure %(shown)s times."
        )
        % done,
    ]
    if figures.get("routine"):
        lines.append(
            _("The routine for reports was last approved on %(day)s.")
            % {"day": wording.day(figures["routine"])}
        )
    return lines


def _runs(done: Shown) -> list[str]:
    return [
        ngettext(
            "%(runs)s spot check was made, of %(sample)s cases or purchases.",
            "%(runs)s spot checks were made, of %(sample)s cases or purchases.",
            done["runs"],
        )
        % done,
        _("They found %(deviations)s deviations; %(closed)s of them were put right in time.") % done,
    ]


def _standing(plan: Shown | None, language: str) -> Shown:
    """Return how the plan stood; a report from before this was counted has none."""
    if plan is None:
        return {"states": [], "late_ones": [], "plan_areas": []}
    return {
        "states": [
            {"word": wording.state_word(name), "shape": wording.SHAPES[name], "count": plan["sums"][name]}
            for name in STATES
        ],
        "late_ones": [{"id": it["id"], "text": said(it["text"], language)} for it in plan["late"]],
        "plan_areas": [
            {**it, "name": said(it["name"], language), "word": wording.level_word(it["level"])}
            for it in plan["areas"]
        ],
    }


def _table(table: Shown, language: str) -> Shown | None:
    if table["cells"] is None:
        return None
    names = [area_word(row["code"], row["name"], language) for row in table["rows"]]
    return {
        "heads": [group_word(group) for group in GROUPS],
        "rows": [
            {"name": name, "cells": cells} for name, cells in zip(names, table["cells"][:-1], strict=True)
        ],
        "foot": table["cells"][-1],
    }


def _deadline(it: Shown, language: str) -> Shown:
    return {
        "name": said(it["name"], language),
        "words": wording.figure_words({**it, "done": None}),
        "before": wording.figure_words({**it["before"], "done": None}) if it.get("before") else "–",
        "target": it["target"],
        "median": it["median_days"],
    }


def _known(it: Shown, language: str) -> Shown:
    span = str(it["low"]) if it["low"] == it["high"] else f"{it['low']}–{it['high']}"
    return {
        "measure": it["measure"],
        "name": said(it["name"], language),
        "words": f"{span}{wording.NBSP}%",
        "target": it["target"],
    }
