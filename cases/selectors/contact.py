"""What the case page shows about the contact with the reporter: the sealed name, care checks."""

from typing import Any

from cases.models import Case
from cases.selectors import identity
from cases.services.identity import GROUNDS
from whistle.accounts.models import Staff
from whistle.channel import questions
from whistle.channel.models import CareCheck


def on_case(case: Case, person: Staff) -> dict[str, Any]:
    """Return the names for the case page's tab about the reporter."""
    return {
        "name_box": identity.on_case(case, person),
        "grounds": GROUNDS,
        "answer_words": list(questions.labels()),
        "checks": list(
            CareCheck.objects.filter(box__of_case__case=case).order_by("due_on", "id").select_related("box")
        ),
    }
