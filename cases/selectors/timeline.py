"""What the logs say about a case, as its page shows it."""

from datetime import date
from typing import Any

from cases.models import Case
from whistle.accounts.models import Staff
from whistle.audit import selectors as audit

SHOWN = 60  # lines of a page; the rest when somebody asks for all of it
READINGS = frozenset({"case.read", "file.read"})


def timeline(case: Case, *, whole: bool = False) -> dict[str, Any]:
    """Return what the two logs say about the case and those merged into it, newest first, with people's names.

    `timeline` holds the newest lines that are no readings, and the readings among them; `earlier` says how many more
    there are.
    """
    refs = {case.log_ref, *(each.log_ref for each in case.merged.all())}
    if len(refs) > 1:  # cases that were merged into those merged here left their mailboxes too
        refs |= set(case.boxes.values_list("box__log_ref", flat=True))
    found = sorted(audit.entries_of(case.organisation, list(refs)), key=_place, reverse=True)
    kept = found if whole else found[: _end(found)]
    actors = {read.fields["actor"] for read in kept} | {read.fields["d"].get("to") for read in kept}
    names = dict(Staff.objects.filter(log_name__in=actors).values_list("log_name", "name"))
    return {"timeline": [_line(read, names) for read in kept], "earlier": len(found) - len(kept)}


def _end(found: list[audit.Read]) -> int:
    """Return after how many entries a page's share of lines is full."""
    telling = [at for at, read in enumerate(found) if read.fields["act"] not in READINGS]
    return telling[SHOWN - 1] + 1 if len(telling) > SHOWN else min(len(found), 5 * SHOWN)


def _place(read: audit.Read) -> tuple[str, bool, int]:
    return read.fields["at"], read.log == "desk", read.index


def _line(read: audit.Read, names: dict[str, str]) -> dict[str, Any]:
    fields = read.fields
    return {
        "log": read.log,
        "index": read.index,
        "act": fields["act"],
        "at": fields["at"],
        "day": date.fromisoformat(fields["at"][:10]),
        "actor": names.get(fields["actor"], ""),
        "to": names.get(fields["d"].get("to"), ""),
        "d": fields["d"],
    }
