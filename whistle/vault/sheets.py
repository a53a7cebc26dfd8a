"""A recovery seed on paper: SLIP-39 shares, any `threshold` of which give it back.

The shares are words of SLIP-39's own list (the first four letters of each differ), with a checksum that finds up to
three mistyped words.  Source: SLIP-0039, through its reference implementation `shamir-mnemonic`.
"""

from shamir_mnemonic import MnemonicError, combine_mnemonics, generate_mnemonics
from shamir_mnemonic.share import Share
from shamir_mnemonic.wordlist import WORD_INDEX_MAP

from whistle.vault.errors import VaultError

WORDS = 33  # of a share of a 32-byte seed


def split(seed: bytes, threshold: int = 3, sheets: int = 5) -> list[str]:
    """Return `sheets` texts of 33 words; any `threshold` of them give `seed` (32 bytes) back, fewer say nothing.

    Raises VaultError("sheets.seed") for another length, ("sheets.number") for a threshold that makes no sense.

    >>> join(split(b"s" * 32)[1:4]) == b"s" * 32
    True
    """
    if len(seed) != 32:
        raise VaultError("sheets.seed")
    if not 2 <= threshold <= sheets <= 16:
        raise VaultError("sheets.number")
    found: list[str] = generate_mnemonics(1, [(threshold, sheets)], seed)[0]
    return found


def mistyped(text: str) -> list[tuple[int, str]]:
    """Return the words of a sheet that are on no list, each with its place from 1.

    >>> mistyped("academic acid akademic")
    [(3, 'akademic')]
    """
    return [(place, word) for place, word in enumerate(text.lower().split(), 1) if word not in WORD_INDEX_MAP]


def check(text: str) -> Share:
    """Return a sheet that was typed without a fault.

    Raises VaultError: "sheets.length", "sheets.word" (a word is on no list: see `mistyped`), "sheets.typo" (all words
    exist, but not together).
    """
    if len(text.split()) != WORDS:
        raise VaultError("sheets.length")
    if mistyped(text):
        raise VaultError("sheets.word")
    try:
        return Share.from_mnemonic(" ".join(text.lower().split()))
    except MnemonicError as error:
        raise VaultError("sheets.typo") from error


def join(sheets: list[str]) -> bytes:
    """Return the seed of these sheets, in any order; the same sheet twice counts once.

    Raises VaultError as `check` does, and "sheets.few", "sheets.mixed" for sheets of different keys.
    """
    shares = {(share.identifier, share.index): share for share in map(check, sheets)}
    if len({identifier for identifier, _index in shares}) > 1:
        raise VaultError("sheets.mixed")
    found = list(shares.values())
    if not found or len(found) < found[0].member_threshold:
        raise VaultError("sheets.few")
    try:
        seed: bytes = combine_mnemonics([share.mnemonic() for share in found[: found[0].member_threshold]])
        return seed
    except MnemonicError as error:
        raise VaultError("sheets.typo") from error
