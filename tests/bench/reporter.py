"""A reporter's first visit, until typing: requests, octets and seconds, in real Chromium.

The peer's figures are the strongest one's first visit: 38 requests and 684 kB.
"""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import perf_counter

from playwright.sync_api import Browser, Page, sync_playwright

from tests.bench import Row

PEER_REQUESTS, PEER_OCTETS = 38, 684_000
SLOW_LINE = 400_000 / 8  # octets a second
DELAY = 150  # milliseconds to the server and back
SLOWER = 4  # a phone's processor against this one


def rows() -> Iterator[Row]:
    """Yield what a first visit costs; nothing at all on a machine without Chromium."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    import django

    django.setup()
    from tests.browser import CHROMIUM, FLAGS
    from tests.serving import serving

    if not CHROMIUM:
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        serving("tests.reporter.serve", Path(folder)) as (url, _people),
        _browser(CHROMIUM, FLAGS) as browser,
    ):
        weights, _seconds = _visit(browser, url, slow=False)
        own = {url: weight for url, weight in weights.items() if "/api/" not in url}
        yield Row("first visit until typing: requests", len(weights), "", "<= 6")
        yield Row("first visit: page, style and script", sum(own.values()) / 1000, "kB", "<= 60")
        yield Row(
            "first visit: the list of readers", (sum(weights.values()) - sum(own.values())) / 1000, "kB"
        )
        yield Row("requests against the strongest peer's", len(weights) / PEER_REQUESTS, "x", "<= 1")
        yield Row("octets against the strongest peer's", sum(weights.values()) / PEER_OCTETS, "x", "<= 1")
        _weights, seconds = _visit(browser, url, slow=True)
        yield Row("until the form on a slow phone (4x, 400 kbit/s, 150 ms)", seconds, "s")
        yield Row(
            "the same, against the line's own time for the octets",
            seconds / (sum(weights.values()) / SLOW_LINE),
        )


@contextmanager
def _browser(program: str, flags: list[str]) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=flags)
        yield browser
        browser.close()


def _visit(browser: Browser, url: str, *, slow: bool) -> tuple[dict[str, int], float]:
    """Go to the first page and into the form; return octets by address, and seconds until it can be filled in."""
    context = browser.new_context(viewport={"width": 360, "height": 740})
    weights: dict[str, int] = {}
    context.on(
        "requestfinished", lambda done: weights.__setitem__(done.url, done.sizes()["responseBodySize"])
    )
    page = context.new_page()
    if slow:
        _slow_down(page)
    began = perf_counter()
    page.goto(f"{url}/")
    page.locator("[data-people-front] li").first.wait_for()
    page.locator("[data-begin]").click()
    page.locator("[data-step=about]").wait_for()
    seconds = perf_counter() - began
    page.wait_for_load_state("networkidle")
    context.close()
    return weights, seconds


def _slow_down(page: Page) -> None:
    phone = page.context.new_cdp_session(page)
    phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    line = {
        "offline": False,
        "latency": DELAY,
        "downloadThroughput": SLOW_LINE,
        "uploadThroughput": SLOW_LINE,
    }
    phone.send("Network.enable")
    phone.send("Network.emulateNetworkConditions", line)
