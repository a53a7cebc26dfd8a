"""Whatever somebody writes goes through unchanged, by both ways, and a file may be called anything."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.domain.test_plain import code_in
from tests.town import Town
from whistle.client.box import File

TEXTS = {
    "right to left": "Se \u202egnp.exe\u202c og \u2067טקסט\u2069",
    "zero width": "Faktura\u200b\u200d\ufeff 17\u00ad",
    "emoji": "👩🏽\u200d⚖️ 🇳🇴 😀",
    "NUL and controls": "før\x00etter\x1b[31m\x07",
    "a word of nearly 1 MB": "ø" * 499_000,
    "looks like code": "<script>alert(1)</script>{{ 7*7 }}%s'; DROP TABLE store_box; --",
    "not composed": "A\u030a og \u00c5, e\u0301 og \u00e9",
    "lines": "\n\n  én\tto\n\n\n",
}
NAMES = (
    "\u202egpj.exe",
    "../../etc/passwd",
    "a\x00b.txt",
    "<img src=x onerror=alert(1)>.svg",
    "con",
    "😀" * 60,
)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_was_written_in_the_browser_is_what_is_read(town: Town, text: str) -> None:
    sent = town.report(text)
    assert town.open("ingrid").messages[0].body["text"] == text
    assert town.mailbox(sent).messages[0].body["text"] == text


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_what_was_written_without_script_is_what_is_read(town: Town, text: str) -> None:
    answer = Client().post(f"{town.prefix}/plain/en/", {"text": text, "end": "1"})
    town.worker()
    assert answer.status_code == 200
    assert town.open("ingrid").messages[0].body["text"].strip() == text.strip()
    again = town.reporter().mailbox(code_in(answer.content.decode()))
    assert again.messages[0].body["text"].strip() == text.strip()


def test_a_file_may_be_called_anything_and_keeps_its_name(town: Town, other_town: Town) -> None:
    sent = town.report("See the files.", files=[File(name, "text/html", name.encode()) for name in NAMES])
    case = town.open("ingrid")
    described = [item for item in case.boxes["mailbox"].opened if item.kind == 3]
    assert [item.body["name"] for item in described] == list(NAMES)
    assert [case.file(item) for item in described] == [name.encode() for name in NAMES]
    assert [item.body["name"] for item in town.mailbox(sent).messages if item.kind == 3] == list(NAMES)
    assert other_town.desk("anne").cases() == [], "whatever a file is called, a stranger gets none"


def test_without_script_a_name_is_a_name_and_no_path(town: Town) -> None:
    files = [SimpleUploadedFile("x", name.encode()) for name in NAMES]
    for file, name in zip(files, NAMES, strict=True):
        file._name = name  # type: ignore[attr-defined]  # as a hostile client would send it
    answer = Client().post(f"{town.prefix}/plain/en/", {"text": "See the files.", "files": files, "end": "1"})
    town.worker()
    assert answer.status_code == 200
    case = town.open("ingrid")
    described = [item for item in case.boxes["mailbox"].opened if item.kind == 3]
    assert [case.file(item) for item in described] == [name.encode() for name in NAMES]
    assert not any("/" in item.body["name"] or "\x00" in item.body["name"] for item in described)
