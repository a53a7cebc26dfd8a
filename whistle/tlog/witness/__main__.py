"""`python -m whistle.tlog.witness --listen 127.0.0.1:8711 --state FILE --name NAME --log VKEY`

Runs a witness. FILE is its memory (SQLite); its key is in FILE.key, for its owner only. The first start needs
--name and makes both; --log may be given again at any start to follow another log. Back up the key if you
like, but never restore FILE from a backup: a witness that forgets must be retired.

With --look it only says how each log fares, and its exit status is 1 when one has been silent for a day or was
caught at something: a log that stops can be missed by nobody else outside.  Let cron call it and send its mail.
"""

import argparse
import sys
import time
from pathlib import Path

from whistle.tlog.errors import TlogError
from whistle.tlog.witness.core import Witness
from whistle.tlog.witness.server import Server, open_witness

SILENCE = 24 * 3600  # seconds; a log shows itself every hour, whether or not anything happened


def main(arguments: list[str] | None = None) -> int:
    """Run until interrupted; returns the exit status: 0, or 2 when it cannot start."""
    parser = argparse.ArgumentParser(prog="python -m whistle.tlog.witness", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("--listen", metavar="HOST:PORT", default="127.0.0.1:8711")
    parser.add_argument("--state", metavar="FILE", type=Path, required=True)
    parser.add_argument("--key", metavar="FILE", type=Path, help="the key file, FILE.key if not told")
    parser.add_argument("--name", default="", help="the witness's name, needed at its first start")
    parser.add_argument(
        "--log", metavar="VKEY", action="append", default=[], help="the public key of a log to follow"
    )
    parser.add_argument(
        "--look", action="store_true", help="say how the logs fare, and whether one is silent"
    )
    options = parser.parse_args(arguments)
    if options.look:
        return look(Witness(options.state, ()), int(time.time()))
    host, _, port = options.listen.rpartition(":")
    try:
        witness = open_witness(options.state, options.key or Path(f"{options.state}.key"), options.name)
        for vkey in options.log:
            witness.follow(vkey)
        server = Server(host, int(port), witness)
    except (TlogError, OSError, ValueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    for signer in witness.signers:
        sys.stdout.write(f"{signer.public}\n")
    sys.stdout.write(f"listening on {server.url}\n")
    sys.stdout.flush()
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return 0
    return 0


def look(witness: Witness, now: int) -> int:
    """Print size and last time of each log, and what was refused; return 1 when somebody must be asked, else 0."""
    sizes, asked = witness.logs(), False
    for origin, at in witness.heard().items():
        silent = at is None or now - at > SILENCE
        when = "never" if at is None else time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(at))
        sys.stdout.write(
            f"{origin}: {sizes[origin]} entries, last signed {when}{'  SILENT' if silent else ''}\n"
        )
        asked |= silent
    for origin, at, why, _request in witness.evidence():
        sys.stdout.write(f"{origin}: REFUSED on {time.strftime('%Y-%m-%d', time.gmtime(at))}: {why}\n")
        asked = True
    return int(asked)


if __name__ == "__main__":
    sys.exit(main())
