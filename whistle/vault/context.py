"""Where an item stands: the bytes every item is bound to. README.md, "Items"."""

from dataclasses import dataclass
from enum import IntEnum

from whistle.vault.errors import VaultError

Octets = bytes  # inside Context the name is taken by the property


class Kind(IntEnum):
    """What an item is."""

    MESSAGE = 1
    ATTACHMENT = 2
    DESCRIPTION = 3
    NOTE = 4
    EVENT = 5


class Author(IntEnum):
    """Who made an item: SERVER is the plain path without script, where the server seals for the reporter."""

    REPORTER = 1
    OFFICER = 2
    SERVER = 3


@dataclass(frozen=True)
class Context:
    """The place of one item. Opening it with any other place fails.

    `seq` starts at 1 and counts every item of one author in one box.
    Raises VaultError("item.context") when a field is out of range.

    >>> Context(1, bytes(16), bytes(16), 1, bytes(16), 1, 1).bytes.hex()[:24]
    '574245312f6974656d000100'
    """

    kind: int
    org: Octets
    box_id: Octets
    epoch: int
    item_id: Octets
    role: int
    seq: int

    def __post_init__(self) -> None:
        ids = (self.org, self.box_id, self.item_id)
        if any(len(part) != 16 for part in ids) or not (1 <= self.kind <= 5 and 1 <= self.role <= 3):
            raise VaultError("item.context")
        if not (1 <= self.epoch < 2**32 and 1 <= self.seq < 2**32):
            raise VaultError("item.context")

    @property
    def bytes(self) -> Octets:
        """The 69 bytes that are hashed, signed and used as encryption context."""
        return b"".join(
            (
                b"WBE1/item\0",
                self.kind.to_bytes(1, "big"),
                self.org,
                self.box_id,
                self.epoch.to_bytes(4, "big"),
                self.item_id,
                self.role.to_bytes(1, "big"),
                self.seq.to_bytes(4, "big"),
            )
        )
