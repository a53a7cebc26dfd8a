"""What the desk's templates need beyond `ui`: words for codes, deadlines in words.  `{% load desk %}`."""

from datetime import date, datetime
from math import ceil
from typing import Any

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from cases import words_values
from cases.forms import CLOCK_AT, NEXT_AT, NUMBERED, WHERE
from cases.forms import PARTS as FORMS
from cases.records import kind_of
from cases.words import ALL, CHECKS, CLOCKS, SHAPES
from cases.words_records import KINDS as RECORDS
from cases.words_tools import THINGS
from cases.workflow import Need
from whistle.audit.templatetags.log import act
from whistle.core import clock
from whistle.ui.templatetags import ui

register = template.Library()
WEEK, MONTH, YEAR = 7, 365.25 / 12, 365.25
UNITS = ((3 * YEAR, YEAR), (26 * WEEK, MONTH), (31, WEEK), (0, 1))  # longer than so many days: in which cells
ABOUT_SOMEBODY = {
    "access.granted": gettext_lazy("%(by)s gave %(to)s a key"),
    "access.revoked": gettext_lazy("%(to)s no longer has a key"),
    "contact.named": gettext_lazy("%(to)s is the reporter's contact now"),
}
COUNTED = 2 * 366  # days up to which they are counted one by one
SOON = 3  # days left from which a deadline calls for somebody


@register.filter
def word(code: str, kind: str) -> str:
    """`{{ case.state|word:"state" }}`: what a code is called; the code itself when the table lacks it."""
    return str(ALL[kind].get(code, code))


@register.filter
def value(code: str, field: str) -> str:
    """`{{ codes.class|value:"class" }}`: what a value of a record's field is called."""
    return words_values.value(field, code)


@register.filter
def shape(state: str) -> str:
    """`{{ case.state|shape }}`: the icon that stands beside a state's word."""
    return SHAPES.get(state, "todo")


@register.filter
def long_date(day: date) -> str:
    """`{{ day|long_date }}`: "23. november", with the year when it is not this one."""
    return _date(day, "F")


@register.filter
def short_date(day: date) -> str:
    """`{{ day|short_date }}`: "23. nov.", with the year when it is not this one."""
    month = date_format(day, "N" if get_language() == "en" else "b")
    full = get_language() == "en" or day.month in (5, 6, 7)  # short names that are the whole word, or nearly
    return _date(day, "N") if full else _date(day, "b").replace(month, f"{month}.")


@register.filter
def weekday_date(day: date) -> str:
    """`{{ day|weekday_date }}`: "Mandag 23. november 2026"."""
    words = date_format(day, "l j F Y" if get_language() == "en" else "l j. F Y")
    return words[:1].upper() + words[1:]


def _date(day: date, month: str) -> str:
    year = "" if day.year == clock.today().year else "\N{NO-BREAK SPACE}Y"
    dot = "" if get_language() == "en" else "."
    return date_format(day, f"j{dot}\N{NO-BREAK SPACE}{month}{year}")


@register.simple_tag
def where(need: str) -> tuple[str, str] | None:
    """`{% where need as place %}`: the part of the case page where it is put right, and what to look at there."""
    return WHERE.get(Need(need))


@register.simple_tag
def done_at(next_act: str) -> tuple[str, str] | None:
    """`{% done_at next as place %}`: the part of the case page where what is expected is done, and what to look at there."""
    return NEXT_AT.get(next_act)


@register.simple_tag
def stands(kind: str) -> tuple[str, str, object]:
    """`{% stands row.kind as place %}`: the part of the case page where a kind stands, what to look at, what it is called."""
    part = next(name for name, kinds in FORMS.items() if kind in kinds)
    return part, f"kind-{kind}", RECORDS[kind]


@register.simple_tag
def today() -> date:
    """`{% today as day %}`: today in Oslo, by the clock that everything else goes by."""
    return clock.today()


@register.filter
def left(shown: dict[str, Any]) -> str:
    """`{{ clock|left }}`: "2 days left", "11 years left", "last day today", "3 days late", "after 2 days"."""
    if shown["met_on"]:
        spent = (shown["met_on"] - shown["started"]).days
        return (
            ngettext("after %(n)s day", "after %(n)s days", spent) % {"n": spent}
            if spent
            else _("the same day")
        )
    days = shown["days_left"]
    if days < 0:
        return ngettext("%(n)s day late", "%(n)s days late", -days) % {"n": -days}
    if days > COUNTED:
        return _("%(n)s years left") % {"n": days // 365}
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": days} if days else _("last day today")


def _cells(shown: dict[str, Any]) -> tuple[int, int, str]:
    total = max(shown["days_total"], 1)
    spent = min(max(total - shown["days_left"], 0), total)
    if shown["met_on"]:
        spent = min((shown["met_on"] - shown["started"]).days, total)
    unit = next(unit for least, unit in UNITS if total > least)
    spent, total = int(spent / unit), ceil(total / unit)
    if unit == 1:
        words = ngettext("%(n)s of %(of)s day is gone", "%(n)s of %(of)s days are gone", total)
    elif unit == WEEK:
        words = ngettext("%(n)s of %(of)s week is gone", "%(n)s of %(of)s weeks are gone", total)
    elif unit == MONTH:
        words = ngettext("%(n)s of %(of)s month is gone", "%(n)s of %(of)s months are gone", total)
    else:
        words = ngettext("%(n)s of %(of)s year is gone", "%(n)s of %(of)s years are gone", total)
    return spent, total, words % {"n": spent, "of": total}


def _kind(shown: dict[str, Any]) -> str:
    if shown["met_on"]:
        return "done"
    return "call" if shown["days_left"] <= SOON else ""


@register.simple_tag
def deadline(shown: dict[str, Any], *, leads: bool = False) -> SafeString:
    """`{% deadline clock leads=True %}`: one of the law's clocks with its strip; leads to where it is met."""
    spent, of, words = _cells(shown)
    if shown["met_on"]:
        note = _("Done %(day)s; the deadline was %(due)s") % {
            "day": short_date(shown["met_on"]),
            "due": short_date(shown["due"]),
        }
    else:
        note = _("At the latest %(due)s") % {"due": long_date(shown["due"])}
    title = _clock_title(shown, leads=leads and not shown["met_on"])
    return ui.clock(title, left=left(shown), spent=spent, of=of, words=words, note=note, kind=_kind(shown))


def _clock_title(shown: dict[str, Any], *, leads: bool) -> str:
    code = shown["clock"]
    title = (
        f"{CLOCKS[code]} ({shown['number']})" if code in NUMBERED and shown["number"] else str(CLOCKS[code])
    )
    if code == "C5":  # six of them, each called by its check
        check = str([*CHECKS.values()][shown["number"] - 1])
        title = f"{title}: {check[0].lower()}{check[1:]}"
    if not leads or code not in CLOCK_AT:
        return title
    tab, place = CLOCK_AT[code]
    return format_html(
        '<button class="w-textlink" type="button" data-go="{}" data-focus="{}">{}</button>', tab, place, title
    )


@register.simple_tag
def deadline_line(shown: dict[str, Any]) -> SafeString:
    """`{% deadline_line clock %}`: days left and strip, for a row of a list."""
    spent, of, words = _cells(shown)
    strip = ui.strip(spent, of, words=words, kind=_kind(shown))
    return format_html(
        '<span><b>{}</b> <span class="w-nowrap">· {}</span></span>{}',
        left(shown),
        short_date(shown["due"]),
        strip,
    )


@register.filter
def moment(line: dict[str, Any]) -> str:
    """`{{ line|moment }}`: the day of a log line, and the time in Oslo where the log has one."""
    if len(line["at"]) == 10:
        return short_date(line["day"])
    at = datetime.fromisoformat(line["at"]).astimezone(clock.OSLO)
    return f"{short_date(at.date())} {at:%H.%M}"


def clock_word(code: str) -> str:
    """Return what a clock is called whose code the log holds in small letters."""
    return str(next((name for known, name in CLOCKS.items() if known.lower() == code.lower()), code))


@register.filter
def told(line: dict[str, Any]) -> str:
    """`{{ line|told }}`: what a line of the case's log says, with the names that colleagues may see."""
    d, what = line["d"], line["act"]
    if what in ABOUT_SOMEBODY and line["to"]:
        return str(ABOUT_SOMEBODY[what]) % {"by": line["actor"], "to": line["to"]}
    if what in ("habilitet.declared", "habilitet.withdrew"):
        return _("Said: %(answer)s") % {"answer": word(d["answer"], "answer")}
    if what in ("step.proposed", "step.declined"):
        return f"{act(what)}: {word(d['step'], 'step')}"
    if what == "case.moved":
        return _("Moved to: %(state)s") % {"state": word(d["target"], "state")}
    if what == "case.closed":
        return f"{act(what)}: {word(d['outcome'], 'outcome')}"
    if what == "record.written":
        return f"{act(what)}: {_record(d)}"
    if what == "item.removed":
        thing = THINGS.get(d["what"]) or RECORDS.get(d["what"], d["what"])
        return f"{act(what)}: {thing}. {words_values.value('why', d['ground'])}"
    if what == "clock.overdue":
        return f"{act(what)}: {clock_word(d['clock'])}"
    if what == "report.received":
        readers = d["readers"]
        return ngettext("Report received, %(n)s got a key", "Report received, %(n)s got keys", readers) % {
            "n": readers
        }
    return act(what)


def _record(d: dict[str, Any]) -> str:
    named = {"kind": RECORDS[d["kind"]], "number": d["number"]}
    return str(named["kind"]) if kind_of(d["kind"]).single else _("%(kind)s, no. %(number)s") % named


def deadline_words(shown: dict[str, Any]) -> str:
    """Return the date of a deadline and what is left until it: "26. november, 2 days left"."""
    return f"{long_date(shown['due'])}, {left(shown)}"


@register.filter
def running(clocks: list[dict[str, Any]]) -> dict[str, Any] | None:
    """`{{ row.clocks|running }}`: the clock that runs out first, None when all are met."""
    return min((each for each in clocks if not each["met_on"]), key=lambda each: each["due"], default=None)
