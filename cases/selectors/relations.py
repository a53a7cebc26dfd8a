"""Which cases belong together, as far as somebody may see."""

from cases.models import Case
from cases.selectors import visible
from whistle.accounts.models import Staff


def relations(case: Case, person: Staff) -> list[dict[str, object]]:
    """Return what is tied to the case, of what the person may see: hidden and absent are the same."""
    seen = visible.cases_visible_to(person).order_by()
    found = [
        *((row.older, row) for row in case.older_relations.filter(older__in=seen).select_related("older")),
        *((row.newer, row) for row in case.newer_relations.filter(newer__in=seen).select_related("newer")),
    ]
    return [
        {"reference": other.reference, "state": other.state, "received_on": other.received_on, "why": row.why}
        for other, row in sorted(found, key=lambda each: each[0].received_on)
    ]
