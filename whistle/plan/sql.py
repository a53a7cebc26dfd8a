"""Readings that cannot be changed, in the database itself, for each kind we support."""

TABLES = ("plan_reading", "plan_edition", "plan_measureupdate")

WRITTEN_ONCE = {
    "sqlite": [
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
            BEGIN SELECT RAISE(ABORT, 'a figure that stands is not changed'); END"""
        for table in TABLES
    ],
    "postgresql": [
        """CREATE FUNCTION plan_refuse() RETURNS trigger LANGUAGE plpgsql AS
           $$ BEGIN RAISE EXCEPTION 'a figure that stands is not changed'; END $$""",
        *(
            f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
                FOR EACH ROW EXECUTE FUNCTION plan_refuse()"""
            for table in TABLES
        ),
    ],
}

LATER_TABLES = ("plan_evidencefile", "plan_effectreview", "plan_riskassessment", "plan_sentstatus")
LATER = {
    "sqlite": [
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
            BEGIN SELECT RAISE(ABORT, 'what was written down is not changed'); END"""
        for table in LATER_TABLES
    ],
    "postgresql": [
        f"""CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table}
            FOR EACH ROW EXECUTE FUNCTION plan_refuse()"""
        for table in LATER_TABLES
    ],
}
