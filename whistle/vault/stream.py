"""Sealing and opening an item piece by piece, in constant memory. README.md, "Items"."""

import hashlib
from collections.abc import Iterator

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag

from whistle.vault.context import Context
from whistle.vault.errors import VaultError
from whistle.vault.keys import kdf
from whistle.vault.padding import LENGTH_SIZE, frame_size, padded_size, smallest_content
from whistle.vault.seal import BOX_KEY_SIZE

HEADER_SIZE = 56
_PIECE = 1 << 20


def _item_key(box_key: bytes, item_id: bytes) -> bytes:
    if len(box_key) != BOX_KEY_SIZE:
        raise VaultError("item.key")
    return kdf(box_key + item_id, "item-key")


class Sealer:
    """Seals content of unknown length: `header`, then the body from `update` and `finalize`.

    >>> ctx = Context(2, bytes(16), bytes(16), 1, bytes(16), 1, 1)
    >>> sealer = Sealer(bytes(32), ctx)
    >>> body = sealer.update(b"first ") + sealer.update(b"second") + sealer.finalize()
    >>> len(sealer.header), len(body)
    (56, 4112)
    """

    def __init__(self, box_key: bytes, ctx: Context) -> None:
        self._encryptor = Cobblestone256Encryptor(_item_key(box_key, ctx.item_id), ctx.bytes)
        self.header = self._encryptor.update(b"")
        self._length = 0

    def update(self, content: bytes) -> bytes:
        """Return the part of the body that `content` completes; may be empty."""
        self._length += len(content)
        return self._encryptor.update(content)

    def finalize(self) -> bytes:
        """Return the rest of the body: padding, length and last tag."""
        return b"".join(self.closing())

    def closing(self) -> Iterator[bytes]:
        """Yield what `finalize` returns in pieces of at most about 1 MiB (padding may be 3 % of a file)."""
        zeros = padded_size(self._length) - self._length - LENGTH_SIZE
        while zeros:
            piece = min(zeros, _PIECE)
            zeros -= piece
            yield self._encryptor.update(bytes(piece))
        length = self._length.to_bytes(LENGTH_SIZE, "big")
        yield self._encryptor.update(length) + self._encryptor.finalize()


class Opener:
    """Opens a body of `size` octets piece by piece.

    `update` gives content as soon as it is known to be content; what may still be padding (at most 12 %,
    2 % of a large file) is kept until `finalize`. Only after `finalize` is it sure that nothing is missing:
    whoever stores the pieces throws them away when anything here raises VaultError("item.refused").
    """

    def __init__(self, box_key: bytes, ctx: Context, header: bytes, size: int) -> None:
        frame = frame_size(size)
        if len(header) != HEADER_SIZE or frame is None:
            raise VaultError("item.refused")
        self._decryptor = Cobblestone256Decryptor(_item_key(box_key, ctx.item_id), ctx.bytes)
        self._frame = frame
        self._sure = smallest_content(frame)
        self._given = 0
        self._kept = bytearray()
        self._decrypt(header)

    def _decrypt(self, piece: bytes) -> bytes:
        try:
            return self._decryptor.update(piece)
        except (InvalidTag, ValueError) as error:
            raise VaultError("item.refused") from error

    def update(self, piece: bytes) -> bytes:
        """Return the content that `piece` of the body completes. Raises VaultError("item.refused")."""
        opened = self._decrypt(piece)
        sure = max(self._sure - self._given, 0)
        given = opened if len(opened) <= sure else opened[:sure]
        self._given += len(given)
        self._kept += opened[len(given) :]
        if self._given + len(self._kept) > self._frame:
            raise VaultError("item.refused")
        return given

    def finalize(self) -> bytes:
        """Return the rest of the content. Raises VaultError("item.refused") unless all of it was right."""
        try:
            self._kept += self._decryptor.finalize()
        except (InvalidTag, ValueError) as error:
            raise VaultError("item.refused") from error
        length = int.from_bytes(self._kept[-LENGTH_SIZE:], "big")
        end = length - self._given
        if self._given + len(self._kept) != self._frame or padded_size(length) != self._frame:
            raise VaultError("item.refused")
        if any(self._kept[end:-LENGTH_SIZE]):
            raise VaultError("item.refused")
        return bytes(self._kept[:end])


class ItemHash:
    """The hash of an item whose body arrives in pieces; the same as `item.item_hash`.

    >>> ctx = Context(1, bytes(16), bytes(16), 1, bytes(16), 1, 1)
    >>> running = ItemHash(ctx, bytes(56))
    >>> running.update(b"body")
    >>> running.digest().hex()[:8]
    '58e8c43c'
    """

    def __init__(self, ctx: Context, header: bytes) -> None:
        if len(header) != HEADER_SIZE:
            raise VaultError("item.refused")
        self._place = hashlib.sha256(ctx.bytes).digest()
        self._sealed = hashlib.sha256(header)

    def update(self, piece: bytes) -> None:
        """Take the next piece of the body."""
        self._sealed.update(piece)

    def digest(self) -> bytes:
        """Return the hash so far, 32 bytes."""
        return hashlib.sha256(b"WBE1/item-hash\0" + self._place + self._sealed.digest()).digest()
