"""The keys of an organisation, on a machine without a network: made and split on sheets, and used to certify people.

    python -m whistle.client.ceremony new --org HEX --sheets 5 --threshold 3 --out FOLDER
    python -m whistle.client.ceremony certify waiting.json --sheets root-sheets.txt --out certificates.json

The first writes `public.json` (for `manage.py organisation begin`) and a text for each sheet, to be printed and deleted.
The second asks, for each new key, for the words its owner reads aloud; `manage.py organisation waiting` and `… certify`
carry the files to and from the server.  Nothing here needs, or gets, a network.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from whistle.client.errors import ClientError
from whistle.client.http import b64, unb64
from whistle.client.recovery import seed_from
from whistle.core import canonical, clock
from whistle.core.roster import RECOVERY, empty
from whistle.vault import certificate, code, sheets
from whistle.vault.certificate import Role
from whistle.vault.errors import VaultError
from whistle.vault.keys import KemPair, SigPair, StaffKeys, key_id

LIFETIME = 180 * 24 * 3600


def make(org: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return what the server may know (root key and certificates of the recovery keys), and the three seeds."""
    seeds = {name: os.urandom(32) for name in ("root", *RECOVERY)}
    root, now = SigPair.from_seed(seeds["root"]), int(clock.now().timestamp())
    made = [
        certificate.issue(
            root, org, serial, Role.RECOVERY, now, now + LIFETIME, os.urandom(16),
            KemPair.from_seed(seeds[name]).public, StaffKeys(seeds[name]).sig.public,
        )
        for serial, name in enumerate(RECOVERY, 1)
    ]  # fmt: skip
    named = {name: key_id(KemPair.from_seed(seeds[name]).public).hex() for name in RECOVERY}
    document = canonical.encode(empty(org.hex(), named))
    public = {
        "org": org.hex(),
        "public": b64(root.public),
        "certificates": [b64(one) for one in made],
        "roster": {"document": b64(document), "signature": b64(certificate.sign_roster(root, org, document))},
        "fingerprint": certificate.fingerprint(root.public).hex(),
    }
    return public, seeds


def certify(waiting: dict[str, Any], root_seed: bytes, heard: Callable[[dict[str, Any]], str]) -> list[bytes]:
    """Return certificates for the keys that were certified before, and for those whose owner's words fit.

    `heard` is asked for the words of each new key and answers with nothing to leave it out.  Raises ClientError
    `client.root_key` when these sheets are of another root key, `client.words` when words do not fit: then stop.
    """
    root, org = SigPair.from_seed(root_seed), bytes.fromhex(waiting["org"])
    if root.public != unb64(waiting["root_key"]):
        raise ClientError("client.root_key", "these sheets give another root key than the organisation's")
    now = int(clock.now().timestamp())
    made: list[bytes] = []
    for one in waiting["waiting"]:
        keys = (bytes.fromhex(one["ref"]), unb64(one["kem_pub"]), unb64(one["sig_pub"]))
        if not _known(one, root.public, org, keys):
            words = heard(one)
            if not words:
                continue
            if _numbers(words) != certificate.key_words(org, *keys):
                raise ClientError(
                    "client.words", f"these are not the words of the keys kept for {one['name']}"
                )
        serial = waiting["serial"] + len(made)
        made.append(certificate.issue(root, org, serial, one["role"], now, now + LIFETIME, *keys))
    return made


def _known(one: dict[str, Any], root: bytes, org: bytes, keys: tuple[bytes, bytes, bytes]) -> bool:
    if not one["previous"]:
        return False
    try:
        before = certificate.read(unb64(one["previous"]), root, org, None)
    except VaultError:
        return False
    return (before.staff_id, before.kem_pub, before.sig_pub) == keys and before.role == one["role"]


def _numbers(words: str) -> list[int]:
    try:
        return code.parse(words)
    except VaultError:
        return []


def _ask(one: dict[str, Any]) -> str:
    return input(f"{one['name']}, {one['title']}: the eight words read aloud (empty: not now): ")


def _new(options: argparse.Namespace) -> None:
    org = bytes.fromhex(options.org)
    public, seeds = make(org)
    options.out.mkdir(mode=0o700, parents=True)
    (options.out / "public.json").write_text(json.dumps(public, indent=1))
    for name, seed in seeds.items():
        for number, text in enumerate(sheets.split(seed, options.threshold, options.sheets), 1):
            path = options.out / f"sheet-{name}-{number}.txt"
            path.touch(mode=0o600)
            path.write_text(
                f"{name} key, sheet {number} of {options.sheets}; any {options.threshold} give the key back\n\n{text}\n"
            )
    print(f"The root key's fingerprint, for posters: {public['fingerprint']}")
    print(f"Print the sheets in {options.out}, then destroy the files. public.json goes to the server.")


def _certify(options: argparse.Namespace) -> None:
    texts = [line for line in options.sheets.read_text().splitlines() if line.strip()]
    waiting = json.loads(options.waiting.read_text())
    made = certify(waiting, seed_from(texts), _ask)
    options.out.write_text(json.dumps({"certificates": [b64(one) for one in made]}))
    print(f"{len(made)} certificates are in {options.out}.")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m whistle.client.ceremony", description=(__doc__ or "").split("\n")[0]
    )
    commands = parser.add_subparsers(required=True)
    new = commands.add_parser("new", help="make root key and recovery keys, split on sheets")
    new.add_argument(
        "--org", required=True, help="the organisation's reference, from manage.py organisation found"
    )
    new.add_argument("--sheets", type=int, default=5)
    new.add_argument("--threshold", type=int, default=3)
    new.add_argument("--out", type=Path, required=True)
    new.set_defaults(run=_new)
    signing = commands.add_parser("certify", help="certify the keys that wait")
    signing.add_argument("waiting", type=Path)
    signing.add_argument(
        "--sheets", type=Path, required=True, help="enough sheets of the root key, one a line"
    )
    signing.add_argument("--out", type=Path, required=True)
    signing.set_defaults(run=_certify)
    options = parser.parse_args(arguments)
    try:
        options.run(options)
    except (ClientError, OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
