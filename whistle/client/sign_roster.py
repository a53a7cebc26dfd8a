"""Sign a roster on a machine without a network: `python -m whistle.client.sign_roster DRAFT --root FILE --out FILE`.

The draft was saved on the desk's page “Who reads what”; the signed file is put in force there.  The root key's file holds
its seed: 64 hex digits, or the ceremony's JSON with `root_seed`.  Everybody who would read is shown before anything is
signed.
"""

import argparse
import json
import re
import sys
from pathlib import Path
from typing import Any

from whistle.client.errors import ClientError
from whistle.client.http import b64
from whistle.core import canonical
from whistle.core.recipients import recipients
from whistle.vault import certificate
from whistle.vault.keys import SigPair

SEED = re.compile(r'root_seed"?\s*:\s*"?([0-9a-fA-F]{64})|^\s*([0-9a-fA-F]{64})\s*$')


def root_from(text: str) -> SigPair:
    """Return the root key in a file's text.  Raises ClientError `client.root_key` when there is none.

    >>> root_from("00" * 32).public.hex()[:8]
    '3b6a27bc'
    """
    found = SEED.search(text)
    if found is None:
        raise ClientError("client.root_key", "the file holds no root key")
    return SigPair.from_seed(bytes.fromhex(found.group(1) or found.group(2)))


def sign(draft: bytes, root: SigPair) -> dict[str, str]:
    """Return what the desk takes in: the draft's octets and the root key's signature over them.

    Raises ClientError `client.roster` for a draft that is not a roster in its one form.
    """
    roster = _read(draft)
    signature = certificate.sign_roster(root, bytes.fromhex(roster["org"]), draft)
    return {"document": b64(draft), "signature": b64(signature)}


def told(draft: bytes) -> list[str]:
    """Return, a line each, who would read a report about nobody in particular and about each subject."""
    roster = _read(draft)
    names = {row["staff_id"]: row["name"] for row in (*roster["readers"], *roster["alternates"])}
    lines = []
    for about in ([], *([row["code"]] for row in roster["subjects"])):
        found = [names[staff_id] for staff_id in recipients(roster, about, [])["readers"]]
        lines.append(f"{', '.join(about) or 'any report'}: {', '.join(found) or 'NOBODY'}")
    return lines


def _read(draft: bytes) -> dict[str, Any]:
    try:
        roster = canonical.decode(draft)
        if roster["v"] == 1 and roster["readers"] and roster["version"] and roster["org"]:
            return dict(roster)
    except (canonical.CanonicalError, KeyError, TypeError) as error:
        raise ClientError("client.roster", "the draft is not a roster as the page saves it") from error
    raise ClientError("client.roster", "the draft is not a roster as the page saves it")


def main(arguments: list[str] | None = None) -> int:
    """Sign at the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Sign a roster offline.")
    parser.add_argument("draft", type=Path)
    parser.add_argument("--root", type=Path, required=True, help="the file with the root key")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    try:
        draft = given.draft.read_bytes()
        for line in told(draft):
            print(line)
        signed = sign(draft, root_from(given.root.read_text()))
    except (ClientError, OSError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    given.out.write_text(json.dumps(signed))
    print(f"✓ signed; put {given.out} in force on the desk's page “Who reads what”")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
