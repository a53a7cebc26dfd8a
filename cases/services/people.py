"""Parts on a case.  Guardian's rows are derived from them, so that the list and the page ask one source."""

from datetime import date

from cases.models import Assignment, Case, SearchEntry
from cases.selectors.mailboxes import with_merged
from cases.services.attention import refresh
from whistle.access.services.objects import set_perms
from whistle.accounts.models import Staff
from whistle.core import clock
from whistle.core.policy import MATRIX, Part


def give_part(
    case: Case, person: Staff, part: Part, until: date | None = None, *, proven: bool = True
) -> Assignment:
    """Let a person take a part on the case, to the end of the day `until`, with the permissions of the matrix.

    What went on in the case goes along, here and in `take_part`: whoever works on it works on all of it.
    `proven=False`: a colleague sealed the keys, and the person's own browser has yet to open them.
    """
    row = {"part": part, "since": clock.today(), "until": until, "proven": proven}
    for each in with_merged(case):
        assignment, _new = Assignment.objects.update_or_create(case=each, staff=person, defaults=row)
        set_perms(person, MATRIX[part], each)
        if (
            each.deadlines.exists()
        ):  # a case that is being made is looked at once, when all its people are there
            refresh(each)
    return assignment


def take_part(case: Case, person: Staff) -> None:
    """Take a person off the case, with what their browser kept to find it again."""
    for each in with_merged(case):
        SearchEntry.objects.filter(case=each, staff=person).delete()
        Assignment.objects.filter(case=each, staff=person).delete()
        set_perms(person, (), each)
        refresh(each)


def regrant(case: Case) -> int:
    """Make guardian's rows equal parts × matrix again; return how many people it changed.  Idempotent."""
    return sum(
        set_perms(assignment.staff, MATRIX[Part(assignment.part)], case)
        for assignment in case.assignments.select_related("staff")
    )
