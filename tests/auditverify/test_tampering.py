"""Whoever changes a published log is found out, and the verifier names the entry and what was done to it."""

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whistle.core import canonical
from whistle.tlog import checkpoint, note
from whistle.tlog.tile_writer import TileWriter
from whistle.tlog.tiles import pack_bundle, unpack_bundle

from .histories import WITNESS, Book, Key, Municipality, entries_of, found, live, run, verify

DESK = Book("desk", Path())


def bundle(exported: Path, number: int, log: str = "desk") -> Path:
    """The file that holds bundle `number`."""
    folder = exported / log / "tile" / "entries"
    partial = sorted((folder / f"{number:03d}.p").glob("*"), key=lambda path: int(path.name))
    return (folder / f"{number:03d}") if (folder / f"{number:03d}").exists() else partial[-1]


def edit(path: Path, change: Callable[[list[bytes]], object]) -> None:
    """Rewrite a bundle after `change` has had its way with the list of entries."""
    entries = unpack_bundle(path.read_bytes())
    change(entries)
    path.write_bytes(pack_bundle(entries))


def altered(entry: bytes, **fields: object) -> bytes:
    return canonical.encode(json.loads(entry) | fields)


def rewrite(
    exported: Path, entries: list[bytes], key: note.Ed25519Signer, *, witnessed: bool = False
) -> None:
    """Replace the whole desk log by one of these entries, honestly hashed and signed with `key`."""
    for name in ("tile", "checkpoint"):
        path = exported / "desk" / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with TileWriter(exported / "desk") as writer:
        size, root = writer.append(entries)
        signers = [key, WITNESS] if witnessed else [key]
        writer.write_checkpoint(
            checkpoint.sign(checkpoint.Checkpoint(DESK.origin, size, root), signers, 1_900_000_000)
        )


def test_an_untouched_export_is_intact(exported: Path) -> None:
    status, words = run(exported)

    assert (status, words.splitlines()[-1]) == (0, "The log is intact.")


@pytest.mark.parametrize("index", [0, 5, 255, 256, 511, 512, 699])
def test_an_altered_entry_is_named(exported: Path, index: int) -> None:
    def alter(entries: list[bytes]) -> None:
        entries[index % 256] = altered(entries[index % 256], role="somebody_else")

    edit(bundle(exported, index // 256), alter)

    assert found(verify(exported)) == {("desk", index, "entry.altered")}


def test_two_entries_that_changed_places_are_named_with_where_they_belong(exported: Path) -> None:
    def swap(entries: list[bytes]) -> None:
        entries[3], entries[200] = entries[200], entries[3]

    edit(bundle(exported, 1), swap)
    result = verify(exported)

    assert {("desk", 259, "entry.moved"), ("desk", 456, "entry.moved")} <= found(result)
    assert "belongs at 456" in next(one["text"] for one in result["faults"] if one["index"] == 259)


def test_entries_swapped_between_two_files_are_named_too(exported: Path) -> None:
    first, second = bundle(exported, 0), bundle(exported, 2)
    here, there = unpack_bundle(first.read_bytes()), unpack_bundle(second.read_bytes())
    here[9], there[9] = there[9], here[9]
    first.write_bytes(pack_bundle(here))
    second.write_bytes(pack_bundle(there))

    assert {("desk", 9, "entry.moved"), ("desk", 521, "entry.moved")} <= found(verify(exported))


@pytest.mark.parametrize("index", [2, 300, 511, 600, 699])
def test_an_entry_taken_out_is_named_once_and_its_neighbours_are_not_accused(
    exported: Path, index: int
) -> None:
    edit(bundle(exported, index // 256), lambda entries: entries.pop(index % 256))

    kinds = {one for one in found(verify(exported)) if one[2].startswith("entry.")}

    assert ("desk", index, "entry.missing") in kinds
    assert {kind for _, _, kind in kinds} == {"entry.missing"}


@pytest.mark.parametrize("index", [1, 300, 650])
def test_an_entry_slipped_in_is_named_once(exported: Path, index: int) -> None:
    def slip_in(entries: list[bytes]) -> None:
        entries.insert(index % 256, altered(entries[0], n="ab" * 16))

    edit(bundle(exported, index // 256), slip_in)

    faults = found(verify(exported))
    assert ("desk", index, "entry.inserted") in faults
    assert not {one for one in faults if one[2] in {"entry.altered", "entry.missing"}}


def test_a_back_dated_entry_is_named(exported: Path) -> None:
    def back_date(entries: list[bytes]) -> None:
        entries[100] = altered(entries[100], at="2026-02-01")

    edit(bundle(exported, 1), back_date)

    assert found(verify(exported)) == {("desk", 356, "entry.altered"), ("desk", 356, "time.backwards")}


def test_the_last_file_cut_off_is_a_truncation(exported: Path) -> None:
    shutil.rmtree(exported / "desk/tile/entries/002.p")
    shutil.rmtree(exported / "desk/tile/0/002.p")

    faults = found(verify(exported))

    assert ("desk", 512, "log.truncated") in faults
    assert ("desk", 512, "bundle.missing") in faults


def test_a_file_cut_in_the_middle_of_an_entry_names_where(exported: Path) -> None:
    path = bundle(exported, 1)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    faults = verify(exported)["faults"]
    torn = next(one["index"] for one in faults if one["kind"] == "bundle.torn")

    assert 256 < torn < 511
    assert {one["index"] for one in faults if one["kind"] == "entry.missing"} == set(range(torn, 512))


def test_a_missing_file_is_a_range_and_not_256_faults(exported: Path) -> None:
    bundle(exported, 1).unlink()

    fault = next(one for one in verify(exported)["faults"] if one["kind"] == "bundle.missing")

    assert (fault["index"], fault["last"]) == (256, 511)


def test_an_edited_hash_is_told_apart_from_an_edited_entry(exported: Path) -> None:
    path = exported / "desk/tile/0/001"
    raw = bytearray(path.read_bytes())
    raw[32 * 17] ^= 1
    path.write_bytes(bytes(raw))

    assert found(verify(exported)) == {("desk", 273, "tile.altered")}


def test_an_edited_hash_in_the_last_tile_is_found(exported: Path) -> None:
    path = next((exported / "desk/tile/0/002.p").glob("188"))
    raw = bytearray(path.read_bytes())
    raw[-1] ^= 1
    path.write_bytes(bytes(raw))

    assert ("desk", 699, "tile.altered") in found(verify(exported))


def test_an_edited_upper_tile_is_found(exported: Path) -> None:
    path = exported / "desk/tile/1/000.p/2"
    raw = bytearray(path.read_bytes())
    raw[0] ^= 1
    path.write_bytes(bytes(raw))

    assert ("desk", 0, "tile.altered") in found(verify(exported))


def test_an_entry_changed_together_with_its_hash_is_still_found(exported: Path) -> None:
    shadow = exported.with_name("shadow")
    entries = entries_of(exported / "desk")
    entries[300] = altered(entries[300], role="somebody_else")
    shutil.copytree(exported, shadow)
    rewrite(shadow, entries, Key(77).log(DESK.origin))
    shutil.copy(shadow / "desk/tile/entries/001", exported / "desk/tile/entries/001")
    shutil.copy(shadow / "desk/tile/0/001", exported / "desk/tile/0/001")

    faults = verify(exported)["faults"]

    assert (256, 511) in {(one["index"], one["last"]) for one in faults if one["kind"] == "entries.rewritten"}
    assert "history.forked" not in {one["kind"] for one in faults}, (
        "no older promise was broken, only not provable"
    )


@pytest.mark.parametrize("line", [1, 2])
def test_an_edited_checkpoint_does_not_carry_its_signatures(exported: Path, line: int) -> None:
    path = exported / "desk/checkpoint"
    lines = path.read_text(encoding="utf-8").split("\n")
    lines[line] = (
        "699" if line == 1 else "A" + lines[line][1:] if lines[line][0] != "A" else "B" + lines[line][1:]
    )
    path.write_text("\n".join(lines), encoding="utf-8")

    kinds = {kind for _, _, kind in found(verify(exported))}

    assert {"checkpoint.signature", "checkpoint.unsigned", "checkpoint.cosignature", "root.mismatch"} <= kinds


def test_a_log_signed_by_a_stranger_is_refused(exported: Path) -> None:
    rewrite(exported, entries_of(exported / "desk"), Key(77).log(DESK.origin), witnessed=True)

    assert found(verify(exported)) == {("desk", None, "checkpoint.unsigned")}


def test_a_stranger_who_also_swaps_the_key_in_the_directory_is_refused_by_the_auditors_policy(
    exported: Path,
) -> None:
    stranger = Key(77).log(DESK.origin)
    rewrite(exported, entries_of(exported / "desk"), stranger, witnessed=True)
    (exported / "desk/log.vkey").write_text(f"{stranger.public}\n", encoding="utf-8")

    kinds = {kind for _, _, kind in found(verify(exported))}

    assert {"key.unknown", "checkpoint.unsigned"} <= kinds


def test_history_rewritten_with_the_real_key_does_not_fit_a_checkpoint_kept_since_last_time(
    exported: Path,
) -> None:
    kept = exported.with_name("minutes")
    shutil.move(exported / "desk/checkpoints", kept)
    entries = entries_of(exported / "desk")
    entries[500] = altered(entries[500], role="somebody_else")
    rewrite(exported, entries, DESK.key, witnessed=True)

    assert found(verify(exported)) == set(), "nothing but the kept checkpoint can show it"
    faults = found(verify(exported, "--older", kept))

    assert {kind for _, _, kind in faults} == {"history.forked"}
    assert {index for _, index, _ in faults} == {351}, (
        "the 351 entries of the first checkpoint are still the same"
    )


def test_history_rewritten_without_the_witness_is_no_quorum(exported: Path) -> None:
    rewrite(exported, entries_of(exported / "desk"), DESK.key)

    assert found(verify(exported)) == {("desk", None, "checkpoint.quorum")}


def test_a_log_rolled_back_with_the_real_key_does_not_fit_a_kept_checkpoint(exported: Path) -> None:
    rewrite(exported, entries_of(exported / "desk")[:600], DESK.key, witnessed=True)

    assert ("desk", 600, "history.rolled_back") in found(verify(exported))


def test_a_kept_checkpoint_that_was_edited_is_not_believed(exported: Path) -> None:
    kept = exported / "desk/checkpoints/700"
    kept.write_text(kept.read_text(encoding="utf-8").replace("\n700\n", "\n900\n"), encoding="utf-8")

    kinds = {kind for _, _, kind in found(verify(exported))}

    assert kinds == {"older.signature", "older.unsigned"}


def test_all_faults_are_listed_not_only_the_first(exported: Path) -> None:
    def alter(entries: list[bytes]) -> None:
        for place in (1, 2, 3):
            entries[place] = altered(entries[place], role="somebody_else")

    for log, number in (("desk", 0), ("desk", 2), ("channel", 1)):
        edit(bundle(exported, number, log), alter)

    expected = {(log, 256 * number + place, "entry.altered")
                for log, number in (("desk", 0), ("desk", 2), ("channel", 1)) for place in (1, 2, 3)}  # fmt: skip
    assert found(verify(exported)) == expected


def test_a_missing_log_is_a_fault(exported: Path) -> None:
    shutil.rmtree(exported / "channel")

    assert ("channel", None, "log.missing") in found(verify(exported))


def test_the_two_logs_exchanged_are_found(exported: Path) -> None:
    (exported / "desk").rename(exported / "other")
    (exported / "channel").rename(exported / "desk")
    (exported / "other").rename(exported / "channel")

    assert "entry.wrong_log" in {kind for _, _, kind in found(verify(exported))}


def test_a_pipe_in_the_directory_does_not_make_the_auditor_wait(
    exported: Path, mkfifo: Callable[[Path], None]
) -> None:
    path = bundle(exported, 1)
    path.unlink()
    mkfifo(path)

    assert ("desk", 256, "bundle.unreadable") in found(verify(exported))


@pytest.fixture
def mkfifo() -> Callable[[Path], None]:
    return os.mkfifo


def test_a_signed_size_beyond_all_bounds_does_not_make_the_auditor_wait(exported: Path) -> None:
    head = checkpoint.Checkpoint(DESK.origin, 2**60, bytes(32))
    (exported / "desk/checkpoint").write_text(checkpoint.sign(head, [DESK.key, WITNESS], 0), encoding="utf-8")

    faults = verify(exported)["faults"]

    assert (700, 2**60 - 1) in {
        (one["index"], one["last"]) for one in faults if one["kind"] == "log.truncated"
    }


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff" * 50, b"x\n1\nAAAA\n\n\xe2\x80\x94 a b\n"])
def test_a_checkpoint_that_is_none_is_a_fault_and_the_rest_is_still_checked(
    exported: Path, content: bytes
) -> None:
    (exported / "desk/checkpoint").write_bytes(content)
    edit(bundle(exported, 0), lambda entries: entries.__setitem__(4, altered(entries[4], role="other")))

    assert {("desk", None, "checkpoint.unreadable"), ("desk", 4, "entry.altered")} <= found(verify(exported))


def test_a_report_the_municipality_received_and_hid_shows_in_the_municipalitys_own_receipt(
    tmp_path: Path,
) -> None:
    place = Municipality(tmp_path)
    place.receive()
    kept = place.publish("channel", keep=False)
    place.books["channel"].entries.pop()
    shutil.rmtree(tmp_path / "channel")
    place.export()
    (tmp_path / "kept").write_text(kept, encoding="utf-8")

    assert ("channel", 2, "history.rolled_back") in found(verify(tmp_path, "--older", tmp_path / "kept"))


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A short history with every kind of file in it."""
    place = Municipality(tmp_path_factory.mktemp("small"), seed=3)
    live(place, steps=40)
    return place.export()


def files_of(directory: Path) -> list[Path]:
    """All files that anybody relies on; the keys beside the log are only a convenience."""
    return sorted(path for path in directory.rglob("*") if path.is_file() and path.name != "log.vkey")


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_any_flipped_bit_in_any_file_is_found(small: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from([path for path in files_of(small) if path.name != "policy"]))
    whole = path.read_bytes()
    # In an earlier checkpoint a witness who cannot be recognised is one more unknown signer, and no fault.
    end = whole.index("\n— kontroll".encode()) if path.parent.name == "checkpoints" else len(whole)
    bit = data.draw(st.integers(0, end * 8 - 1))
    changed = bytearray(whole)
    changed[bit // 8] ^= 1 << bit % 8

    path.write_bytes(bytes(changed))
    try:
        assert found(verify(small)), f"{path.relative_to(small)}, bit {bit}"
    finally:
        path.write_bytes(whole)


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_no_garbage_in_any_file_stops_the_verifier_or_passes(small: Path, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(files_of(small)))
    whole = path.read_bytes()
    garbage = data.draw(st.binary(max_size=300).filter(lambda raw: raw != whole))

    path.write_bytes(garbage)
    try:
        assert found(verify(small))
    finally:
        path.write_bytes(whole)
    assert found(verify(small)) == set()
