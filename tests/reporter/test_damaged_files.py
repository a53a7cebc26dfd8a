"""A file that was damaged where it is kept: the person is told, and nothing of it stays on the device."""

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, open_mailbox, send

pytestmark = pytest.mark.browser
NAME = "regnskap.bin"
SIZE = 9 * 2**20  # larger than what a browser is asked to hold when it can write to a chosen file
LATE, END = SIZE * 3 // 4, -1  # parts before it are written already when the damage is found

# Nobody sits here to choose a place: the choice is a file of the browser's own that holds something already
CHOOSE = """async () => {
  const root = await navigator.storage.getDirectory();
  window.chosen = await root.getFileHandle("chosen", { create: true });
  window.showSaveFilePicker = async () => window.chosen;
}"""
FILL = """async () => {
  const file = await window.chosen.createWritable();
  await file.write("written by somebody else");
  await file.close();
}"""
LEFT = """async () => {
  const root = await navigator.storage.getDirectory();
  const found = {};
  for await (const [name, file] of root) found[name] = await (await file.getFile()).text();
  return found;
}"""
# What a disk does when it is full: takes some, then no more
FULL = """const create = FileSystemFileHandle.prototype.createWritable;
FileSystemFileHandle.prototype.createWritable = async function () {
  const file = await create.call(this);
  const write = file.write.bind(file);
  let count = 0;
  file.write = (part) => count++ ? Promise.reject(new DOMException("full", "QuotaExceededError")) : write(part);
  return file;
};
"""


def damaged(at: int) -> Callable[[Route], None]:
    """Change one bit of what the server keeps."""

    def change(route: Route) -> None:
        answer = route.fetch()
        octets = bytearray(answer.body())
        octets[at] ^= 1
        route.fulfill(response=answer, body=bytes(octets))

    return change


def cut(route: Route) -> None:
    """Leave out the end, and say that this is all there is."""
    answer = route.fetch()
    octets = answer.body()[: -(2**20)]
    route.fulfill(
        response=answer, body=octets, headers={**answer.headers, "content-length": str(len(octets))}
    )


@pytest.fixture
def words(visit: Visit) -> str:
    """The code of a report with a large file."""
    page = begin(visit)
    file = {"name": NAME, "mimeType": "application/octet-stream", "buffer": os.urandom(SIZE)}
    words = send(page, "Se regnskapet.", [file])
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    return " ".join(words)


def fetch(page: Page) -> None:
    page.locator("[data-answer-status]").evaluate("(each) => { each.textContent = ''; }")
    page.get_by_role("button", name=NAME).click()


def told(page: Page, said: str) -> None:
    expect(page.locator("[data-answer-status]")).to_contain_text(said)


@pytest.mark.parametrize("harm", [damaged(LATE), damaged(END), cut], ids=["late", "end", "cut"])
def test_what_is_damaged_does_not_stay_on_the_disk_and_the_person_is_told(
    visit: Visit, words: str, harm: Callable[[Route], None]
) -> None:
    mailbox = open_mailbox(visit, words)
    mailbox.route("**/mailbox/body", harm)
    mailbox.evaluate(CHOOSE)

    fetch(mailbox)

    told(mailbox, "skadet eller mangler hos oss")
    assert mailbox.evaluate(LEFT) == {}

    mailbox.evaluate(CHOOSE)
    mailbox.evaluate(FILL)
    fetch(mailbox)
    told(mailbox, "skadet eller mangler hos oss")
    assert mailbox.evaluate(LEFT) == {"chosen": "written by somebody else"}

    mailbox.unroute("**/mailbox/body")
    fetch(mailbox)
    told(mailbox, "er lagret")
    assert mailbox.evaluate("async () => (await chosen.getFile()).size") == SIZE


def test_what_is_damaged_is_not_handed_to_a_browser_that_asks_nobody_where_to_save(
    visit: Visit, words: str
) -> None:
    mailbox = open_mailbox(visit, words)
    saved: list[object] = []
    mailbox.on("download", lambda got: saved.append(got))
    mailbox.route("**/mailbox/body", damaged(END))
    mailbox.evaluate("delete window.showSaveFilePicker")

    fetch(mailbox)

    told(mailbox, "skadet eller mangler hos oss")
    assert saved == []


def test_a_full_disk_is_not_said_to_be_our_damage(visit: Visit, words: str) -> None:
    def full(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=FULL + answer.text())

    visit.page.route("**/reporter-worker-*.js", full)
    mailbox = open_mailbox(visit, words)
    mailbox.evaluate(CHOOSE)

    fetch(mailbox)

    told(mailbox, "Er det plass til den?")
    assert mailbox.evaluate(LEFT) == {}
