"""Readings, editions and updates are written once: the database refuses to change them."""

from django.db import migrations

from whistle.plan.sql import WRITTEN_ONCE


def forbid_change(apps, schema_editor):
    for statement in WRITTEN_ONCE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("plan", "0001_initial")]
    operations = [migrations.RunPython(forbid_change)]
