"""Is everything running?  States only: no counts, no names."""

import shutil
import time

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from kombu.exceptions import OperationalError

from whistle.celery import app
from whistle.core.audience import PUBLIC, audience
from whistle.store.services import inspection

SILENCE = 120  # seconds beyond its timetable after which a worker counts as down
ROOM = 2**26  # octets that must be free: a report with its files must fit


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return bool(cursor.fetchone() == (1,))
    except DatabaseError:
        return False


def _broker() -> bool:
    try:
        with app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OperationalError, OSError):
        return False
    return True


def _alive(queue: str, seconds: int) -> bool:
    """Return whether a worker has done something from this queue lately (whistle.celery.sign_of_life)."""
    try:
        age = time.time() - (settings.HEARTBEATS / queue).stat().st_mtime
    except OSError:
        return False
    return age < SILENCE + 2 * seconds


def _disk() -> bool:
    """Return whether ciphertext can be written where it is kept."""
    probe = settings.UPLOADS / "probe"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe.write_bytes(b"x" * 4096)
        probe.unlink(missing_ok=True)
    except OSError:
        return False
    return shutil.disk_usage(settings.UPLOADS).free >= ROOM


def _log() -> bool:
    """Return whether every log is being signed: a publisher that halted leaves a file (see audit.tasks)."""
    return not any(settings.LOGS.glob("*/halted"))


@audience(PUBLIC)
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, 503 when one does not."""
    parts = {
        "database": _database(),
        "broker": _broker(),
        "worker": _alive("celery", settings.SWEEP_SECONDS),
        "publisher": _alive("publisher", settings.PUBLISH_SECONDS),
        "disk": _disk(),
        "files": not inspection.last().damaged,
        "log": _log(),
    }
    return JsonResponse(
        {name: "ok" if fine else "down" for name, fine in parts.items()},
        status=200 if all(parts.values()) else 503,
    )
