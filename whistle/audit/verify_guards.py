"""Whether the guards still stand: who owns the database can take one away or empty it, and this says which.

What they did meanwhile to entries the tree shows; what they kept from being logged it cannot, so this is all there is.
"""

import re
from collections.abc import Iterator

from django.db import connection

from whistle.audit import guards
from whistle.audit.faults import Fault

_TRIGGER = re.compile(r"CREATE (?:CONSTRAINT )?TRIGGER (\w+)")
_FUNCTION = re.compile(r"FUNCTION (\w+)\(.*?\$\$(.*)\$\$", re.DOTALL)


def guard_faults() -> Iterator[Fault]:
    """Yield a fault for each guard that is not as the last migration put it up."""
    wanted = {"sqlite": _sqlite, "postgresql": _postgresql}[connection.vendor]
    for name in sorted(wanted()):
        yield Fault("desk", None, "guard.gone", about=name)


def _statements() -> list[str]:
    build = {"sqlite": guards.sqlite, "postgresql": guards.postgresql}[connection.vendor]
    present = set(connection.introspection.table_names())
    return list(build({name: how for name, how in guards.audited_tables().items() if name in present}))


def _sqlite() -> set[str]:
    due = {found[1]: one for one in _statements() if (found := _TRIGGER.match(one))}
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        there = dict(cursor.fetchall())
    return {name for name, text in due.items() if " ".join(there.get(name, "").split()) != text}


def _postgresql() -> set[str]:
    statements = _statements()
    functions = {found[1]: found[2] for one in statements if (found := _FUNCTION.search(one))}
    made = {found[1] for one in statements if (found := _TRIGGER.match(one))}
    always = {
        name for name in made if any(one.endswith(f"ENABLE ALWAYS TRIGGER {name}") for one in statements)
    }
    with connection.cursor() as cursor:
        cursor.execute("SELECT tgname, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal")
        there = dict(cursor.fetchall())
        cursor.execute("SELECT proname, prosrc FROM pg_proc WHERE proname = ANY(%s)", [list(functions)])
        sources = dict(cursor.fetchall())
    gone = {name for name in made if there.get(name) != ("A" if name in always else "O")}
    return gone | {name for name, text in functions.items() if sources.get(name) != text}
