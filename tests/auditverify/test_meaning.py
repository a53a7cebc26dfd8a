"""A log that is whole can still say what it may not: registry, plan and clocks are checked too."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from whistle.core import canonical
from whistle.tlog import checkpoint
from whistle.tlog import note as notes
from whistle.tlog.tile_reader import TileReader

from .histories import PLAN, REGISTRY, Municipality, found, verify


@pytest.fixture
def place(tmp_path: Path) -> Municipality:
    return Municipality(tmp_path)


def only_fault(place: Municipality) -> tuple[str, int | None, str]:
    """The one fault of the export; all else must be in order."""
    faults = found(verify(place.export()))
    assert len(faults) == 1, faults
    return faults.pop()


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an act nobody adopted": ({"act": "report.lost"}, "entry.act"),
    "an exact time where a date is due": (
        {"act": "report.adopted", "d": {"item": "0" * 64}, "m": []},
        "entry.precision",
    ),
    "a field too many": ({"d": {"note": "seen at the mall"}}, "entry.detail"),
    "no measure": ({"m": []}, "entry.measures"),
    "another measure": ({"m": ["8.4"]}, "entry.measures"),
    "another plan": ({"pv": "0" * 64}, "entry.plan"),
    "no plan": ({"pv": None}, "entry.plan"),
    "a name for an actor": ({"actor": "Kari Nordmann"}, "entry.actor"),
    "a case number": ({"case": "2026/17"}, "entry.case"),
    "a sentence for a role": ({"role": "the one who knows"}, "entry.role"),
    "a time of day that does not exist": ({"at": "2026-03-01T24:00:00Z"}, "entry.time"),
    "a day that does not exist": ({"at": "2026-02-30"}, "entry.time"),
    "local time": ({"at": "2026-03-01T09:00:00+01"}, "entry.time"),
    "another version": ({"v": 2}, "entry.version"),
    "true for one": ({"v": True}, "entry.version"),
    "a short nonce": ({"n": "ab"}, "entry.nonce"),
}


@pytest.mark.parametrize(("fields", "kind"), WRONG.values(), ids=WRONG.keys())
def test_an_entry_that_does_not_fit_the_registry_is_named(
    place: Municipality, fields: dict[str, Any], kind: str
) -> None:
    entry = place.entry("report.acknowledged", at="2026-03-01T08:00:00Z") | fields
    index = place.write("desk", canonical.encode(entry))
    place.record("desk", "case.read")

    assert only_fault(place) == ("desk", index, kind)


DETAIL: list[dict[str, Any]] = [
    {"who": "Kari"}, {"groups": ["Intake"]}, {"groups": "intake"}, {"until": "2026-13-01"}, {"label": "å"},
    {"label": "x" * 65}, {"vkey": ""}, {"vkey": "x" * 201}, {"who": None}, {"groups": [1]},
]  # fmt: skip


@pytest.mark.parametrize("change", DETAIL)
def test_a_detail_of_the_wrong_type_is_named(place: Municipality, change: dict[str, Any]) -> None:
    detail = {"who": place.reference(), "groups": ["intake"]} | change
    index = place.record("desk", "staff.granted", d=detail)

    assert only_fault(place) == ("desk", index, "entry.detail")


@pytest.mark.parametrize("number", [True, -1, 2**53, "7", None])
def test_a_size_is_a_whole_number(place: Municipality, number: object) -> None:
    detail = {"item": place.digest(), "desk_size": number}
    index = place.write("channel", json_of(place.entry("report.received", d=detail)))

    assert only_fault(place) == ("channel", index, "entry.detail")


def json_of(entry: dict[str, Any]) -> bytes:
    import json

    return json.dumps(entry, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def test_a_needed_detail_that_is_lacking_is_named(place: Municipality) -> None:
    index = place.record("desk", "staff.granted", d={"who": place.reference()})

    assert only_fault(place) == ("desk", index, "entry.detail")


def other_forms(raw: bytes) -> dict[str, bytes]:
    """The same statement in other bytes, and bytes that state nothing."""
    return {
        "a space": raw.replace(b":", b": ", 1),
        "another order": b'{"v":1,' + raw[1:].replace(b',"v":1', b""),
        "a key twice": b'{"act":"case.read",' + raw[1:],
        "a float": raw.replace(b'"v":1', b'"v":1.0'),
        "an escape": raw.replace(b"case.read", b"case\\u002eread"),
        "not JSON": b"case.read",
        "not UTF-8": b"\xff" + raw,
        "nothing": b"",
        "nested without end": b"[" * 4000,
        "too long": b'"' + b"x" * 4096 + b'"',
        "not a number": b"NaN",
    }


@pytest.mark.parametrize("form", other_forms(b'{"act":"","v":1}'))
def test_bytes_that_are_no_canonical_entry_are_named(place: Municipality, form: str) -> None:
    raw = canonical.encode(place.entry("case.read"))
    index = place.write("desk", other_forms(raw)[form])

    assert only_fault(place) == ("desk", index, "entry.form")


def test_an_entry_put_in_twice_is_named_across_both_logs(place: Municipality) -> None:
    nonce = place.reference()
    place.record("desk", "case.read", n=nonce)
    place.record("desk", "case.read")
    index = place.record("channel", "report.received", n=nonce, d={"item": place.digest(), "desk_size": 0})

    assert only_fault(place) == ("channel", index, "nonce.twice")


def test_an_act_in_the_wrong_log_is_named(place: Municipality) -> None:
    index = place.record("channel", "case.read")

    assert only_fault(place) == ("channel", index, "entry.wrong_log")


@pytest.mark.parametrize(
    ("first", "second", "back"),
    [
        ("2026-03-05T10:00:00Z", "2026-03-05T09:59:59Z", True),
        ("2026-03-05T10:00:00Z", "2026-03-04", True),
        ("2026-03-05T10:00:00Z", "2026-03-05", False),
        ("2026-03-05", "2026-03-05T00:00:00Z", False),
        ("2026-03-05", "2026-03-04T23:30:00Z", False),  # half past midnight in Oslo
        ("2026-03-05", "2026-03-04T22:30:00Z", True),
        ("2026-07-05", "2026-07-04T22:30:00Z", False),  # summer time
    ],
)
def test_a_time_that_goes_back_is_named_at_its_own_precision(
    place: Municipality, first: str, second: str, *, back: bool
) -> None:
    place.wait(days=200)
    place.record("desk", "case.read", at=first)
    index = place.record("desk", "case.read", at=second)

    if back:
        assert only_fault(place) == ("desk", index, "time.backwards")
    else:
        assert found(verify(place.export())) == set()


def test_a_time_that_goes_back_past_a_date_between_is_named(place: Municipality) -> None:
    place.wait(days=200)
    for at in ("2026-03-05T10:00:00Z", "2026-03-05"):
        place.record("desk", "case.read", at=at)
    index = place.record("desk", "case.read", at="2026-03-05T09:00:00Z")

    assert only_fault(place) == ("desk", index, "time.backwards")


def test_a_time_after_the_witness_saw_it_is_named(place: Municipality) -> None:
    index = place.record("desk", "case.read", at="2026-03-09T10:00:00Z")

    assert only_fault(place) == ("desk", index, "time.future")


def test_the_registry_in_force_is_the_one_adopted_last(place: Municipality) -> None:
    """The same entry is lawful before, and a fault after, the act leaves the registry."""
    place.record("desk", "case.read")
    events = {act: spec for act, spec in REGISTRY["events"].items() if act != "case.read"}
    place.adopt("registry", {"v": 1, "events": events})
    index = place.record("desk", "case.read")

    assert only_fault(place) == ("desk", index, "entry.act")


def test_the_plan_cannot_be_named_before_it_was_adopted(place: Municipality) -> None:
    before = place.plan
    place.adopt("plan", PLAN | {"edition": 2})
    late, place.plan = place.plan, before
    index = place.record("desk", "case.read")
    place.plan = late
    place.record("desk", "case.read")

    assert only_fault(place) == ("desk", index, "entry.plan")


def test_a_registry_or_plan_that_was_edited_or_left_out_is_missed(place: Municipality) -> None:
    directory = place.export()
    for path in [*(directory / "registry").iterdir(), *(directory / "plan").iterdir()]:
        path.write_bytes(path.read_bytes().replace(b"9.1", b"9.2"))

    assert {("desk", 0, "registry.missing"), ("desk", 1, "plan.missing")} <= found(verify(directory))


def test_both_logs_must_adopt_the_same(place: Municipality) -> None:
    other = dict(place.books)
    place.books = {"desk": other["desk"]}
    place.adopt("plan", PLAN | {"edition": 2})
    place.books = {"channel": other["channel"]}
    place.adopt("plan", PLAN | {"edition": 3})
    place.books = other

    assert only_fault(place) == ("desk", 2, "adoption.differs")


def test_an_adoption_that_one_log_has_not_published_yet_is_no_fault(place: Municipality) -> None:
    place.publish("channel")
    channel = place.books.pop("channel")
    place.adopt("plan", PLAN | {"edition": 2})
    place.books["channel"] = channel

    assert found(verify(place.export())) == set()


def test_a_false_anchor_is_named(place: Municipality) -> None:
    place.publish("desk")
    false = place.record("channel", "log.anchor", d={"log": "desk", "size": 2, "root": "0" * 64})
    beyond = place.record("channel", "log.anchor", d={"log": "desk", "size": 99, "root": "0" * 64})
    itself = place.record("desk", "log.anchor", d={"log": "desk", "size": 3, "root": "0" * 64})
    place.anchor("channel", of="desk")

    expected = {
        ("channel", false, "anchor.root"),
        ("channel", beyond, "anchor.beyond"),
        ("desk", itself, "anchor.beyond"),
    }
    assert found(verify(place.export())) == expected


def test_the_desk_size_a_report_names_never_shrinks_and_never_runs_ahead(place: Municipality) -> None:
    def receive(size: int) -> int:
        return place.record("channel", "report.received", d={"item": place.digest(), "desk_size": size})

    receive(1)
    shrunk, ahead = receive(0), receive(99)

    assert found(verify(place.export())) == {
        ("channel", shrunk, "anchor.backwards"),
        ("channel", ahead, "anchor.beyond"),
    }


def test_the_writers_reader_sees_what_the_verifier_was_told(place: Municipality) -> None:
    """The helper of these tests really exports what it was asked to record."""
    directory = place.export()

    assert list(TileReader(directory / "desk", 2).entries()) == place.books["desk"].entries


def test_an_anchor_dated_before_what_it_anchors_was_shown_is_named(place: Municipality) -> None:
    place.wait(days=2)
    place.publish("desk")
    place.wait(days=-1)
    place.anchor("desk", "desk")
    place.wait(days=3)

    assert only_fault(place) == ("desk", 2, "time.before_anchor")


def test_an_anchor_in_time_is_no_fault(place: Municipality) -> None:
    place.wait(days=2)
    place.publish("desk")
    place.anchor("desk", "desk")

    assert found(verify(place.export())) == set()


def test_an_anchor_is_lawful_though_another_witness_signed_the_same_checkpoint_later(
    place: Municipality,
) -> None:
    """The first one is a stranger by now: the council has named another."""
    place.witnessed = False
    note = place.publish("desk")
    place.witnessed = True
    digest = hashlib.sha256(note.encode()).hexdigest()
    size = len(place.books["desk"].entries)
    (place.directory / "desk/checkpoints/first").write_text(note, encoding="utf-8")
    place.wait(days=1)
    place.anchor("desk", "desk", note=digest)
    place.wait(days=1)
    tree_of = checkpoint.parse(notes.parse(note.encode()).text)
    again = place.sign(place.books["desk"], tree_of.size, tree_of.root)
    (place.directory / f"desk/checkpoints/{size}").write_text(again, encoding="utf-8")

    assert found(verify(place.export())) == set()
