"""The one way to reach a case."""

from django.db.models import Exists, OuterRef, QuerySet

from cases.models import Assignment, Case, Declaration
from whistle.access.selectors import granted
from whistle.accounts.models import Staff
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import MATRIX, Part, Perm

IMPARTIAL = "impartial"


def cases_visible_to(person: Staff, perm: Perm = Perm.READ) -> QuerySet[Case]:
    """Return every case on which `person` holds `perm`, oldest first; none on which their time is over.

    The sweep that ends terms may be late, or refuse because nobody else holds a key: the day counts, not the sweep.
    """
    over = Assignment.objects.filter(case=OuterRef("pk"), staff=person, until__lt=clock.today())
    mine = granted(person, perm, Case).filter(~Exists(over), organisation=person.organisation_id)
    return mine.order_by("received_on", "id")


def case_for(person: Staff, reference: str, *, lock: bool = False) -> Case:
    """Return one visible case.  Raises `request.absent` (404) alike for absent and for hidden."""
    cases = cases_visible_to(person)
    cases = cases.select_for_update(of=("self",)) if lock else cases
    case = cases.filter(reference=reference).first()
    if case is None:
        raise DomainError("request.absent", status=404)
    return case


def require(person: Staff, perm: Perm, case: Case) -> Assignment:
    """Return the person's part on the case.  Raises `step.refused` when it does not include `perm`."""
    assignment = Assignment.objects.filter(case=case, staff=person).first()
    if assignment is None or perm not in MATRIX[Part(assignment.part)]:
        raise DomainError("step.refused", status=403)
    return assignment


def declared(person: Staff, case: Case) -> bool:
    """Return whether the last thing the person said is that they are impartial in this case."""
    said = Declaration.objects.filter(case=case, staff=person).order_by("-at", "-pk")
    return said.values_list("answer", flat=True).first() == IMPARTIAL


def require_declared(person: Staff, case: Case) -> None:
    """Raise `habilitet.needed` before the person has declared to be impartial."""
    if not declared(person, case):
        raise DomainError("habilitet.needed", status=403)
