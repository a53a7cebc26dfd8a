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
        "checks": checks(case),
    }


def checks(case: Case) -> list[dict[str, Any]]:
    """Return how the reporters were asked how they fare; `whose` counts them where there are several, else it is 0."""
    rows = CareCheck.objects.filter(box__of_case__case=case).order_by("due_on", "box__of_case", "id")
    found = list(rows.values("check_code", "due_on", "answered_on", "box__of_case"))
    several = sorted({row["box__of_case"] for row in found})
    return [
        {**row, "whose": several.index(row["box__of_case"]) + 1 if len(several) > 1 else 0} for row in found
    ]


def may_extend(case: Case) -> bool:
    """Return whether two people have agreed that feedback takes longer, and the reporter is still to be told."""
    return case.records.filter(kind="extension", current=True, agreed=True, done_on=None).exists()
