"""Append-only in the database itself, for each kind we support.

A speed bump, not a proof: who owns the database can drop a trigger.  That they did is what the published tree shows.
"""

TABLES = ("audit_entry", "audit_document")

APPEND_ONLY = {
    "sqlite": [
        f"""CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}
            BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END"""
        for table in TABLES
        for verb in ("UPDATE", "DELETE")
    ],
    "postgresql": [
        """CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'the log is append-only'; END $$""",
        *(
            f"""CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}
                FOR EACH ROW EXECUTE FUNCTION audit_refuse()"""
            for table in TABLES
        ),
        *(
            f"""CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}
                FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()"""
            for table in TABLES
        ),
        *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_change" for table in TABLES),
        *(f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {table}_no_truncate" for table in TABLES),
    ],
}
