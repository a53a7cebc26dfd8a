"""A film of 200 MB goes up from a browser over a line that breaks five times, and comes down the same."""

import hashlib
import os
import struct
from pathlib import Path
from threading import Event, Thread

import pytest
from playwright.sync_api import Page, Route, expect

from tests.reporter.conftest import Visit
from tests.reporter.planted import GPS, SECRET, box
from tests.reporter.steps import BOKMAL, begin, on, open_mailbox, to_the_end, words_of

pytestmark = [pytest.mark.browser]
MIB = 2**20


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


def resident(kind: str) -> int:
    """Octets of memory that the browser's processes of a kind hold."""
    total = 0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"--type={kind}".encode() in (folder / "cmdline").read_bytes():
                total += int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except OSError:
            continue
    return total


class Watch:
    """The most memory the pages held since it began, above what they held then."""

    def __enter__(self) -> "Watch":
        self.before = self.most = resident("renderer")
        self._over = Event()
        self._thread = Thread(target=self._look)
        self._thread.start()
        return self

    def _look(self) -> None:
        while not self._over.wait(0.1):
            self.most = max(self.most, resident("renderer"))

    def __exit__(self, *_error: object) -> None:
        self._over.set()
        self._thread.join()

    @property
    def grown(self) -> int:
        return self.most - self.before


def breaking(page: Page, every: int) -> list[str]:
    """Cut the line five times: before a part leaves, or before its answer arrives."""
    broken: list[str] = []
    count = iter(range(10**6))

    def passing(route: Route) -> None:
        if next(count) % every != every - 1 or len(broken) == 5:
            return route.continue_()
        broken.append("before" if len(broken) % 2 else "after")
        if broken[-1] == "after":
            route.fetch()
        return route.abort("connectionreset")

    page.route("**/api/uploads/*", passing)
    return broken


@pytest.fixture
def page(visit: Visit) -> Page:
    page = begin(visit)
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Se filmen.")
    on(page, 2)
    return page


@pytest.mark.parametrize("mebibytes", [12, pytest.param(199, marks=pytest.mark.soak)])
def test_a_film_arrives_whole_over_a_line_that_breaks_five_times(
    visit: Visit, page: Page, tmp_path: Path, mebibytes: int
) -> None:
    pictures = film(tmp_path / "film.mp4", mebibytes)
    broken = breaking(page, 2 if mebibytes < 100 else 30)

    with Watch() as up:
        page.set_input_files("[data-step=files] input[type=file]", tmp_path / "film.mp4")
        expect(page.get_by_text("Forseglet og lastet opp")).to_have_count(1, timeout=580_000)
    to_the_end(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    code = " ".join(words_of(page))
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    page = open_mailbox(visit, code)
    with Watch() as down, page.expect_download(timeout=580_000) as download:
        page.get_by_role("button", name="film.mp4", exact=True).click()

    assert broken == ["after", "before"] * 2 + ["after"]
    octets = Path(download.value.path()).read_bytes()
    assert hashlib.sha256(octets[-mebibytes * MIB :]).hexdigest() == pictures
    assert len(octets) == (tmp_path / "film.mp4").stat().st_size
    assert SECRET.encode() not in octets
    assert GPS not in octets
    print(f"{mebibytes} MiB: memory up {up.grown / MIB:.0f} MiB, down {down.grown / MIB:.0f} MiB")
