"""Go's checksum-database library, which knows nothing of us, accepts our logs and refuses changed ones."""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from whistle.tlog import note

MAIN = Path(__file__).with_name("go") / "main.go"
#: Where Debian's golang-golang-x-mod-dev puts its sources; there is no network here, so no modules either.
GOPATH = "/usr/share/gocode"
MISSING = "Go is not here (Debian: golang-go golang-golang-x-mod-dev): no outside program checked our log"


def have_go() -> bool:
    return bool(shutil.which("go")) and Path(GOPATH, "src/golang.org/x/mod/sumdb/tlog").is_dir()


pytestmark = pytest.mark.skipif(not have_go() and not os.environ.get("CI"), reason=MISSING)


@pytest.fixture(scope="module")
def outside_checker(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Go program, built once."""
    assert have_go(), MISSING
    program = tmp_path_factory.mktemp("go") / "checker"
    settings = {
        "GO111MODULE": "off",
        "GOPATH": GOPATH,
        "GOFLAGS": "",
        "GOCACHE": str(program.with_name("cache")),
    }
    subprocess.run(["go", "build", "-o", program, MAIN], env=os.environ | settings, check=True)
    return program


def judge(checker: Path, directory: Path, key: note.PublicKey) -> tuple[int, str]:
    done = subprocess.run(
        [checker, directory, str(key)], capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout


@pytest.fixture
def exported(tmp_path: Path, grow: Callable[[Path, list[bytes]], str]) -> Path:
    """A log of 1,300 entries, grown in three steps."""
    for start, end in ((0, 1), (1, 700), (700, 1300)):
        grow(tmp_path, [b'{"act":"case.closed","n":"%032x"}' % number for number in range(start, end)])
    return tmp_path


def test_gos_library_accepts_our_log(outside_checker: Path, exported: Path, fjellvik: note.Signer) -> None:
    assert judge(outside_checker, exported, fjellvik.public) == (0, "OK: 1300 entries\n")


def test_gos_library_refuses_it_under_a_strangers_key(
    outside_checker: Path, exported: Path, stranger: note.Signer
) -> None:
    status, said = judge(outside_checker, exported, stranger.public)

    assert status == 1
    assert "SIGNATURE" in said


def test_gos_library_refuses_two_entries_that_changed_places(
    outside_checker: Path, exported: Path, fjellvik: note.Signer
) -> None:
    path = exported / "tile/entries/002"
    raw = path.read_bytes()
    length = 2 + int.from_bytes(raw[:2], "big")
    path.write_bytes(raw[length : 2 * length] + raw[:length] + raw[2 * length :])

    assert judge(outside_checker, exported, fjellvik.public) == (1, "ROOT MISMATCH at size 1300\n")
