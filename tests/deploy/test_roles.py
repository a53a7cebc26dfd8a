"""Who may do what in PostgreSQL."""

import socket

import psycopg
import pytest

from tests.deploy.stack import Stack
from tests.deploy.story import Story
from whistle.operations import rights

pytestmark = [pytest.mark.stack]


def test_the_server_may_add_to_the_log_and_nothing_more(stack: Stack) -> None:
    with stack.connect("whistle_web") as connection:
        for statement in (
            "UPDATE audit_entry SET act = 'x'",
            "DELETE FROM audit_entry",
            "TRUNCATE audit_entry",
            "UPDATE audit_document SET kind = 'x'",
            "ALTER TABLE audit_entry DISABLE TRIGGER ALL",
            "DROP TRIGGER audit_entry_no_change ON audit_entry",
            "DELETE FROM plan_reading",
            "INSERT INTO django_migrations (app, name, applied) VALUES ('x', 'x', now())",
            "CREATE TABLE mine (x int)",
            "SET ROLE whistle_owner",
        ):
            with pytest.raises(psycopg.Error) as refused:
                connection.execute(statement)
            assert refused.value.sqlstate in ("42501", "22023"), statement


def test_the_publisher_sees_the_log_and_nobody(stack: Stack) -> None:
    with stack.connect("whistle_publisher") as connection:
        assert connection.execute("SELECT count(*) FROM audit_entry").fetchone()
        tables = connection.execute(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
            "AND has_table_privilege(oid, 'SELECT') ORDER BY 1"
        ).fetchall()
    seen = {str(name) for (name,) in tables}
    assert {name for name in seen if not name.startswith("audit_")} == {"organisations_organisation"}


def test_the_grants_may_be_given_again(stack: Stack) -> None:
    stack.sql_file("roles.sql", "-v", "database=whistle", role="postgres", database="postgres")
    stack.manage("grants", role="whistle_owner")


CLOSED = (
    "keystore_staffkey",
    "accounts_signin",
    "accounts_invitation",
    "django_session",
    "access_dutyheld",
    "audit_alarm",
    "audit_approval",
)


def test_the_reporters_process_cannot_read_what_it_does_not_need(stack: Stack, story: Story) -> None:
    with stack.connect("whistle_reporter") as connection:
        connection.execute("SET search_path = public, keystore")
        tables = [*CLOSED, *_tables(stack, "cases_%")]
        assert len(tables) > len(CLOSED) + 5
        for table in tables:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT 1 FROM {table} LIMIT 1")
        for statement in (
            "SELECT password FROM accounts_staff",
            "SELECT email FROM accounts_staff",
            "SELECT * FROM accounts_staff",
            "DELETE FROM store_item",
            "DELETE FROM keystore_seal",
            "UPDATE keystore_seal SET sealed = NULL",
            "UPDATE store_item SET item_hash = NULL",
            "UPDATE accounts_roster SET document = NULL",
            "INSERT INTO accounts_certificate DEFAULT VALUES",
            "UPDATE plan_measure SET code = NULL",
            "UPDATE organisations_organisation SET root_key = NULL",
            "SET ROLE whistle_app",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        assert connection.execute("SELECT count(name) FROM accounts_staff").fetchone()


def test_the_reporters_process_does_not_even_load_the_desk(stack: Stack, story: Story) -> None:
    """Its own socket, past nginx: no desk, no sign-in; the form is there."""
    assert _status(stack, "reporter", "/desk/sign-in/") == 404
    assert _status(stack, "reporter", "/nb/") == 200
    assert _status(stack, "web", "/desk/sign-in/") == 200
    assert _status(stack, "web", "/nb/") == 404


def test_every_table_of_the_reporters_is_one_that_exists(stack: Stack) -> None:
    """A right for a table that was renamed would be no right at all."""
    present = set(_tables(stack, "%"))
    assert set(rights.REPORTERS) | set(rights.COLUMNS) | set(rights.PUBLISHERS) <= present


def test_the_key_store_has_a_schema_of_its_own(stack: Stack) -> None:
    with stack.connect("postgres") as connection:
        rows = connection.execute(
            "SELECT schemaname, tablename FROM pg_tables WHERE tablename LIKE 'keystore%'"
        )
        found = rows.fetchall()
    assert len(found) >= 4
    assert {schema for schema, _table in found} == {"keystore"}


def _tables(stack: Stack, pattern: str) -> list[str]:
    with stack.connect("postgres") as connection:
        rows = connection.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname IN ('public', 'keystore') AND tablename LIKE %s",
            [pattern],
        )
        return [str(name) for (name,) in rows.fetchall()]


def _status(stack: Stack, face: str, path: str) -> int:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(str(stack.sockets / f"{face}.sock"))
        line.sendall(f"GET {path} HTTP/1.0\r\nHost: localhost\r\nX-Forwarded-Proto: https\r\n\r\n".encode())
        return int(line.recv(64).split()[1])
