"""What a municipality installs is what the tests ran on, octet for octet: pinned, packed the same everywhere, listed and signed."""

import hashlib
import importlib.metadata
import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from itertools import chain
from pathlib import Path

import pytest

from tests.deploy.programs import DEPLOY, HERE
from whistle.operations import bill, packing

LOCKS = (
    DEPLOY / "requirements.txt",
    DEPLOY / "requirements-build.txt",
    DEPLOY / "witness/requirements.txt",
    HERE / "tests/requirements.txt",
)


def pinned(path: Path) -> dict[str, str]:
    found = (bill.PINNED.match(line) for line in path.read_text().splitlines())
    return {one[1]: one[2] for one in found if one and (not one[3] or bill.Marker(one[3]).evaluate())}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_package_is_pinned_to_a_version_and_to_its_octets(lock: Path) -> None:
    rows = re.split(r"\n(?=\S)", lock.read_text().strip())
    assert len(rows) == len(re.findall(r"^\S+==", lock.read_text(), re.MULTILINE))
    assert [row.partition("\n")[0] for row in rows if "--hash=sha256:" not in row] == []


def test_these_tests_run_on_the_packages_that_are_installed_in_production() -> None:
    due = pinned(DEPLOY / "requirements.txt")
    assert {name: importlib.metadata.version(name) for name in due} == due
    tested = pinned(HERE / "tests/requirements.txt")
    assert {name: tested.get(name) for name in due} == due


def test_what_the_project_asks_for_is_in_the_list() -> None:
    project = tomllib.loads((HERE / "pyproject.toml").read_text())["project"]
    asked = [*project["dependencies"], *chain(*project["optional-dependencies"].values())]
    names = {re.split(r"[\[<>=]", each)[0] for each in asked}
    assert names <= set(pinned(DEPLOY / "requirements.txt"))


def test_nothing_is_installed_that_is_not_held_against_its_hash() -> None:
    for file in ("install.sh", "Containerfile"):
        text = (DEPLOY / file).read_text()
        calls = [line for line in text.splitlines() if "pip install" in line and not line.startswith("#")]
        assert calls
        assert all("--require-hashes --only-binary :all:" in line for line in calls)
    build = (HERE / "whistle/browser/build.py").read_text()
    assert 'npm("ci", "--ignore-scripts"' in build


def test_a_package_with_one_other_octet_is_not_installed(tmp_path: Path) -> None:
    """The installer's own words for pip, on a package of ours that is changed after it was listed."""
    wheel, listed = tmp_path / "toy-1.0-py3-none-any.whl", tmp_path / "list"
    with zipfile.ZipFile(wheel, "w") as made:
        made.writestr("toy.py", "")
        made.writestr("toy-1.0.dist-info/METADATA", "Metadata-Version: 2.1\nName: toy\nVersion: 1.0\n")
        made.writestr(
            "toy-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        made.writestr("toy-1.0.dist-info/RECORD", "")
    listed.write_text(f"toy==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n")
    words = re.search(r'LOCKED="\S+ (-m pip install .*) \$WHEELS"', (DEPLOY / "install.sh").read_text())
    assert words
    command = [
        sys.executable,
        *words[1].split(),
        "--no-index",
        "--find-links",
        tmp_path,
        "--dry-run",
        "-r",
        listed,
    ]

    assert subprocess.run(command, capture_output=True, check=False).returncode == 0
    with zipfile.ZipFile(wheel, "a") as changed:
        changed.writestr("more.py", "")
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode != 0
    assert "THESE PACKAGES DO NOT MATCH THE HASHES" in done.stderr


def test_each_part_of_a_release_is_listed_with_its_version_and_licence() -> None:
    made = bill.bill(HERE)
    parts = {each["purl"]: each for each in made["components"]}
    assert len(parts) == len(made["components"]) > 70
    assert [purl for purl, each in parts.items() if not each["licenses"]] == []
    said = json.dumps([each["licenses"] for each in parts.values()])
    assert "AGPL" not in said
    assert "Proprietary" not in said
    assert "pkg:pypi/django@" in "".join(parts)
    assert "pkg:npm/%40noble/post-quantum@" in "".join(parts)
    assert not any(name in "".join(parts) for name in ("esbuild", "pytest", "typescript"))


@pytest.fixture
def packed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release of this commit, with a stand-in for what esbuild makes (the soak below builds it)."""

    def build(work: Path) -> None:
        (work / "whistle/browser/dist").mkdir()
        (work / "whistle/browser/dist/manifest.json").write_text("{}")

    monkeypatch.setattr(packing, "build", build)
    return packing.pack(tmp_path / "one")


def test_the_archive_is_the_same_whoever_packs_it_and_holds_no_trace_of_them(
    packed: Path, tmp_path: Path
) -> None:
    again = packing.pack(tmp_path / "two")
    assert again.read_bytes() == packed.read_bytes()
    with tarfile.open(packed) as archive:
        members = archive.getmembers()
    names = [one.name for one in members]
    assert names == sorted(names)
    assert {(one.uid, one.gid, one.uname, one.gname) for one in members} == {(0, 0, "", "")}
    assert len({one.mtime for one in members}) == 1
    for there in (
        "deploy/install.sh",
        "deploy/requirements.txt",
        "SBOM.json",
        "whistle/browser/dist/manifest.json",
    ):
        assert f"{packing.NAME}/{there}" in names
    assert not any("node_modules" in name or ".venv" in name or "/.git/" in name for name in names)
    assert next(one for one in members if one.name.endswith("deploy/install.sh")).mode == 0o755


def test_openssl_alone_tells_a_release_from_a_changed_one(packed: Path, tmp_path: Path) -> None:
    key, public, strangers = tmp_path / "release.pem", tmp_path / "release.pub", tmp_path / "stranger.pem"
    for path in (key, strangers):
        subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", path], check=True)
    subprocess.run(["openssl", "pkey", "-in", key, "-pubout", "-out", public], check=True)

    def holds(archive: Path, signature: Path) -> bool:
        check = [
            "openssl",
            "pkeyutl",
            "-verify",
            "-pubin",
            "-inkey",
            public,
            "-rawin",
            "-in",
            archive,
            "-sigfile",
            signature,
        ]
        return subprocess.run(check, capture_output=True, check=False).returncode == 0

    signature = packing.sign(packed, key)
    assert holds(packed, signature)
    octets = bytearray(packed.read_bytes())
    octets[len(octets) // 2] ^= 1
    changed = tmp_path / "changed.tar"
    changed.write_bytes(octets)
    assert not holds(changed, signature)
    assert not holds(packed, packing.sign(packed, strangers))


@pytest.mark.soak
def test_built_twice_the_browser_s_half_and_the_wheels_are_the_same_octets(tmp_path: Path) -> None:
    one, two = (packing.pack(tmp_path / name, wheels=True).read_bytes() for name in ("one", "two"))
    assert one == two
