"""The web server.  Its settings come from the environment like all others (deploy/env.example).

It listens on a socket only: nginx in front ends TLS and hands on nothing that tells who asks.
"""

import ctypes
import gc
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from gunicorn import glogging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whistle.settings")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from whistle import settings


class Quiet(glogging.Logger):
    """gunicorn's log without what a request brought along: it would print addresses, paths and messages."""

    def setup(self, cfg: Any) -> None:
        """Set gunicorn's logger up with our filter on it."""
        super().setup(cfg)
        self.error_log.addFilter(self.about_the_server)

    @staticmethod
    def about_the_server(record: Any) -> bool:
        """Let a line through if it is about the server; of a failed request only the kind of error is left."""
        text = str(record.msg)
        if text.startswith(("Invalid request from ip=", "Ignoring")):
            return False
        if record.exc_info and isinstance(record.exc_info, tuple):
            kind = record.exc_info[0]
            record.msg, record.args = "a request failed: %s", (kind.__name__ if kind else "?",)
            record.exc_info = record.exc_text = None
        return True

    def access(self, *_request: Any) -> None:
        """Write nothing: there is no access log."""


bind = settings.WEB_BIND
umask = 0o007


def pre_fork(_server: Any, _worker: Any) -> None:
    """Let what was loaded before the fork stay shared: the collector must not touch it."""
    gc.collect()
    gc.freeze()
    with suppress(
        OSError, AttributeError
    ):  # what was needed for loading only goes back to the system (glibc)
        ctypes.CDLL(None).malloc_trim(0)


worker_class = "gthread"
workers = settings.WEB_PROCESSES
threads = settings.WEB_THREADS
preload_app = True  # the application is loaded and checked once, and its memory shared
MEMORY = "/dev/shm"  # noqa: S108  # workers' heartbeats, not content
worker_tmp_dir = MEMORY if os.access(MEMORY, os.W_OK) else str(settings.DATA)

# A report's last part may be on its way: let it end
graceful_timeout = 30
timeout = 120
keepalive = 5

# Our own addresses are under 200; a provider of work accounts sends people back with a code of up to two thousand
limit_request_line = 4094
limit_request_fields = 40
limit_request_field_size = 8190
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "")  # peers on the socket are trusted anyway
forwarder_headers = ""

logger_class = Quiet
accesslog = None
errorlog = "-"
loglevel = "warning"
capture_output = False
control_socket_disable = True
proc_name = "whistle-web"
