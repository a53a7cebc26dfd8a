"""The reporter's code, from the card to the keys."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vault.cast import ORG, OTHER_ORG
from tests.vectors.generate import load
from tests.vectors.seeds import octets
from whistle.vault import code, keys, words
from whistle.vault.errors import VaultError

ROW = load()["codes"][2]
SECRETS = st.lists(st.integers(0, 7775), min_size=7, max_size=7)


def whole(secret: list[int]) -> list[int]:
    return [*secret, code.check_index(secret)]


@given(SECRETS)
def test_reporter_reads_the_code_back_in_any_language_and_in_digits(secret):
    indices = whole(secret)

    assert code.parse(code.digits(indices)) == indices
    for language in ("nb", "nn", "en"):
        assert code.parse(" ".join(code.words(indices, language))) == indices


def test_every_word_of_every_list_is_read_back():
    for language in words.LANGUAGES:
        listed = words.load(language)
        assert len(set(listed)) == words.SIZE
        assert all(word == word.lower().strip() and " " not in word for word in listed)
        for at in range(0, words.SIZE, 7):
            indices = whole([(at + n) % words.SIZE for n in range(7)])
            assert code.parse("  ".join(code.words(indices, language)).title()) == indices


def test_code_with_a_hyphened_word_is_read_with_hyphens_between_words_too():
    shirt = words.load("en").index("t-shirt")
    indices = whole([shirt, 1, 2, 3, 4, 5, 6])

    assert code.parse(" - ".join(code.words(indices, "en"))) == indices


def test_one_wrong_word_is_caught_before_anything_is_sent():
    secret = ROW["indices"][:7]
    missed = []
    for place in range(7):
        for other in range(0, words.SIZE, 31):
            if other != secret[place]:
                wrong = [*secret[:place], other, *secret[place + 1 :], ROW["indices"][7]]
                missed += [wrong] if code.check(wrong) else []

    # One in 7,776 passes by chance; of these 1,757 about a quarter of one is expected.
    assert len(missed) <= 3


def test_two_words_that_changed_places_are_caught():
    indices = ROW["indices"]
    for one in range(8):
        for other in range(one):
            swapped = indices.copy()
            swapped[one], swapped[other] = swapped[other], swapped[one]
            with pytest.raises(VaultError, match=r"^code\.typo$"):
                code.parse(code.digits(swapped))


def test_new_codes_are_all_different_and_right():
    made = [tuple(code.new()) for _ in range(200)]

    assert len(set(made)) == 200
    assert all(code.check(list(each)) for each in made)


def test_master_of_a_mistyped_code_is_not_computed():
    wrong = [*ROW["indices"][:7], (ROW["indices"][7] + 1) % words.SIZE]
    with pytest.raises(VaultError, match=r"^code\.typo$"):
        code.master(wrong, ORG)


def test_same_code_opens_nothing_at_another_organisation():
    at_home = code.master(ROW["indices"], ORG)
    elsewhere = code.master(ROW["indices"], OTHER_ORG)

    assert at_home == octets(ROW["master"])
    assert keys.ReporterKeys(at_home).lookup != keys.ReporterKeys(elsewhere).lookup


def test_what_the_server_learns_is_not_what_opens():
    reporter = keys.ReporterKeys(octets(ROW["master"]))
    parts = [reporter.lookup, reporter.auth[:16], reporter.kem.public[:16], reporter.sig.public[:16]]

    assert len(set(parts)) == 4


@pytest.mark.parametrize("indices", [[], [0] * 7, [0] * 9, [-1, *[0] * 7], [7776, *[0] * 7]])
def test_numbers_that_are_no_code_are_not_right(indices):
    assert not code.check(indices)


def test_stranger_to_the_lists_is_told_which_language_is_missing():
    with pytest.raises(VaultError, match=r"^code\.language$"):
        code.words(ROW["indices"], "sv")


def test_norwegian_words_start_differently():
    listed = words.load("nb")

    assert len({word[:5] for word in listed}) == words.SIZE
    assert all(4 <= len(word) <= 9 for word in listed)
    assert not any(listed[at + 1].startswith(word) for at, word in enumerate(listed[:-1]))


def test_changed_list_stops_the_program(monkeypatch):
    monkeypatch.setitem(words._SHA256, "nb", "0" * 64)
    words.load.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="not the one"):
            words.load("nb")
    finally:
        monkeypatch.undo()
        words.load.cache_clear()
