"""A site with cases, and colleagues who come to it with a real browser."""

import json
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.serving import serving
from whistle.client.reporter import Reporter
from whistle.core import clock
from whistle.vault import totp


@dataclass
class Site:
    """Where the towns are served, who works in them, and the cases nobody has taken yet."""

    url: str
    people: dict[str, dict[str, list[str]]]
    reports: list[dict[str, str]]
    strange: dict[str, str]
    database: str
    folder: str = ""  # where its process and the tests leave word
    root: str = ""  # the seed of Fjellvik's root key, as its ceremony wrote it down

    def case(self, *, files: bool = False) -> dict[str, str]:
        """Return a case that no other test uses: `reference` and the reporter's `code`."""
        return self.reports.pop(0 if files else -1)

    @staticmethod
    def today() -> date:
        """Return the date in Oslo."""
        return clock.today()

    def said(self, case: dict[str, str]) -> list[str]:
        """Return every text in the mailbox as the reporter reads it."""
        return [
            each.body["text"]
            for each in Reporter(self.url).mailbox(case["code"]).messages
            if "text" in each.body
        ]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve two towns until the tests are over."""
    folder = tmp_path_factory.mktemp("desk")
    with serving("tests.desk.serve", folder, page="/desk/sign-in/") as (url, told):
        yield Site(url, **told)


@dataclass
class Colleague:
    """Somebody at a desk: a page, everything it sent, and everything it complained about."""

    site: Site
    name: str
    page: Page
    sent: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Remember requests, of the page and of its worker, and complaints."""
        context.on("request", self._note)
        self.page.on(
            "console", lambda said: said.type in ("error", "warning") and self.problems.append(said.text)
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _note(self, request: Request) -> None:
        self.called.append(f"{request.method} {request.url.removeprefix(self.site.url)}")
        body = request.post_data_buffer
        self.sent.append(f"{request.url}\n{json.dumps(request.headers)}\n{(body or b'').decode('latin-1')}")

    @property
    def secrets(self) -> tuple[str, str, str]:
        """The user name, the passphrase, and a one-time code that was not used yet."""
        username, passphrase, secret = self.site.people["fjellvik"][self.name]
        with sqlite3.connect(self.site.database, timeout=20) as database:
            database.execute("UPDATE keystore_staffkey SET totp_counter = 0")
        return username, passphrase, totp.now(secret, int(clock.now().timestamp()))

    def speaks(self, language: str) -> "Colleague":
        """Let the colleague's desk speak a language."""
        with sqlite3.connect(self.site.database, timeout=20) as database:
            username = self.site.people["fjellvik"][self.name][0]
            database.execute(
                "UPDATE accounts_staff SET language = ? WHERE username = ?", (language, username)
            )
        return self

    def sign_in(self) -> "Colleague":
        """Sign in through the form."""
        username, passphrase, code = self.secrets
        self.go("/desk/sign-in/")
        self.page.fill("#username", username)
        self.page.fill("#passphrase", passphrase)
        self.page.fill("#code", code)
        self.page.click("[data-sign-in-go]")
        self.page.wait_for_selector(".w-shell", state="attached")
        return self

    def go(self, path: str) -> Page:
        """Load a page anew."""
        self.page.goto(self.site.url + path)
        return self.page

    def follow(self, path: str) -> Page:
        """Go to a page of the desk as a link does, without loading the document anew."""
        self.page.evaluate(
            "path => { const a = document.createElement('a'); a.href = path; document.body.append(a); a.click(); }",
            path,
        )
        self.page.wait_for_url(f"**{path}")
        return self.page

    def open(self, case: dict[str, str], *, declare: bool = True) -> Page:
        """Open a case, saying first that one is impartial."""
        self.follow(f"/desk/cases/{case['reference']}/")
        if declare:
            self.page.check("#answer-no")
            self.page.click("[data-declare] [type=submit]")
        self.page.wait_for_selector("[data-sealed=open]:visible")
        return self.page

    def told(self, words: str) -> None:
        """Wait until the page says this about what was just done, and shows the case again."""
        self.page.locator("[data-flash]", has_text=words).wait_for()
        self.page.wait_for_selector("[data-sealed=open]:visible")


@pytest.fixture
def colleague(chromium: Browser, site: Site) -> Iterator[Callable[..., Colleague]]:
    """Return somebody of the town by name, each with a browser of their own."""
    contexts: list[BrowserContext] = []

    def arrive(name: str, **how: object) -> Colleague:
        context = chromium.new_context(viewport={"width": 1280, "height": 860}, accept_downloads=True, **how)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        contexts.append(context)
        who = Colleague(site, name, context.new_page())
        who.watch(context)
        return who

    yield arrive
    for context in contexts:
        context.close()
