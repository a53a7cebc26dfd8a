"""Files without script: too many, too large, without room; never the report with them."""

import re

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.domain.test_plain import at_the_desk, code_in, kept, send
from tests.town import Town
from whistle.store.models import Box, Item


def test_file_sent_without_script_never_lies_on_the_disk_in_clear(town: Town, settings: LazySettings) -> None:
    secret = b"planted-secret-in-a-file" * 2000

    send(town, text="planted-text", files=SimpleUploadedFile("planted-name.txt", secret))

    stored = kept(settings.DATA)
    assert Item.objects.filter(kind=2).exists()
    for canary in (b"planted-secret", b"planted-text", b"planted-name"):
        assert canary not in stored


def test_more_files_than_one_sending_holds_are_named_and_the_report_is_kept(
    town: Town, settings: LazySettings
) -> None:
    settings.FILES_PER_SENDING = 2
    files = [SimpleUploadedFile(f"{number}.txt", b"x") for number in range(4)]

    status, page = send(town, text="Four files.", files=files)

    assert status == 200
    assert re.findall(r"<b dir=\"auto\">(\d.txt)</b>", page) == ["2.txt", "3.txt"]
    assert "too many files" in page
    assert at_the_desk(town) == ("Four files.", ["0.txt", "1.txt"])


def test_whoever_chooses_a_whole_album_loses_not_a_word(town: Town) -> None:
    files = [SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(150)]

    status, page = send(town, text="Every picture I have.", files=files)

    assert status == 200
    text, names = at_the_desk(town)
    assert text == "Every picture I have."
    assert names == [f"{number}.jpg" for number in range(20)]
    assert len(re.findall(r"<b dir=\"auto\">(\d+.jpg)</b>", page)) == 130


def test_a_thousand_files_and_one_are_not_read_to_their_end_and_what_was_written_is_still_there(
    town: Town, settings: LazySettings
) -> None:
    files = [SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(1001)]

    status, page = send(town, text="Every picture I have.", files=files)

    assert status == 400
    assert "Every picture I have.</textarea>" in page
    assert not Box.objects.exists()
    assert [
        path for folder in (settings.BLOBS, settings.UPLOADS) for path in folder.rglob("*") if path.is_file()
    ] == []


@pytest.mark.parametrize("limit", ["UPLOAD_BUDGET", "LARGEST_FILE"])
def test_a_file_that_there_is_no_room_for_is_left_out_and_never_the_report(
    town: Town, settings: LazySettings, limit: str
) -> None:
    setattr(settings, limit, 1_000_000)
    files = [
        SimpleUploadedFile("first.txt", b"first"),
        SimpleUploadedFile("<b>large\u202e.bin", b"large content" * 90_000),
        SimpleUploadedFile("last.txt", b"last"),
    ]

    status, page = send(town, text="The bridge money.", files=files)

    assert status == 200
    assert len(re.findall(r"<b dir=\"auto\">", page)) == 1
    assert "&lt;b&gt;large" in page
    assert at_the_desk(town) == ("The bridge money.", ["first.txt", "last.txt"])
    assert town.reporter().mailbox(code_in(page)).messages[-1].body["text"] == "The bridge money."
    assert sorted(Item.objects.values_list("seq", flat=True)) == [1, 2, 3, 4, 5], "no hole to wonder about"
    stored = sum(path.stat().st_size for path in settings.BLOBS.rglob("*") if path.is_file())
    assert stored < 100_000


def test_a_message_with_nothing_but_a_file_without_room_is_refused_with_the_reason(
    town: Town, settings: LazySettings
) -> None:
    sent = town.report("With script.")
    settings.UPLOAD_BUDGET = 1_000
    page = Client().post("/plain/en/mailbox/", {"code": sent.code}).content.decode()
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    form = {"code": sent.code, "act": "message", "seen": seen, "end": "1"}
    field = f"files 0 {sent.code}"

    def post(text: str) -> tuple[int, str]:
        file = SimpleUploadedFile("plan.pdf", b"x" * 2_000)
        answer = Client().post("/plain/en/mailbox/", {**form, "text": text, field: file})
        return answer.status_code, answer.content.decode()

    assert post("")[0] == 409
    status, page = post("More of it.")

    assert status == 200
    assert "plan.pdf</b>" in page
    assert "no room for files" in page
    assert [each.body["text"] for each in town.mailbox(sent).messages] == ["With script.", "More of it."]
