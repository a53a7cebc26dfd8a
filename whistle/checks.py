"""What must hold before a single report is taken.  An error stops the process, and says what to do.

Django runs checks for its commands only; `refuse_to_start` runs ours in the web process and the workers too.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.checks import CheckMessage, Critical, Error, register, run_checks
from django.core.checks import Warning as Advice
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

from whistle import env

OURS = "whistle"
SIGN_IN = "whistle_sign_in"  # loads what people sign in with; not for workers, where nobody does
LIVE = "whistle_live"  # asks the database as the server; not for commands, which its owner runs too
BACKEND = "whistle.accounts.backends.StaffBackend"
FOREIGN_ADMINS = ("django.contrib.admin", "django.contrib.admindocs", "silk", "debug_toolbar", "hijack")
SHORTEST_SECRET = 32  # characters
FEWEST_SIGNS = 10  # different characters in a secret: a phrase typed over and over has fewer
# Settings no variable reaches: whoever changes them in the code should know what they undo
FIXED = {
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SAMESITE": "Strict",
    "SESSION_COOKIE_PATH": "/desk/",
    "CSRF_COOKIE_SAMESITE": "Strict",
    "CSRF_COOKIE_PATH": "/desk/",
    "USE_X_FORWARDED_HOST": False,
    "USE_X_FORWARDED_PORT": False,
    "ADMINS": [],
    "MANAGERS": [],
    "ANONYMOUS_USER_NAME": None,
    "CELERY_TASK_IGNORE_RESULT": True,
    "USE_TZ": True,
}

Found = Iterator[CheckMessage]


@register(OURS)
def debugging(**_options: Any) -> list[CheckMessage]:
    """E001: an error page of Django shows variables: text in clear, codes, keys."""
    if not settings.DEBUG:
        return []
    return [Critical("DEBUG is on; its error pages show what must not be seen.", id="whistle.E001")]


@register(OURS)
def secrets(**_options: Any) -> list[CheckMessage]:
    """E002, E003: secrets are long, not made by hand, and not the same."""
    return list(_weak_secrets())


def _weak_secrets() -> Found:
    for name in ("SECRET_KEY", "ENTRY_KEY"):
        value = str(getattr(settings, name, ""))
        hint = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
        if len(value) < SHORTEST_SECRET:
            yield Error(
                f"WHISTLE_{name} is shorter than {SHORTEST_SECRET} characters.", hint=hint, id="whistle.E002"
            )
        elif not settings.DEMO and (len(set(value)) < FEWEST_SIGNS or "insecure" in value):
            yield Error(f"WHISTLE_{name} can be guessed.", hint=hint, id="whistle.E002")
    if settings.SECRET_KEY == settings.ENTRY_KEY:
        yield Error(
            "WHISTLE_SECRET_KEY and WHISTLE_ENTRY_KEY are the same: who learns one could forge log entries.",
            id="whistle.E003",
        )


@register(SIGN_IN)
def administrators(**_options: Any) -> list[CheckMessage]:
    """E004, E005: nobody is above the matrix of roles."""
    return list(_powers())


def _powers() -> Found:
    for name in FOREIGN_ADMINS:
        if apps.is_installed(name):
            yield Error(f"{name} is installed: it shows every row to whoever is let in.", id="whistle.E004")
    for path in settings.AUTHENTICATION_BACKENDS:
        if path != BACKEND:
            yield Error(f"{path} is a way in besides {BACKEND}.", id="whistle.E005")
        elif _bows_to_superusers(path):
            yield Error(f"{path} gives a superuser what the matrix does not.", id="whistle.E005")
    person = apps.get_model(settings.AUTH_USER_MODEL)
    if any(field.name in ("is_superuser", "is_staff") for field in person._meta.get_fields()):
        yield Error(f"{settings.AUTH_USER_MODEL} has a column that makes a superuser.", id="whistle.E005")


def _bows_to_superusers(path: str) -> bool:
    class Superuser:
        pk = id = 0
        is_active = is_superuser = is_staff = is_authenticated = True

    backend = import_string(path)()
    return bool(hasattr(backend, "has_perm") and backend.has_perm(Superuser(), "cases.read_case"))


@register(OURS)
def database(**_options: Any) -> list[CheckMessage]:
    """E006: what was confirmed is on the disk."""
    configured = settings.DATABASES["default"]
    if not configured["ENGINE"].endswith("sqlite3"):
        return []
    options = configured.get("OPTIONS", {})
    pragmas = str(options.get("init_command", "")).replace(" ", "").lower()
    needed = ("synchronous=full", "journal_mode=wal", "secure_delete=on")
    missing = [pragma for pragma in needed if pragma not in pragmas]
    if str(options.get("transaction_mode", "")).upper() != "IMMEDIATE":
        missing.append("transaction_mode=IMMEDIATE")
    return [Error(f"SQLite runs without {pragma}.", id="whistle.E006") for pragma in missing]


@register(OURS)
def folders(**_options: Any) -> list[CheckMessage]:
    """E007: only the processes that need them read ciphertext and keys."""
    return list(_open_folders())


def _open_folders() -> Found:
    kind, code = (Advice, "whistle.W007") if settings.DEMO else (Error, "whistle.E007")
    closed = [
        settings.BLOBS,
        settings.UPLOADS,
        settings.DATA / "mail",
        settings.DATA / "broker",
        settings.DATA / "cache",
    ]
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        closed.append(Path(str(settings.DATABASES["default"]["NAME"])))
    for path in closed:
        if _reachable(path) and path.stat().st_mode & 0o007:
            yield kind(f"{path} can be read by every user of this machine.", hint=f"chmod o= {path}", id=code)
    keys = settings.LOG_KEYS
    if _reachable(keys) and keys.stat().st_mode & 0o077:
        yield kind(f"{keys} can be read by others than its owner.", hint=f"chmod 700 {keys}", id=code)


def _reachable(path: Path) -> bool:
    """Return whether somebody could get to it: a closed folder above it closes it too."""
    try:
        return path.exists() and bool(path.parent.stat().st_mode & 0o001)
    except PermissionError:
        return False


@register(OURS)
def transport(**_options: Any) -> list[CheckMessage]:
    """E008, E009: TLS and one's own host names, but in the demo."""
    return list(_weak_transport())


def _weak_transport() -> Found:
    if not settings.ALLOWED_HOSTS or any(host.startswith("*") for host in settings.ALLOWED_HOSTS):
        yield Error("WHISTLE_HOSTS must name this server's hosts, without *.", id="whistle.E009")
    if settings.DEMO:
        return
    if not settings.HTTPS:
        yield Error("WHISTLE_HTTPS is off; only the demo runs without it.", id="whistle.E008")
    elif not (settings.SESSION_COOKIE_SECURE and settings.CSRF_COOKIE_SECURE):
        yield Error("A cookie would be sent without TLS.", id="whistle.E008")


@register(OURS)
def oddities(**_options: Any) -> list[CheckMessage]:
    """E010–E012: settings nobody meant."""
    return list(_oddities())


def _oddities() -> Found:
    for name, value in FIXED.items():
        if getattr(settings, name, value) != value:
            yield Error(f"{name} must be {value!r}.", id="whistle.E010")
    if not settings.DEMO:
        for name in env.unknown():
            if not name.startswith(env.ELSEWHERE):
                yield Error(
                    f"{name} is not a setting of Whistle.",
                    hint=f"See {env.DOCUMENTED_IN}.",
                    id="whistle.E011",
                )
    yield from _at_odds()
    logging: dict[str, Any] = settings.LOGGING
    handlers = logging.get("handlers", {}).values()
    if any("AdminEmail" in str(handler.get("class")) for handler in handlers):
        yield Error("Error reports would leave by mail.", id="whistle.E012")
    for name in ("django.request", "django.security", "django.server"):
        logger = logging.get("loggers", {}).get(name, {})
        if logger.get("handlers") != ["nowhere"] or logger.get("propagate", True):
            yield Error(f"{name} would log paths and parameters.", id="whistle.E012")


def _at_odds() -> Found:
    """Settings that are right by themselves and wrong together, or with what is on the disk."""
    if settings.DATA.exists() and not settings.DATA.is_dir():
        yield Error(f"WHISTLE_DATA must be a folder; {settings.DATA} is a file.", id="whistle.E014")
    if settings.UPLOAD_BUDGET < settings.LARGEST_FILE:
        yield Error(
            "WHISTLE_UPLOAD_BUDGET is less than one file of WHISTLE_LARGEST_FILE: none could be sent.",
            id="whistle.E014",
        )
    for code in settings.MORE_LANGUAGES:
        if not (settings.LOCALE_PATHS[0] / code / "LC_MESSAGES" / "django.mo").exists():
            yield Error(
                f"WHISTLE_LANGUAGES names {code}, and WHISTLE_LANGUAGE_PACKS has no compiled pack of it.",
                hint="python -m whistle.ui.translations --packs FOLDER",
                id="whistle.E015",
            )
    if not settings.DEMO and not settings.PUBLIC_LOG_MINUTES:
        yield Advice(
            "WHISTLE_PUBLIC_LOG_MINUTES is 0: anybody who follows the log sees to the second when somebody reported.",
            id="whistle.W016",
        )


@register(LIVE, deploy=True)
def running_database(**_options: Any) -> list[CheckMessage]:
    """E006, E013: what the database itself says.  One that is down is not a reason to refuse: it may come back."""
    try:
        with connection.cursor() as cursor:
            return list(_sqlite(cursor) if connection.vendor == "sqlite" else _postgresql(cursor))
    except DatabaseError:
        return []
    finally:
        connection.close()  # nothing open is inherited by the processes forked from this one


def _sqlite(cursor: Any) -> Found:
    if cursor.execute("PRAGMA synchronous").fetchone()[0] < 2:
        yield Error("SQLite says that it does not flush what it confirms.", id="whistle.E006")


def _postgresql(cursor: Any) -> Found:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        cursor.execute(f"SHOW {name}")
        if cursor.fetchone()[0] == "off":
            yield Error(f"PostgreSQL runs with {name} = off.", id="whistle.E006")
    cursor.execute(
        "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
    )
    if cursor.fetchone()[0]:
        yield Error("The server is signed in to PostgreSQL as one that may do everything.", id="whistle.E013")
    if settings.DEMO:
        return
    cursor.execute(
        "SELECT relname FROM pg_class WHERE relname IN ('audit_entry', 'audit_document') AND relkind = 'r' AND "
        "(has_table_privilege(oid, 'UPDATE') OR has_table_privilege(oid, 'DELETE') OR has_table_privilege(oid, 'TRUNCATE'))"
    )
    for (table,) in cursor.fetchall():
        yield Error(
            f"The server may change {table} (run `manage.py grants` as the owner).", id="whistle.E013"
        )


def refuse_to_start(*, people: bool = True) -> None:
    """Print what the checks found; leave the process with status 78 (EX_CONFIG) when one of them is an error.

    `people` says whether anybody signs in to this process.
    """
    tags = [OURS, LIVE, *((SIGN_IN,) if people else ())]
    found = run_checks(tags=tags, include_deployment_checks=True)
    for message in found:
        print(message, file=sys.stderr, flush=True)
    if any(message.is_serious() for message in found):
        print(
            f"Whistle does not start like this.  Every setting is described in {env.DOCUMENTED_IN}.",
            file=sys.stderr,
        )
        sys.exit(78)
