"""What the log's pages need beyond `ui`.  `{% load log %}`."""

from datetime import UTC, datetime
from typing import Any

from django import template

from whistle.audit.words import ACTS
from whistle.core.clock import OSLO

register = template.Library()


@register.filter
def act(code: str) -> str:
    """`{{ "case.read"|act }}`: what an event is called; its code when the table lacks it."""
    return str(ACTS.get(code, code))


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
