"""A town at work and one that is only founded, behind a web server; and people who come with a browser."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.serving import serving
from whistle.core import clock
from whistle.vault import totp


@dataclass
class Place:
    """Where it is served.  By name and not by number: passkeys belong to names."""

    url: str
    people: dict[str, list[str]]
    case: str
    links: dict[str, dict[str, str]]
    database: str

    def fresh_codes(self) -> None:
        """Let every authenticator's present code count again."""
        with sqlite3.connect(self.database, timeout=20) as database:
            database.execute("UPDATE keystore_staffkey SET totp_counter = 0")


@pytest.fixture(scope="session")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """Serve until the tests are over."""
    folder = tmp_path_factory.mktemp("people")
    with serving("tests.people.serve", folder, host="localhost", page="/desk/sign-in/") as (url, told):
        yield Place(url, **told)


@dataclass
class Visitor:
    """Somebody with a browser: a page, and everything it complained about and sent."""

    place: Place
    page: Page
    problems: list[str] = field(default_factory=list)
    sent: list[str] = field(default_factory=list)

    def sign_in(self, username: str, passphrase: str, secret: str, prefix: str = "") -> Page:
        """Sign in through the form."""
        self.place.fresh_codes()
        page = self.page
        page.goto(f"{self.place.url}{prefix}/desk/sign-in/")
        page.fill("#username", username)
        page.fill("#passphrase", passphrase)
        page.fill("#code", totp.now(secret, clock.now().timestamp()))
        page.click("[data-sign-in-go]")
        page.wait_for_selector(".w-shell", state="attached")
        return page

    def enrol(self, link: str) -> tuple[str, str, list[str]]:
        """Use a link up; return passphrase, the authenticator's secret, and the words of the keys."""
        page = self.page
        page.goto(link)
        page.wait_for_selector("[data-enrol-typed]")
        passphrase = " ".join(page.locator("[data-passphrase] li span").all_inner_texts())
        page.fill("#typed", passphrase)
        page.click("[data-enrol-typed] [type=submit]")
        page.wait_for_selector("[data-square] path", state="attached")
        secret = page.inner_text("[data-secret]").replace(" ", "")
        page.fill("#code", totp.now(secret, clock.now().timestamp()))
        page.click("[data-enrol-go]")
        page.wait_for_selector("[data-enrol-step=made]:not([hidden]) [data-own-words] li")
        return (
            passphrase,
            secret,
            page.locator("[data-enrol-step=made] [data-own-words] li").all_inner_texts(),
        )

    def declare(self) -> None:
        """Say that what one learns stays secret."""
        self.page.wait_for_selector("[data-secrecy]")
        self.page.click("[data-secrecy] [type=submit]")
        self.page.wait_for_selector("[data-secrecy]", state="detached")

    def saved(self, words: str = "Lagret") -> None:
        """Wait until the page says so."""
        self.page.locator("[data-flash]", has_text=words).wait_for()


@pytest.fixture
def visitor(chromium: Browser, place: Place) -> Iterator[Callable[..., Visitor]]:
    """Return somebody with a browser of their own."""
    contexts: list[BrowserContext] = []

    def arrive(**how: object) -> Visitor:
        context = chromium.new_context(viewport={"width": 1280, "height": 900}, **how)  # type: ignore[arg-type]
        context.set_default_timeout(20_000)
        contexts.append(context)
        who = Visitor(place, context.new_page())
        who.page.on("console", lambda said: said.type == "error" and who.problems.append(said.text))
        who.page.on("pageerror", lambda error: who.problems.append(str(error)))
        context.on("request", lambda request: who.sent.append(f"{request.url} {request.post_data or ''}"))
        return who

    yield arrive
    for context in contexts:
        context.close()
