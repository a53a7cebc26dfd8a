"""Is everything running?  States only: no counts, no names."""

import time

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse

from whistle.core.audience import PUBLIC, audience

BEAT_SILENCE = 300  # seconds after which the worker counts as down


def _database() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            return cursor.fetchone() == (1,)
    except DatabaseError:
        return False


def _worker() -> bool:
    """Return whether the worker has published lately: it touches a file each time it looks."""
    heartbeat = settings.DATA / "worker.heartbeat"
    return heartbeat.exists() and time.time() - heartbeat.stat().st_mtime < BEAT_SILENCE + settings.PUBLISH_SECONDS


def _disk() -> bool:
    probe = settings.DATA / "disk.probe"
    try:
        probe.write_bytes(b"x" * 4096)
        probe.unlink()
    except OSError:
        return False
    return True


def _log() -> bool:
    """Return whether every log is being signed: a publisher that halted leaves a file (see audit.tasks)."""
    return not any(settings.LOGS.glob("*/halted"))


@audience(PUBLIC)
def health(request: HttpRequest) -> JsonResponse:
    """Answer 200 when every part works, 503 when one does not."""
    parts = {"database": _database(), "worker": _worker(), "disk": _disk(), "log": _log()}
    return JsonResponse(
        {name: "ok" if fine else "down" for name, fine in parts.items()}, status=200 if all(parts.values()) else 503
    )
