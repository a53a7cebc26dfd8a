"""Who has no script has the same mailbox: what is asked there can be answered, and what can be asked for is there."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.reporter.plain_visitor import Visitor, fields_of, letter, texts
from tests.town import Town, photo
from whistle.audit.folders import verifier_key
from whistle.audit.publisher import publish_all
from whistle.channel.models import CareCheck, IdentityAct
from whistle.client import box
from whistle.client.box import File
from whistle.client.desk import OpenCase
from whistle.store.models import Box, Item
from whistle.tlog import note, receipt
from whistle.tlog.keys import verifier
from whistle.vault.item import Kind


def test_minutes_are_corrected_without_script_and_answered_once(
    town: Town, case: OpenCase, sent: str
) -> None:
    letter(case, type="minutes", text="You told us of two invoices.", held_on="2026-11-20")
    visitor = Visitor(town, sent)
    of = visitor.hidden("of")

    assert "Write what should be different." in visitor.send("minutes", of=of, verdict="corrected", more=" ")
    page = visitor.send("minutes", of=of, verdict="corrected", more="There were three.")

    assert "You have answered the minutes." in page
    assert 'value="corrected"' not in page
    case.refresh()
    said = case.messages[-1].body
    assert (said["type"], said["of"], said["verdict"]) == ("minutes_reply", of, "corrected")
    assert "There were three." in said["text"]
    assert visitor.send("minutes", of=of, verdict="approved")
    assert visitor.answer.status_code == 409


def test_a_time_to_meet_is_chosen_without_script_and_no_other_than_those_offered(
    town: Town, case: OpenCase, sent: str
) -> None:
    letter(
        case,
        type="meeting",
        text="Does one suit?",
        how="meet",
        slots=["2026-12-01T10:00", "2026-12-02T14:30"],
    )
    visitor = Visitor(town, sent)
    of = visitor.hidden("of")

    assert "2 December 2026" in visitor.page
    for wrong in ("", "2", "-2", "x"):
        visitor.send("meeting", of=of, chosen=wrong)
        assert visitor.answer.status_code == 409
    visitor.send("meeting", of=of, chosen="1", more="By the back door.")

    case.refresh()
    said = case.messages[-1].body
    assert (said["type"], said["of"], said["chosen"]) == ("meeting_reply", of, 1)
    assert "By the back door." in said["text"]


def test_files_go_both_ways_without_script_and_lie_nowhere_in_clear(
    town: Town, case: OpenCase, sent: str, settings: object
) -> None:
    ours = File("plan.pdf", "application/pdf", b"%PDF ours" * 40_000)
    case.answer("Here is ours.", [ours])
    visitor = Visitor(town, sent)
    wanted = visitor.hidden("file")

    assert visitor.octets({"file": wanted}) == ours.octets
    assert 'filename="plan.pdf"' in visitor.answer["Content-Disposition"]
    assert visitor.answer["Content-Type"] == "application/octet-stream"
    field = re.findall(r'name="(files [^"]+)"', visitor.open())[0]
    theirs = SimpleUploadedFile("a.png", photo(300_000).octets)
    visitor.send("message", text="And here is mine.", **{field: theirs})

    case.refresh()
    assert case.messages[-1].body["text"] == "And here is mine."
    described = [item for item in case.boxes["mailbox"].opened if item.kind == Kind.DESCRIPTION][-1]
    assert case.file(described) == photo(300_000).octets
    stored = b"".join(each.read_bytes() for each in settings.DATA.rglob("*") if each.is_file())  # type: ignore[attr-defined]
    assert photo(300_000).octets[:4000] not in stored
    assert b"And here is mine." not in stored


def test_a_file_that_was_changed_on_the_disk_is_not_given_out(
    town: Town, case: OpenCase, sent: str, settings: object
) -> None:
    case.answer("Here is ours.", [File("plan.pdf", "application/pdf", b"ours" * 5000)])
    row = Item.objects.filter(kind=Kind.ATTACHMENT).get()
    path = settings.BLOBS / row.blob  # type: ignore[attr-defined]
    octets = bytearray(path.read_bytes())
    octets[len(octets) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(octets)
    visitor = Visitor(town, sent)

    visitor.post({"file": visitor.hidden("file")})

    assert visitor.answer.status_code == 409
    assert "damaged or missing" in visitor.page


def test_a_file_that_is_not_what_its_sender_named_is_not_given_out(
    town: Town, case: OpenCase, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    named = box._description
    monkeypatch.setattr(box, "_description", lambda *of: {**named(*of), "sha256": "0" * 64})
    case.answer("Here is ours.", [File("plan.pdf", "application/pdf", b"ours" * 5000)])
    visitor = Visitor(town, sent)

    visitor.post({"file": visitor.hidden("file")})

    assert visitor.answer.status_code == 409
    assert "damaged or missing" in visitor.page


def test_how_one_fares_is_answered_without_script(town: Town, case: OpenCase, sent: str) -> None:
    box = Box.objects.get(kind=Box.Kind.MAILBOX)
    CareCheck.objects.create(box=box, check_code="d30", due_on=date(2026, 1, 1))
    visitor = Visitor(town, sent)
    assert "How are things with you?" in visitor.page

    assert "Write something" in visitor.send("care", check="d30")
    visitor.send("care", check="d30", changed="worse", more="I eat alone.", talk="on")

    assert "How are things with you?" not in visitor.page
    case.refresh()
    said = case.messages[-1].body
    assert (said["type"], said["check"], said["changed"], said["talk"]) == ("care", "d30", "worse", True)
    assert "I eat alone." in said["text"]
    assert CareCheck.objects.get().answered_on


def test_a_wish_to_talk_a_name_opened_and_a_receipt_are_there_without_script(
    town: Town, case: OpenCase, sent: str
) -> None:
    box = Box.objects.get(kind=Box.Kind.MAILBOX)
    IdentityAct.objects.create(box=box, act="opened", ground="court", on_date=date(2026, 11, 2))
    publish_all(town.organisation)
    visitor = Visitor(town, sent)

    assert "2 November 2026: your name was opened. Ground: a court has ordered it." in visitor.page
    assert "We have confirmed your report" in visitor.page or "We are assessing your report" in visitor.page
    assert "Ingrid Solvang" in visitor.page
    proof = receipt.parse(visitor.octets({"receipt": visitor.hidden("receipt")}).decode())
    trusted = verifier(verifier_key(town.organisation, "channel"))
    assert note.open_note(proof.checkpoint.encode(), [trusted])
    assert proof.extra
    assert b"report.received" in proof.extra
    visitor.open()
    visitor.send("talk", how="meet", more="After work.")
    case.refresh()
    assert (case.messages[-1].body["type"], case.messages[-1].body["how"]) == ("talk", "meet")


def test_a_page_loaded_again_sends_nothing_twice_and_loses_no_word(
    town: Town, case: OpenCase, sent: str
) -> None:
    visitor = Visitor(town, sent)
    again = {"act": "message", "at": 0, "seen": visitor.hidden("seen"), "end": "1", "text": "Only once."}
    visitor.post(again)
    page = visitor.post(again)

    assert visitor.answer.status_code == 409
    assert "This is sent already." in page
    assert "Only once." not in fields_of(page, "message")
    case.refresh()
    assert texts(case.messages).count("Only once.") == 1

    page = visitor.post({**again, "text": "Never\nsent."})
    assert "This is sent already." not in page
    assert "You have sent something since this page was opened" in page
    assert "Never\nsent." in fields_of(page, "message")


def test_no_change_of_language_leads_away_from_an_answer_that_is_there_once(
    town: Town, case: OpenCase, sent: str
) -> None:
    client = Client()
    asked = client.get("/plain/en/").content.decode()
    done = client.post("/plain/en/", {"text": "Look.", "end": "1"}).content.decode()
    refused = client.post("/plain/en/", {"text": "Look.", "danger": "yes"}).content.decode()  # cut off

    ways = r'hreflang="|<footer|href="[^"]*/en/"'
    assert re.search(ways, asked)
    assert "Keep your case code." in done
    assert ">Look.</textarea>" in refused
    assert re.findall(ways, done) == re.findall(ways, refused) == ['href="/en/"']  # the name of the town
    assert "hreflang" not in Visitor(town, sent).page


def test_a_message_that_was_cut_off_is_not_sent_and_its_words_are_still_there(
    town: Town, case: OpenCase, sent: str
) -> None:
    visitor, before = Visitor(town, sent), Item.objects.count()

    page = visitor.send("message", text="Half of it.", end=[])

    assert visitor.answer.status_code == 409
    assert "did not arrive whole" in page
    assert ">Half of it.</textarea>" in fields_of(page, "message")
    assert Item.objects.count() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "delete"},
        {"act": "minutes", "of": "0" * 32, "verdict": "approved"},
        {"act": "meeting", "of": "x", "chosen": "0"},
        {"act": "message", "text": " "},
        {"act": "after", "more": " "},
        {"file": "0" * 32},
        {"receipt": "999999"},
    ],
)
def test_a_form_that_is_not_ours_changes_nothing(
    town: Town, case: OpenCase, sent: str, fields: dict[str, str]
) -> None:
    visitor = Visitor(town, sent)
    before = Item.objects.count()

    visitor.post({"at": 0, "seen": visitor.hidden("seen"), "end": "1", **fields})

    assert visitor.answer.status_code == 409
    assert Item.objects.count() == before


def test_a_file_for_a_mailbox_that_does_not_open_is_not_kept(town: Town, sent: str, settings: object) -> None:
    stored = lambda: sorted(settings.BLOBS.rglob("*"))  # type: ignore[attr-defined]  # noqa: E731
    before = stored()
    wrong = "0000 " * 8
    file = SimpleUploadedFile("a.png", b"x" * 5000)

    answer = Client().post("/plain/en/mailbox/", {"code": wrong, "act": "message", f"files 0 {wrong}": file})

    assert answer.status_code == 404
    assert [path for path in stored() if path.is_file()] == [path for path in before if path.is_file()]


def test_a_strangers_code_opens_nothing_of_anothers_town(town: Town, other_town: Town, sent: str) -> None:
    answer = Client().post(f"{other_town.prefix}/plain/en/mailbox/", {"code": sent})

    assert answer.status_code == 404
