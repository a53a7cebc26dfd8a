"""Whoever guesses learns nothing, pays for it, and keeps nobody out."""

import re
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.domain.door import Door, secret_code
from tests.town import Town
from whistle.accounts import backends
from whistle.accounts.models import SignInPressure, Staff, StaffKey
from whistle.accounts.services import devices, pressure
from whistle.accounts.services.devices import LONGEST_WAIT
from whistle.accounts.services.pressure import CALM, FIRST_BITS, challenge, is_done
from whistle.audit import selectors as audit
from whistle.client.http import b64
from whistle.core import clock
from whistle.core.hashcash import LEEWAY
from whistle.core.hashcash import solve as work
from whistle.vault import totp


def test_a_stranger_who_guesses_for_ever_keeps_nobody_out(town: Town) -> None:
    guesser = Door(town)
    for _guess in range(60):
        guesser.post_wrong("ingrid.solvang")

    owner = Door(town).knock(
        "ingrid.solvang", town.people["ingrid"].passphrase, secret_code(town, "ingrid", time.time())
    )
    colleague = Door(town).knock(
        "berit.nyhus", town.people["berit"].passphrase, secret_code(town, "berit", time.time())
    )

    assert owner is None
    assert colleague is None


def test_under_a_flood_an_attempt_from_an_unknown_browser_must_bring_work(town: Town) -> None:
    passphrase = town.people["ingrid"].passphrase
    known = Door(town)
    assert known.knock("ingrid.solvang", passphrase, secret_code(town, "ingrid", time.time())) is None
    for _guess in range(CALM + 1):
        Door(town).post_wrong("nobody")

    stranger = Door(town)
    asked = stranger.post("sign-in/salt", {"username": "ingrid.solvang"})["work"]
    forged = asked.replace(asked.partition(".")[0], "0", 1)
    heard = {
        stranger.refusal(
            {"username": "ingrid.solvang", "auth": b64(bytes(32)), "challenge": challenge, "work": 0}
        )
        for challenge in (asked, forged, "", "0.0.")
    }

    assert int(asked.partition(".")[0]) >= FIRST_BITS
    assert heard == {"sign_in.work"}
    assert known.post("sign-in/salt", {"username": "ingrid.solvang"})["work"].startswith("0.")
    assert not known.post("sign-in/salt", {"username": "berit.nyhus"})["work"].startswith("0.")


def test_work_done_for_one_guess_serves_no_other() -> None:
    given = challenge(12)
    done = work(given, b"a" * 32)

    assert is_done(given, b"a" * 32, done, 12)
    assert not is_done(given, b"b" * 32, done, 12)
    assert not is_done(given, b"a" * 32, done, 12 + LEEWAY + 1)
    with clock.standing_at(clock.now() + timedelta(minutes=5)):
        assert not is_done(given, b"a" * 32, done, 12)


def test_every_refusal_takes_the_same_statements_and_the_same_hash(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingrid, amir = town.people["ingrid"], town.people["amir"]
    Staff.objects.filter(pk=amir.staff.pk).update(is_active=False)
    Door(town).post_wrong("nobody")
    hashed: list[str] = []
    codes: list[str] = []
    real, real_code = backends.check_password, totp.check
    monkeypatch.setattr(backends, "check_password", lambda raw, kept: hashed.append(kept) or real(raw, kept))
    monkeypatch.setattr(totp, "check", lambda *shown: codes.append("one") or real_code(*shown))
    taken = []
    for name, phrase in (
        ("nobody", "six words that are not right at all"),
        ("ingrid.solvang", "six words that are not right at all"),
        ("ingrid.solvang", ingrid.passphrase),
        ("amir.haddad", amir.passphrase),
    ):
        hashed.clear()
        codes.clear()
        with CaptureQueriesContext(connection) as statements:
            refused = Door(town).knock(name, phrase, "000000")
        assert refused is not None
        shapes = [re.findall(r'(^[A-Z]+|(?:FROM|UPDATE|INTO) "\w+")', one["sql"]) for one in statements]
        taken.append((len(hashed), len(codes), shapes))

    assert all(one == taken[0] for one in taken), [len(one[2]) for one in taken]
    assert taken[0][:2] == (1, 1)


def test_wrong_codes_after_the_right_passphrase_pause_strangers_browsers_but_not_the_owners_own(
    town: Town,
) -> None:
    ingrid = town.people["ingrid"]
    own, thief, elsewhere = Door(town), Door(town), Door(town)
    assert own.knock("ingrid.solvang", ingrid.passphrase, secret_code(town, "ingrid", time.time())) is None
    StaffKey.objects.filter(staff=ingrid.staff).update(totp_counter=0)

    words = {thief.knock("ingrid.solvang", ingrid.passphrase, "000000").message for _guess in range(7)}  # type: ignore[union-attr]
    paused = elsewhere.knock("ingrid.solvang", ingrid.passphrase, secret_code(town, "ingrid", time.time()))
    at_home = own.knock("ingrid.solvang", ingrid.passphrase, secret_code(town, "ingrid", time.time()))

    assert paused is not None
    assert words == {paused.message}, "the pause must not tell a thief that the passphrase is right"
    assert at_home is None
    assert [read.fields["act"] for read in audit.entries(town.organisation, "desk")].count(
        "staff.refused"
    ) == 1
    StaffKey.objects.filter(staff=ingrid.staff).update(totp_counter=0)
    with clock.standing_at(clock.now() + LONGEST_WAIT):
        code = secret_code(town, "ingrid", clock.now().timestamp())
        assert elsewhere.knock("ingrid.solvang", ingrid.passphrase, code) is None


def test_failures_counted_at_the_same_time_are_all_counted(town: Town) -> None:
    for _failure in range(3):
        pressure.note_failure(town.organisation)
    stale = SignInPressure.objects.get(organisation=town.organisation)
    pressure.note_failure(town.organisation)
    held = StaffKey.objects.get(staff=town.people["ingrid"].staff)
    again = StaffKey.objects.get(pk=held.pk)
    devices.note_code(held, count=True)
    devices.note_code(again, count=True)

    assert stale.failures == 3
    assert SignInPressure.objects.get(organisation=town.organisation).failures == 4
    assert StaffKey.objects.get(pk=held.pk).wrong_codes == 2
