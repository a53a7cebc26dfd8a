"""Who would keep a case alive: people who can open all of it, be sealed to, and pass it on."""

from cases.models import Assignment, Case, Declaration
from cases.selectors.mailboxes import boxes_of, with_merged
from whistle.accounts.models import Staff
from whistle.accounts.selectors import certificates_in_force
from whistle.core import clock
from whistle.core.policy import MATRIX, Part, Perm
from whistle.store.models import Box, Seal


def keepers(case: Case, *, without: Staff | None = None) -> list[Assignment]:
    """Return the parts of those on whom the case can rest.

    Each is active, holds the present key of every box under a certificate in force, has proven that it opens, may give
    keys to others, and is not there for a time only.  An adviser keeps no case: they could read it and never pass it on.
    """
    able = set(Staff.objects.filter(assignments__case=case, is_active=True).values_list("ref", flat=True))
    for box in boxes_of(case):
        able &= certified_holders(box)
    rows = case.assignments.select_related("staff").filter(proven=True, until=None, staff__ref__in=able)
    return [row for row in rows if row.staff != without and Perm.SHARE in MATRIX[Part(row.part)]]


def certified_holders(box: Box) -> set[str]:
    """Return the references of staff whose seal of the box's present key is for a certificate in force."""
    keys = {row.key_id for row in certificates_in_force(box.organisation)}
    seals = Seal.objects.filter(box=box, epoch=box.epoch, holder=Seal.Holder.STAFF, key_id__in=keys)
    return set(seals.values_list("staff_ref", flat=True))


def lapsed(case: Case) -> list[Assignment]:
    """Return the parts of those to whom nothing can be sealed any more: no certificate in force for their key."""
    able = set(Staff.objects.filter(assignments__case=case, is_active=True).values_list("ref", flat=True))
    for box in boxes_of(case):
        able &= certified_holders(box)
    return [row for row in case.assignments.select_related("staff") if row.staff.ref not in able]


def worked_on(case: Case) -> set[int]:
    """Return who is on the case or ever declared themselves for it, or for one that went on in it, as primary keys."""
    together = with_merged(case)
    rows = (Assignment.objects.filter(case__in=together), Declaration.objects.filter(case__in=together))
    return {pk for found in rows for pk in found.values_list("staff_id", flat=True)}


def has_decider(rows: list[Assignment]) -> bool:
    """Return whether one of these may decide."""
    return any(Perm.DECIDE in MATRIX[Part(row.part)] for row in rows)


def ended(row: Assignment) -> bool:
    """Return whether somebody's time on the case is over."""
    return row.until is not None and row.until < clock.today()
