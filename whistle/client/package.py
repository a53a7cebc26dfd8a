"""Opens a case's sealed package without a server: `python -m whistle.client.package FILE --seed SEED --to FOLDER`.

SEED is a file with the 32 octets, in hex, from which a member of staff's or a recovery key is made.  Every file is held
against SHA256SUMS, every signature against the root key that stands in the package (or `--root-key`, from elsewhere).
"""

import argparse
import hashlib
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

from whistle.client.box import Box, Opened
from whistle.client.errors import ClientError
from whistle.client.http import b64, unb64
from whistle.client.trust import Trust
from whistle.vault.item import Kind
from whistle.vault.keys import KemPair, StaffKeys, key_id

FORMAT = "whistle-package/1"


def read(path: Path, pair: KemPair, root_key: bytes | None = None) -> list[tuple[str, Opened, bytes | None]]:
    """Return (kind of box, item, content of the file it describes) for everything in a package.

    Raises ClientError `client.package` for one that is not whole, `client.root_key` for another organisation's,
    `client.seal` when this key opens none of it, and what `Box.read` raises.
    """
    with zipfile.ZipFile(path) as folder:
        _check_sums(folder)
        told = json.loads(folder.read("package.json"))
        if told["format"] != FORMAT:
            raise ClientError("client.package", "this is no package of a version we know")
        if root_key is not None and unb64(told["root_key"]) != root_key:
            raise ClientError("client.root_key", "the package is vouched for by another root key")
        trust = Trust(bytes.fromhex(told["org"]), unb64(told["root_key"]))
        return [
            each for box in told["boxes"] for each in _box(folder, trust, box, told["certificates"], pair)
        ]


def _box(
    folder: zipfile.ZipFile, trust: Trust, told: dict[str, Any], certificates: list[str], pair: KemPair
) -> list[tuple[str, Opened, bytes | None]]:
    own = key_id(pair.public).hex()
    box = Box.open(trust, told, [seal for seal in told["seals"] if seal["key_id"] == own], pair)
    items = [
        {
            **item,
            "body": None
            if item["kind"] == Kind.ATTACHMENT or item.get("removed")
            else b64(folder.read(f"items/{item['item_id']}")),
        }
        for item in told["items"]
    ]
    found = []
    for opened in box.read(items, certificates):
        described = opened.kind == Kind.DESCRIPTION and opened.removed is None
        body = folder.read(f"items/{opened.body['file']}") if described else None
        found.append((told["kind"], opened, box.file(opened, body) if body is not None else None))
    return found


def _check_sums(folder: zipfile.ZipFile) -> None:
    lines = [line.partition("  ") for line in folder.read("SHA256SUMS").decode().splitlines()]
    listed = {name: digest for digest, _space, name in lines}
    there = {name for name in folder.namelist() if name != "SHA256SUMS"}
    if there != set(listed):
        raise ClientError("client.package", "files are missing from the package, or were added")
    for name, digest in listed.items():
        if hashlib.sha256(folder.read(name)).hexdigest() != digest:
            raise ClientError("client.package", f"{name} was changed")


def write(found: list[tuple[str, Opened, bytes | None]], to: Path) -> None:
    """Write what was opened: `case.json`, and each file under a number."""
    to.mkdir(mode=0o700, parents=True)
    told = []
    for number, (kind, opened, content) in enumerate(found, start=1):
        told.append(
            {"box": kind, "on": opened.on, "author": opened.author, "kind": int(opened.kind), **opened.body}
            | ({"removed": opened.removed} if opened.removed else {})
        )
        if content is not None:
            (to / f"{number:03}").write_bytes(content)
            told[-1]["saved_as"] = f"{number:03}"
    (to / "case.json").write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")


def main() -> int:
    """Open a package; exit status 1 and a sentence when it does not hold."""
    parser = argparse.ArgumentParser(prog="python -m whistle.client.package", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seed", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--root-key", help="in base64, from a poster or another source you trust")
    given = parser.parse_args()
    pair = StaffKeys(bytes.fromhex(given.seed.read_text().strip())).kem
    try:
        write(read(given.file, pair, unb64(given.root_key) if given.root_key else None), given.to)
    except (ClientError, OSError, zipfile.BadZipFile) as error:
        print(f"not opened: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
