"""Who wrote an item: the signature inside the encryption. README.md, "Signed content"."""

import hashlib
from dataclasses import dataclass

from whistle.vault.context import Context
from whistle.vault.errors import VaultError
from whistle.vault.keys import SIG_PUBLIC_SIZE, SIGNATURE_SIZE, SigPair, verify

FIRST = bytes(32)
_BODY = SIGNATURE_SIZE + SIG_PUBLIC_SIZE + 32


@dataclass(frozen=True)
class Signed:
    """What somebody signed: `prev` is the hash of the newest item they had seen (FIRST if none)."""

    body: bytes
    prev: bytes
    author_sig_pub: bytes


def _message(ctx: Context, rest: bytes) -> bytes:
    return b"WBE1/sig\0" + hashlib.sha256(ctx.bytes).digest() + hashlib.sha256(rest).digest()


def sign(ctx: Context, body: bytes, prev: bytes, sig_pair: SigPair) -> bytes:
    """Return the content to seal at `ctx`: signature, author's key, `prev`, then `body` as it is.

    Signed in its place: it cannot be lifted to another box, or given another author or number.
    """
    if len(prev) != len(FIRST):
        raise VaultError("signed.malformed")
    rest = sig_pair.public + prev + body
    return sig_pair.sign(_message(ctx, rest)) + rest


def read(ctx: Context, content: bytes, expected_sig_pub: bytes | None) -> Signed:
    """Return what the holder of `expected_sig_pub` signed at `ctx`.

    The expected key comes from the box's id (reporter) or from a certificate (staff), never from the item.
    With None the item's own key is believed: good only for finding out which certificate to look for.
    Raises VaultError("signed.malformed", "signed.author", "signed.signature").

    >>> ctx = Context(1, bytes(16), bytes(16), 1, bytes(16), 1, 1)
    >>> pair = SigPair.from_seed(bytes(32))
    >>> read(ctx, sign(ctx, b"{}", FIRST, pair), pair.public).body
    b'{}'
    """
    if len(content) < _BODY:
        raise VaultError("signed.malformed")
    signature, rest = content[:SIGNATURE_SIZE], content[SIGNATURE_SIZE:]
    author, prev = rest[:SIG_PUBLIC_SIZE], rest[SIG_PUBLIC_SIZE : _BODY - SIGNATURE_SIZE]
    if expected_sig_pub is not None and author != expected_sig_pub:
        raise VaultError("signed.author")
    if not verify(author, signature, _message(ctx, rest)):
        raise VaultError("signed.signature")
    return Signed(body=content[_BODY:], prev=prev, author_sig_pub=author)
