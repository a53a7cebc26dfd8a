"""Does something upstream tell us who asks?  It must not; when it does, its name is noted, never what it said.

Our own nginx hands on a list of headers that has no address in it.  Another proxy put in front, a load balancer or a
changed configuration may add one; then the same machine very likely writes it to a log as well.
"""

import json
import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from whistle.core import clock

# Headers in which proxies name the visitor (RFC 7239; vendors' manuals)
TELLING = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_FORWARDED",
    "HTTP_X_REAL_IP",
    "HTTP_X_CLIENT_IP",
    "HTTP_X_CLUSTER_CLIENT_IP",
    "HTTP_X_ORIGINAL_FORWARDED_FOR",
    "HTTP_X_ENVOY_EXTERNAL_ADDRESS",
    "HTTP_X_AZURE_CLIENTIP",
    "HTTP_CF_CONNECTING_IP",
    "HTTP_TRUE_CLIENT_IP",
    "HTTP_FASTLY_CLIENT_IP",
    "HTTP_VIA",
)
# What our nginx also keeps back; without nginx (the demo) browsers send it themselves
KEPT_BACK = ("HTTP_USER_AGENT", "HTTP_REFERER", "HTTP_ACCEPT_LANGUAGE")
HERE = ("", "127.0.0.1", "::1")


class NoticeLeaks:
    """Notes, once a day each, the names of headers that should not have come."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.told: set[str] = set()
        self.names = TELLING if settings.DEMO else TELLING + KEPT_BACK

    def __call__(self, request: HttpRequest) -> HttpResponse:
        for name in self.names:
            if name in request.META:
                self._note(name.removeprefix("HTTP_").replace("_", "-").title())
        if request.META.get("REMOTE_ADDR", "") not in HERE:
            self._note("the address of the connection itself")
        return self.get_response(request)

    def _note(self, name: str) -> None:
        mark = f"{clock.today()} {name}"
        if mark not in self.told:
            self.told.add(mark)
            note(name)


def noted() -> list[str]:
    """Return what came today or yesterday and should not have."""
    today = clock.today()
    return sorted(name for name, day in _read().items() if (today - date.fromisoformat(day)).days <= 1)


def note(name: str) -> None:
    """Remember that a header of this name came today; its value is not looked at."""
    found = {**_read(), name: clock.today().isoformat()}
    try:
        _place().parent.mkdir(parents=True, exist_ok=True, mode=0o770)
        draft = _place().with_suffix(f".{os.getpid()}")
        draft.write_text(json.dumps(found))
        draft.replace(_place())
    except OSError:  # a full disk keeps nobody's report out
        return


def _read() -> dict[str, str]:
    try:
        found: dict[str, str] = json.loads(_place().read_text())
    except (OSError, ValueError):
        return {}
    return found


def _place() -> Path:
    return Path(settings.HEARTBEATS) / "leaks.json"
