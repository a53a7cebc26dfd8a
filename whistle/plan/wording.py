"""Codes of the plan in words, in the language of the moment."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.dateformat import format as written
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from whistle.plan.due import FIXED_DATES
from whistle.plan.implied import is_put
from whistle.plan.state import BEHIND, LATE, ON_TRACK, PROVEN, STOPPED
from whistle.plan.suppression import THRESHOLD

NBSP = "\N{NO-BREAK SPACE}"
SHAPES = {
    PROVEN: "done",
    ON_TRACK: "half",
    LATE: "wait",
    BEHIND: "todo",
    STOPPED: "failed",
}  # icons of `whistle.ui`


def day(text: str | date | None) -> str:
    """Return a date as people write it, such as "30. september 2026"; nothing for no date."""
    if not text:
        return ""
    # Translators: how a date is written, in Django's date format; "j. F Y" in Norwegian
    return written(date.fromisoformat(text) if isinstance(text, str) else text, _("j F Y")).replace(" ", NBSP)


def state_word(state: str) -> str:
    """Return the word for a measure's state."""
    return {
        PROVEN: _("Effect shown"),
        ON_TRACK: pgettext("measure", "On track"),
        LATE: pgettext("measure", "Delayed"),
        BEHIND: _("Below its target"),
        STOPPED: pgettext("measure", "Stopped"),
    }[state]


def status_word(status: str) -> str:
    """Return the word for the status that people set."""
    return {
        "not_started": pgettext("measure", "Not started"),
        "under_way": pgettext("measure", "Ongoing"),
        "continuous": pgettext("measure", "Continuous"),
        "done": pgettext("measure", "Done"),
        "stopped": pgettext("measure", "Stopped"),
    }[status]


def level_word(level: int) -> str:
    """Return the colour of a risk as a word."""
    return ["", _("green"), _("yellow"), _("orange"), _("red")][level]


def likelihood_word(step: int) -> str:
    """Return a step of the likelihood scale, 1 to 5."""
    return [
        "",
        _("very unlikely"),
        _("unlikely"),
        _("possible"),
        pgettext("risk", "likely"),
        _("very likely"),
    ][step]


def consequence_word(step: int) -> str:
    """Return a step of the consequence scale, 1 to 5."""
    return ["", _("insignificant"), pgettext("risk", "low"), _("moderate"), _("serious"), _("very serious")][
        step
    ]


def kind_word(kind: str) -> str:
    """Return what a measure is for."""
    return {
        "prevent": pgettext("measure", "Prevent"),
        "detect": pgettext("measure", "Detect"),
        "respond": pgettext("measure", "Respond"),
    }[kind]


def evidence_word(kind: str) -> str:
    """Return a kind of evidence as a word."""
    return {
        "log": _("From the log"),
        "document": _("Document"),
        "attestation": _("Attestation"),
        "control_run": _("Spot check"),
        "import": _("Import"),
    }[kind]


def method_word(method: str) -> str:
    """Return how a risk was looked at."""
    return {
        "judgement": _("own judgement"),
        "workshop": _("talked through with those who know the work"),
        "figures": _("from figures and spot checks"),
    }[method]


def verdict_word(verdict: str) -> str:
    """Return what a look at a measure's effect came to."""
    return {
        "works": _("It works"),
        "partly": _("It works in part"),
        "fails": _("It does not work"),
    }[verdict]


def month(day: date) -> str:
    """Return a month with its year, such as "oktober 2026"."""
    return written(day, "F Y").replace(" ", NBSP)


def cause_word(cause: str) -> str:
    """Return a cause as a word; a code we do not know as it is."""
    return {
        "no_control": _("No control was in place"),
        "control_bypassed": _("A control was bypassed"),
        "unclear_rules": _("Unclear rules"),
        "lack_of_training": _("Lack of training"),
        "conflict_of_interest": _("Conflict of interest"),
        "culture": _("Culture"),
    }.get(cause, cause)


def lesson_words(lesson: str) -> str:
    """Return a lesson as a sentence; what somebody wrote stays as it is."""
    return {
        "new_measure": _("The plan lacks a measure here."),
        "changed_routine": _("A routine was changed. Does the plan say so?"),
        "training": _("People did not know how to act. Do they get the training the plan promises?"),
    }.get(lesson, lesson)


def import_word(kind: str) -> str:
    """Return what a kind of import is."""
    return {
        "training": _("Training, from the personnel system"),
        "purchases": _("Purchases and contracts"),
        "permits": _("Building cases, how they were assigned"),
        "dispensations": _("Dispensations and their approval"),
        "interests": _("Side occupations and interests, who has declared"),
        "gifts": _("Travel and events paid by others"),
    }[kind]


def fault_words(code: str) -> str:
    """Return what is wrong in a cell, and what would be right."""
    return {
        "column_missing": _("This column is missing."),
        "column_garbled": _(
            "This column is missing, and the headings hold letters we cannot read. Save the file as CSV UTF-8."
        ),
        "column_twice": _("This column is there twice."),
        "empty": _("The cell is empty."),
        "duplicate": _("The same number stands in an earlier row."),
        "formula": _("The cell begins like a formula. Paste values only."),
        "date": _("This is not a date, such as 31.12.2026."),
        "number": _("This is not an amount, such as 125000."),
        "amount_unclear": _(
            "This may be thousands or decimals. Write the amount with two decimals, as 5000,00, or with kr."
        ),
        "yes_no": _("Write yes or no."),
        "unknown": _("No measure has this number."),
        "malformed": _("We cannot read what is in this cell."),
    }[code]


def when(due: str | None, recurrence: str) -> str:
    """Return when a measure is due: a date, a rhythm, or that it simply goes on."""
    rhythm = {
        "none": "",
        "continuous": _("continuous"),
        "monthly": _("every month"),
        "quarterly": _("every quarter"),
        "four_monthly": _("every four months"),
        "half_yearly": _("twice a year"),
        "yearly": _("every year"),
    }[recurrence]
    if not due:
        return rhythm
    return day(due) if recurrence in ("none", "continuous") else f"{rhythm}, {_('next')} {day(due)}"


def figure_words(figure: dict[str, Any]) -> str:
    """Return a figure as it may be shown: "98 %", "93–98 %", "3 of 4"."""
    if figure["shown"] == "none":
        year = _year_awaited(figure)
        return _("Comes %(day)s") % {"day": _first_shown(year)} if year else _("No figures yet")
    if figure["shown"] in ("few", "tied"):
        return _("The figure is hidden")
    if figure["done"] is not None:
        return _("%(done)s of %(of)s") % {"done": figure["done"], "of": figure["of"]}
    low, high = figure["low"], figure["high"]
    if figure["shown"] == "number":
        return str(low) if low == high else f"{low}–{high}"
    return f"{low}{NBSP}%" if low == high else f"{low}–{high}{NBSP}%"


def figure_note(figure: dict[str, Any], name: str) -> str:
    """Return what a figure is about, and its target or why it is hidden."""
    if figure["shown"] == "few":
        few = {"name": name, "most": THRESHOLD - 1}
        return _("%(name)s. Too few (1–%(most)s) in the year or the year before to be shown.") % few
    if figure["shown"] == "tied":
        return _("%(name)s. Beside the tables of the yearly report it would give small numbers away.") % {
            "name": name
        }
    target = target_words(figure)
    line = f"{name} · {target}" if target else name
    if year := _year_awaited(figure):
        return _("%(line)s · counted for the whole of %(year)s") % {"line": line, "year": year}
    return line


def _year_awaited(figure: Mapping[str, Any]) -> int | None:
    """Return the year of the first figure that is shown by the calendar year; None for all others."""
    proof = figure.get("proof")  # a line of the yearly report has none
    if figure["shown"] == "none" and proof and by_the_year(proof["rule"], proof["period"]):
        return int(proof["period"][1][:4]) + 1
    return None


def _first_shown(year: int) -> str:
    return day(date(year + 1, *FIXED_DATES[0]))


def by_the_year(rule: Mapping[str, Any], period: Sequence[str]) -> bool:
    """Say whether a figure is shown by the calendar year: what is counted from reports and cases, not seen live."""
    whole = period[0].endswith("-01-01") and period[1].endswith("-12-31")
    return bool(rule["people"]) and not is_put(rule) and whole


def rule_words(rule: Mapping[str, Any]) -> str:
    """Return what a rule does, in a sentence."""
    return {
        "deadline": _("Of all that began and fell due in the period: how much was done in time."),
        "queue": _(
            "Of all that began and fell due in the period, the oldest answered first: how much was answered in time."
        ),
        "reviewed": _("Of all such entries: how many lie in a part of the log that was signed off in time."),
        "preceded": _("Of the first times that somebody opened a case: how often they had declared first."),
        "share": _("Of all such entries in the period: how many are as they should be."),
        "days": _("Of the days of the period: on how many it was done without faults."),
        "given": _(
            "The newest figure for the period, from another system's file or from somebody whose word a second person confirmed."
        ),
        "runs": _("What the spot checks of the period found, taken together."),
        "done": _("Of the due dates of the year: for how many there is something to show."),
    }[rule["kind"]]


def target_words(figure: dict[str, Any]) -> str:
    """Return the target of a figure, or nothing when there is none."""
    if figure["target"] is None:
        return ""
    percent = f"{NBSP}%" if figure["unit"] == "percent" else ""
    if figure["direction"] == "at_most":
        return _("target: at most %(target)s") % {"target": f"{figure['target']}{percent}"}
    return _("target %(target)s") % {"target": f"{figure['target']}{percent}"}
