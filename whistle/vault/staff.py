"""What a member of staff knows, and how their keys are kept on a server that cannot use them. README.md, "Staff"."""

import hmac
import re
import secrets
import unicodedata

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from whistle.vault import words
from whistle.vault.errors import VaultError
from whistle.vault.keys import SEED_SIZE, kdf

SALT_SIZE = 16
SHARE_SIZE = 32
_WORDS = 6


def new_passphrase() -> str:
    """Return six random words of the English list (77 bits), with spaces between.

    >>> len(new_passphrase().split())
    6
    """
    return " ".join(secrets.choice(words.load("en")) for _ in range(_WORDS))


def normalized(passphrase: str) -> str:
    """Return the passphrase as it is hashed: NFKC, A–Z in lower case, one space between words.

    >>> normalized("  Able  baker\\n")
    'able baker'
    """
    text = unicodedata.normalize("NFKC", passphrase)
    text = re.sub(r"[A-Z]", lambda found: found.group().lower(), text)
    return re.sub(r"[ \t\r\n]+", " ", text).strip(" ")


def master(passphrase: str, salt: bytes) -> bytes:
    """Return 32 bytes from a passphrase: Argon2id with 64 MiB, three passes, one lane (RFC 9106, section 4).

    Raises VaultError("staff.salt").
    """
    if len(salt) != SALT_SIZE:
        raise VaultError("staff.salt")
    argon2 = Argon2id(salt=salt, length=32, iterations=3, lanes=1, memory_cost=65_536)
    return argon2.derive(normalized(passphrase).encode())


def auth(master: bytes) -> bytes:
    """Return what is sent to sign in, 32 bytes: proves the passphrase and says nothing about it."""
    return kdf(master, "staff/auth")


def decoy_salt(server_secret: bytes, name: str) -> bytes:
    """Return the salt to answer for a name that has no account: always the same for the same name."""
    return hmac.digest(server_secret, b"WBE1/decoy-salt\0" + name.encode(), "sha256")[:SALT_SIZE]


def _wrapping_key(secret: bytes, unlock_share: bytes, label: str) -> bytes:
    if len(secret) != 32 or len(unlock_share) != SHARE_SIZE:
        raise VaultError("staff.refused")
    return kdf(secret + unlock_share, label)


def _wrap(key: bytes, user: str, seed: bytes) -> bytes:
    if len(seed) != SEED_SIZE:
        raise VaultError("key.length")
    encryptor = Cobblestone256Encryptor(key, b"WBE1/staff-wrap/" + user.encode())
    return encryptor.update(seed) + encryptor.finalize()


def _unwrap(key: bytes, user: str, wrapped: bytes) -> bytes:
    decryptor = Cobblestone256Decryptor(key, b"WBE1/staff-wrap/" + user.encode())
    try:
        seed = decryptor.update(wrapped) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise VaultError("staff.refused") from error
    if len(seed) != SEED_SIZE:
        raise VaultError("staff.refused")
    return seed


def wrap(master: bytes, unlock_share: bytes, user: str, seed: bytes) -> bytes:
    """Return `seed` encrypted under a passphrase and the server's share, 104 bytes.

    `user` is the staff id in hex (or another name of what is wrapped): it must be given again to unwrap.
    The cipher commits to its key, so one blob cannot be made that opens under many guesses.

    >>> blob = wrap(bytes(32), bytes(32), "00" * 16, b"s" * 32)
    >>> len(blob), unwrap(bytes(32), bytes(32), "00" * 16, blob) == b"s" * 32
    (104, True)
    """
    return _wrap(_wrapping_key(master, unlock_share, "staff/wrap"), user, seed)


def unwrap(master: bytes, unlock_share: bytes, user: str, wrapped: bytes) -> bytes:
    """Return the seed. Raises VaultError("staff.refused") for a wrong passphrase, share, user or blob."""
    return _unwrap(_wrapping_key(master, unlock_share, "staff/wrap"), user, wrapped)


def wrap_with_passkey(prf: bytes, unlock_share: bytes, user: str, seed: bytes) -> bytes:
    """Return `seed` encrypted under a passkey's PRF output (32 bytes) and the server's share, 104 bytes."""
    return _wrap(_wrapping_key(prf, unlock_share, "staff/prf-wrap"), user, seed)


def unwrap_with_passkey(prf: bytes, unlock_share: bytes, user: str, wrapped: bytes) -> bytes:
    """Return the seed that `wrap_with_passkey` wrapped. Raises VaultError("staff.refused")."""
    return _unwrap(_wrapping_key(prf, unlock_share, "staff/prf-wrap"), user, wrapped)
