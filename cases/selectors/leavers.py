"""Whose cases could be handed over by somebody, and how far that has come."""

from typing import Any

from cases.models import Assignment, Case, Transfer
from cases.selectors import visible
from whistle.accounts.models import Staff
from whistle.core.policy import Perm


def leavers(actor: Staff) -> list[dict[str, Any]]:
    """Return the people whose place this person may hand over, themselves first, each with the cases that are left.

    `undeclared` are cases in which this person has not said that they are impartial; `offered` those that wait for the
    newcomer's browser.
    """
    decides = set(visible.cases_visible_to(actor, Perm.DECIDE).values_list("pk", flat=True))
    shares = set(visible.cases_visible_to(actor, Perm.SHARE).values_list("pk", flat=True))
    open_ones = Transfer.objects.filter(case__in=decides | shares, ended_at=None, newcomer__isnull=False)
    offers = {(row.case_id, row.leaver_id): row for row in open_ones.select_related("newcomer")}
    said = {pk for pk in decides if visible.declared(actor, Case(pk=pk))}
    found: dict[int, dict[str, Any]] = {}
    rows = Assignment.objects.filter(case__in=decides | shares).select_related("staff", "case")
    for held in rows.order_by("staff__name", "case__received_on", "case_id"):
        mine = held.staff_id == actor.pk
        if held.case_id not in (shares if mine else decides):
            continue
        row = found.setdefault(held.staff_id, _row(held.staff, mine=mine))
        offer = offers.get((held.case_id, held.staff_id))
        if offer is not None:
            row["offered"].append(
                {"reference": held.case.reference, "to": offer.newcomer, "at": offer.offered_at}
            )
        elif mine or held.case_id in said:
            row["cases"].append(held.case.reference)
        else:
            row["undeclared"].append(held.case.reference)
    return sorted(found.values(), key=lambda row: (not row["mine"], row["person"].name))


def _row(person: Staff, *, mine: bool) -> dict[str, Any]:
    return {"person": person, "mine": mine, "cases": [], "undeclared": [], "offered": []}
