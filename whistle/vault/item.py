"""Items: everything that is written in a box, text and attachments alike. README.md, "Items"."""

from whistle.vault.context import Author, Context, Kind
from whistle.vault.padding import body_size, padded_size, plausible_body
from whistle.vault.stream import HEADER_SIZE, ItemHash, Opener, Sealer

__all__ = [
    "HEADER_SIZE",
    "Author",
    "Context",
    "ItemHash",
    "Kind",
    "Opener",
    "Sealer",
    "body_size",
    "item_hash",
    "open_item",
    "padded_size",
    "plausible_body",
    "seal_item",
]


def seal_item(box_key: bytes, ctx: Context, content: bytes) -> tuple[bytes, bytes]:
    """Return the header (56 bytes) and the body of one item; different every time.

    Without the header not even the holder of the box key can open the body: deleting 56 bytes deletes
    the item.

    >>> ctx = Context(1, bytes(16), bytes(16), 1, bytes(16), 1, 1)
    >>> header, body = seal_item(bytes(32), ctx, b"hello")
    >>> open_item(bytes(32), ctx, header, body)
    b'hello'
    """
    sealer = Sealer(box_key, ctx)
    return sealer.header, sealer.update(content) + sealer.finalize()


def open_item(box_key: bytes, ctx: Context, header: bytes, body: bytes) -> bytes:
    """Return the content of an item.

    Raises VaultError("item.refused") alike for changed, cut, padded-out or foreign bytes and for a place
    (box, epoch, author, sequence …) that is not the one it was sealed for.
    """
    opener = Opener(box_key, ctx, header, len(body))
    return opener.update(body) + opener.finalize()


def item_hash(ctx: Context, header: bytes, body: bytes) -> bytes:
    """Return the 32 bytes by which the log and the next item's `prev` know this item."""
    running = ItemHash(ctx, header)
    running.update(body)
    return running.digest()
