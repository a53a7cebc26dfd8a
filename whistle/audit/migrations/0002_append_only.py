"""Make the log append-only in the database, so that a mistake in Python cannot rewrite it.  There is no way back."""

from django.db import migrations

from whistle.audit.sql import APPEND_ONLY


def forbid_change(apps, schema_editor):
    for statement in APPEND_ONLY[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(forbid_change)]
