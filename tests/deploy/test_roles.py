"""Who may do what in PostgreSQL."""

import psycopg
import pytest

from tests.deploy.stack import Stack

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
    stack.sql_file("grants.sql", role="whistle_owner")
