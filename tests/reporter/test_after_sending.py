"""The report is sent: what the reporter takes along, and what it proves."""

import itertools
import json
import re
from base64 import b64encode
from pathlib import Path

import pytest
import segno
from playwright.sync_api import Download, Page, expect

from tests.reporter.conftest import Visit
from tests.reporter.steps import BOKMAL, begin, on, open_mailbox, send
from whistle.tlog import policy, receipt
from whistle.tlog.errors import TlogError

pytestmark = pytest.mark.browser


def saved(page: Page, name: str | re.Pattern[str]) -> tuple[str, str]:
    """Press the button, and return the file's name and text."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=name).click()
    download: Download = waiting.value
    return download.suggested_filename, Path(download.path()).read_bytes().decode()


def trusted(visit: Visit, log: str = "channel") -> policy.Policy:
    """A policy of one's own: the log's key, and no witness needed."""
    card = json.loads(visit.page.request.get(f"{visit.site.url}/api/org.json").text())
    return policy.parse(f"log {card['logs'][log]}\nquorum none\n".encode())


def test_within_seconds_the_page_shows_that_the_report_stands_in_the_log(visit: Visit) -> None:
    page = begin(visit)
    send(page, "Noe er galt.")

    expect(page.get_by_text("Signert av loggen")).to_be_visible()
    name, text = saved(page, "Last ned kvitteringen")
    read = receipt.parse(text)

    assert re.fullmatch(r"receipt-\d+\.tlog-proof", name)
    assert read.extra
    assert json.loads(read.extra)["act"] == "report.received"
    assert read.verify(read.extra, trusted(visit)).checkpoint.size > read.index
    with pytest.raises(TlogError):
        read.verify(read.extra.replace(b"report", b"rep0rt"), trusted(visit))
    with pytest.raises(TlogError):
        read.verify(read.extra, trusted(visit, "desk"))


def test_a_log_that_signs_late_is_awaited_for_five_seconds_and_the_mailbox_has_the_proof(
    visit: Visit,
) -> None:
    asked: list[str] = []
    visit.page.route(
        "**/api/mailbox/receipts",
        lambda route: (asked.append(route.request.url), route.fulfill(json={"receipts": []})),
    )
    visit.page.route(
        "**/api/reports",
        lambda route: route.fulfill(
            status=201,
            json={"receipt": {**route.fetch().json()["receipt"], "proof": [], "checkpoint": ""}},
        ),
    )
    page = begin(visit)
    words = send(page, "Noe er galt.")
    expect(page.get_by_text("Venter noen sekunder")).to_be_visible()
    expect(page.get_by_text("Beviset kommer når loggen signeres neste gang")).to_be_visible()
    expect(page.get_by_role("button", name="Last ned kvitteringen")).to_be_hidden()
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    page = open_mailbox(visit, " ".join(words))
    _name, text = saved(page, re.compile(r"^(Lagre|Last ned) \d"))
    read = receipt.parse(text)

    assert len(asked) == 5
    assert read.verify(read.extra or b"", trusted(visit))


def test_a_strangers_code_gets_no_receipt(visit: Visit) -> None:
    sent = {"lookup": b64encode(bytes(16)).decode(), "auth": b64encode(bytes(32)).decode()}

    answer = visit.context.request.post(
        f"{visit.site.url}/api/mailbox/receipts", data=sent, headers={"X-Whistle": "1"}
    )

    assert answer.status == 404


def test_the_code_as_a_square_holds_the_digits_and_is_drawn_here(visit: Visit) -> None:
    page = begin(visit)
    send(page, "Noe er galt.")
    digits = " ".join(page.locator(".w-code .g").all_inner_texts())
    before = len(visit.requests)
    page.get_by_role("button", name="QR-kode").click()

    drawn = page.locator("[data-square-part] path").get_attribute("d") or ""
    ours = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h", drawn)}

    # The filling after the digits is the library's own; everything else is as another library draws it.
    assert min(len(ours ^ other) for other in squares(digits)) < 90
    assert min(len(ours ^ other) for other in squares(digits[::-1])) > 120
    assert all("reporter-qr" in url or "receipts" in url for url in visit.requests[before:])
    page.get_by_role("button", name="Skjul").click()
    expect(page.locator("[data-square-part]")).to_be_hidden()


def squares(text: str) -> list[set[tuple[int, int]]]:
    """Every QR code of this text, as its dark modules."""
    made = []
    for error, mask in itertools.product("LMQH", range(8)):
        code = segno.make(text, error=error, mask=mask, micro=False, boost_error=False)
        made.append({(x, y) for y, row in enumerate(code.matrix) for x, dark in enumerate(row) if dark & 1})
    return made


def test_what_is_saved_has_neutral_names_and_words(visit: Visit) -> None:
    page = begin(visit)
    words = send(page, "Noe er galt.")

    note, text = saved(page, "Lagre dagen")
    assert note == "reminder.ics"
    assert "SUMMARY:Påminnelse" in text
    assert not re.search("varsl|kode|kommune|whistle", text, re.IGNORECASE)
    note, text = saved(page, re.compile("^(Lagre|Last ned)$"))
    assert note == "note.txt"
    assert text.splitlines()[0] == " ".join(words)
    assert not re.search("varsl|kode|kommune|whistle", text, re.IGNORECASE)


def test_a_copied_code_is_said_to_be_on_the_device_still(visit: Visit) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = begin(visit)
    words = send(page, "Noe er galt.")
    page.get_by_role("button", name="Kopier").click()
    expect(page.get_by_role("button", name="Kopiert")).to_be_visible()
    page.get_by_role("button", name=BOKMAL["kept"]).click()

    expect(page.get_by_text("til du kopierer noe annet")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").splitlines()[0] == " ".join(words)


def test_a_browser_that_does_not_copy_is_not_believed_to_have(visit: Visit) -> None:
    page = begin(visit)
    send(page, "Noe er galt.")
    page.evaluate(
        "() => { navigator.clipboard.writeText = () => Promise.reject(new DOMException('', 'NotAllowedError')); }"
    )
    page.get_by_role("button", name="Kopier").click()

    said = page.get_by_text("Nettleseren ville ikke kopiere den")
    expect(said).to_be_visible()
    assert (said.bounding_box() or {"height": 0})["height"] > 10
    page.get_by_role("button", name=BOKMAL["kept"]).click()
    expect(page.get_by_text("til du kopierer noe annet")).to_be_hidden()


def test_who_has_lost_the_code_sends_a_new_report_that_says_so(visit: Visit) -> None:
    page = visit.go("/nb/mailbox/")
    page.get_by_role("link", name="Jeg har mistet koden").click()
    expect(page.get_by_role("heading", name="Hvem gjelder det?")).to_be_visible()
    on(page, 2)

    story = page.get_by_label(BOKMAL["story"])
    assert story.input_value().startswith("Jeg har mistet koden til et tidligere varsel.")
    assert "#" not in page.url
