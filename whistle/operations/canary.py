"""Does a machine on the way write visitors down?  One visit with a word that nothing else contains, then a search for it.

The word goes as address, agent and referrer, in the way a careless proxy or firewall would log it.  What this machine
cannot see (the municipality's own firewall, its DNS) has to be searched there: the command prints the word.
"""

import mmap
import secrets
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

LARGEST = 4 * 2**30  # octets of one log that is searched
PATIENCE = 15


def word() -> str:
    """Return a word that stands nowhere yet."""
    return f"canary{secrets.token_hex(12)}"


def visit(url: str, mark: str) -> int:
    """Ask for a page as a visitor who carries the word; return the status."""
    headers = {"User-Agent": mark, "Referer": f"https://{mark}.example/"}
    asked = urllib.request.Request(f"{url.rstrip('/')}/?{mark}", headers=headers)
    try:
        with urllib.request.urlopen(asked, timeout=PATIENCE) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def search(folders: list[Path], mark: str) -> Iterator[Path]:
    """Yield every file below the folders that holds the word."""
    wanted = mark.encode()
    for folder in folders:
        for path in sorted(folder.rglob("*")) if folder.is_dir() else [folder]:
            if _holds(path, wanted):
                yield path


def _holds(path: Path, wanted: bytes) -> bool:
    try:
        if not path.is_file() or not 0 < path.stat().st_size <= LARGEST:
            return False
        with path.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as octets:
            return octets.find(wanted) >= 0
    except OSError:
        return False
