"""Who is to be told that a measure of theirs is soon due, or late.  The mail itself says nothing of it."""

from collections.abc import Iterator
from datetime import date, timedelta

from whistle.accounts.models import Staff
from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.plan.due import FINISHED
from whistle.plan.models import Plan, RoleHolder
from whistle.plan.selectors import plan_in_force
from whistle.plan.worklist import Task, in_order, quarter_of, words_in

SOON = 14  # days before a date
LATE_AGAIN = 30  # days between reminders of what stays late


def reminders(organisation: Organisation) -> Iterator[tuple[Staff, str, date]]:
    """Yield (person, occasion, day): the occasion is the same each day, so that each is told once.

    Once when a date is two weeks away, once when it has passed, and then every thirty days; and once a quarter to
    those who have not said how their measures go.
    """
    plan = plan_in_force(organisation)
    if plan is None:
        return
    holders: dict[str, list[Staff]] = {}
    active = {it.ref: it for it in Staff.objects.filter(organisation=organisation, is_active=True)}
    for row in RoleHolder.objects.filter(organisation=organisation):
        if row.staff_ref in active:
            holders.setdefault(row.role, []).append(active[row.staff_ref])
    for task in in_order(plan, list(plan.measures.all())):
        for occasion in _occasions(task):
            for role in task.measure.responsible:
                for person in holders.get(role, []):
                    yield person, occasion, clock.today()
    yield from _quarterly(plan, holders)


def _quarterly(plan: Plan, holders: dict[str, list[Staff]]) -> Iterator[tuple[Staff, str, date]]:
    """Yield those who owe a word on a measure of theirs when the quarter has two weeks left, once each."""
    today = clock.today()
    quarter = quarter_of(today)
    if today + timedelta(days=SOON) < quarter.last:
        return
    said = words_in(plan.organisation, quarter)
    open_ones = plan.measures.exclude(status__in=FINISHED)
    owing = {role for it in open_ones if it.code not in said for role in it.responsible[:1]}
    people = {person.ref: person for role in owing for person in holders.get(role, [])}
    for person in people.values():
        yield person, f"quarter.{quarter.last.isoformat()}", today


def _occasions(task: Task) -> list[str]:
    if task.due is None or task.days is None:
        return []
    about = f"measure.{task.measure.code}.{task.due.isoformat()}"
    if task.late:
        return [f"{about}.late{-task.days // LATE_AGAIN}"]
    return [f"{about}.soon"] if clock.today() + timedelta(days=SOON) >= task.due else []
