"""Documents, reviews, assessments and sent statuses are written once as well."""

from django.db import migrations

from whistle.plan.sql import LATER


def forbid_change(apps, schema_editor):
    for statement in LATER[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("plan", "0004_work")]
    operations = [migrations.RunPython(forbid_change)]
