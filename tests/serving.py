"""Serves a town of a test folder in a process of its own, for browsers to visit."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from whistle.browser.build import build
from whistle.ui.translations import compile_all

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 180.0
MADE = "WHISTLE_TESTS_MADE"  # the variable that names where the sites of a run keep what they begin with


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
    made = _of_this_run(folder) / f"made-{module}"
    command = [sys.executable, "-m", module, str(port), str(told)]
    server = subprocess.Popen(command, cwd=ROOT, env={**os.environ, MADE: str(made)})
    url = f"http://{host}:{port}"
    try:
        _wait_for(url + page, server)
        yield url, json.loads(told.read_text())
    finally:
        server.terminate()
        server.wait(20)


def _of_this_run(folder: Path) -> Path:
    """Return the folder that all processes of this run share; `folder` is one that pytest made."""
    if "PYTEST_VERSION" not in os.environ:
        return folder  # a bench
    return folder.parent.parent if "PYTEST_XDIST_WORKER" in os.environ else folder.parent


def made_once(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what `make` tells of the towns it makes; in a site's own process, before anything touches the database.

    Making towns takes longer than many a test: the first site of a run makes them, later ones begin with a copy.
    """
    from django.conf import settings
    from django.db import connections

    made = Path(os.environ[MADE])
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # two at the same time would take twice as long
        if not made.exists():
            told = make()
            connections.close_all()
            draft = made.with_suffix(".draft")
            shutil.copytree(settings.DATA, draft / "data")
            (draft / "told.json").write_text(json.dumps(told))
            draft.rename(made)
            return told
    shutil.copytree(made / "data", settings.DATA, dirs_exist_ok=True)
    return dict(json.loads((made / "told.json").read_text()))


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
