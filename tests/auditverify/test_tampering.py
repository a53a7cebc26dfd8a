"""Whoever changes a published log is found out, and the verifier names the entry and what was done to it."""

import shutil
from pathlib import Path

import pytest

from whistle.tlog.tiles import pack_bundle, unpack_bundle

from .hands import DESK, altered, bundle, edit, rewrite
from .histories import Key, Municipality, entries_of, found, run, verify


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
