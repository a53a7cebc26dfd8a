"""Rotate a recovery key on a machine without a network, because sheets were lost or seen.

    python -m whistle.client.new_recovery DRAFT --kind ordinary --root FILE --serial N --sheets FOLDER --out FILE

DRAFT is the roster as the desk's page saves it.  A new key is made, certified and put on the list in the old one's place;
its sheets are written to be printed.  `manage.py rotate_recovery` takes the file in: what is sealed to the old key is sealed
to the new one by the next holder of each case.
"""

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from whistle.client import paper
from whistle.client.errors import ClientError
from whistle.client.http import b64
from whistle.client.sign_roster import root_from, sign
from whistle.core import canonical, clock
from whistle.vault import certificate, sheets
from whistle.vault.certificate import Role
from whistle.vault.keys import KemPair, SigPair, StaffKeys, key_id

LIFETIME = 180 * 24 * 3600
KINDS = ("ordinary", "alternate")


def rotate(draft: bytes, kind: str, root: SigPair, serial: int) -> tuple[dict[str, str], bytes]:
    """Return what the server takes in (document, signature, certificate of the new key), and the new key's seed.

    Raises ClientError `client.roster` for a draft that is no roster.
    """
    try:
        roster: dict[str, Any] = canonical.decode(draft)
        old = roster["recovery"][kind]
    except (canonical.CanonicalError, KeyError, TypeError) as error:
        raise ClientError("client.roster", "the draft is not a roster as the page saves it") from error
    seed, now = os.urandom(32), int(clock.now().timestamp())
    pair, org = KemPair.from_seed(seed), bytes.fromhex(roster["org"])
    named = {**roster["recovery"], kind: key_id(pair.public).hex()}
    retired = [*roster.get("retired", []), {"key_id": old, "kind": kind}]
    signed = sign(canonical.encode({**roster, "recovery": named, "retired": retired}), root)
    made = certificate.issue(
        root,
        org,
        serial,
        Role.RECOVERY,
        now,
        now + LIFETIME,
        os.urandom(16),
        pair.public,
        StaffKeys(seed).sig.public,
    )
    return {**signed, "kind": kind, "certificate": b64(made)}, seed


def main(arguments: list[str] | None = None) -> int:
    """Rotate at the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Make a new recovery key in an old one's place, offline.")
    parser.add_argument("draft", type=Path)
    parser.add_argument("--kind", choices=KINDS, required=True)
    parser.add_argument("--root", type=Path, required=True)
    parser.add_argument("--serial", type=int, required=True, help="a number no certificate has yet")
    parser.add_argument("--sheets", type=Path, required=True, help="folder for what is to be printed")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    try:
        root = root_from(given.root.read_text())
        made, seed = rotate(given.draft.read_bytes(), given.kind, root, given.serial)
    except (ClientError, OSError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    page = paper.write(given.sheets, sheets.split(seed), organisation=made["kind"], key=given.kind)
    given.out.write_text(json.dumps(made))
    print(f"✓ print {page} and delete it; take {given.out} to `manage.py rotate_recovery`")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
