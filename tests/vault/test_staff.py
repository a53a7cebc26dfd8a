"""Passphrases, passkeys and the second factor."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.vectors.generate import load
from tests.vectors.seeds import octets, seed
from whistle.vault import staff, totp
from whistle.vault.errors import VaultError

(ROW,) = load()["staff"]
MASTER, SHARE, SEED, USER = (
    octets(ROW["master"]),
    octets(ROW["unlock_share"]),
    octets(ROW["seed"]),
    ROW["user"],
)
WRAPPED = staff.wrap(MASTER, SHARE, USER, SEED)

# RFC 6238, appendix B; the last six of its eight digits.
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC = {59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"}


def test_officer_opens_their_keys_with_the_passphrase():
    assert staff.unwrap(staff.master(ROW["passphrase"], octets(ROW["salt"])), SHARE, USER, WRAPPED) == SEED


@pytest.mark.parametrize(
    ("master", "share", "user", "wrapped"),
    [
        (seed("a stranger's passphrase"), SHARE, USER, WRAPPED),
        (MASTER, seed("another share"), USER, WRAPPED),
        (MASTER, SHARE, seed("a stranger", 16).hex(), WRAPPED),
        (MASTER, SHARE, USER, WRAPPED[:-1]),
        (MASTER, SHARE, USER, WRAPPED[:56] + bytes(48)),
        (MASTER, SHARE, USER, b""),
        (MASTER, b"", USER, WRAPPED),
        (MASTER, SHARE, USER, staff.wrap_with_passkey(MASTER, SHARE, USER, SEED)),
    ],
    ids=["passphrase", "share", "user", "cut", "changed", "empty", "no share", "passkey's"],
)
def test_stranger_opens_nothing(master, share, user, wrapped):
    with pytest.raises(VaultError, match=r"^staff\.refused$"):
        staff.unwrap(master, share, user, wrapped)


def test_passkey_opens_its_own_copy():
    wrapped = staff.wrap_with_passkey(seed("prf"), SHARE, USER, SEED)

    assert staff.unwrap_with_passkey(seed("prf"), SHARE, USER, wrapped) == SEED
    with pytest.raises(VaultError, match=r"^staff\.refused$"):
        staff.unwrap_with_passkey(seed("a stranger's passkey"), SHARE, USER, wrapped)


def test_what_signs_in_does_not_open():
    with pytest.raises(VaultError, match=r"^staff\.refused$"):
        staff.unwrap(staff.auth(MASTER), SHARE, USER, WRAPPED)


def test_passphrases_are_all_different():
    made = {staff.new_passphrase() for _ in range(50)}

    assert len(made) == 50
    assert all(len(each.split(" ")) == 6 for each in made)


@given(st.text())
def test_tidying_a_passphrase_twice_changes_nothing(text):
    assert staff.normalized(staff.normalized(text)) == staff.normalized(text)


def test_strangers_get_a_steady_salt():
    assert staff.decoy_salt(b"secret", "eve") == staff.decoy_salt(b"secret", "eve")
    assert staff.decoy_salt(b"secret", "eve") != staff.decoy_salt(b"secret", "mallory")
    assert len(staff.decoy_salt(b"secret", "eve")) == staff.SALT_SIZE


@pytest.mark.parametrize(("at", "digits"), RFC.items())
def test_second_factor_is_the_rfcs(at, digits):
    assert totp.now(RFC_SECRET, at) == digits
    assert totp.check(RFC_SECRET, digits, at) == at // 30


@pytest.mark.parametrize(
    ("late", "found"), [(-31, None), (0, 33333333), (30, 33333333), (59, 33333333), (60, None)]
)
def test_second_factor_is_good_for_its_own_half_minute_and_its_neighbours(late, found):
    assert totp.check(RFC_SECRET, totp.now(RFC_SECRET, 1_000_000_000), 999_999_990 + late) == found


@pytest.mark.parametrize("typed", ["", "000000", "28708", "2870822", "abcdef", "２８７０８２"])
def test_strangers_digits_are_refused(typed):
    assert totp.check(RFC_SECRET, typed, 59) is None


def test_secret_that_is_none_is_refused():
    with pytest.raises(VaultError, match=r"^totp\.secret$"):
        totp.now("not base32!", 59)
