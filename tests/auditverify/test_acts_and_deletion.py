"""What cannot be undone: approved before it was done, and what was deleted stays deleted."""

from pathlib import Path

import pytest

from .histories import Municipality, found, run, verify

SOMEBODY = "ab" * 16


class Deletion:
    """A case with three entries, whose deletion was approved."""

    def __init__(self, folder: Path) -> None:
        self.place = Municipality(folder)
        self.case = self.place.receive()
        self.place.record("desk", "case.read", case=self.case)
        self.ref = self.place.reference()
        self.approved = self.approve(self.ref)

    def approve(self, ref: str) -> int:
        detail = {"act": "case.shredded", "ref": ref}
        return self.place.record("desk", "act.approved", actor=SOMEBODY, case=self.case, d=detail)

    def shred(self, **given: object) -> int:
        detail = {"ground": "retention_over", "desk": 2, "channel": 1, "approval": self.ref} | given
        return self.place.record("desk", "case.shredded", case=self.case, d=detail)


@pytest.fixture
def deletion(tmp_path: Path) -> Deletion:
    return Deletion(tmp_path)


def test_a_deletion_in_order_is_listed_with_the_entries_that_name_nobody_now(deletion: Deletion) -> None:
    index = deletion.shred()
    result = verify(deletion.place.export())

    assert result["faults"] == []
    assert result["acts"] == {"approved": 1, "done": 1, "ended": 0, "open": []}
    (row,) = result["shredded"]
    assert (row["case"], row["ground"], row["index"]) == (deletion.case, "retention_over", index)
    assert row["entries"] == {"desk": [2, 3], "channel": [2]}
    assert f"deleted: case {deletion.case}" in run(deletion.place.directory)[1]


def test_what_still_waits_for_a_witness_is_shown_as_open(deletion: Deletion) -> None:
    result = verify(deletion.place.export())

    assert result["faults"] == []
    assert result["acts"]["open"] == [{"act": "case.shredded", "index": deletion.approved}]


def test_an_entry_about_a_case_that_was_deleted_is_named(deletion: Deletion) -> None:
    deletion.shred()
    index = deletion.place.record("desk", "case.read", case=deletion.case)

    assert ("desk", index, "shredded.after") in found(verify(deletion.place.export()))


def test_a_deletion_that_miscounts_what_it_concerns_is_named(deletion: Deletion) -> None:
    index = deletion.shred(desk=7)

    assert found(verify(deletion.place.export())) == {("desk", index, "shredded.count")}


def test_an_act_that_nobody_approved_is_named(deletion: Deletion) -> None:
    index = deletion.shred(approval="00" * 16)

    assert found(verify(deletion.place.export())) == {("desk", index, "act.unapproved")}


def test_an_approval_of_another_act_or_case_does_not_count(deletion: Deletion) -> None:
    other = deletion.place.reference()
    detail = {"act": "log.exported", "ref": other}
    deletion.place.record("desk", "act.approved", actor=SOMEBODY, case=deletion.case, d=detail)
    index = deletion.shred(approval=other, desk=3)

    assert found(verify(deletion.place.export())) == {("desk", index, "act.unapproved")}


def test_an_approval_counts_once_and_not_after_it_was_taken_back(deletion: Deletion) -> None:
    detail = {"act": "case.shredded", "ref": deletion.ref, "why": "withdrawn"}
    deletion.place.record("desk", "act.ended", actor=SOMEBODY, case=deletion.case, d=detail)
    index = deletion.shred(desk=3)

    assert found(verify(deletion.place.export())) == {("desk", index, "act.twice")}


def test_a_case_deleted_with_those_merged_into_it_is_one_act_in_entries_that_follow_each_other(
    deletion: Deletion,
) -> None:
    merged = deletion.place.receive()
    deletion.shred(desk=2)
    detail = {"ground": "retention_over", "desk": 0, "channel": 1, "approval": deletion.ref}
    deletion.place.record("desk", "case.shredded", case=merged, d=detail)
    result = verify(deletion.place.export())

    assert result["faults"] == []
    assert result["acts"] == {"approved": 1, "done": 1, "ended": 0, "open": []}


def test_another_case_deleted_later_on_the_same_approval_is_named(deletion: Deletion) -> None:
    other = deletion.place.receive()
    deletion.shred()
    deletion.place.record("desk", "case.read", case=deletion.place.reference())
    detail = {"ground": "retention_over", "desk": 0, "channel": 1, "approval": deletion.ref}
    index = deletion.place.record("desk", "case.shredded", case=other, d=detail)

    assert ("desk", index, "act.unapproved") in found(verify(deletion.place.export()))


def test_what_a_stranger_to_the_case_reads_is_none_of_its_business(deletion: Deletion) -> None:
    deletion.shred()
    deletion.place.record("desk", "case.read", case=deletion.place.reference())

    assert verify(deletion.place.export())["faults"] == []
