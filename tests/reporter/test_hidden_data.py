"""What a camera or an office program hid in a file is gone before anything leaves the phone; or stays, if asked."""

import io

import pytest
from openpyxl import load_workbook
from PIL import Image
from playwright.sync_api import Page, expect

from tests.reporter.conftest import Visit
from tests.reporter.planted import FILES, GPS, ORIENTATION, PLANTED, SECRET, SOUND, pixels_of, unpacked
from tests.reporter.steps import BOKMAL, begin, on, open_mailbox, to_the_end, words_of

pytestmark = pytest.mark.browser


def choose(page: Page, files: dict[str, bytes]) -> None:
    on(page, 2)
    page.get_by_label(BOKMAL["story"]).fill("Se filene.")
    on(page, 2)
    page.set_input_files(
        "[data-step=files] input[type=file]",
        [{"name": name, "mimeType": "", "buffer": octets} for name, octets in files.items()],
    )
    expect(page.get_by_text("Forseglet og lastet opp")).to_have_count(len(files))


def fetched(visit: Visit, page: Page, names: list[str]) -> dict[str, bytes]:
    """Send, come back with the code, and fetch each file."""
    to_the_end(page)
    page.get_by_role("button", name=BOKMAL["send"]).click()
    code = " ".join(words_of(page))
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    files = {}
    for n, name in enumerate(names):
        if n % 8 == 0:  # after ten downloads from one page Chromium asks before the next
            page = open_mailbox(visit, code)
        with page.expect_download() as download:
            page.get_by_role("button", name=name, exact=True).click()
        with open(download.value.path(), "rb") as saved:
            files[name] = saved.read()
    return files


def test_what_was_planted_is_there_before() -> None:
    for name, octets in FILES.items():
        assert SECRET.encode() in unpacked(octets), name


def test_planted_place_author_and_revision_are_in_none_of_the_files_that_arrive(visit: Visit) -> None:
    page = begin(visit)
    choose(page, FILES)
    expect(page.get_by_text("Skjulte data er fjernet")).to_have_count(len(FILES))
    expect(page.get_by_text("Ikke renset")).to_have_count(0)

    arrived = fetched(visit, page, list(FILES))

    left = [
        (name, secret) for name, octets in arrived.items() for secret in PLANTED if secret in unpacked(octets)
    ]
    assert left == []
    assert visit.problems == []
    for name in ("a.jpg", "progressive.jpg", "b.png", "c.webp"):
        before, after = (Image.open(io.BytesIO(octets)) for octets in (FILES[name], arrived[name]))
        assert before.tobytes() == after.tobytes(), name
    assert Image.open(io.BytesIO(arrived["a.jpg"])).getexif() == {ORIENTATION: 6}
    assert b"(Invoice)" in unpacked(arrived["d.pdf"])
    assert b"<w:t>Invoice</w:t>" in unpacked(arrived["e.docx"])
    assert load_workbook(io.BytesIO(arrived["f.xlsx"])).active["A1"].value == "Invoice"  # type: ignore[index]
    assert bytes(range(256)) * 99 in arrived["g.mp4"]
    assert len(arrived["g.mp4"]) == len(FILES["g.mp4"])
    assert pixels_of(arrived["h.heic"]) == pixels_of(FILES["h.heic"])
    assert pixels_of(arrived["i.avif"]) == pixels_of(FILES["i.avif"])
    assert pixels_of(arrived["j.gif"]) == pixels_of(FILES["j.gif"])
    assert bytes(range(256)) * 9 in arrived["k.wav"]
    assert arrived["l.mp3"] == SOUND


def test_a_file_that_is_evidence_as_it_is_arrives_octet_for_octet(visit: Visit) -> None:
    page = begin(visit)
    choose(page, {"a.jpg": FILES["a.jpg"], "b.png": FILES["b.png"]})
    page.get_by_role("button", name="Behold som den er a.jpg").click()
    expect(page.get_by_text("Sendes som den er")).to_be_visible()
    expect(page.get_by_text("Forseglet og lastet opp")).to_have_count(2)

    arrived = fetched(visit, page, ["a.jpg", "b.png"])

    assert arrived["a.jpg"] == FILES["a.jpg"]
    assert SECRET.encode() not in unpacked(arrived["b.png"])


def test_what_cannot_be_cleaned_says_so_before_it_is_sent(visit: Visit) -> None:
    strange = {
        "strange.heic": b"\0\0\0\x18ftypheic" + bytes(40),
        "locked.pdf": b"%PDF-1.7\n" + GPS,
        "half.jpg": FILES["a.jpg"][:40],
        "old.doc": b"\xd0\xcf\x11\xe0" + GPS,
    }
    page = begin(visit)
    choose(page, strange | {"notes.txt": b"a stranger's text"})

    expect(page.get_by_text("Ikke renset.", exact=False)).to_have_count(4)
    expect(page.get_by_text("inneholder ingen skjulte data")).to_have_count(1)
    to_the_end(page)
    expect(page.locator("[data-sum-hidden]")).not_to_contain_text("notes.txt")
    for name in strange:
        expect(page.locator("[data-sum-hidden]")).to_contain_text(name)
