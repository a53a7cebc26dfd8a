"""The reporter's code: seven random numbers and a check number, shown as words or digits. README.md, "The code"."""

import hashlib
import re
import secrets
import unicodedata

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from whistle.vault import words as lists
from whistle.vault.errors import VaultError
from whistle.vault.words import SIZE

LENGTH = 8
_SECRET = LENGTH - 1


def _octets(indices: list[int]) -> bytes:
    return b"".join(index.to_bytes(2, "big") for index in indices[:_SECRET])


def check_index(secret: list[int]) -> int:
    """Return the check number of seven numbers.

    >>> check_index([0, 1, 2, 3, 4, 5, 6])
    3107
    """
    digest = hashlib.sha256(b"WBE1/check\0" + _octets(secret)).digest()
    return int.from_bytes(digest, "big") % SIZE


def check(indices: list[int]) -> bool:
    """Return whether these are eight numbers below 7,776 of which the last one fits the others."""
    if len(indices) != LENGTH or not all(0 <= index < SIZE for index in indices):
        return False
    return indices[_SECRET] == check_index(indices)


def new() -> list[int]:
    """Return a fresh code: eight numbers, of which seven are secret (90.5 bits).

    >>> check(new())
    True
    """
    secret = [secrets.randbelow(SIZE) for _ in range(_SECRET)]
    return [*secret, check_index(secret)]


def words(indices: list[int], language: str) -> list[str]:
    """Return the code as eight words of `language` (nb, nn, en). Raises VaultError("code.language").

    >>> words([0, 7775, 1, 2, 3, 4, 5, 6], "en")[:2]
    ['abacus', 'zoom']
    """
    chosen = lists.load(language)
    return [chosen[index] for index in indices]


def digits(indices: list[int]) -> str:
    """Return the code as eight groups of four digits: the same code in every language.

    >>> digits([0, 7775, 1, 2, 3, 4, 5, 6])
    '0000 7775 0001 0002 0003 0004 0005 0006'
    """
    return " ".join(f"{index:04}" for index in indices)


def _from_digits(text: str) -> list[int]:
    joined = re.sub(r"[^0-9]", "", text)
    if len(joined) != 4 * LENGTH:
        raise VaultError("code.length")
    return [int(joined[at : at + 4]) for at in range(0, len(joined), 4)]


def _from_words(text: str) -> list[list[int]]:
    """Return what `text` may mean: one reading for each list that knows all of its words."""
    readings = []
    lengths = set()
    for language in lists.LANGUAGES:
        index = lists.numbers(language)
        # A hyphen may part two words or stand inside one ("t-shirt").
        tokens = ([token] if token in index else token.split("-") for token in text.split())
        spoken = [word for token in tokens for word in token if word]
        lengths.add(len(spoken))
        if len(spoken) == LENGTH and all(word in index for word in spoken):
            readings.append([index[word] for word in spoken])
    if LENGTH not in lengths:
        raise VaultError("code.length")
    return readings


def parse(text: str) -> list[int]:
    """Return the eight numbers that a person typed, as words of any list or as digits.

    Spaces, hyphens, commas, full stops and capitals are forgiven. Raises VaultError: "code.length" (not eight),
    "code.unknown_word" (not in any list, or a group of digits above 7775), "code.typo" (the last does not
    fit the others, so one is wrong or two have changed places).

    >>> code = new()
    >>> parse(digits(code).replace(" ", "-")) == parse(" ".join(words(code, "en")).upper()) == code
    True
    """
    text = re.sub(r"[\s,.;]+", " ", unicodedata.normalize("NFKC", text).lower()).strip()
    text = re.sub("[\u2010-\u2015\u2212]", "-", text)
    readings = [_from_digits(text)] if re.fullmatch(r"[0-9 -]+", text) else _from_words(text)
    if not readings or any(index >= SIZE for index in readings[0]):
        raise VaultError("code.unknown_word")
    for indices in readings:
        if check(indices):
            return indices
    raise VaultError("code.typo")


def master(indices: list[int], org: bytes) -> bytes:
    """Return the 32 bytes from which all of a reporter's keys follow (`keys.ReporterKeys`).

    Argon2id with 19 MiB, two passes, one lane; takes tens of milliseconds here, seconds in the slowest
    browsers. Raises VaultError("code.typo").
    """
    if not check(indices) or len(org) != 16:
        raise VaultError("code.typo")
    salt = hashlib.sha256(b"WBE1/reporter-salt\0" + org).digest()[:16]
    argon2 = Argon2id(salt=salt, length=32, iterations=2, lanes=1, memory_cost=19_456)
    return argon2.derive(_octets(indices))
