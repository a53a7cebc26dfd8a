"""Signing in: one refusal for everything, codes that work once, a wait that ends, sessions that stay at home."""

import os
import re
import time
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.town import Town
from whistle.accounts import backends
from whistle.accounts.models import SignInPressure, Staff, StaffKey
from whistle.accounts.services import devices, pressure
from whistle.accounts.services.devices import LONGEST_WAIT
from whistle.accounts.services.pressure import CALM, FIRST_BITS, challenge, is_done
from whistle.audit import selectors as audit
from whistle.client.errors import ClientError
from whistle.client.http import Server, b64, unb64
from whistle.core import clock
from whistle.core.hashcash import LEEWAY
from whistle.core.hashcash import solve as work
from whistle.demo.inside import Inside
from whistle.vault import staff as passphrases
from whistle.vault import totp


class Door(Server):
    """The sign-in of a town, tried by hand."""

    def __init__(self, town: Town) -> None:
        super().__init__(Inside(town.prefix), "/desk/api/")

    def knock(self, username: str, passphrase: str, code: str) -> ClientError | None:
        asked = self.post("sign-in/salt", {"username": username})
        auth = passphrases.auth(passphrases.master(passphrase, unb64(asked["salt"])))
        shown = {"challenge": asked["work"], "work": work(asked["work"], auth)}
        try:
            self.post("sign-in", {"username": username, "auth": b64(auth), "code": code, **shown})
        except ClientError as refused:
            return refused
        return None

    def refusal(self, shown: dict[str, object]) -> str:
        try:
            self.post("sign-in", shown)
        except ClientError as refused:
            return refused.code
        return ""

    def post_wrong(self, username: str) -> str:
        """A guess without the second that stretching takes."""
        asked = self.post("sign-in/salt", {"username": username})["work"]
        guess = os.urandom(32)
        shown = {"username": username, "auth": b64(guess), "code": "000000", "challenge": asked}
        return self.refusal({**shown, "work": work(asked, guess)})


def secret_code(town: Town, name: str, at: float) -> str:
    return totp.now(town.people[name].totp_secret, at)


def test_unknown_wrong_and_disabled_are_answered_alike(town: Town) -> None:
    ingrid, amir = town.people["ingrid"], town.people["amir"]
    Staff.objects.filter(pk=amir.staff.pk).update(is_active=False)
    door, at = Door(town), time.time()

    refusals = [
        door.knock("nobody", "correct horse battery staple one two", "123456"),
        door.knock("ingrid.solvang", "correct horse battery staple one two", secret_code(town, "ingrid", at)),
        door.knock("ingrid.solvang", ingrid.passphrase, "000000"),
        door.knock("amir.haddad", amir.passphrase, secret_code(town, "amir", at)),
    ]

    assert {(refused.status, refused.code, refused.message) for refused in refusals if refused} == {
        (403, "sign_in.refused", refusals[0].message)  # type: ignore[union-attr]
    }
    assert None not in refusals


def test_salt_of_an_unknown_name_is_steady_and_looks_like_any_other(town: Town, other_town: Town) -> None:
    door, elsewhere = Door(town), Door(other_town)

    def salt(server: Server, name: str) -> bytes:
        return unb64(server.post("sign-in/salt", {"username": name})["salt"])

    assert salt(door, "nobody") == salt(door, "nobody")
    assert len(salt(door, "nobody")) == len(salt(door, "ingrid.solvang")) == 16
    assert salt(door, "nobody") != salt(elsewhere, "nobody")


def test_one_time_code_works_once(town: Town) -> None:
    at = time.time()
    code = secret_code(town, "ingrid", at)
    passphrase = town.people["ingrid"].passphrase

    first = Door(town).knock("ingrid.solvang", passphrase, code)
    second = Door(town).knock("ingrid.solvang", passphrase, code)

    assert first is None
    assert second is not None
    assert second.code == "sign_in.refused"


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


def test_session_of_one_town_opens_nothing_in_another(town: Town, other_town: Town) -> None:
    desk = town.desk("ingrid")
    transport = desk.server.transport

    status, _body = transport("GET", "/nordvik/desk/api/cases", None, {})

    assert status == 401


def test_disabled_account_is_out_at_once(town: Town) -> None:
    desk = town.desk("ingrid")
    Staff.objects.filter(pk=town.people["ingrid"].staff.pk).update(is_active=False)

    with pytest.raises(ClientError) as refused:
        desk.cases()

    assert refused.value.status == 401


def test_passphrase_and_what_opens_keys_never_reach_the_server(town: Town) -> None:
    person = town.people["ingrid"]
    sent: list[bytes] = []

    class Listening(Inside):
        def __call__(
            self, method: str, path: str, body: bytes | None, headers: dict[str, str]
        ) -> tuple[int, bytes]:
            sent.append((body or b"") + path.encode() + repr(headers).encode())
            return super().__call__(method, path, body, headers)

    from whistle.client.desk import Desk, Person

    desk = Desk("", Person("ingrid.solvang", person.passphrase, person.totp_secret), transport=Listening())

    master = passphrases.master(person.passphrase, bytes(person.staff.key.salt))
    wire = b" ".join(sent)
    for secret in (
        person.passphrase.encode(),
        person.passphrase.split()[0].encode() + b" ",
        master,
        b64(master).encode(),
    ):
        assert secret not in wire
    assert b64(passphrases.auth(master)).encode() in wire
    assert desk.keys.kem.public == bytes(StaffKey.objects.get(staff=person.staff).kem_pub)


def test_what_is_stored_of_the_derived_value_is_a_slow_hash() -> None:
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.PBKDF2PasswordHasher"]):
        stored = make_password("ab" * 32)

        assert stored.startswith("pbkdf2_sha256$")
        assert check_password("ab" * 32, stored)


def test_sign_out_is_a_post_with_a_token(town: Town) -> None:
    desk = town.desk("ingrid")
    token = desk.server.headers.pop("X-CSRFToken")

    with pytest.raises(ClientError) as forced:
        desk.sign_out()
    assert forced.value.status == 403
    assert desk.cases() == []

    desk.server.headers["X-CSRFToken"] = token
    desk.sign_out()
    with pytest.raises(ClientError) as out:
        desk.cases()
    assert out.value.status == 401


def test_signed_out_visitor_is_sent_to_sign_in(town: Town) -> None:
    answer = Client().get("/desk/cases/")

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/desk/sign-in/"
