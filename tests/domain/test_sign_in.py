"""Signing in: one refusal for everything, codes that work once, a wait that ends, sessions that stay at home."""

import time
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password, make_password
from django.contrib.sessions.models import Session
from django.test import Client

from cases.tasks import sweep_files
from tests.domain.door import Door, secret_code
from tests.town import Town
from whistle.accounts.models import SignIn, Staff, StaffKey
from whistle.client.errors import ClientError
from whistle.client.http import Server, b64, unb64
from whistle.core import clock
from whistle.demo.inside import Inside
from whistle.vault import staff as passphrases


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


def test_a_session_that_ran_out_leaves_no_row_and_stands_as_over(town: Town) -> None:
    town.desk("amir")
    (ran_out,) = Session.objects.all()
    here = town.desk("ingrid")
    Session.objects.filter(pk=ran_out.pk).update(expire_date=clock.now())

    with clock.standing_at(clock.now() + timedelta(hours=2)):
        sweep_files()

        assert not Session.objects.filter(pk=ran_out.pk).exists()
        assert [row.ended_at is None for row in SignIn.objects.order_by("id")] == [False, True]
    assert here.server.get("cases")
    with clock.standing_at(clock.now() + timedelta(days=181)):
        sweep_files()
        assert not SignIn.objects.exists()
