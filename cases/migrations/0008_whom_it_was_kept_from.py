"""Cases adopted before it was remembered whom they were kept from: worked out from the log and the roster of their day."""

import json

from django.db import migrations


def derive(apps, schema_editor):
    from cases.services.kept_out import derive as worked_out

    Case = apps.get_model("cases", "Case")
    KeptOut = apps.get_model("cases", "KeptOut")
    Assignment = apps.get_model("cases", "Assignment")
    Entry = apps.get_model("audit", "Entry")
    Roster = apps.get_model("accounts", "Roster")
    Staff = apps.get_model("accounts", "Staff")
    for case in Case.objects.filter(probe=False, closed_groups=[]).iterator():
        held = KeptOut.objects.filter(case=case).values_list("staff__ref", flat=True)
        rosters = Roster.objects.filter(organisation=case.organisation_id)
        then = rosters.filter(adopted_at__date__lte=case.received_on).order_by("-version").first()
        roster = then or rosters.order_by("version").first()
        if roster is None:
            continue
        people = dict(Staff.objects.filter(organisation=case.organisation_id).values_list("log_name", "ref"))
        rows = Entry.objects.filter(organisation=case.organisation_id, log="desk", case=case.log_ref)
        told = []
        for row in rows.filter(act__startswith="access.").order_by("index"):
            said = json.loads(bytes(row.body))
            if said["d"].get("to") in people:
                told.append((said["act"], people[said["d"]["to"]]))
        now = Assignment.objects.filter(case=case).values_list("staff__ref", flat=True)
        out, closed = worked_out(json.loads(bytes(roster.document)), told, now)
        missing = Staff.objects.filter(organisation=case.organisation_id, ref__in=out - set(held))
        KeptOut.objects.bulk_create(KeptOut(case=case, staff=person) for person in missing)
        Case.objects.filter(pk=case.pk).update(closed_groups=closed)


class Migration(migrations.Migration):

    dependencies = [
        ("cases", "0007_unsealing"),
        ("accounts", "0003_people"),
        ("audit", "0005_fewer_indexes"),
    ]

    operations = [migrations.RunPython(derive, migrations.RunPython.noop)]
