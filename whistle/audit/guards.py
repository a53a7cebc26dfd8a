"""What the database itself refuses: changed entries, places out of order, and changes of a case that nobody logged.

A speed bump, not a proof: who owns the database can drop a trigger.  That they did is what the published tree shows.
The guards are put up after every migration, because SQLite forgets a table's triggers when a migration rebuilds it.

**Completeness.**  An app names in its AppConfig the tables that must not change silently, with the columns that count:

    audited = {"cases_case": ("state", "outcome"), "cases_casebox": ()}

A transaction that inserts into, deletes from or changes these columns of such a table must write an entry before it
commits.  On PostgreSQL a deferred trigger asks whether this transaction did.  SQLite has no deferred triggers, but
deferred foreign keys: a change leaves a debt to a row that never exists, and writing an entry pays all debts.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.apps import AppConfig, apps
from django.db import DEFAULT_DB_ALIAS, connections, transaction

from whistle.audit.appending import APPEND

APPEND_ONLY = ("audit_entry", "audit_document")
DEBT = "INSERT INTO audit_owed (entry_missing) VALUES (1)"
Tables = dict[str, tuple[str, ...]]


def audited_tables() -> Tables:
    """Return the tables that the installed apps want guarded, each with its columns; () means all of them."""
    found: Tables = {}
    for config in apps.get_app_configs():
        found.update(getattr(config, "audited", {}))
    return found


def put_up(sender: AppConfig | None = None, using: str = DEFAULT_DB_ALIAS, **_signal: Any) -> None:
    """Put up every guard, also those that somebody took away or emptied (a receiver of `post_migrate`)."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if "audit_entry" not in present:
        return
    build = {"sqlite": sqlite, "postgresql": postgresql}[connection.vendor]
    with connection.cursor() as cursor:
        tables = {
            name: _present(columns, connection.introspection.get_table_description(cursor, name))
            for name, columns in audited_tables().items()
            if name in present  # on the way back to an older release some are gone
        }
        if connection.vendor == "postgresql" and connection.in_atomic_block:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what is still to be checked cannot be altered
        for statement in build(tables):
            cursor.execute(statement)


def _present(columns: tuple[str, ...], description: Iterable[Any]) -> tuple[str, ...]:
    there = {column.name for column in description}
    return tuple(column for column in columns if column in there)


@contextmanager
def unguarded() -> Iterator[None]:
    """Let entries be deleted within the block: for recovery only, by whoever owns the tables, in one transaction."""
    connection = connections[DEFAULT_DB_ALIAS]
    down, up = {
        "sqlite": (
            "DROP TRIGGER IF EXISTS audit_entry_no_delete",
            "CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_entry "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
        ),
        "postgresql": (
            "ALTER TABLE audit_entry DISABLE TRIGGER audit_entry_no_change",
            "ALTER TABLE audit_entry ENABLE ALWAYS TRIGGER audit_entry_no_change",
        ),
    }[connection.vendor]
    with transaction.atomic(), connection.cursor() as cursor:
        if (
            connection.vendor == "postgresql"
        ):  # a table with foreign keys still to be checked cannot be altered
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(down)
        yield
        cursor.execute(up)


@contextmanager
def erasing() -> Iterator[None]:
    """Let everything of an organisation that has left be deleted within the block, its log with it.

    For whoever owns the tables, in one transaction.  The log goes on at the new place; no entry is written here.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    down, up, paid = {
        "sqlite": (
            "DROP TRIGGER IF EXISTS audit_document_no_delete",
            "CREATE TRIGGER audit_document_no_delete BEFORE DELETE ON audit_document "
            "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END",
            "DELETE FROM audit_owed",
        ),
        "postgresql": (
            "ALTER TABLE audit_document DISABLE TRIGGER audit_document_no_change",
            "ALTER TABLE audit_document ENABLE ALWAYS TRIGGER audit_document_no_change",
            "SELECT set_config('whistle.entry_written', 'yes', true)",
        ),
    }[connection.vendor]
    with unguarded(), connection.cursor() as cursor:
        cursor.execute(down)
        yield
        cursor.execute(paid)
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(up)


def sqlite(tables: Tables) -> Iterator[str]:
    """Yield the statements for SQLite; each may be repeated."""
    yield "CREATE TABLE IF NOT EXISTS audit_paid (id integer PRIMARY KEY)"
    yield (
        "CREATE TABLE IF NOT EXISTS audit_owed (id integer PRIMARY KEY, entry_missing integer NOT NULL "
        "REFERENCES audit_paid (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    for table in APPEND_ONLY:
        for verb in ("UPDATE", "DELETE"):
            yield f"DROP TRIGGER IF EXISTS {table}_no_{verb.lower()}"
            yield (
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                "BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"
            )
    yield "DROP TRIGGER IF EXISTS audit_entry_in_order"
    yield (
        "CREATE TRIGGER audit_entry_in_order BEFORE INSERT ON audit_entry "
        'WHEN NEW."index" <> 1 + coalesce((SELECT "index" FROM audit_entry WHERE organisation_id = NEW.organisation_id '
        'AND log = NEW.log ORDER BY "index" DESC LIMIT 1), -1) '
        "BEGIN SELECT RAISE(ABORT, 'an entry takes the next place'); END"
    )
    yield "DROP TRIGGER IF EXISTS audit_entry_pays"
    yield "CREATE TRIGGER audit_entry_pays AFTER INSERT ON audit_entry BEGIN DELETE FROM audit_owed; END"
    for table, columns in tables.items():
        for verb in ("INSERT", "DELETE", f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"):
            name = f"{table}_owes_{verb.split()[0].lower()}"
            yield f"DROP TRIGGER IF EXISTS {name}"
            yield (f"CREATE TRIGGER {name} AFTER {verb} ON {table} BEGIN {DEBT}; END")


def postgresql(tables: Tables) -> Iterator[str]:
    """Yield the statements for PostgreSQL; each may be repeated."""
    yield _function(
        "audit_in_order",
        """IF NEW."index" <> 1 + coalesce((SELECT "index" FROM audit_entry WHERE organisation_id = NEW.organisation_id
              AND log = NEW.log ORDER BY "index" DESC LIMIT 1), -1) THEN
             RAISE EXCEPTION 'an entry takes the next place' USING ERRCODE = 'integrity_constraint_violation';
           END IF;
           written := set_config('whistle.entry_written', 'yes', true);
           RETURN NEW;""",
        "DECLARE written text;",
    )
    yield APPEND
    yield _function(
        "audit_owes",
        """IF coalesce(current_setting('whistle.entry_written', true), '') <> 'yes' THEN
             RAISE EXCEPTION 'a change of % without an entry in the log', TG_TABLE_NAME
               USING ERRCODE = 'integrity_constraint_violation';
           END IF; RETURN NULL;""",
    )
    yield _function("audit_refuse", "RAISE EXCEPTION 'the log is append-only';")
    for table in APPEND_ONLY:
        changed, emptied = f"BEFORE UPDATE OR DELETE ON {table}", f"BEFORE TRUNCATE ON {table}"
        yield from _trigger(table, f"{table}_no_change", changed, "audit_refuse")
        yield from _trigger(table, f"{table}_no_truncate", emptied, "audit_refuse", each="STATEMENT")
    yield from _trigger(
        "audit_entry", "audit_entry_in_order", "BEFORE INSERT ON audit_entry", "audit_in_order"
    )
    yield "DROP TRIGGER IF EXISTS audit_entry_pays ON audit_entry"  # of earlier releases: one trigger does both
    for table, columns in tables.items():
        changed = f"UPDATE OF {', '.join(columns)}" if columns else "UPDATE"
        yield f"DROP TRIGGER IF EXISTS {table}_owes ON {table}"
        yield (
            f"CREATE CONSTRAINT TRIGGER {table}_owes AFTER INSERT OR DELETE OR {changed} ON {table} "
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION audit_owes()"
        )


def _function(name: str, body: str, declared: str = "") -> str:
    return f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {declared} BEGIN {body} END $$"


def _trigger(table: str, name: str, when: str, function: str, *, each: str = "ROW") -> Iterator[str]:
    yield f"DROP TRIGGER IF EXISTS {name} ON {table}"
    yield f"CREATE TRIGGER {name} {when} FOR EACH {each} EXECUTE FUNCTION {function}()"
    yield f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}"
