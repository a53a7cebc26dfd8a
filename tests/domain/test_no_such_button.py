"""What no page offers, asked for all the same: by a browser of one's own, or by two people at the same moment.

Each is refused with its code and nothing is written, in the log nor in the case.
"""

from datetime import timedelta

import pytest

from cases.models import Case, Relation
from cases.services import set_aside
from tests.domain.test_desk import refusal
from tests.town import Town
from whistle.client import identity
from whistle.client.desk import OpenCase
from whistle.core import clock
from whistle.store.models import Item

NAMED = {"name": "Kari Nordmann", "answers": {"who": "named"}}


def refused(act: object, *given: object, **named: object) -> str:
    """Do what must be refused; return the code, having checked that no item was written either."""
    before = Item.objects.count()
    code = refusal(act, *given, **named).code
    assert Item.objects.count() == before
    return str(code)


def post(town: Town, name: str, path: str, sent: object) -> object:
    return town.desk(name).server.post(path, sent)


def test_a_message_acknowledges_and_merging_merges_and_no_button_does(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    assert refused(case.step, "acknowledge") == "step.own_act"
    case.acknowledge("We have it.")
    assert refused(case.step, "merge", into="XX-XX-XX") == "step.own_act"
    assert town.newest().state == "assessment"


def test_nobody_gives_feedback_before_the_report_was_acknowledged(town: Town) -> None:
    sent = town.report()
    case = town.open("ingrid")
    assert refused(case.give_feedback, "We found nothing.") == "step.no_contact"
    assert [item.body["text"] for item in town.mailbox(sent).messages] == ["Something is wrong."]


def test_who_has_said_they_are_impartial_does_not_say_it_twice(town: Town) -> None:
    case = town.confirmed()
    assert refused(town.desk("ingrid").declare, case.reference) == "habilitet.given"


def test_a_case_is_merged_into_none_that_rests_waits_or_is_anothers(town: Town, other_town: Town) -> None:
    town.report("Not acknowledged yet.")
    waiting, resting = town.open("ingrid"), town.confirmed()
    Case.objects.filter(reference=resting.reference).update(state="closed")
    other_town.report("Elsewhere.")
    elsewhere, mine = other_town.newest(), town.confirmed()
    wanted = {
        waiting.reference: "merge.resting",
        resting.reference: "merge.resting",
        elsewhere.reference: "request.absent",
        "XX-XX-XX": "request.absent",
    }
    for into, code in wanted.items():
        sent = {"into": into, "version": mine.card["version"]}
        assert refused(post, town, "ingrid", f"cases/{mine.reference}/merge", sent) == code, into
    assert not Case.objects.exclude(merged_into=None).exists()


def test_a_case_is_tied_to_another_one_and_for_a_reason_that_is_in_the_list(town: Town) -> None:
    one, other = town.confirmed(), town.confirmed()
    path = f"cases/{one.reference}/relations"
    assert refused(post, town, "ingrid", path, {"other": one.reference, "why": "other"}) == "relation.itself"
    assert refused(post, town, "ingrid", path, {"other": other.reference, "why": "fun"}) == "relation.why"
    assert not Relation.objects.exists()


def test_nothing_is_taken_out_in_clear_and_no_name_asked_for_without_one_of_the_grounds(town: Town) -> None:
    town.report("It is about the purchase.", **NAMED)
    case = town.open("berit")
    path = f"cases/{case.reference}/export"
    assert refused(post, town, "berit", path, {"why": "curiosity"}) == "export.why"
    assert refused(identity.ask, case, "curiosity", "I wonder.", "We ask.") == "identity.ground"
    assert not town.newest().exports.exists()
    assert not town.newest().unsealings.exists()


def test_what_the_panel_never_had_on_its_agenda_it_did_not_decide(town: Town) -> None:
    case = town.confirmed()
    members = [town.people[name].staff.ref for name in ("ingrid", "berit")]
    codes = {"members": members, "state": "decided", "decision": "yes"}
    assert refused(case.record, "agenda", codes, due_on="2099-01-01", question="Done?") == "panel.open"


def test_what_needs_a_day_is_not_filed_without_one(town: Town) -> None:
    case = town.confirmed()
    members = [town.people[name].staff.ref for name in ("ingrid", "berit")]
    assert refused(case.record, "agenda", {"members": members, "state": "open"}, question="?") == "record.due"


def test_a_case_has_an_end_to_its_records(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    case = town.confirmed()
    case.record("task", {"state": "open"}, title="One.")
    monkeypatch.setattr("cases.services.records.LAST_NUMBER", 1)
    assert refused(case.record, "task", {"state": "open"}, title="Two.") == "record.too_many"


def test_two_who_open_the_first_room_at_the_same_moment_get_one_and_lose_nothing(town: Town) -> None:
    case = town.confirmed()
    late = town.open("amir")
    case.note("Ingrid was first.")
    assert refused(late.note, "Amir was second.") == "room.exists"
    late.refresh()
    late.note("Amir was second.")
    assert [note.body["text"] for note in late.notes] == ["Ingrid was first.", "Amir was second."]


def test_a_room_is_its_makers_and_a_note_has_a_room(town: Town) -> None:
    case, colleague = town.confirmed(), town.open("amir")
    room, opening = colleague.new_room()
    writer = case._writer(room)
    note = {"items": writer.letter(4, {"text": "In somebody else's name."}, [])}
    assert refused(post, town, "ingrid", f"cases/{case.reference}/room", {**opening, **note}) == "box.wrong"
    assert refused(post, town, "ingrid", f"cases/{case.reference}/notes", note) == "box.wrong"


def test_whoever_has_not_opened_a_key_makes_no_new_one_and_an_opened_key_is_not_refused(town: Town) -> None:
    case = town.confirmed("berit")
    case.note("The room.")
    town.desk("even")  # signs in
    unproven(town, case, "even")
    path = f"cases/{case.reference}"
    assert refused(post, town, "even", f"{path}/rekey", {"boxes": [], "items": {}}) == "grant.unproven"
    post(town, "even", f"{path}/keys/proven", {})
    assert refused(post, town, "even", f"{path}/keys/refused", {}) == "grant.held"


def unproven(town: Town, case: OpenCase, name: str) -> None:
    staff = town.people[name].staff
    case.share(staff.ref, until=(clock.today() + timedelta(days=20)).isoformat())
    case_row = Case.objects.get(reference=case.reference)
    case_row.assignments.filter(staff=staff).update(proven=False)


def test_no_more_is_set_aside_at_once_than_somebody_can_have_looked_at(town: Town) -> None:
    town.report()
    town.open("ingrid")
    many = [town.newest().reference, *(f"AA-AA-{n:02}" for n in range(set_aside.MOST))]
    assert refused(post, town, "ingrid", "set-aside", {"references": many}) == "set_aside.too_many"
