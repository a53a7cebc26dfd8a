"""An export may come as one file; what no export holds is refused, whoever packed it."""

import io
import json
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from .histories import PROGRAM


def judge(archive: Path, *more: str) -> tuple[int, str, str]:
    command = [sys.executable, "-I", str(PROGRAM), str(archive), *more]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("kind", ["zip", "gztar", "tar"])
@pytest.mark.parametrize("wrapped", [True, False])
def test_a_packed_export_is_judged_like_the_folder(
    exported: Path, tmp_path: Path, kind: str, wrapped: bool
) -> None:
    root, base = (exported.parent, exported.name) if wrapped else (exported, ".")
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), kind, root_dir=root, base_dir=base))

    status, said, _ = judge(packed, "--json")

    assert (status, json.loads(said)["faults"]) == (0, [])
    assert json.loads(said) == json.loads(judge(exported, "--json")[1])


def test_a_change_is_found_in_an_archive_too(exported: Path, tmp_path: Path) -> None:
    path = exported / "desk" / "checkpoint"
    path.write_bytes(path.read_bytes().replace(b"700", b"699", 1) + b"\n")
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", root_dir=exported))

    assert judge(packed)[0] == 1


@pytest.mark.parametrize(
    "name", ["../outside", "/etc/outside", "desk/../../outside", "desk/tile\\x", "-x/desk"]
)
@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_a_stranger_cannot_write_outside_the_folder(tmp_path: Path, kind: str, name: str) -> None:
    packed = tmp_path / f"evil.{kind}"
    if kind == "zip":
        with zipfile.ZipFile(packed, "w") as archive:
            archive.writestr(name, b"x")
    else:
        with tarfile.open(packed, "w") as tar:
            member = tarfile.TarInfo(name)
            member.size = 1
            tar.addfile(member, io.BytesIO(b"x"))

    status, said, error = judge(packed)

    assert (status, said) == (2, "")
    assert "no export does" in error
    assert not (tmp_path.parent / "outside").exists()


def test_links_in_an_archive_are_left_out(tmp_path: Path) -> None:
    packed = tmp_path / "links.tar"
    with tarfile.open(packed, "w") as tar:
        member = tarfile.TarInfo("desk/checkpoint")
        member.type, member.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(member)

    assert "passwd" not in judge(packed)[1]


@pytest.mark.parametrize("octets", [b"", b"PK\x03\x04 torn", b"\x1f\x8b torn", b"hello"])
def test_a_file_that_is_no_archive_is_said_to_be_none(tmp_path: Path, octets: bytes) -> None:
    path = tmp_path / "something"
    path.write_bytes(octets)

    status, said, error = judge(path)

    assert (status, said) == (2, "")
    assert "no archive" in error
