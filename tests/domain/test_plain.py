"""The plain path: the whole channel with nothing but forms."""

import re
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.domain.test_lapsed import expire
from tests.town import Town, photo
from whistle.accounts.models import Certificate
from whistle.client.errors import ClientError
from whistle.core import clock
from whistle.store.models import Box, Item, Seal
from whistle.vault.certificate import Role


def send(town: Town, **fields: object) -> tuple[int, str]:
    answer = Client(enforce_csrf_checks=True).post(f"{town.prefix}/plain/en/", {**fields, "end": "1"})
    return answer.status_code, answer.content.decode()


def code_in(page: str) -> str:
    found = re.findall(r"\b\d{4}\b", page[page.index("digits") :] if "digits" in page else page)
    return " ".join(found[:8])


def kept(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_report_without_script_reaches_an_officer_who_sees_that_the_server_sealed_it(town: Town) -> None:
    status, _page = send(town, text="Sent without script.", files=SimpleUploadedFile("a.png", photo().octets))
    town.worker()

    case = town.open("ingrid")

    assert status == 200
    assert case.messages[0].body["text"] == "Sent without script."
    assert case.messages[0].role == 3
    described = next(item for item in case.boxes["mailbox"].opened if item.kind == 3)
    assert described.body["name"] == "a.png"
    assert case.file(described) == photo().octets


def test_code_from_the_plain_path_opens_the_mailbox_with_and_without_script(town: Town) -> None:
    _status, page = send(town, text="Both ways.")
    town.worker()
    town.open("ingrid").acknowledge("We have it.")
    code = code_in(page)

    plain = Client().post(f"{town.prefix}/plain/en/mailbox/", {"code": code}).content.decode()
    scripted = town.reporter().mailbox(code)

    assert "Both ways." in plain
    assert "We have it." in plain
    assert [message.body["text"] for message in scripted.messages] == ["Both ways.", "We have it."]


def test_reply_without_script_is_read_at_the_desk(town: Town) -> None:
    sent = town.report("With script.")

    page = Client().post("/plain/en/mailbox/", {"code": sent.code}).content.decode()
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    form = {"code": sent.code, "act": "message", "seen": seen, "text": "And without.", "end": "1"}
    answer = Client().post("/plain/en/mailbox/", form)

    assert answer.status_code == 200
    assert [message.body["text"] for message in town.open("ingrid").messages] == [
        "With script.",
        "And without.",
    ]


def test_reader_ticked_off_without_script_gets_no_key(town: Town) -> None:
    amir = town.people["amir"].staff

    send(town, text="Not for Amir.", removed=[amir.ref])

    assert Seal.objects.filter(holder="staff").exists()
    assert not Seal.objects.filter(staff_ref=amir.ref).exists()


def test_empty_report_is_refused_and_nothing_stays(town: Town, settings: object) -> None:
    status, page = send(town, text="  ", files=SimpleUploadedFile("a.png", b"secret content" * 50))

    assert status == 400
    assert "Write what happened" in page
    assert not Box.objects.exists()
    assert kept(settings.BLOBS) == b""  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("0000 0001 0002 0003 0004 0005 0006 3107", "We found no report with that code"),
        ("0000 " * 8, "or two have changed places"),
        ("x" * 1_000_000, "Check that you have all of them"),
        ("abacus " * 7, "Check that you have all of them"),
        ("abacus " * 7 + "nonsens", "is not in our list"),
        ("", "Check that you have all of them"),
    ],
)
def test_a_wrong_code_is_told_no_more_than_anybody_can_work_out_and_need_not_be_typed_again(
    town: Town, code: str, said: str
) -> None:
    answer = Client().post("/plain/en/mailbox/", {"code": code})

    assert answer.status_code == 404
    assert said in answer.content.decode()
    assert f">{code[:400]}</textarea>" in answer.content.decode()


def test_form_on_another_site_cannot_send(town: Town) -> None:
    answer = Client().post("/plain/en/", {"text": "Forged."}, headers={"Sec-Fetch-Site": "cross-site"})

    assert answer.status_code == 403
    assert not Box.objects.exists()


@pytest.mark.parametrize("start", ["/plain/", "/plain/nn/", "/plain/en/"])
def test_every_link_to_the_plain_mailbox_leads_there(town: Town, start: str) -> None:
    page = Client().get(start).content.decode()
    linked = re.findall(r'href="(mailbox/)"', page)

    assert linked
    assert 'name="code"' in Client().get(start + linked[0]).content.decode()


def test_language_that_is_not_spoken_is_no_page(town: Town) -> None:
    assert Client().get("/plain/xx/").status_code == 404


def test_who_was_ticked_off_stays_so_when_the_form_comes_back(town: Town) -> None:
    amir = town.people["amir"].staff

    _status, page = send(town, text=" ", removed=[amir.ref])

    assert re.search(rf'value="{amir.ref}"\s+checked', page)
    berit = town.people["berit"].staff
    assert not re.search(rf'value="{berit.ref}"\s+checked', page)


def test_form_that_was_cut_off_is_refused_and_nothing_is_stored(town: Town) -> None:
    answer = Client().post("/plain/en/", {"text": "Half of it."})

    assert answer.status_code == 400
    assert "did not arrive whole" in answer.content.decode()
    assert "Half of it." in answer.content.decode()
    assert not Box.objects.exists()


def test_more_words_than_one_report_holds_are_refused_with_what_to_do_and_still_there(town: Town) -> None:
    text = "A word. " * 300_000

    answer = Client().post("/plain/en/", {"text": text, "end": "1"})
    page = answer.content.decode()

    assert answer.status_code == 400
    assert "Shorten it, and send the rest afterwards." in page
    assert f"{text}</textarea>" in page
    with pytest.raises(ClientError) as refused:
        town.mailbox(town.report("Short.")).reply(text)
    assert refused.value.code == "item.too_long"
    assert Item.objects.count() == 1


def at_the_desk(town: Town) -> tuple[str, list[str]]:
    """What a reader finds: the text, and the names of files whose octets are there."""
    town.worker()
    case = town.open("ingrid")
    described = [item for item in case.boxes["mailbox"].opened if item.kind == 3]
    assert all(case.file(item) for item in described)
    return case.messages[0].body["text"], [item.body["name"] for item in described]


def test_what_a_reporter_wrote_without_ticking_anything_reaches_the_desk(town: Town) -> None:
    long = "Line\r\n" * 500
    status, _page = send(town, text="A story.", fear_text="My leader.", talk_text=long)
    town.worker()

    answers = town.open("ingrid").messages[0].body["answers"]

    assert status == 200
    assert answers["fear_text"] == "My leader."
    assert answers["talk_text"] == long.strip()


def test_refused_form_comes_back_with_everything_that_was_written_in_it(town: Town) -> None:
    written = {"fear": "yes", "category": ["A1", "C2"], "fear_text": "My <b>leader", "name": "Kari Strand"}

    status, page = send(town, text=" ", **written)

    assert status == 400
    for ticked in ("fear-yes", "category-A1", "category-C2"):
        assert re.search(f'id="{ticked}"[^>]* checked', page), ticked
    assert not re.search('id="fear-no"[^>]* checked', page)
    assert ">My &lt;b&gt;leader</textarea>" in page
    assert 'value="Kari Strand"' in page
    assert "Kari Strand" not in Client().get(f"{town.prefix}/plain/en/").content.decode()  # nor a stranger's


@pytest.mark.parametrize("lapsed", ["readers", "recovery keys"])
def test_when_nobody_could_receive_it_nothing_is_taken_and_the_words_are_still_there(
    town: Town, settings: LazySettings, lapsed: str
) -> None:
    if lapsed == "readers":
        expire(town, "amir", "berit", "ingrid", "hanne", "sissel", "tor")
    else:
        Certificate.objects.filter(role=Role.RECOVERY).update(revoked_at=clock.now())

    status, page = send(town, text="For whom?", files=SimpleUploadedFile("a.png", b"secret content" * 50))

    assert status == 400
    assert "Nobody can receive the report now." in page
    assert ">For whom?</textarea>" in page
    assert not Box.objects.exists()
    assert kept(settings.BLOBS) == b""


def test_long_answer_without_script_is_not_cut(town: Town) -> None:
    sent = town.report("With script.")
    page = Client().post("/plain/en/mailbox/", {"code": sent.code}).content.decode()
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    form = {"code": sent.code, "at": "0", "seen": seen, "act": "talk", "end": "1"}

    Client().post("/plain/en/mailbox/", {**form, "more": "a" * 100_000 + " the end"})

    town.worker()
    assert town.open("ingrid").messages[-1].body["text"].endswith("a the end")
