"""What the log's pages need beyond `ui`.  `{% load log %}`."""

from datetime import UTC, datetime
from typing import Any

from django import template

from whistle.audit.words import ACTS, ADVICE, ALARMS, OF_THE_LOG, ROLES
from whistle.core.clock import OSLO

register = template.Library()


@register.filter
def act(code: str) -> str:
    """`{{ "case.read"|act }}`: what an event is called; its code when the table lacks it."""
    return str(ACTS.get(code, code))


@register.filter
def role_words(code: str) -> str:
    """`{{ entry.fields.role|role_words }}`: in which role somebody acted; its code when the table lacks it."""
    return str(ROLES.get(code, code))


@register.filter
def alarm_words(kind: str) -> str:
    """`{{ alarm.kind|alarm_words }}`: what an alarm is about."""
    return str(ALARMS.get(kind, kind))


@register.filter
def alarm_advice(kind: str) -> str:
    """`{{ alarm.kind|alarm_advice }}`: whom to ask."""
    return str(ADVICE.get(kind, OF_THE_LOG))


@register.filter
def when(seconds: int) -> str:
    """`{{ witness.at|when }}`: POSIX seconds as Oslo time.

    >>> when(1_800_000_000)
    '15.01.2027 09.00'
    """
    return datetime.fromtimestamp(seconds, OSLO).strftime("%d.%m.%Y %H.%M")


@register.filter
def moment(fields: dict[str, Any]) -> str:
    """`{{ fields|moment }}`: when it was, in Oslo; a reporter's act bears a date only.

    >>> moment({"at": "2026-11-23"}), moment({"at": "2026-11-23T09:41:18Z"})
    ('23.11.2026', '23.11.2026 10.41.18')
    """
    at = fields["at"]
    if len(at) == 10:
        return datetime.fromisoformat(at).strftime("%d.%m.%Y")
    return datetime.fromisoformat(at).replace(tzinfo=UTC).astimezone(OSLO).strftime("%d.%m.%Y %H.%M.%S")


@register.filter
def details(fields: dict[str, Any]) -> str:
    """`{{ fields|details }}`: what else the entry says, hashes cut; never content, for there is none in the log.

    >>> details({"d": {"item": "ab" * 32, "size": 7}})
    'item abababab…, size 7'
    """
    return ", ".join(f"{name} {_cut(value)}" for name, value in fields["d"].items())


@register.filter
def mark(value: object) -> str:
    """`{{ fields.actor|mark }}`: a pseudonym cut to what can be read; words stay whole.

    >>> mark("0" * 32), mark("reporter"), mark(None)
    ('00000000', 'reporter', '–')
    """
    return "–" if value is None else str(value)[:8] if len(str(value)) == 32 else str(value)


def _cut(value: object) -> str:
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"{text[:8]}…" if len(text) in (32, 64) else text


@register.filter
def tree_x(leaf: str, level: int) -> int:
    """`{{ "5"|tree_x:1 }}`: where the branch above one of eight leaves is drawn, 0 (root) to 3 (the leaf).

    >>> tree_x("5", 3), tree_x("5", 2), tree_x("5", 1), tree_x("5", 0)
    (408, 372, 444, 300)
    """
    width = 8 >> level
    first = int(leaf) // width * width
    return 48 + 72 * first + 36 * (width - 1)


@register.filter
def short_note(signed: str) -> str:
    """`{{ checkpoint|short_note }}`: a signed note with its signatures cut; the file has them whole."""
    head, gap, tail = signed.partition("\n\n")
    lines = [f"{line[: line.rindex(' ') + 7]}…{line[-6:]}" for line in tail.splitlines() if " " in line]
    return head + gap + "\n".join(lines)
