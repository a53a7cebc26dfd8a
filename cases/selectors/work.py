"""In which organisations there may be something for the worker to do: a few statements, however many organisations there are.

Each may name more than there is (the service looks itself), never less.
"""

from typing import Any

from django.db.models import Q, QuerySet

from cases.models import Assignment, Case, Transfer
from cases.workflow import State
from whistle.channel.models import CareCheck
from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.store.models import Box


def of_reporters() -> list[Organisation]:
    """Return where a reporter sent, wrote, answered or asks to hurry, or where a proposed deletion stands."""
    unread = Q(status__adopted=False) | Q(status__news_on__isnull=False)
    return _in(
        Box.objects.filter(unread).values("organisation"),
        CareCheck.objects.filter(logged=False).values("box__organisation"),
        Case.objects.filter(acknowledged_on=None, boxes__box__status__urgent=True).values("organisation"),
        _proposed(),
    )


def of_terms() -> list[Organisation]:
    """Return where somebody's time on a case ran out, a transfer waits, or a proposed deletion stands."""
    return _in(
        Assignment.objects.filter(until__lt=clock.today()).values("case__organisation"),
        Transfer.objects.filter(ended_at=None, overdue_at=None).values("case__organisation"),
        _proposed(),
    )


def _proposed() -> QuerySet[Case, Any]:
    return Case.objects.filter(state=State.DELETED).values("organisation")


def _in(*rows: QuerySet[Any, Any]) -> list[Organisation]:
    named = Q()
    for each in rows:
        named |= Q(pk__in=each)
    return list(Organisation.objects.filter(named, left_on=None).order_by("id"))
