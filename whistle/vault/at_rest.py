"""Small secrets the server itself must read (second factors), kept unreadable in the database alone."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from whistle.vault.errors import VaultError
from whistle.vault.keys import kdf


def keep(secret: bytes, server_secret: bytes, purpose: str) -> bytes:
    """Return `nonce(12) ‖ AES-256-GCM(secret)` under a key derived from the server's secret for `purpose`.

    >>> sealed = keep(b"seed", b"k" * 32, "totp/ab")
    >>> take(sealed, b"k" * 32, "totp/ab")
    b'seed'
    """
    nonce = os.urandom(
        12
    )  # a fresh key per purpose and few messages: random nonces are safe (SP 800-38D §8.3)
    return nonce + AESGCM(kdf(server_secret, f"at-rest/{purpose}")).encrypt(nonce, secret, None)


def take(sealed: bytes, server_secret: bytes, purpose: str) -> bytes:
    """Return the secret.  Raises VaultError `at_rest.damaged` for other bytes, another secret or purpose."""
    try:
        return AESGCM(kdf(server_secret, f"at-rest/{purpose}")).decrypt(sealed[:12], sealed[12:], None)
    except InvalidTag:
        raise VaultError("at_rest.damaged") from None
