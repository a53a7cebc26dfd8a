"""A case that went on in another changes hands with it: what was written there is neither left behind nor left open."""

import io
import json
import zipfile

import pytest

from cases.models import Assignment, Case, CaseBox
from cases.selectors.package import package
from cases.services import merge
from tests.desk_tools.test_junk_and_twins import merged, twins
from tests.domain.test_desk import refusal
from tests.keys.acts import ref
from tests.town import Town
from whistle.audit.receipts import receipts_of
from whistle.client.desk import OpenCase
from whistle.client.keys import KeyWork
from whistle.store.models import Box, Seal

SAID = "Said in confidence."


@pytest.fixture
def pair(town: Town) -> tuple[Case, Case, Box]:
    """Two cases of one matter; somebody had written a note in the one that went on in the other."""
    _sent, (first, second) = twins(town)
    town.open("amir", second).note(SAID)
    second.refresh_from_db()
    merged(town, second, first)
    for case in (first, second):
        case.refresh_from_db()
    return first, second, Box.objects.get(of_case__case=second, kind=Box.Kind.ROOM)


def sealed_to(room: Box, name: str, town: Town) -> bool:
    return Seal.objects.filter(box=room, staff_ref=ref(town, name)).exists()


def reads_the_note(opened: OpenCase) -> bool:
    return any(
        each.body.get("text") == SAID for box in opened.every.values() for each in box.opened if each.body
    )


def test_who_steps_back_from_a_case_keeps_no_key_to_what_went_on_in_it(town: Town, pair) -> None:
    first, second, room = pair
    assert sealed_to(room, "amir", town)

    KeyWork(town.desk("amir")).step_back(first.reference)

    assert not sealed_to(room, "amir", town)
    for case in (first, second):
        assert refusal(town.desk("amir").server.get, f"cases/{case.reference}/sealed").status == 404
    assert reads_the_note(town.open("berit", first)), "nobody else lost it"


def test_who_steps_back_from_the_part_that_went_on_elsewhere_steps_back_from_all_of_it(
    town: Town, pair
) -> None:
    first, second, room = pair
    town.desk("amir").server.post(f"cases/{second.reference}/declare", {"answer": "conflict"})
    assert not Assignment.objects.filter(case__in=(first, second), staff=town.people["amir"].staff).exists()
    assert not sealed_to(room, "amir", town)
    assert refusal(town.desk("amir").server.get, f"cases/{first.reference}").status == 404


def test_the_alternates_get_the_notes_of_both_cases_and_the_others_lose_both(town: Town, pair) -> None:
    first, second, room = pair
    for name in ("amir", "berit"):
        town.open(name, first)
    town.open("ingrid", first).step("transfer", why="chief_executive")
    KeyWork(town.desk("berit")).confirm_transfer(first.reference)
    KeyWork(town.desk("tor")).settle()
    assert reads_the_note(town.open("tor", first))
    assert reads_the_note(town.open("tor", second))
    assert not any(sealed_to(room, name, town) for name in ("ingrid", "amir", "berit"))
    assert refusal(town.desk("berit").server.get, f"cases/{second.reference}").status == 404


def test_colleague_who_joins_reads_what_was_written_before_the_merging_and_after_a_new_key(
    town: Town, pair
) -> None:
    first, _second, room = pair
    town.open("berit", first).share(ref(town, "even"))
    assert reads_the_note(town.open("even", first))
    KeyWork(town.desk("amir")).step_back(first.reference)
    room.refresh_from_db()
    assert room.rekey_due
    town.new_desk("berit").open(first.reference).rekey()
    room.refresh_from_db()
    assert (room.epoch, room.rekey_due) == (2, False)
    assert reads_the_note(town.new_desk("even").open(first.reference))


def test_key_to_half_a_matter_is_given_to_nobody_and_taken_from_nobody(town: Town, pair) -> None:
    _first, second, room = pair
    opened = town.open("berit", second)
    assert refusal(opened.share, ref(town, "even")).code == "merge.goes_on"
    revoked = {"staff_id": ref(town, "amir")}
    said = refusal(town.desk("berit").server.post, f"cases/{second.reference}/revoke", revoked)
    assert said.code == "merge.goes_on"
    assert sealed_to(room, "amir", town)


def test_who_stepped_back_before_the_merging_does_not_come_in_by_the_other_case(town: Town) -> None:
    _sent, (first, second) = twins(town)
    town.open("berit", second).share(ref(town, "even"))
    town.desk("even").server.post(f"cases/{second.reference}/declare", {"answer": "conflict"})
    second.refresh_from_db()
    merged(town, second, first)
    assert refusal(town.open("berit", first).share, ref(town, "even")).code == "client.person"


def test_case_that_is_taken_out_takes_along_what_went_on_in_it(town: Town, pair) -> None:
    first, _second, room = pair
    packed = b"".join(package(first))
    with zipfile.ZipFile(io.BytesIO(packed)) as folder:
        told = json.loads(folder.read("package.json"))
        lines = json.loads(folder.read("log/desk.json"))
        names = set(folder.namelist())
    [kept] = [box for box in told["boxes"] if box["box_id"] == room.box_id]
    assert {f"items/{item['item_id']}" for item in kept["items"]} <= names
    assert len(lines) > len(receipts_of(town.organisation, "desk", first.log_ref)), (
        "and what the log says of it"
    )


def test_stranger_finds_neither_case(town: Town, pair) -> None:
    for case in pair[:2]:
        assert refusal(town.desk("nils").server.get, f"cases/{case.reference}").status == 404


def test_a_matter_that_sixty_people_reported_still_changes_hands(town: Town) -> None:
    for number in range(62):
        town.report(f"Reporter {number}.")
    first, *others = Case.objects.order_by("id")
    CaseBox.objects.filter(case__in=others).update(case=first)
    Case.objects.filter(pk__in=[each.pk for each in others]).update(merged_into=first, state="merged")
    assert len(town.open("amir", first).messages) == 62

    town.open("amir", first).share(ref(town, "even"))
    KeyWork(town.desk("amir")).step_back(first.reference)
    KeyWork(town.desk("even")).rekey(first.reference)

    assert len(town.open("even", first).messages) == 62
    assert not Seal.objects.filter(box__of_case__case=first, staff_ref=ref(town, "amir")).exists()


def test_cases_that_together_could_not_be_handed_on_are_not_merged(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge, "MOST_BOXES", 2)
    _sent, (first, second) = twins(town)

    said = refusal(merged, town, second, first)

    second.refresh_from_db()
    assert said.code == "merge.too_many"
    assert "Knytt dem til hverandre" in said.message
    assert second.merged_into is None
