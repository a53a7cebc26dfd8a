"""The registers' rows in words."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from whistle.plan import wording
from whistle.plan.models import Gift

Choice = tuple[str, str]


def kinds() -> list[Choice]:
    """Return what can be registered."""
    return [
        ("gift", pgettext("register", "Gift")),
        ("travel", _("Journey paid by others")),
        ("event", _("Event paid by others")),
    ]


def answers() -> list[Choice]:
    """Return what can be answered to who gives."""
    return [
        ("declined", _("I said no")),
        ("accepted", _("I said yes, or want to")),
        ("returned", _("I gave it back")),
    ]


def gift(row: Gift, names: Mapping[str, str]) -> dict[str, object]:
    """Return an entry as its page shows it; `names` are the staff's by reference."""
    decision = {
        "": _("waits for a decision"),
        "allowed": _("allowed"),
        "to_return": _("to be given back"),
    }[row.decision]
    return {
        "id": row.pk,
        "name": names.get(row.staff_ref, ""),
        "kind": dict(kinds())[row.kind],
        "giver": row.giver,
        "what": row.what,
        "value": row.value,
        "on": wording.day(row.on_date),
        "answer": dict(answers())[row.answer],
        "decision": decision,
        "shape": {"": "wait", "allowed": "done", "to_return": "failed"}[row.decision],
        "reason": row.reason,
        "by": names.get(row.decided_by, ""),
    }
