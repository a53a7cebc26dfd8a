"""A browser that nobody looks over the shoulder of: driven by the few commands that keep nothing of what it sends.

Playwright watches the network, and for that Chromium keeps the body of every request in the page's own memory: what a
page holds cannot be measured so.  This speaks the browser's protocol over a pipe and never asks for the network.
"""

import fcntl
import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser import CHROMIUM, FLAGS

COMMANDS, ANSWERS = 3, 4  # the descriptors that --remote-debugging-pipe reads and writes
OUT_OF_THE_WAY = 10


class Bare:
    """One page of such a browser."""

    def __init__(self, process: subprocess.Popen[bytes], to: int, back: int, downloads: Path) -> None:
        self.process, self._to, self._back = process, to, back
        self._buffer, self._count, self._session = b"", 0, ""
        self.downloads = downloads
        self("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(downloads))
        self._session = self("Target.attachToTarget", targetId=self._first_page(), flatten=True)["sessionId"]

    def __call__(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a command and return its result.  Raises RuntimeError with the browser's words."""
        self._count += 1
        said = {"id": self._count, "method": method, "params": params}
        if self._session:
            said["sessionId"] = self._session
        os.write(self._to, json.dumps(said).encode() + b"\0")
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                break
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return dict(answer["result"])

    def run(self, script: str) -> Any:
        """Return the value of an expression in the page."""
        return self("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)[
            "result"
        ].get("value")

    def wait(self, script: str, seconds: float = 30) -> Any:
        """Wait until an expression is true."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if value := self.run(script):
                return value
            time.sleep(0.1)
        raise TimeoutError(script)

    def press(self, selector: str) -> None:
        """Press a button that is there and to be seen, or comes to be."""
        found = (
            f"[...document.querySelectorAll({json.dumps(selector)})].find((each) => each.checkVisibility())"
        )
        self.wait(f"Boolean({found})")
        self.run(f"{found}.click()")

    def write(self, selector: str, words: str) -> None:
        """Write into a field."""
        field = f"document.querySelector({json.dumps(selector)})"
        self.run(
            f"{field}.value = {json.dumps(words)}; {field}.dispatchEvent(new Event('input', {{bubbles: true}}))"
        )

    def choose_file(self, selector: str, path: Path) -> None:
        """Choose a file in a file field, as a person does."""
        node = self("Runtime.evaluate", expression=f"document.querySelector({json.dumps(selector)})")
        self("DOM.setFileInputFiles", files=[str(path)], objectId=node["result"]["objectId"])

    def resident(self, *, of_all: bool = False) -> int:
        """Octets of memory of its own that the pages of this browser hold, or the whole browser."""
        total = 0
        for pid in (self.process.pid, *_below(self.process.pid)):
            try:
                if of_all or b"--type=renderer" in Path(f"/proc/{pid}/cmdline").read_bytes():
                    total += _own(pid)
            except OSError:
                continue
        return total

    def _first_page(self) -> str:
        for _ in range(100):
            pages = [one for one in self("Target.getTargets")["targetInfos"] if one["type"] == "page"]
            if pages:
                return str(pages[0]["targetId"])
            time.sleep(0.1)
        raise TimeoutError("no page")

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            got = os.read(self._back, 2**16)
            if not got:
                raise RuntimeError("the browser is gone")
            self._buffer += got
        said, _, self._buffer = self._buffer.partition(b"\0")
        return dict(json.loads(said))


def _own(pid: int) -> int:
    """Octets that a process holds beside the files it has mapped: what is shared with others is counted with each."""
    said = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines() if ":" in line
    )
    return sum(1024 * int(said[part].split()[0]) for part in ("RssAnon", "RssShmem") if part in said)


def _below(pid: int) -> list[int]:
    """Return the processes that a process started, and those that they did."""
    found: list[int] = []
    parents: dict[int, int] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(stat.parent.name)] = int(stat.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    wanted = {pid}
    while fresh := {child for child, parent in parents.items() if parent in wanted} - wanted:
        wanted |= fresh
        found += fresh
    return found


def _pipe() -> tuple[int, int]:
    """Return both ends of a pipe, under numbers that are out of the way of those the browser wants."""
    low = os.pipe()
    reads, writes = (fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, OUT_OF_THE_WAY) for each in low)
    for each in low:
        os.close(each)
    return reads, writes


@contextmanager
def bare(folder: Path) -> Iterator[Bare]:
    """Start such a browser with an empty profile in `folder`."""
    if not CHROMIUM:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    (to_browser, to), (back, from_browser) = _pipe(), _pipe()
    command = [
        str(CHROMIUM),
        "--headless=new",
        "--remote-debugging-pipe",
        f"--user-data-dir={folder}",
        "--window-size=360,740",
        *FLAGS,
        "about:blank",
    ]

    def place_pipes() -> None:
        os.dup2(to_browser, COMMANDS)
        os.dup2(from_browser, ANSWERS)

    process = subprocess.Popen(
        command,
        preexec_fn=place_pipes,
        close_fds=False,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Bare(process, to, back, folder / "downloads")
    finally:
        process.terminate()
        process.wait(20)
        for each in (to_browser, to, back, from_browser):
            os.close(each)
