"""What the case page shows about the contact with the reporter: the sealed name, care checks."""

from typing import Any

from cases.models import Case
from cases.selectors import identity
from cases.services.identity import GROUNDS
from whistle.accounts.models import Staff
from whistle.channel.models import CareCheck


def on_case(case: Case, person: Staff) -> dict[str, Any]:
    """Return the names for the case page's tab about the reporter."""
    return {
        "may_extend": may_extend(case),
        "name_box": identity.on_case(case, person),
        "grounds": GROUNDS,
        "checks": list(
            CareCheck.objects.filter(box__of_case__case=case).order_by("due_on", "id").select_related("box")
        ),
    }


def may_extend(case: Case) -> bool:
    """Return whether two people have agreed that feedback takes longer, and the reporter is still to be told."""
    return case.records.filter(kind="extension", current=True, agreed=True, done_on=None).exists()
