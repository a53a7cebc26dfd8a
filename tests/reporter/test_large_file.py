"""A film of 200 MB goes up from a browser over a line that breaks five times, and comes down the same."""

import hashlib
import os
import struct
from pathlib import Path
from threading import Event, Thread
from time import sleep

import pytest

from tests.reporter.bare import Bare, bare
from tests.reporter.conftest import Site
from tests.reporter.line import breaking
from tests.reporter.planted import GPS, SECRET, box

pytestmark = [pytest.mark.browser]
MIB = 2**20
FLAT = 128 * MIB  # what scripts throw away is collected now and then


def film(path: Path, mebibytes: int) -> str:
    """Write a film with a place and a name in its index; return the SHA-256 of its pictures and sound."""
    index = box(
        b"moov", box(b"mvhd", bytes(96)), box(b"udta", box(b"\xa9xyz", GPS), box(b"name", SECRET.encode()))
    )
    digest = hashlib.sha256()
    with path.open("wb") as file:
        file.write(box(b"ftyp", b"isom", bytes(4), b"isom") + index)
        file.write(struct.pack(">I", 8 + mebibytes * MIB) + b"mdat")
        for _ in range(mebibytes):
            part = os.urandom(MIB)
            digest.update(part)
            file.write(part)
    return digest.hexdigest()


class Watch:
    """The most memory the pages of a browser, or all of it, held since it began, above what they held then."""

    def __init__(self, page: Bare, *, of_all: bool = False) -> None:
        self.page, self.of_all = page, of_all

    def __enter__(self) -> "Watch":
        self.before = self.most = self.page.resident(of_all=self.of_all)
        self._over = Event()
        self._thread = Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.most = max(self.most, self.page.resident(of_all=self.of_all))

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def grown(self) -> int:
        return self.most - self.before


def to_the_files(page: Bare, url: str) -> None:
    page("Page.navigate", url=f"{url}/")
    page.wait("Boolean(document.querySelector('[data-people-front] li'))")  # the script is running
    page.press("[data-begin]")
    for step in ("about", "readers"):
        page.press(f"[data-step={step}] [data-next]")
    page.wait("document.querySelector('#story').checkVisibility()")
    page.write("#story", "Se filmen.")
    for step in ("story", "danger"):
        page.press(f"[data-step={step}] [data-next]")
    page.wait("document.querySelector('[data-step=files]').checkVisibility()")


def add(page: Bare, path: Path, count: int, seconds: float) -> None:
    """Add a file, and wait until so many are up."""
    page.choose_file("[data-step=files] input[type=file]", path)
    up = "[...document.querySelectorAll('.w-file')].filter((each) => each.innerText.includes('Forseglet og lastet opp'))"
    page.wait(f"{up}.length === {count}", seconds)


def send(page: Bare) -> str:
    """Go to the end of the form, send, and return the code."""
    for button in ("[data-step=files] [data-next]", "[data-to=send]", "[data-send]"):
        page.press(button)
    words = "[...document.querySelectorAll('.w-code .o')].map((each) => each.textContent).join(' ')"
    code = str(page.wait(words))
    page.press("[data-kept]")
    return code


def open_mailbox(page: Bare, url: str, code: str) -> None:
    page("Page.navigate", url=f"{url}/nb/mailbox/")
    page.wait(
        "document.querySelector('#code')?.checkVisibility() && !document.querySelector('[data-without-script]')"
    )
    page.write("#code", code)
    page.press("[data-open]")
    page.wait("document.querySelector('[data-headline]').checkVisibility()", 60)


def press_the_film(page: Bare) -> None:
    page.run(
        "[...document.querySelectorAll('.w-msg .w-plain button')].find((b) => b.innerText.includes('film')).click()"
    )


def fetched(page: Bare) -> Path:
    """Fetch the film as browsers do that ask nobody where to save; return where it lies."""
    page.run("delete window.showSaveFilePicker")
    press_the_film(page)
    for _ in range(5000):
        if (page.downloads / "film.mp4").exists():
            break
        sleep(0.1)
    return page.downloads / "film.mp4"


# Nobody sits here to choose a place: the choice is a file of the browser's own, and what is written goes the same way
CHOOSE = """(async () => {
  const root = await navigator.storage.getDirectory();
  window.chosen = await root.getFileHandle("chosen", { create: true });
  window.showSaveFilePicker = async ({ suggestedName }) => Object.defineProperty(window.chosen, "asked", { value: suggestedName });
})()"""
HASH_OF_ITS_END = """(async () => {
  const file = await window.chosen.getFile();
  const pieces = await crypto.subtle.digest("SHA-256", await file.slice(-%d).arrayBuffer());
  return [...new Uint8Array(pieces)].map((octet) => octet.toString(16).padStart(2, "0")).join("");
})()"""
SAVED = "document.querySelector('[data-answer-status]').textContent.includes('er lagret')"


def saved_at_once(page: Bare) -> None:
    """Fetch the film as browsers do that can write to a file the person chooses."""
    page.run(CHOOSE)
    press_the_film(page)
    page.wait(SAVED, 500)


@pytest.mark.parametrize("mebibytes", [12, pytest.param(199, marks=pytest.mark.soak)])
def test_a_film_arrives_whole_over_a_line_that_breaks_five_times(
    site: Site, tmp_path: Path, mebibytes: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole, cleaned and over a broken line: both sizes.  Flat memory only the large one shows: 12 MiB kept are within the noise."""
    pictures = film(tmp_path / "film.mp4", mebibytes)
    with breaking(site.url, mebibytes * MIB // 6, 5) as line, bare(tmp_path / "profile") as page:
        to_the_files(page, line.url)
        (tmp_path / "small.txt").write_text("Det første åpner det som trengs for alle.")
        add(page, tmp_path / "small.txt", 1, 60)
        with Watch(page) as up:
            add(page, tmp_path / "film.mp4", 2, 580)
        code = send(page)
        open_mailbox(page, line.url, code)
        with Watch(page) as down:
            path = fetched(page)
        octets = path.read_bytes()
        with Watch(page, of_all=True) as straight:
            saved_at_once(page)
        end = page.run(HASH_OF_ITS_END % (mebibytes * MIB))
        name, size = page.run("(async () => [chosen.asked, (await chosen.getFile()).size])()")

    with capsys.disabled():
        print(
            f"\n{mebibytes} MiB: memory up {up.grown // MIB} MiB, down {down.grown // MIB} MiB, "
            f"straight to the disk {straight.grown // MIB} MiB with the browser itself"
        )
    assert line.broken == 5
    assert hashlib.sha256(octets[-mebibytes * MIB :]).hexdigest() == pictures == end
    assert len(octets) == size == (tmp_path / "film.mp4").stat().st_size
    assert name == "film.mp4"
    assert SECRET.encode() not in octets
    assert GPS not in octets
    if mebibytes * MIB > FLAT:
        assert max(up.grown, down.grown, straight.grown) < FLAT
