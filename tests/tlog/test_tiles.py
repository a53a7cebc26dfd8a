"""What is written can be read and proved at every size, and a crash at any moment leaves a log to go on."""

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whistle.tlog import checkpoint, note
from whistle.tlog.durable import Batch
from whistle.tlog.errors import TileError
from whistle.tlog.hashing import leaf_hash
from whistle.tlog.proof import verify_consistency, verify_inclusion
from whistle.tlog.tile_reader import TileReader
from whistle.tlog.tile_writer import TileWriter
from whistle.tlog.tiles import Tile, pack, width_at
from whistle.tlog.tree import root_of

from .conftest import ORIGIN

Grow = Callable[[Path, list[bytes]], str]


def entries(start: int, end: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(start, end)]


def true_root(size: int) -> bytes:
    return root_of(leaf_hash(entry) for entry in entries(0, size))


def sign(size: int, root: bytes) -> str:
    log = note.Ed25519Signer(ORIGIN, bytes(range(32)))
    return checkpoint.sign(checkpoint.Checkpoint(ORIGIN, size, root), [log], at=0)


@pytest.mark.parametrize(
    "steps", [[1], [256], [255, 1, 1], [300, 212], [512, 1], [100, 1000, 3], [70_000, 600]]
)
def test_a_log_grown_in_steps_has_the_root_and_the_files_the_specification_asks_for(
    tmp_path: Path, steps: list[int]
) -> None:
    size = 0
    with TileWriter(tmp_path) as writer:
        for step in steps:
            size, root = writer.append(entries(size, size + step))
            writer.write_checkpoint(sign(size, root))

    assert root == true_root(size)
    for level in range(3):
        for number in {0, 1, (size >> 8 * (level + 1))}:
            width = width_at(level, number, size)
            if width:
                path = tmp_path / Tile(level, number, width).path()
                assert path.stat().st_size == width * 32


def test_every_entry_is_read_back_and_proved_from_the_tiles(tmp_path: Path, grow: Grow) -> None:
    grow(tmp_path, entries(0, 700))
    reader = TileReader(tmp_path, 700)
    root = reader.root()

    assert list(reader.entries()) == entries(0, 700)
    for index in range(0, 700, 7):
        verify_inclusion(leaf_hash(reader.entry(index)), index, 700, reader.prove_inclusion(index), root)


def test_an_older_checkpoint_is_proved_to_be_the_beginning_though_its_partial_tiles_are_gone(
    tmp_path: Path, grow: Grow
) -> None:
    grow(tmp_path, entries(0, 100))
    grow(tmp_path, entries(100, 600))

    assert not (tmp_path / "tile/0/000.p").exists()
    older, newer = TileReader(tmp_path, 100), TileReader(tmp_path, 600)
    verify_consistency(100, 600, newer.prove_consistency(100), older.root(), newer.root())


def test_a_proof_in_a_large_log_costs_five_files_at_most(tmp_path: Path, grow: Grow) -> None:
    grow(tmp_path, entries(0, 66_000))

    for index in (0, 255, 256, 40_000, 65_535, 65_536, 65_999):
        reader = TileReader(tmp_path, 66_000)
        reader.prove_inclusion(index)
        assert reader.reads <= 5


def test_a_second_writer_is_refused_while_the_first_has_the_directory(tmp_path: Path) -> None:
    with TileWriter(tmp_path), pytest.raises(TileError, match=r"tiles\.busy"):
        TileWriter(tmp_path)

    TileWriter(tmp_path).close()


def test_a_checkpoint_for_anything_but_what_was_appended_is_refused(tmp_path: Path) -> None:
    with TileWriter(tmp_path) as writer:
        size, root = writer.append(entries(0, 3))
        for wrong in (sign(size - 1, root), sign(size, bytes(32))):
            with pytest.raises(TileError, match=r"checkpoint\.other_tree"):
                writer.write_checkpoint(wrong)

    assert not (tmp_path / "checkpoint").exists()


def test_an_entry_too_long_for_its_length_field_is_refused() -> None:
    with pytest.raises(TileError, match=r"entry\.size"):
        pack(bytes(65_536))


def test_a_directory_whose_tiles_a_stranger_changed_is_not_written_to(tmp_path: Path, grow: Grow) -> None:
    grow(tmp_path, entries(0, 300))
    path = tmp_path / "tile/0/001.p/44"
    path.write_bytes(bytes(32) + path.read_bytes()[32:])

    with pytest.raises(TileError):
        TileWriter(tmp_path)


def test_entries_changed_under_a_promise_are_noticed_before_writing_on(tmp_path: Path, grow: Grow) -> None:
    grow(tmp_path, entries(0, 3))
    path = tmp_path / "tile/entries/000.p/3"
    path.write_bytes(path.read_bytes().replace(b"entry 1", b"entry 9"))

    with pytest.raises(TileError, match=r"bundle\.mismatch"):
        TileWriter(tmp_path)


class PowerCutError(OSError):
    """The machine stops at this very step."""


@pytest.fixture
def cut_after(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let the n-th step that changes the disk, and all after it, not happen."""

    def arm(steps: int) -> None:
        left = [steps]

        def counted(original: Callable[..., None]) -> Callable[..., None]:
            def step(*arguments: object) -> None:
                left[0] -= 1
                if left[0] < 0:
                    raise PowerCutError(errno.EIO, "cut")
                original(*arguments)

            return step

        monkeypatch.setattr(Path, "replace", counted(Path.replace))
        monkeypatch.setattr(Path, "unlink", counted(Path.unlink))
        monkeypatch.setattr(os, "fsync", counted(os.fsync))

    return arm


@pytest.mark.parametrize("first", [0, 100, 256, 300])
def test_power_cut_at_every_single_step_of_a_publication_loses_nothing_promised(
    tmp_path: Path, grow: Grow, monkeypatch: pytest.MonkeyPatch, cut_after: Callable[[int], None], first: int
) -> None:
    for cut in range(200):
        directory = tmp_path / str(cut)
        grow(directory, entries(0, first))
        finished = publish_until_cut(directory, cut, cut_after, monkeypatch)

        with TileWriter(directory) as writer:
            assert writer.size in {first, first + 300}
            assert writer.root() == true_root(writer.size)
            size, root = writer.append(entries(writer.size, 900))
            writer.write_checkpoint(sign(size, root))
        reader = TileReader(directory, 900)
        assert reader.root() == true_root(900)
        assert list(reader.entries()) == entries(0, 900)
        if finished:
            return
    pytest.fail("no run of 200 steps came to its end")


def publish_until_cut(
    directory: Path, cut: int, cut_after: Callable[[int], None], monkeypatch: pytest.MonkeyPatch
) -> bool:
    """Publish 300 more entries until the power is cut; whether all of it was done."""
    try:
        with TileWriter(directory) as writer:
            cut_after(cut)
            size, root = writer.append(entries(writer.size, writer.size + 300))
            writer.write_checkpoint(sign(size, root))
    except PowerCutError:
        return False
    finally:
        monkeypatch.undo()
    return True


@pytest.mark.parametrize(
    ("promised", "lost", "later"), [(100, 700, 350), (100, 80, 150), (300, 900, 301), (0, 600, 10)]
)
def test_unpromised_entries_of_a_crashed_run_never_come_back(
    tmp_path: Path, grow: Grow, promised: int, lost: int, later: int
) -> None:
    """Not even as a full tile to which a reader falls back when a partial one is gone."""
    crashed, clean = tmp_path / "crashed", tmp_path / "clean"
    grow(crashed, entries(0, promised))
    with TileWriter(crashed) as writer:
        writer.append([b"never promised %d" % number for number in range(lost)])

    for directory in (crashed, clean):
        grow(directory, entries(0 if directory == clean else promised, later))

    for path in crashed.rglob("tile/**/*"):
        if path.is_file() and tile_number(path) * 256 < later >> height(path):
            twin = clean / path.relative_to(crashed)
            older = path.parent.name.endswith(".p") and int(path.name) <= promised
            assert older or twin.read_bytes() == path.read_bytes(), path


def tile_number(path: Path) -> int:
    return int((path.parent.name.removesuffix(".p")) if path.parent.name.endswith(".p") else path.name)


def height(path: Path) -> int:
    """How many bits of an index one hash of this level covers."""
    level = path.parent.parent.name if path.parent.name.endswith(".p") else path.parent.name
    return 8 * int(level) if level.isdigit() else 0


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="no /proc here to see which file is flushed")
def test_every_file_is_on_the_disk_before_it_has_its_name_and_all_of_them_before_the_checkpoint(
    tmp_path: Path, grow: Grow, monkeypatch: pytest.MonkeyPatch
) -> None:
    flushed: list[str] = []
    renamed: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def seen_fsync(descriptor: int) -> None:
        flushed.append(os.readlink(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    def seen_replace(path: Path, target: Path) -> Path:
        assert str(path) in flushed
        if target.name == "checkpoint":
            assert {str(Path(name).parent) for name in renamed} <= set(flushed)
        renamed.append(str(target))
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", seen_fsync)
    monkeypatch.setattr(Path, "replace", seen_replace)
    grow(tmp_path, entries(0, 300))

    assert renamed[-1] == str(tmp_path / "checkpoint")
    assert flushed[-1] == str(tmp_path)
    assert len(renamed) == 6, "two bundles, two leaf tiles, one tile above, one checkpoint"


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 400), min_size=1, max_size=6))
def test_any_way_of_growing_leads_to_the_same_tree(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int]
) -> None:
    directory, size = tmp_path_factory.mktemp("log"), 0
    for step in steps:
        with TileWriter(directory) as writer:
            size, root = writer.append(entries(size, size + step))
            writer.write_checkpoint(sign(size, root))
            assert root == true_root(size)


def test_removing_what_is_not_there_is_no_error(tmp_path: Path) -> None:
    batch = Batch()
    batch.remove(tmp_path / "nothing" / "here")
    batch.flush()

    assert list(tmp_path.iterdir()) == []
