"""Nothing that can lie in a directory makes the verifier wait, stop or look away."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from whistle.tlog import checkpoint

from .hands import DESK, altered, bundle, edit
from .histories import WITNESS, Municipality, found, live, verify


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
