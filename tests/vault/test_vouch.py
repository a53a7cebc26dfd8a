"""Who rightly holds a key: only those to whom somebody gave it who held it, back to the one who made the box."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whistle.vault import vouch
from whistle.vault.errors import VaultError
from whistle.vault.keys import SigPair
from whistle.vault.vouch import Vouch

ORG, BOX = b"o" * 16, b"b" * 16
NAMES = ("maker", "ada", "bo", "cy", "stranger")
PAIRS = {name: SigPair.from_seed(name.encode().ljust(32)) for name in NAMES}
IDS = {name: name.encode().ljust(16) for name in NAMES}
CERTIFIED = {IDS[name]: PAIRS[name].public for name in NAMES if name != "stranger"}


def word(giver: str, whom: str, epoch: int = 1, *, org: bytes = ORG, box: bytes = BOX) -> Vouch:
    octets = vouch.give(org, box, epoch, IDS[whom], IDS[giver], PAIRS[giver])
    return Vouch(epoch, IDS[whom], octets)


def holders(*words: Vouch) -> dict[int, set[str]]:
    found = vouch.holders(ORG, BOX, PAIRS["maker"].public, words, CERTIFIED)
    return {epoch: {name for name in NAMES if IDS[name] in keys} for epoch, keys in found.items()}


def test_key_is_followed_from_hand_to_hand() -> None:
    assert holders(word("maker", "ada"), word("ada", "bo", 2), word("bo", "cy", 2)) == {
        1: {"ada"},
        2: {"bo", "cy"},
    }


def test_two_who_vouch_for_each_other_hold_nothing() -> None:
    assert holders(word("maker", "ada"), word("bo", "cy"), word("cy", "bo")) == {1: {"ada"}}


def test_stranger_without_a_certificate_gives_nothing() -> None:
    assert holders(word("maker", "stranger"), word("stranger", "bo", 2)) == {1: {"stranger"}}


def test_word_is_worth_nothing_elsewhere_or_changed() -> None:
    there = (word("maker", "ada", org=b"x" * 16), word("maker", "ada", box=b"x" * 16))
    assert holders(*there) == {}
    good = word("maker", "ada")
    for at in range(len(good.octets)):
        octets = bytearray(good.octets)
        octets[at] ^= 1
        assert holders(Vouch(1, good.key_id, bytes(octets))) == {}
    assert holders(Vouch(2, good.key_id, good.octets), Vouch(1, IDS["bo"], good.octets)) == {}
    assert holders(Vouch(1, good.key_id, good.octets[:-1])) == {}


def test_maker_who_holds_nothing_later_gives_nothing_later() -> None:
    assert holders(word("maker", "ada"), word("ada", "bo", 2), word("maker", "cy", 3)) == {
        1: {"ada"},
        2: {"bo"},
    }


def test_malformed_place_is_refused() -> None:
    for org, epoch in ((b"short", 1), (ORG, 0), (ORG, 2**32)):
        with pytest.raises(VaultError, match=r"vouch\.malformed"):
            vouch.give(org, BOX, epoch, IDS["ada"], IDS["bo"], PAIRS["bo"])


@given(
    st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(1, 3)), max_size=12),
    st.randoms(),
)
def test_order_in_which_a_server_shows_the_words_changes_nothing(
    given_: list[tuple[str, str, int]], chance: random.Random
) -> None:
    words = [word(*each) for each in given_]
    mixed = chance.sample(words, len(words))

    assert holders(*words) == holders(*mixed)
