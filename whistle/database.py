"""From a URL to Django's settings: SQLite as it must be for a log, PostgreSQL, an S3-compatible store."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# synchronous=FULL: with NORMAL a power cut can lose the last commits, which a published checkpoint then exposes as
# tampering.  secure_delete: a deleted key must not stay readable in a free page.
SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA busy_timeout=20000"
)

KEPT_SECONDS = 60  # a connection serves many requests of its thread


def from_url(url: str) -> dict[str, Any]:
    """Return the `DATABASES` entry of `url`.  Raises ImproperlyConfigured for any other scheme.

    >>> from_url("sqlite:////srv/whistle.sqlite3")["NAME"]
    '/srv/whistle.sqlite3'
    >>> from_url("postgresql://web@/whistle?host=/run/postgresql")["HOST"]
    '/run/postgresql'
    """
    parts = urlsplit(url)
    if parts.scheme not in ("sqlite", "postgres", "postgresql"):
        raise ImproperlyConfigured("WHISTLE_DATABASE_URL must start with sqlite:/// or postgresql://")
    if not parts.path[1:]:
        raise ImproperlyConfigured(
            "WHISTLE_DATABASE_URL must name a database: postgresql:///whistle?host=/run/postgresql"
        )
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": parts.path[1:],
            "CONN_MAX_AGE": KEPT_SECONDS,
            "OPTIONS": {"transaction_mode": "IMMEDIATE", "init_command": SQLITE_PRAGMAS, "timeout": 20},
        }
    options = dict(parse_qsl(parts.query))
    options["options"] = f"{options.get('options', '')} -c search_path=public,keystore".strip()
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path[1:],
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": KEPT_SECONDS,
        "CONN_HEALTH_CHECKS": True,  # a restarted server costs nobody an error
        "OPTIONS": options,
    }


def bucket_from_url(url: str) -> dict[str, Any]:
    """Return the `STORAGES` entry of an S3-compatible store.  Raises ImproperlyConfigured for any other URL.

    >>> bucket_from_url("s3://id:key@127.0.0.1:9000/sealed?tls=0")["OPTIONS"]["endpoint_url"]
    'http://127.0.0.1:9000'
    """
    parts, options = urlsplit(url), dict(parse_qsl(urlsplit(url).query))
    tls, region = options.pop("tls", "1"), options.pop("region", None)
    if (
        parts.scheme != "s3"
        or not parts.hostname
        or not parts.path.strip("/")
        or not parts.password
        or options
    ):
        raise ImproperlyConfigured("WHISTLE_S3_URL must be s3://ID:KEY@HOST[:PORT]/BUCKET[?region=…&tls=0]")
    host = f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": parts.path.strip("/"),
            "access_key": unquote(parts.username or ""),
            "secret_key": unquote(parts.password),
            "endpoint_url": f"{'http' if tls == '0' else 'https'}://{host}",
            "region_name": region,
            "addressing_style": "path",
            "default_acl": None,
            "file_overwrite": True,  # names are random and written once; the same one again is the same octets
            "gzip": False,
        },
    }
