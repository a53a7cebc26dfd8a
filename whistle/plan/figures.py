"""What stands in the plan's own rows: due dates with something to show, and what our registers come to."""

from datetime import date

from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.plan.indicators import put_figures
from whistle.plan.models import Evidence, Gift, Interest, Plan
from whistle.plan.rules import Figure, Period
from whistle.plan.services.registers import declarers


def known_figures(plan: Plan, period: Period) -> dict[str, Figure]:
    """Return the figures as they stand now that nobody counted from what happened, by indicator code.

    Other systems' files and people's words go before our own registers.
    """
    return registered(plan.organisation, period) | put_figures(plan, period)


def shown_dates(organisation: Organisation, until: date) -> dict[str, set[date]]:
    """Return, by measure, the due dates for which there was evidence at the end of `until`."""
    found: dict[str, set[date]] = {}
    rows = Evidence.objects.filter(organisation=organisation, for_due__isnull=False, period_to__lte=until)
    for measure, day in rows.values_list("measure", "for_due"):
        if day is not None:
            found.setdefault(measure, set()).add(day)
    return found


def registered(organisation: Organisation, period: Period) -> dict[str, Figure]:
    """Return what our own registers come to, by indicator code.

    Travel and events: how many were allowed before they began.  Interests: how many of the staff declared theirs.
    """
    found = {}
    trips = Gift.objects.filter(
        organisation=organisation,
        kind__in=(Gift.Kind.TRAVEL, Gift.Kind.EVENT),
        answer=Gift.Answer.ACCEPTED,
        on_date__gte=period.first,
        on_date__lte=period.last,
    )
    if rows := list(trips):
        met = sum(
            it.decision == Gift.Decision.ALLOWED
            and it.decided_at is not None
            and it.decided_at.astimezone(clock.OSLO).date() <= it.on_date
            for it in rows
        )
        found["5.2-1"] = Figure(len(rows), met)
    staff = {it.ref for it in declarers(organisation)}
    declared = {
        it.staff_ref
        for it in Interest.objects.filter(organisation=organisation, year=period.last.year)
        if it.declared_at.astimezone(clock.OSLO).date() <= period.last
    }
    if declared and staff:
        found["4.2-1"] = Figure(len(staff), len(declared & staff))
    return found
