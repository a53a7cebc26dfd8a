"""The one real browser of a test run.  Playwright's plain API can be started once in a process."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
# as root there is no sandbox to be had; the rest keeps the browser from calling home
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


AXE = Path(__file__).parents[1] / "node_modules/axe-core/axe.min.js"
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]  # all that is another by night than by day


def axe(page: Page, *, by_night: bool = False) -> list[str]:
    """Return what axe finds on a page; `by_night` only what is wrong with its colours, after a look by day."""
    page.locator("html:not([aria-busy])").wait_for(state="attached")  # Turbo is still turning the page
    page.evaluate(AXE.read_text())
    rules = {"type": "rule", "values": COLOURS} if by_night else {"type": "tag", "values": STANDARDS}
    found = page.evaluate("rules => axe.run({ runOnly: rules }).then(r => r.violations)", rules)
    return [f"{each['id']}: {each['nodes'][0]['html'][:160]}" for each in found]


def axe_by_day_and_night(page: Page, where: str) -> list[str]:
    """Return what axe finds in light and dark, each line with `where`; the page is left in light."""
    found = []
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        found += [f"{where} {scheme}: {line}" for line in axe(page, by_night=scheme == "dark")]
    return found


@contextmanager
def started() -> Iterator[Browser]:
    """Start Chromium.  Without one the test is left out, saying so, except in CI, where it fails."""
    if not CHROMIUM:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()
