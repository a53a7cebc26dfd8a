"""The browser's half and Python make the same: words to read aloud, work for a challenge, sheets that give a seed back."""

import json
import random
from pathlib import Path

import pytest
from shamir_mnemonic.wordlist import WORDLIST

from whistle.browser.build import BuildError, node
from whistle.client.http import unb64
from whistle.core.hashcash import zero_bits
from whistle.vault import sheets
from whistle.vault.certificate import key_words, open_root
from whistle.vault.errors import VaultError
from whistle.vault.keys import KemPair


def test_browser_and_python_agree_on_key_words_work_sheets_and_root_copies(tmp_path: Path) -> None:
    given, out = tmp_path / "given.json", tmp_path / "made.json"
    given.write_text(json.dumps({"list": WORDLIST}))
    try:
        node("tests/people/twins.mjs", str(given), str(out))
    except BuildError as error:
        pytest.skip(f"no Node on this machine: {error}") if "needs Node" in str(error) else pytest.fail(
            str(error)
        )
    made = json.loads(out.read_text())
    org, seed = bytes([1]) * 16, bytes([7]) * 32

    assert made["words"] == key_words(org, bytes([2]) * 16, bytes([3]) * 1216, bytes([4]) * 32)
    assert zero_bits("10.1.x", bytes([5]) * 32, made["work"]) >= 10
    for shape, texts in made["sheets"].items():
        threshold, count = map(int, shape.split())
        assert len(texts) == count
        assert sheets.join(random.sample(texts, threshold)) == seed
        with pytest.raises(VaultError, match=r"sheets\.few"):
            sheets.join(texts[: threshold - 1])
    assert open_root(unb64(made["root"]), KemPair.from_seed(bytes([9]) * 32), org) == seed
