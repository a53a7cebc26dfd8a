"""The yearly report on paper: tagged, in three languages, the same bytes each time, and not needed for the rest."""

import re
import sys
import zlib

import pytest

from tests.plan.conftest import standing
from tests.plan.test_report import WORDS, made, published, year  # noqa: F401
from whistle.core.policy import Duty
from whistle.plan import pdf

pytestmark = pytest.mark.django_db


def objects(octets: bytes) -> bytes:
    """Everything in a PDF, its packed parts unpacked."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", octets, re.DOTALL)
    return octets + b"".join(zlib.decompressobj().decompress(it) for it in packed if it[:1] == b"x")


needs_pango = pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")


@needs_pango
def test_a_resident_gets_a_tagged_report_in_each_language(year, client):  # noqa: F811
    published(year)
    for lang in WORDS:
        answer = client.get(f"/plan/{lang}/report/2026/report.pdf")
        assert answer["Content-Type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF-")
        inside = objects(answer.content)
        for mark in (f"/Lang ({lang})".encode(), b"pdfuaid:part", b"/StructTreeRoot", b"/S /TH", b"/Alt"):
            assert mark in inside or mark.replace(b" ", b"") in inside, mark
        assert answer.content == client.get(f"/plan/{lang}/report/2026/report.pdf").content


@needs_pango
def test_a_screen_reader_hears_what_each_header_cell_heads_and_no_page_numbers(year, client):  # noqa: F811
    """What PDF/UA-1 asks for in 7.1, 7.5 and 7.8, and WeasyPrint leaves out (see `whistle.plan.tagging`)."""
    published(year)
    inside = objects(client.get("/plan/nb/report/2026/report.pdf").content)
    cells = re.findall(rb"<<[^<>]*/S ?/TH\b.*?>>.*?>>", inside, re.DOTALL)
    assert len(cells) > 20
    assert all(re.search(rb"/Scope ?/(Column|Row)", cell) for cell in cells)
    assert {b"Column", b"Row"} == set(re.findall(rb"/Scope ?/(\w+)", inside))
    pages = len(re.findall(rb"/Type ?/Page\b", inside))
    assert pages >= 2
    assert len(re.findall(rb"/Artifact\s+<</Type /Pagination>>\s+BDC", inside)) >= pages
    for mark in (rb"/DisplayDocTitle true", rb"/Marked true", rb"/Tabs ?/S", rb"/FontFile"):
        assert re.search(mark, inside), mark


@needs_pango
def test_a_table_stays_with_its_caption(year, client):  # noqa: F811
    published(year)
    inside = objects(client.get("/plan/nb/report/2026/report.pdf").content)
    tables = len(re.findall(rb"/S ?/Table\b", inside))
    assert tables == len(re.findall(rb"<caption>", client.get("/plan/nb/report/2026/").content))


@needs_pango
def test_a_preview_is_seen_on_paper_at_the_desk_and_nowhere_else(year, client, person, sign_in):  # noqa: F811
    made(year)
    assert client.get("/plan/nb/report/2026/report.pdf").status_code == 404
    with standing("2027-03-02"):
        desk = sign_in(person(year, "olga", Duty.PLAN_OWNER))
        assert desk.get("/desk/plan/report/2026/preview.pdf").content.startswith(b"%PDF-")
        stranger = sign_in(person(year, "ivar", Duty.INVESTIGATOR))
        assert stranger.get("/desk/plan/report/2026/preview.pdf").status_code == 404


@needs_pango
def test_nothing_outside_the_page_is_fetched(tmp_path, settings):
    secret = tmp_path / "secret.txt"
    secret.write_text("hemmelig")
    (tmp_path / "page.html").write_text(
        f'<html lang="nb"><title>x</title><img alt="x" src="file://{secret}">'
    )
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [tmp_path]}]
    assert b"hemmelig" not in pdf.pdf("page.html", {}, "nb")


def test_without_pango_the_page_says_so_and_stands(year, client, monkeypatch):  # noqa: F811
    published(year)
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    pdf.available.cache_clear()
    try:
        assert client.get("/plan/nb/report/2026/report.pdf").status_code == 404
        page = client.get("/plan/nb/report/2026/").content.decode()
        assert "kan ikke lage PDF" in page
        assert "report.pdf" not in page
    finally:
        pdf.available.cache_clear()
