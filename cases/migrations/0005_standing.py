"""Works out once where the cases that are there already stand in lists; from then on `Case.save` does."""

from typing import Any

from django.db import migrations

from cases.standing import standing


def fill(apps: Any, _editor: Any) -> None:
    case_model = apps.get_model("cases", "Case")
    proposal = apps.get_model("cases", "Proposal")
    proposed = dict(proposal.objects.filter(decided_at=None).values_list("case_id", "at"))
    for case in case_model.objects.iterator(chunk_size=500):
        at = proposed.get(case.pk)
        found = standing(
            state=case.state,
            received_on=case.received_on,
            acknowledged_on=case.acknowledged_on,
            feedback_on=case.feedback_on,
            reporter_waits_since=case.reporter_waits_since,
            proposed_on=at.date() if at else None,
        )
        case_model.objects.filter(pk=case.pk).update(
            due_on=found.due_on, due_clock=found.due_clock, calls_on=found.calls_on
        )


class Migration(migrations.Migration):
    dependencies = [("cases", "0004_desk_tools")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
