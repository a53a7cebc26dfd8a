"""What each process keeps in memory while nothing happens: the large installation, and the small one as its units start it.

PSS: what processes share counts in parts.  The goal of 200 MB is for what a small town runs: web, worker and timetable.
"""

import os
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from tests.bench import Row

if TYPE_CHECKING:
    from tests.deploy.programs import Part

SETTLED = 10  # seconds


def rows() -> Iterator[Row]:
    """Yield megabytes, part by part."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    yield from _small()
    yield from _large()


def _small() -> Iterator[Row]:
    from tests.deploy.programs import Part
    from tests.deploy.small import Made, Small

    with tempfile.TemporaryDirectory(prefix="bench-memory-") as name:
        small = Small(Made(Path(name)).peopled)
        try:
            port = {"WHISTLE_WEB_BIND": f"127.0.0.1:{small.port}"}
            web = ("gunicorn", "whistle.wsgi:application", "--config", "deploy/gunicorn.conf.py")
            for part, command, more in (
                ("web", web, port),
                ("worker with timetable", ("whistle.work", "--timetable", "celery"), {}),
                ("publisher", ("whistle.work", "publisher"), {"WHISTLE_FACE": "publisher"}),
            ):
                words = [sys.executable, "-m", *command]
                small.parts[part] = Part(part, words, small.env | more, small.folder / f"{part}.log")
                small.parts[part].start()
            small.wait_for_web()
            for path in ("/desk/sign-in/", "/nb/", "/api/org.json", "/plan/"):
                urllib.request.urlopen(small.url + path, timeout=30).read()
            time.sleep(SETTLED)
            yield from _told("small", small.parts, "<= 200")
        finally:
            small.close()


def _large() -> Iterator[Row]:
    from tests.deploy import programs
    from tests.deploy.stack import Stack
    from tests.deploy.story import request

    if programs.nginx() is None:
        return
    stack = Stack()
    try:
        stack.start()
        for path in ("/desk/sign-in/", "/nb/", "/api/org.json", "/plan/"):
            request(stack, "GET", path)
        time.sleep(SETTLED)
        yield from _told("large", stack.parts)
    finally:
        stack.close()


def _told(what: str, parts: "Mapping[str, Part]", target: str = "") -> Iterator[Row]:
    held = {name: part.memory for name, part in parts.items()}
    for name, megabytes in held.items():
        yield Row(f"{what}: {name}", megabytes, "MB")
    yield Row(f"{what}: all of these", sum(held.values()), "MB")
    if target:
        desk = held["web"] + held["worker with timetable"]
        yield Row(f"{what}: web, worker and timetable", desk, "MB", target)
