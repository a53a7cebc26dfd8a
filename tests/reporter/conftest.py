"""A site with two towns, and a browser to visit it with."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.serving import serving
from tests.town import Town
from whistle.browser.build import build
from whistle.client.desk import OpenCase
from whistle.organisations.models import Organisation
from whistle.ui.translations import compile_all

expect.set_options(timeout=20_000)  # a machine that does other things meanwhile is slow, not wrong


@dataclass(frozen=True)
class Site:
    """Where the towns are served, and who works in them: name -> username, passphrase, one-time secret."""

    url: str
    people: dict[str, dict[str, list[str]]]


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """The browser's half and the translations are current."""
    build()
    compile_all()


@pytest.fixture
def fjellvik(db: None) -> Organisation:
    """A municipality with an open channel and a root key; nobody needs to work there to look at its pages."""
    return Organisation.objects.create(
        slug="fjellvik", name="Fjellvik kommune", log_origin="fjellvik.example", root_key=b"f" * 32, live=True
    )


@pytest.fixture
def nordvik(db: None) -> Organisation:
    """Another one on the same installation: the stranger."""
    return Organisation.objects.create(
        slug="nordvik", name="Nordvik kommune", log_origin="nordvik.example", root_key=b"n" * 32, live=True
    )


@pytest.fixture(scope="session")
def site(built: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Serve two towns until the tests are over."""
    with serving("tests.reporter.serve", tmp_path_factory.mktemp("site")) as (url, people):
        yield Site(url, people)


class Visit:
    """A page in a fresh browser profile, which remembers what it fetched and what went wrong."""

    def __init__(self, context: BrowserContext, site: Site) -> None:
        self.context = context
        self.site = site
        self.requests: list[str] = []
        self.weights: dict[str, int] = {}
        self.problems: list[str] = []
        context.on("request", lambda request: self.requests.append(request.url))
        context.on("requestfinished", self._weigh)
        self.page = context.new_page()
        self.page.on(
            "console", lambda said: said.type in ("error", "warning") and self.problems.append(said.text)
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def _weigh(self, request: object) -> None:
        self.weights[request.url] = request.sizes()["responseBodySize"]  # type: ignore[attr-defined]

    def go(self, path: str) -> Page:
        """Visit a page of Fjellvik."""
        self.page.goto(self.site.url + path)
        return self.page


@pytest.fixture
def visit(chromium: Browser, site: Site) -> Iterator[Visit]:
    """Somebody with a small phone and an empty browser."""
    context = chromium.new_context(viewport={"width": 360, "height": 740}, accept_downloads=True)
    context.set_default_timeout(30_000)
    yield Visit(context, site)
    context.close()


@pytest.fixture
def sent(town: Town) -> str:
    """The code of a report."""
    return town.report("Look at the invoices.").code


@pytest.fixture
def case(town: Town, sent: str) -> OpenCase:
    """Its case, acknowledged by Ingrid."""
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    return case
