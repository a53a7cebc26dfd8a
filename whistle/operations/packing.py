"""A release: one archive, the same octets whoever packs it, and a signature: `python -m whistle.operations.packing DIR`.

It holds the sources of a commit, what is built from them (the browser's half, the catalogues of words), a bill of materials, and
with `--wheels` every package that is installed, so that a municipality needs no registry and gets what was tested.  The key is
Ed25519, made and kept where no server is:

    openssl genpkey -algorithm ed25519 -out release.pem && openssl pkey -in release.pem -pubout -out whistle-release.pub

Whoever installs checks the archive with OpenSSL alone, before anything of it runs (RUNBOOK.md).
"""

import argparse
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

from whistle import __version__
from whistle.operations.bill import bill

ROOT = Path(__file__).resolve().parents[2]
BUILT = ("whistle/browser/dist/*", "whistle/*/locale/*/LC_MESSAGES/*.mo", "cases/locale/*/LC_MESSAGES/*.mo")
BUILDERS = ("whistle.browser.build", "whistle.ui.translations")
NAME = f"whistle-{__version__}"
PLATFORM = (
    "--python-version",
    "3.11",
    "--platform",
    "manylinux_2_28_x86_64",
    "--platform",
    "manylinux2014_x86_64",
)


def pack(folder: Path, *, commit: str = "HEAD", wheels: bool = False) -> Path:
    """Write the archive of a commit to `folder` and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    when = int(_git("log", "-1", "--format=%ct", commit))
    with tempfile.TemporaryDirectory(prefix="whistle-release-") as name:
        work = Path(name) / NAME
        members = unpack(_git("archive", "--format=tar", commit), work)
        build(work)
        members += [path for pattern in BUILT for path in work.glob(pattern)]
        if wheels:
            members += fetch_wheels(work)
        (work / "SBOM.json").write_text(json.dumps(bill(work), indent=1) + "\n")
        target = folder / f"{NAME}.tar"
        write(target, work, [*members, work / "SBOM.json"], when)
    return target


def unpack(archive: bytes, folder: Path) -> list[Path]:
    """Lay out a commit's files and return where they are."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as opened:
        opened.extractall(folder, filter="data")
        return [folder / one.name for one in opened.getmembers() if one.isfile()]


def build(work: Path) -> None:
    """Build what is not in the sources, with the packages of the lock file that are here already."""
    if (ROOT / "node_modules").is_dir():
        (work / "node_modules").symlink_to(ROOT / "node_modules")
    for module in BUILDERS:
        subprocess.run([sys.executable, "-m", module], cwd=work, check=True, stdout=subprocess.DEVNULL)


def fetch_wheels(work: Path) -> list[Path]:
    """Fetch every package of the installation, each held against its hash."""
    target = work / "wheels"
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--dest",
        str(target),
    ]
    locked = [
        "--require-hashes",
        "--only-binary",
        ":all:",
        *PLATFORM,
        "-r",
        str(work / "deploy/requirements.txt"),
    ]
    subprocess.run([*command, *locked], check=True)
    return list(target.iterdir())


def write(target: Path, work: Path, members: list[Path], when: int) -> None:
    """Write an archive that says nothing of the machine it was written on: names in order, one time, no owner."""
    with tarfile.open(target, "w", format=tarfile.USTAR_FORMAT) as archive:
        named = {f"{NAME}/{path.relative_to(work).as_posix()}": path for path in members}
        for name, path in sorted(named.items()):
            one = tarfile.TarInfo(name)
            one.size, one.mtime = path.stat().st_size, when
            one.mode = 0o755 if path.stat().st_mode & 0o100 else 0o644
            with path.open("rb") as content:
                archive.addfile(one, content)


def sign(archive: Path, key: Path) -> Path:
    """Write the signature of an archive beside it and return its path."""
    signature = archive.with_name(f"{archive.name}.sig")
    command = [
        "openssl",
        "pkeyutl",
        "-sign",
        "-rawin",
        "-inkey",
        str(key),
        "-in",
        str(archive),
        "-out",
        str(signature),
    ]
    subprocess.run(command, check=True)
    return signature


def _git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, capture_output=True).stdout


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m whistle.operations.packing", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--key", type=Path, help="PEM of the release's private key; without it nothing is signed"
    )
    parser.add_argument("--wheels", action="store_true", help="bring every package along")
    asked = parser.parse_args()
    if asked.key and not asked.key.exists():
        parser.error(f"there is no {asked.key}; how to make one stands above")
    archive = pack(asked.folder, wheels=asked.wheels)
    print(f"{hashlib.sha256(archive.read_bytes()).hexdigest()}  {archive}")
    print(sign(archive, asked.key) if asked.key else "not signed")


if __name__ == "__main__":
    main()
