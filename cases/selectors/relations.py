"""Which cases belong together, as far as somebody may see."""

from django.db.models import Q

from cases.models import Case, Relation
from cases.selectors import visible
from whistle.accounts.models import Staff


def relations(case: Case, person: Staff) -> list[dict[str, object]]:
    """Return what is tied to the case, of what the person may see: hidden and absent are the same."""
    rows = list(Relation.objects.filter(Q(older=case) | Q(newer=case)))
    why = {row.newer_id if row.older_id == case.pk else row.older_id: row.why for row in rows}
    if not why:
        return []
    seen = visible.cases_visible_to(person).filter(pk__in=why)
    return [
        {
            "reference": other.reference,
            "state": other.state,
            "received_on": other.received_on,
            "why": why[other.pk],
        }
        for other in seen
    ]
