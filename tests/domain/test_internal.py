"""Internal preparation can be kept back from whoever asks to see it; a report and a letter never are internal preparation."""

import pytest

from cases.models import Record
from tests.domain.test_desk import refusal
from tests.domain.test_plain import send
from tests.town import Town, photo
from whistle.client.desk import OpenCase
from whistle.vault.item import Kind


@pytest.fixture
def case(town: Town) -> OpenCase:
    """A case with a report, a file, a letter, a note, an interview with a file, and a person."""
    town.report("One.", files=[photo()])
    opened = town.open("ingrid")
    opened.acknowledge("We have it.")
    opened.note("Shall we ask the bank?")
    opened.record(
        "interview", {"form": "phone", "state": "held"}, minutes="So.", questions="Q", files=[photo()]
    )
    opened.record("person", {"role": "subject", "notice": "not_yet"}, name="Kari")
    return opened


def ids(case: OpenCase, kind: str) -> list[str]:
    return list(Record.objects.filter(kind=kind).values_list("item_id", flat=True))


def mark(case: OpenCase, items: list[str], state: str = "on") -> int:
    return case.record("internal", {"items": items, "state": state}, reason="A draft of ours.")


def test_report_what_came_with_it_and_what_was_told_to_people_are_never_internal(
    town: Town, other_town: Town, case: OpenCase
) -> None:
    mailbox = case.boxes["mailbox"].opened
    came = [item for item in mailbox if item.kind == Kind.DESCRIPTION]
    never = [[item.item_id] for item in mailbox if item.kind == Kind.MESSAGE]
    never += [[came[0].item_id, came[0].body["file"]], ids(case, "person"), ["0" * 32]]
    for items in never:
        assert refusal(mark, case, items).code == "internal.document"
    assert not Record.objects.filter(kind="internal").exists()
    other_town.report("Elsewhere.")
    theirs = other_town.open("anne")
    theirs.acknowledge("We have it.")
    theirs.note("A stranger's note.")
    assert refusal(mark, case, [theirs.notes[0].item_id]).code == "internal.document"


def test_answer_keeps_back_what_is_marked_and_nothing_else(town: Town, case: OpenCase) -> None:
    file = next(item for item in case.boxes["room"].opened if item.kind == Kind.DESCRIPTION)
    marks = [
        mark(case, items)
        for items in ([case.notes[0].item_id], ids(case, "interview"), [file.item_id, file.body["file"]])
    ]
    assert marks == [1, 2, 3]
    # a later version of the interview is the same document
    case.record("interview", {"state": "approved"}, number=1, minutes="So it was.", questions="Q")
    asked = {"right": "access", "state": "open", "extended": "no"}
    case.record("request", asked, what="Kari asks.")

    def answer(state: str, *withheld: str) -> int:
        codes = {"state": state, "withheld": list(withheld)}
        return case.record("request", codes, number=1, what="Kari asks.", answer="Here.")

    assert refusal(answer, "granted", "1").code == "record.codes", "all is given, or something is kept back"
    assert refusal(answer, "partly", "9").code == "record.codes"
    case.record("internal", {"state": "lifted"}, number=3, reason="It was handed out.")
    assert refusal(answer, "partly", "1", "3").code == "record.codes", (
        "no mark in force, nothing to keep back"
    )
    answer("partly", "1", "2")
    kept = Record.objects.get(kind="request", current=True)
    assert (kept.codes["withheld"], kept.done_on is not None) == (["1", "2"], True)
    shown = next(row for row in town.open("berit").records if row.kind == "request")
    assert shown.codes["withheld"] == ["1", "2"], "signed by who answered, not only said by the server"


def test_who_must_tell_says_so_to_the_officer_and_stays_as_anonymous_as_anybody(town: Town) -> None:
    status, _page = send(town, text="I have to tell this.", duty="yes")
    town.worker()
    assert status == 200
    assert town.open("ingrid").messages[0].body["answers"] == {"who": "anonymous", "duty": "yes"}
    assert not any("duty" in str(value) for value in town.newest().__dict__.values()), (
        "the server knows nothing of it"
    )
