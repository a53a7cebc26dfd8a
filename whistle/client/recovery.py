"""Recovery on a machine without a network: sheets and an export go in, seals for a new officer come out.

The server exports what it holds for the recovery key (`manage.py recovery_export`); whoever has enough sheets opens
it here and seals every key to the newcomer's certified key; the server takes the result (`manage.py recovery_import`).
The recovery seed never meets the server.

    python -m whistle.client.recovery export.json --root HEX --sheets sheets.txt --out seals.json
"""

import argparse
import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from whistle.client.box import Box
from whistle.client.errors import ClientError
from whistle.client.http import unb64
from whistle.client.renewal import READERS, seals_of
from whistle.client.trust import Trust
from whistle.core import clock
from whistle.vault import certificate, sheets
from whistle.vault.errors import VaultError
from whistle.vault.keys import KemPair, SigPair, StaffKeys, key_id

WHY = {
    "sheets.length": "has not 33 words",
    "sheets.typo": "is mistyped: every word exists, but not together",
    "sheets.few": "there are too few sheets",
    "sheets.mixed": "the sheets belong to different keys",
}


@dataclass(frozen=True)
class RecoveryKeys:
    """A recovery key's two pairs: cases are sealed to one, the other signs what is given on (`client.ceremony`)."""

    kem: KemPair
    sig: SigPair


@dataclass(frozen=True)
class Recovered:
    """Seals for the newcomer, and the boxes that this recovery key does not open."""

    sent: dict[str, Any]
    opened: int
    closed: int


def seed_from(texts: list[str]) -> bytes:
    """Return the seed of these sheets.  Raises ClientError `client.sheets`, naming sheet and word."""
    for number, text in enumerate(texts, 1):
        wrong = sheets.mistyped(text)
        if wrong:
            named = ", ".join(f"word {place} (“{word}”)" for place, word in wrong)
            raise ClientError("client.sheets", f"sheet {number}: {named} is on no list")
        try:
            sheets.check(text)
        except VaultError as error:
            raise ClientError("client.sheets", f"sheet {number} {WHY[error.code]}") from error
    try:
        return sheets.join(texts)
    except VaultError as error:
        raise ClientError("client.sheets", WHY.get(error.code, error.code)) from error


def recover(export: dict[str, Any], seed: bytes, root_key: bytes) -> Recovered:
    """Seal every box of an export that `seed` opens to the newcomer named in it.

    `root_key` is the organisation's, from paper.  Raises ClientError `client.root_key`, `client.certificate` when the
    newcomer is not vouched for by it, `client.seal` when the seed opens nothing.
    """
    if unb64(export["root_key"]) != root_key:
        raise ClientError("client.root_key", "the export names another root key than the one on paper")
    trust, pair = Trust(bytes.fromhex(export["org"]), root_key), KemPair.from_seed(seed)
    giver = RecoveryKeys(pair, StaffKeys(seed).sig)
    newcomer = _newcomer(export, trust)
    own = key_id(pair.public).hex()
    sent, closed = [], 0
    for row in export["boxes"]:
        seals = [entry for entry in row["seals"] if entry["key_id"] == own]
        if not seals:
            closed += 1
            continue
        box = Box.open(trust, row, seals, pair)
        sent.append({"box_id": row["box_id"], "seals": seals_of(box, newcomer.kem_pub, giver)})
    if not sent:
        raise ClientError("client.seal", "this recovery key opens none of the cases")
    answer = {"lost": export["lost"], "newcomer": export["newcomer"]["staff_id"], "boxes": sent}
    return Recovered(answer, len(sent), closed)


def _newcomer(export: dict[str, Any], trust: Trust) -> certificate.Certificate:
    said = export["newcomer"]
    at = int(clock.now().timestamp())
    try:
        read = certificate.read(unb64(said["certificate"]), trust.root_key, trust.org, at)
    except VaultError as error:
        raise ClientError("client.certificate", "the newcomer's certificate does not hold") from error
    if read.staff_id.hex() != said["staff_id"] or read.role not in READERS:
        raise ClientError("client.certificate", "the certificate is another person's")
    return read


def main(arguments: list[str] | None = None) -> int:
    """Recover at the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("export", type=Path)
    parser.add_argument("--root", required=True, help="the root key from paper, 64 hex digits")
    parser.add_argument("--sheets", type=Path, required=True, help="a file with one sheet a line")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    texts = [line for line in given.sheets.read_text().splitlines() if line.strip()]
    try:
        export = json.loads(given.export.read_text())
        done = recover(export, seed_from(texts), bytes.fromhex(given.root))
    except ClientError as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    given.out.write_text(json.dumps(done.sent))
    name = export["newcomer"]["name"]
    print(f"✓ {done.opened} boxes sealed to {name}; {done.closed} are closed to this recovery key")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
