"""Who may do what in PostgreSQL, made from the models: `manage.py grants`, as the owner, after every migration.

    whistle_web        the desk's web process and the worker: everything but what is written once
    whistle_reporter   the reporter's web process: what a report and a mailbox need, nothing of the desk
    whistle_publisher  signs the logs: reads them, notes how far it came

A table that is not named here is the desk's alone: a new one is closed to reporters' process until somebody decides.
"""

from collections.abc import Iterator

from django.apps import apps

APP, REPORTER, PUBLISHER = "whistle_app", "whistle_reporter", "whistle_publisher"
SCHEMAS = ("public", "keystore")
ALL = ("SELECT", "INSERT", "UPDATE", "DELETE")

# Written once: the triggers say so too; this holds when they are gone
ONCE = ("audit_entry", "audit_document", "plan_reading", "plan_edition", "plan_measureupdate")
OWNERS = ("django_migrations",)

S, SI, SU, SIU = ("SELECT",), ("SELECT", "INSERT"), ("SELECT", "UPDATE"), ("SELECT", "INSERT", "UPDATE")
REPORTERS: dict[str, tuple[str, ...]] = {
    "organisations_organisation": S,
    "organisations_departure": S,
    "django_content_type": S,
    "auth_permission": S,
    # who reads: the signed list, certificates, names; never passwords, sessions, second factors, wrapped keys
    "accounts_certificate": S,
    "accounts_roster": S,
    # what a report consists of
    "store_box": SIU,
    "store_item": SI,
    "store_vouch": SI,
    "store_removal": S,
    "keystore_seal": SI,
    "keystore_header": SI,
    "keystore_reporter": SIU,
    "keystore_identity": ("INSERT",),  # a name goes in and never comes out here
    "keystore_half": ("INSERT",),
    "access_boxgrant": SI,
    "channel_mailboxstatus": SIU,
    "channel_carecheck": SU,
    "channel_identityact": S,
    "channel_facetext": S,
    # the reporter's own entries and receipts
    "audit_entry": SI,
    "audit_document": S,
    "audit_inforce": S,
    # the public plan
    "plan_plan": S,
    "plan_goal": S,
    "plan_riskarea": S,
    "plan_risk": S,
    "plan_measure": S,
    "plan_control": S,
    "plan_indicator": S,
    "plan_evidencerule": S,
    "plan_reading": S,
    "plan_edition": S,
    "plan_councilreport": S,
}
COLUMNS = {
    "keystore_half": ("id",),  # which an INSERT gives back
    "accounts_staff": ("id", "ref", "organisation_id", "name", "title", "language", "is_active", "log_name"),
}
PUBLISHERS = {
    "audit_entry": SI,
    "audit_document": SI,
    "audit_alarm": SI,
    "audit_inforce": S,
    "audit_approval": S,
    "organisations_organisation": S,
}
PUBLISHERS_UPDATES = {"audit_inforce": ("desk_size",)}


def statements() -> Iterator[str]:
    """Yield the statements in order; safe to repeat, and meant for one transaction."""
    yield "REVOKE ALL ON SCHEMA public FROM PUBLIC"
    everybody = f"PUBLIC, {APP}, whistle_web, {REPORTER}, {PUBLISHER}"
    for schema in SCHEMAS:
        yield f"GRANT USAGE ON SCHEMA {schema} TO {APP}, {REPORTER}"
        for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
            yield f"REVOKE ALL ON ALL {kind} IN SCHEMA {schema} FROM {everybody}"
        yield f"GRANT {', '.join(ALL)} ON ALL TABLES IN SCHEMA {schema} TO {APP}"
        yield f"GRANT USAGE ON ALL SEQUENCES IN SCHEMA {schema} TO {APP}"
    yield f"GRANT USAGE ON SCHEMA public TO {PUBLISHER}"
    # our functions act with the rights of whoever calls them, so calling them gives none (whistle.audit.appending)
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {APP}, {REPORTER}, {PUBLISHER}"
    yield f"REVOKE UPDATE, DELETE ON {', '.join(ONCE)} FROM {APP}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON {', '.join(OWNERS)} FROM {APP}"
    known = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    yield from _role(REPORTER, REPORTERS, known)
    for table, names in COLUMNS.items():
        yield f"GRANT SELECT ({', '.join(names)}) ON {table} TO {REPORTER}"
    yield from _role(PUBLISHER, PUBLISHERS, known)
    for table, names in PUBLISHERS_UPDATES.items():
        yield f"GRANT UPDATE ({', '.join(names)}) ON {table} TO {PUBLISHER}"


def _role(role: str, rights: dict[str, tuple[str, ...]], known: set[str]) -> Iterator[str]:
    for table, what in rights.items():
        if table not in known:
            continue
        yield f"GRANT {', '.join(what)} ON {table} TO {role}"
        if "INSERT" in what and (sequence := _sequence(table)):
            yield f"GRANT USAGE ON SEQUENCE {sequence} TO {role}"


def _sequence(table: str) -> str:
    """Return the sequence behind a table's own numbers, empty for one whose key comes from elsewhere."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.db_table == table and model._meta.pk.get_internal_type() in (
            "AutoField",
            "BigAutoField",
        ):
            return f"{table}_{model._meta.pk.column}_seq"
    return ""
