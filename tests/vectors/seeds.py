"""What the vectors are made from instead of chance."""

import base64
import hashlib
from collections.abc import Callable
from typing import Any

from whistle.vault import item, keys
from whistle.vault.errors import VaultError

Row = dict[str, Any]


def b64(octets: bytes) -> str:
    return base64.b64encode(octets).decode("ascii")


def octets(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def seed(name: str, size: int = 32) -> bytes:
    """Return `size` octets that follow from a name: what the vectors have instead of chance."""
    return hashlib.shake_256(f"whistle vectors: {name}".encode()).digest(size)


ORG = seed("org", 16)
BOX = seed("box", 16)
ROOT = keys.SigPair.from_seed(seed("root"))


def context(row: Row) -> item.Context:
    ids = (octets(row[name]) for name in ("org", "box_id", "item_id"))
    org, box_id, item_id = ids
    return item.Context(row["kind"], org, box_id, row["epoch"], item_id, row["role"], row["seq"])


def kept(old: Row | None, opens: Callable[[Row], bool], fresh: Callable[[], Row]) -> Row:
    """Return the old row's random part if it still opens, else a fresh one."""
    try:
        if old is not None and opens(old):
            return old
    except (VaultError, KeyError):
        pass
    return fresh()


def content_of(size: int) -> bytes:
    """Return `size` octets that both halves can make: 0, 1, 2 … 250, 0 …"""
    return bytes(n % 251 for n in range(size))
