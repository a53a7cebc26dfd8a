"""Are the installed files those that were installed?  A signed list of them, and what differs from it.

The list (`RELEASE.files`) has one line `sha256  path` for each file of the release, its Python packages included; its own
hash stands in a C2SP signed note (`RELEASE`).
The installer signs it with a key of this machine's own, kept from every process that runs: that shows every change but
root's.  That what it installed was what we released is shown before, by the archive's signature (`packing`).
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from whistle.core import clock
from whistle.tlog import keys, note
from whistle.tlog.errors import NoteError

MANIFEST, LIST = "RELEASE", "RELEASE.files"
TITLE = "whistle release"
PARTS = ("whistle", "cases", "templates", "deploy", ".venv/lib")
SINGLE = ("manage.py", "pyproject.toml", "package-lock.json")
PASSED_OVER = {
    "__pycache__",
    "node_modules",
}  # made while running; Python checks its cache against the source


def files(base: Path) -> dict[str, str]:
    """Return the SHA-256 of every file of a release, by path."""
    found = {}
    for path in _paths(base):
        with path.open("rb") as opened:
            found[path.relative_to(base).as_posix()] = hashlib.file_digest(opened, "sha256").hexdigest()
    return found


def _paths(base: Path) -> Iterator[Path]:
    for name in SINGLE:
        if (base / name).is_file():
            yield base / name
    for part in PARTS:
        for path in sorted((base / part).rglob("*")):
            if path.is_file() and not PASSED_OVER.intersection(path.parts):
                yield path


def sign(base: Path, key_file: Path) -> str:
    """Write the signed list of a release and return the public key that checks it."""
    signers = keys.read_key_file(key_file)
    listed = "".join(f"{digest}  {path}\n" for path, digest in files(base).items()).encode()
    (base / LIST).write_bytes(listed)
    text = f"{TITLE}\n{hashlib.sha256(listed).hexdigest()}\n"
    (base / MANIFEST).write_text(str(note.sign(text, signers, int(clock.now().timestamp()))))
    return str(signers[0].public)


def differences(base: Path, vkey: str) -> list[str]:
    """Return what is not as the signed list says.  Raises NoteError when it is not signed with this key."""
    opened = note.open_note((base / MANIFEST).read_bytes(), [keys.verifier(vkey)])
    listed = (base / LIST).read_bytes()
    if opened.text.splitlines()[1] != hashlib.sha256(listed).hexdigest():
        return [f"{LIST}: changed"]
    lines = (line.partition("  ") for line in listed.decode().splitlines())
    due = {path: digest for digest, _gap, path in lines}
    found = files(base)
    return [
        *(f"{path}: changed" for path in due if path in found and found[path] != due[path]),
        *(f"{path}: gone" for path in due if path not in found),
        *(f"{path}: added" for path in found if path not in due),
    ]


def wrong() -> list[str] | None:
    """Return what differs in this installation; None when nobody gave it a key to check with."""
    if not settings.RELEASE_KEY:
        return None
    try:
        return differences(settings.BASE, settings.RELEASE_KEY)
    except (OSError, NoteError) as error:
        return [f"{MANIFEST}: {type(error).__name__}"]
