"""The control committee's own machine: one package beside Python, one unit, and no way round it."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from whistle.tlog import note

HERE = Path(__file__).parents[2]
UNIT = HERE / "deploy" / "witness" / "whistle-witness.service"
# what is not installed there; an import of it fails as it would
ALONE = """
import runpy, sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("django", "celery", "kombu", "ninja", "guardian", "redis"):
            raise ImportError(name)
sys.meta_path.insert(0, Absent())
sys.argv[0] = sys.argv.pop(1)
runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def command(environment: dict[str, str]) -> list[str]:
    """The unit's command as systemd reads it: ${X} one word, $X several."""
    found = re.search(r"^ExecStart=\S+ -m (.*)$", UNIT.read_text(), re.MULTILINE)
    assert found
    words: list[str] = []
    for word in found[1].split():
        if word.startswith("$") and not word.startswith("${"):
            words += shlex.split(environment[word[1:]])
        else:
            words.append(re.sub(r"\$\{(\w+)\}", lambda name: environment[name[1]], word))
    return words


def test_a_committee_starts_its_witness_without_the_rest_of_the_product(
    tmp_path: Path, fjellvik: note.Signer
) -> None:
    environment = {
        "STATE_DIRECTORY": str(tmp_path),
        "WITNESS_NAME": "kontrollutvalget.example/witness",
        "WITNESS_LISTEN": "127.0.0.1:0",
        "WITNESS_LOGS": f"--log {fjellvik.public}",
    }
    with subprocess.Popen(
        [sys.executable, "-c", ALONE, *command(environment)],
        stdout=subprocess.PIPE, text=True, cwd=HERE, env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"},
    ) as program:  # fmt: skip
        assert program.stdout
        said = [program.stdout.readline()]
        while said[-1] and not said[-1].startswith("listening"):
            said.append(program.stdout.readline())
        program.terminate()
    assert said[0].startswith("kontrollutvalget.example/witness+")
    assert said[-1].startswith("listening on http://127.0.0.1:")
    assert (tmp_path / "memory.key").stat().st_mode & 0o077 == 0


@pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and not os.environ.get("CI"), reason="no systemd-analyze"
)
def test_the_unit_takes_away_what_a_witness_does_not_need(tmp_path: Path) -> None:
    target = tmp_path / "etc/systemd/system"
    target.mkdir(parents=True)
    shutil.copy(UNIT, target)
    done = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", f"--root={tmp_path}", "--no-pager", UNIT.name],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert score, done.stderr
    assert float(score[1]) < 2.5


def test_a_stranger_in_the_municipality_does_not_install_it_beside_the_log() -> None:
    """The installer takes every unit of deploy/systemd: the witness must not be among them."""
    assert not list((HERE / "deploy" / "systemd").rglob("*witness*"))
