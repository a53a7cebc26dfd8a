"""Serves a town of a test folder in a process of its own, for browsers to visit."""

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from whistle.browser.build import build
from whistle.ui.translations import compile_all

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 90.0


@contextmanager
def serving(
    module: str, folder: Path, *, host: str = "127.0.0.1", page: str = "/"
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Run `python -m module PORT FILE` until the block ends; yield the address and what the module wrote to FILE.

    `page` is the one that answers when the site is up.
    """
    build()
    compile_all()
    told = folder / "told.json"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen([sys.executable, "-m", module, str(port), str(told)], cwd=ROOT)
    url = f"http://{host}:{port}"
    try:
        _wait_for(url + page, server)
        yield url, json.loads(told.read_text())
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(url: str, server: "subprocess.Popen[bytes]") -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.poll() is not None:
            pytest.fail("the site did not start")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    pytest.fail("the site does not answer")
