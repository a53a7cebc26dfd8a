"""What a person does on the reporter's pages, step by step."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.reporter.conftest import Visit
from whistle.client.desk import Desk, Person

BOKMAL = {
    "begin": "Jeg vil varsle",
    "next": "Neste",
    "story": "Hva har skjedd?",
    "skip": "Hopp over resten av spørsmålene",
    "send": "Send varselet",
    "sent": "Varselet er sendt.",
    "kept": "Jeg har tatt vare på koden",
    "code": "Sakskode",
    "open": "Åpne",
    "received": "Vi har mottatt varselet ditt",
}


def begin(visit: Visit, path: str = "/") -> Page:
    page = visit.go(path)
    page.get_by_role("link", name=BOKMAL["begin"]).click()
    expect(page.get_by_role("heading", name="Hvem gjelder det?")).to_be_visible()
    return page


def on(page: Page, times: int = 1) -> None:
    for _ in range(times):
        page.get_by_role("button", name=BOKMAL["next"]).click()


def send(page: Page, text: str, files: list[dict[str, object]] | None = None) -> list[str]:
    """Go through the form from its second question, and return the words of the code."""
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill(text)
    on(page, 2)
    if files:
        page.set_input_files("[data-step=files] input[type=file]", files)
        expect(page.get_by_text(re.compile("Forseglet og lastet opp"))).to_have_count(len(files))
    to_the_end(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    return words_of(page)


def to_the_end(page: Page) -> None:
    """Go on, past the questions nobody must answer, until the report can be sent."""
    send, skip = (page.get_by_role("button", name=BOKMAL[name]) for name in ("send", "skip"))
    while not send.is_visible():
        skip.click() if skip.is_visible() else on(page)


def words_of(page: Page) -> list[str]:
    expect(page.get_by_role("heading", name=BOKMAL["sent"])).to_be_visible()
    return page.locator(".w-code .o").all_inner_texts()


def open_mailbox(visit: Visit, code: str) -> Page:
    page = visit.go("/nb/mailbox/")
    page.get_by_label(BOKMAL["code"]).fill(code)
    page.get_by_role("button", name=BOKMAL["open"]).click()
    return page


_DESKS: dict[tuple[str, str], Desk] = {}


def desk(visit: Visit, name: str = "ingrid") -> Desk:
    """Return a colleague's desk; a one-time code works once, so they sign in once a run."""
    username, passphrase, totp = visit.site.people["fjellvik"][name]
    if (visit.site.url, name) not in _DESKS:
        _DESKS[visit.site.url, name] = Desk(visit.site.url, Person(username, passphrase, totp))
    return _DESKS[visit.site.url, name]


# Text in a column too narrow to read, words cut in two, and what lies beyond the edge
SQUEEZED = r"""() => {
  const found = [];
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  const lines = (rects) => new Set([...rects].filter((each) => each.width > 0).map((each) => Math.round(each.top / 4))).size;
  while (texts.nextNode()) {
    const node = texts.currentNode, text = node.data.trim();
    if (!text || !node.parentElement.checkVisibility() || node.parentElement.closest(".ds-sr-only, textarea, svg")) continue;
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()];
    const widest = Math.max(...rects.map((each) => each.width));
    if (lines(rects) > 2 && text.length / lines(rects) < 11 && widest < innerWidth * 0.4) found.push(`narrow: ${text.slice(0, 60)}`);
    if (rects.some((each) => each.right > innerWidth + 1)) found.push(`beyond the edge: ${text.slice(0, 60)}`);
    for (const word of node.data.matchAll(/[\p{L}\p{N}\u00ad]{3,}/gu)) {
      if (word[0].includes("\u00ad")) continue;
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      if (lines(range.getClientRects()) > 1) found.push(`cut in two: ${word[0]}`);
    }
  }
  if (document.documentElement.scrollWidth > innerWidth) found.push("scrolls sideways");
  return found;
}"""


def squeezed(page: Page, where: str) -> list[str]:
    """What does not fit the width of the page, however narrow it is."""
    return [f"{where}: {each}" for each in page.evaluate(SQUEEZED)]


def forget_certificates(visit: Visit) -> None:
    """From now on the server keeps back who vouches for its writers."""

    def strip(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json={**answer.json(), "certificates": []})

    visit.page.route("**/mailbox/open", strip)


def answer_report(visit: Visit, told: str, text: str) -> str:
    """Wait until the office has the report that says `told`, and answer it; returns the case's reference."""
    office = desk(visit)
    for _ in range(40):
        for row in office.cases("received", order="newest"):
            case = office.open(row["reference"])
            if case.messages[0].body["text"] == told:
                case.answer(text)
                return str(row["reference"])
        visit.page.wait_for_timeout(500)
    pytest.fail("no case was made of the report")
