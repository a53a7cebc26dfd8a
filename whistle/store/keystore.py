"""The key store's tables in a schema of their own, where there are schemas: rights and backups of it are apart."""

from typing import Any

from django.apps import AppConfig
from django.db import connections

SCHEMA = "keystore"


def move(sender: AppConfig, using: str, **_signal: Any) -> None:
    """Move tables named `keystore_…` that a migration made in the ordinary schema (a receiver of `post_migrate`).

    Every connection looks in both (whistle.database), so that nothing else has to know.
    """
    connection = connections[using]
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_namespace WHERE nspname = %s", [SCHEMA])
        if not cursor.fetchone()[0]:
            cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE %s",
            [r"keystore\_%"],
        )
        for (table,) in cursor.fetchall():
            cursor.execute(f'ALTER TABLE public."{table}" SET SCHEMA {SCHEMA}')
