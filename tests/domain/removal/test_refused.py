"""What is never removed: the report, what is held, asked for or unanswered, half of a thing; and nothing by one alone."""

import pytest

from cases.models import Record
from tests.domain.removal.conftest import CANARY, card, removed, witness
from tests.domain.test_desk import refusal
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.audit import stakes
from whistle.audit.verify import verify
from whistle.client.desk import OpenCase
from whistle.client.errors import ClientError
from whistle.client.reporter import Sent


def test_the_report_stays_unless_a_law_demands_it(watched_town: Town, told: tuple[Sent, OpenCase]) -> None:
    sent, case = told
    report = [case.messages[0]]
    for ground in ("not_relevant", "third_person", "special_category"):
        assert refusal(case.remove, report, ground, "We do not like it.").code == "removal.report"
    removed(watched_town, case, report, "other_law")
    assert watched_town.mailbox(sent).messages[1].removed
    assert verify(watched_town.organisation).faults == []


def test_hold_open_request_and_a_word_nobody_has_answered_keep_everything(
    watched_town: Town, told: tuple[Sent, OpenCase]
) -> None:
    sent, case = told
    case.record("hold", {"why": "police", "state": "on"}, due_on="2027-01-31", reason="They asked.")
    assert refusal(case.remove, [case.messages[1]], "not_relevant", "So.").code == "removal.held"
    Record.objects.filter(kind="hold").update(done_on="2026-11-24")  # as two people lift it
    case.record("request", {"right": "access", "state": "open", "extended": "no"}, what="Their data.")
    assert refusal(case.remove, [case.messages[1]], "not_relevant", "So.").code == "removal.request"
    case.record(
        "request",
        {"right": "access", "state": "granted", "extended": "no"},
        number=1,
        what="x",
        answer="Here.",
    )

    number = case.remove([case.messages[1]], "not_relevant", "So.")
    watched_town.mailbox(sent).reply("Have you read that?")
    refused = refusal(watched_town.open("berit").agree, "removal", number)
    assert refused.code == "removal.unanswered", "and the worker has not even looked"
    watched_town.worker()
    assert refusal(case.remove, [card(case)], "not_relevant", "So.").code == "removal.unanswered"
    case.answer("We have.")
    berit = watched_town.open("berit")
    berit.agree("removal", number)
    Record.objects.filter(kind="hold").update(done_on=None)  # it came before the witness did
    witness(watched_town)

    case.refresh()
    assert CANARY in str(case.messages)
    assert not stakes.pending(watched_town.organisation)
    ended = list(audit.entries(watched_town.organisation, "desk", acts=("act.ended",)))[-1]
    assert ended.fields["d"]["why"] == "removal.held"


def test_only_whole_things_go_and_only_those_who_decide_say_so(
    watched_town: Town, other_town: Town, told: tuple[Sent, OpenCase]
) -> None:
    _sent, case = told
    file, reason = card(case), "So."
    half = {"items": [file.item_id], "why": "not_relevant"}
    two = {"items": [case.messages[1].item_id, case.notes[0].item_id], "why": "not_relevant"}
    elsewhere = {"items": ["0" * 32], "why": "not_relevant"}
    for codes in (half, two, elsewhere):
        assert refusal(case.record, "removal", codes, reason=reason).code == "removal.items"
    case.record("task", {"state": "open"}, what=CANARY)
    case.record("task", {"state": "done"}, number=1, what=f"{CANARY}, asked about.")
    first, second = Record.objects.filter(kind="task").order_by("version").values_list("item_id", flat=True)
    newest = {"items": [second], "why": "not_relevant"}
    assert refusal(case.record, "removal", newest, reason=reason).code == "removal.items", (
        "older versions too"
    )
    watched_town.open("amir")
    assert (
        refusal(watched_town.open("amir").remove, [case.messages[1]], "not_relevant", "So.").code
        == "step.refused"
    )
    with pytest.raises(ClientError) as hidden:
        other_town.desk("anne").server.post(f"cases/{case.reference}/records/agree", {"kind": "removal", "number": 1, "version": 1, "agree": True})  # fmt: skip
    assert hidden.value.status == 404

    by_id = {item.item_id: item for item in case.boxes["room"].opened}
    removed(watched_town, case, [by_id[first], by_id[second]])
    task = Record.objects.get(kind="task", current=True)
    assert (task.codes, task.done_on is not None) == ({"state": "done"}, True), "that there was a task stays"
    assert CANARY not in str(
        [item.body for item in case.boxes["room"].opened if item.item_id in (first, second)]
    )
    # why something was removed cannot be removed, nor the same thing twice
    why = Record.objects.get(kind="removal").item_id
    assert refusal(case.record, "removal", {"items": [why], "why": "not_relevant"}, reason="x").code == "removal.items"  # fmt: skip
    again = {"items": [first, second], "why": "not_relevant"}
    assert refusal(case.record, "removal", again, reason="x").code == "removal.items"


def test_without_a_witness_outside_nothing_is_removed(town: Town) -> None:
    case = town.confirmed()
    case.note(CANARY)
    number = case.remove([case.notes[0]], "not_relevant", "So.")
    assert refusal(town.open("berit").agree, "removal", number).code == "audit.no_witness"
    assert Record.objects.get(kind="removal").agreed is None
    assert town.open("berit").notes[0].body["text"] == CANARY
