"""Say that an organisation lives elsewhere now: `python -m whistle.client.sign_leave MANIFEST --root FILE --out FILE`.

Signed with the organisation's root key, on a machine without a network, once its people have opened cases and the log
verifies at the new place.  The old place deletes everything of it on this word, and on no other.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

from whistle.client.errors import ClientError
from whistle.client.http import b64
from whistle.client.sign_roster import root_from
from whistle.core import canonical
from whistle.vault import certificate
from whistle.vault.keys import SigPair


def sign(manifest: bytes, root: SigPair) -> dict[str, str]:
    """Return the statement about the package with this manifest, and the root key's signature over it."""
    try:
        org = str(canonical.decode(manifest)["org"])
    except (canonical.CanonicalError, KeyError, TypeError) as error:
        raise ClientError("client.package", "this is no manifest of a package") from error
    said = {"v": 1, "type": "leave", "org": org, "package": hashlib.sha256(manifest).hexdigest()}
    document = canonical.encode(said)
    signature = certificate.sign_leave(root, bytes.fromhex(org), document)
    return {"document": b64(document), "signature": b64(signature)}


def main(arguments: list[str] | None = None) -> int:
    """Sign at the command line; return the exit code."""
    parser = argparse.ArgumentParser(description="Say that an organisation lives elsewhere now.")
    parser.add_argument("manifest", type=Path)
    parser.add_argument("--root", type=Path, required=True, help="the file with the root key")
    parser.add_argument("--out", type=Path, required=True)
    given = parser.parse_args(arguments)
    try:
        signed = sign(given.manifest.read_bytes(), root_from(given.root.read_text()))
    except (ClientError, OSError) as error:
        print(f"✗ {error}", file=sys.stderr)
        return 1
    given.out.write_text(json.dumps(signed))
    print("✓ signed: on this word the old place deletes everything of the organisation")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
