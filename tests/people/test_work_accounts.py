"""The organisation's own provider stands in front of the desk: it can keep people out, and let nobody in."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from django.apps import apps
from django.core import serializers
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils.translation import override

from tests.deploy.programs import until
from tests.domain.door import Door
from tests.people.provider import CLIENT, SECRET
from tests.people.through_the_gate import Work, connected, knock, sent_back, visit
from tests.town import Town
from whistle.accounts import oidc
from whistle.accounts.models import Certificate, SpentChallenge, Staff, WorkAccount
from whistle.accounts.services import gate
from whistle.audit import selectors as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.providers import Provider
from whistle.ui.messages import sentence
from whistle.vault.certificate import Role

LIES = (
    "issuer", "audience", "two audiences", "party", "replayed nonce", "no nonce", "expired", "old", "future", "none",
    "our own secret", "public key as secret", "stranger's key", "key in the token", "swapped subject", "no subject",
    "empty subject", "long subject", "number as subject", "mixed up",
)  # fmt: skip


@pytest.fixture(scope="module")
def process() -> Iterator[Work]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    running = subprocess.Popen([sys.executable, "-m", "tests.people.provider", str(port)])

    def listens() -> bool:
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        until(listens, "the provider")
        yield Work(port)
    finally:
        running.terminate()
        running.wait(10)


@pytest.fixture
def work(process: Work, settings: object, town: Town) -> Work:
    """The provider of Fjellvik; Nordvik has none."""
    oidc.forget()
    process.told(subject="", lie="")
    settings.WORK_ACCOUNTS = {"fjellvik": Provider(process.url, CLIENT, SECRET, "Fjellvik's account")}  # type: ignore[attr-defined]
    return process


def log(town: Town, act: str) -> list[dict[str, object]]:
    return [entry.fields["d"] for entry in audit.entries(town.organisation, "desk", acts=(act,))]


def test_a_person_connects_an_account_once_and_comes_with_it_ever_after(town: Town, work: Work) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    assert knock(town, "ingrid", visit(work, "sub-ingrid")) is None
    row = WorkAccount.objects.get(staff=town.people["ingrid"].staff)
    assert (row.issuer, row.subject, row.asked_at) == (work.url, "sub-ingrid", None)
    assert [one.get("through") for one in log(town, "staff.signed_in")] == ["provider", "provider"]
    assert len(log(town, "work_account.connected")) == 1
    assert log(town, "gate.set")[0]["state"] == "on"


def test_own_factors_without_the_work_account_open_nothing_and_the_log_says_so(
    town: Town, work: Work
) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    connected(town, work, "amir", "sub-amir")
    for browser in (None, visit(work, "sub-amir"), visit(work, "a stranger")):
        refused = knock(town, "ingrid", browser)
        assert refused is not None
        assert (refused.status, refused.code) == (403, "sign_in.refused")
    assert [one["why"] for one in log(town, "staff.refused")] == ["work_account"] * 3


def test_the_provider_alone_opens_nothing_whoever_it_says_is_there(town: Town, work: Work) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    town.report()
    browser = visit(work, "sub-ingrid")
    assert "sessionid" not in browser.cookies
    assert "desk" not in browser.cookies
    for path in ("/desk/", "/desk/cases/"):
        assert browser.get(path).status_code == 302
    for path in ("/desk/api/cases", "/desk/api/keys/unproven"):
        assert browser.get(path).status_code == 401
    door = Door(town)
    door.transport.cookies |= {key: morsel.value for key, morsel in browser.cookies.items()}
    assert door.post_wrong("ingrid.solvang") == "sign_in.refused"


def test_a_provider_that_lies_lets_nobody_through(town: Town, work: Work) -> None:
    told = {lie: visit(work, "sub-ingrid", lie) for lie in LIES}
    assert {lie: one.last.status_code for lie, one in told.items()} == dict.fromkeys(LIES, 403)  # type: ignore[attr-defined]
    assert [lie for lie, one in told.items() if gate.SHOWN in one.cookies] == []
    assert gate.SHOWN in visit(work, "sub-ingrid").cookies


def test_a_description_that_names_another_issuer_is_not_followed(town: Town, work: Work) -> None:
    work.told(lie="described")
    answer = Client().get("/desk/gate/")
    assert answer.status_code == 502


def test_a_key_that_the_provider_changed_is_found(
    town: Town, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert visit(work, "sub-ingrid").last.status_code == 200  # type: ignore[attr-defined]
    work.told(turn="keys")
    assert visit(work, "sub-ingrid").last.status_code == 403  # type: ignore[attr-defined]  # not asked again at once
    monkeypatch.setattr(oidc, "AGAIN", -1)
    assert visit(work, "sub-ingrid").last.status_code == 200  # type: ignore[attr-defined]


def test_a_return_counts_once_and_in_the_browser_that_went_out(town: Town, work: Work) -> None:
    work.told(subject="sub-ingrid", lie="")
    browser, stranger = Client(), Client()
    back = sent_back(browser)
    assert stranger.get(back).status_code == 403
    way = browser.cookies[gate.WAY].value
    assert browser.get(back).status_code == 200
    browser.cookies[gate.WAY] = way
    assert browser.get(back).status_code == 403
    assert SpentChallenge.objects.exists()


@pytest.mark.parametrize("name", ["state", "code"])
def test_an_answer_that_was_changed_on_the_way_back_vouches_for_nobody(
    town: Town, work: Work, name: str
) -> None:
    work.told(subject="sub-ingrid", lie="")
    browser = Client()
    back = urlsplit(sent_back(browser))
    changed = {**dict(parse_qsl(back.query)), name: "another"}

    answer = browser.get(f"{back.path}?{urlencode(changed)}")

    with override("nb"):
        assert (answer.status_code, str(sentence("gate.refused")) in answer.content.decode()) == (403, True)
    assert gate.SHOWN not in browser.cookies


def test_an_account_that_a_colleague_connected_meanwhile_stays_the_colleagues(town: Town, work: Work) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    amir = town.people["amir"].staff
    gate.let_connect(amir, by=None)

    with pytest.raises(DomainError, match=r"gate\.refused"):
        gate.connect(amir, oidc.Subject(work.url, "sub-ingrid"))

    assert WorkAccount.objects.get(subject="sub-ingrid").staff == town.people["ingrid"].staff
    assert len(log(town, "work_account.connected")) == 1


def test_a_word_of_the_provider_ends_with_the_quarter_of_an_hour_and_with_a_change_in_it(
    town: Town, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    browser = visit(work, "sub-ingrid")
    told = browser.cookies[gate.SHOWN].value
    browser.cookies[gate.SHOWN] = told[:-3] + ("abc" if told[-3:] != "abc" else "abd")
    assert knock(town, "ingrid", browser) is not None
    browser.cookies[gate.SHOWN] = told
    monkeypatch.setattr(gate, "SHOWN_SECONDS", -1)
    assert knock(town, "ingrid", browser) is not None


def test_a_gate_of_one_municipality_is_none_of_another(
    town: Town, other_town: Town, work: Work, settings: object
) -> None:
    settings.WORK_ACCOUNTS |= {"nordvik": Provider(work.url, CLIENT, SECRET, "Nordvik's account")}  # type: ignore[attr-defined]
    gate.let_connect(other_town.people["anne"].staff, by=None)
    browser = visit(work, "sub-anne")  # through Fjellvik's gate
    assert knock(other_town, "anne", browser) is not None
    browser.get(sent_back(browser, "/nordvik"))
    assert knock(other_town, "anne", browser) is None


def test_nobody_connects_an_account_for_somebody_else_or_one_that_is_anothers(town: Town, work: Work) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    assert knock(town, "amir", visit(work, "sub-amir")) is not None  # no administrator let him
    with pytest.raises(DomainError, match="own"):
        gate.let_connect(town.people["nils"].staff, by=town.people["nils"].staff)
    gate.let_connect(town.people["amir"].staff, by=town.people["nils"].staff)
    assert knock(town, "amir", visit(work, "sub-ingrid")) is not None
    WorkAccount.objects.filter(staff=town.people["amir"].staff).update(
        asked_at=clock.now() - timedelta(days=8)
    )
    assert knock(town, "amir", visit(work, "sub-amir")) is not None
    row = WorkAccount.objects.get(staff=town.people["amir"].staff)
    assert (row.issuer, row.subject) == ("", "")


def test_when_the_provider_is_down_two_people_open_the_gate_and_it_closes_by_itself(
    town: Town, work: Work, settings: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    connected(town, work, "berit", "sub-berit")
    settings.WORK_ACCOUNTS = {"fjellvik": Provider("http://127.0.0.1:9", CLIENT, SECRET, "Out of order")}  # type: ignore[attr-defined]
    oidc.forget()
    assert Client().get("/desk/gate/").status_code == 502
    assert knock(town, "ingrid") is not None
    with pytest.raises(CommandError):
        call_command(
            "work_accounts", "lift", "fjellvik", town.people["nils"].person.username
        )  # an administrator
    call_command("work_accounts", "lift", "fjellvik", town.people["ingrid"].person.username, "--hours", "2")
    assert knock(town, "berit") is not None  # one person's word is not enough
    assert knock(town, "ingrid") is None  # who was named comes in, and agrees
    with pytest.raises(DomainError, match="nothing"):
        gate.agree_lift(town.people["berit"].staff)
    gate.agree_lift(town.people["ingrid"].staff)
    assert knock(town, "berit") is None
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(hours=2, minutes=1))
    assert gate.lifted(town.organisation) is None
    monkeypatch.setattr(clock, "now", real)
    assert [one["hours"] for one in log(town, "gate.lifted")] == [2]
    assert [one.get("through") for one in log(town, "staff.signed_in")][2:] == ["second", "lifted"]


def test_a_lift_ends_when_one_of_the_two_says_so(town: Town, work: Work) -> None:
    gate.ask_lift(town.organisation, town.people["ingrid"].staff, 8)
    gate.agree_lift(town.people["ingrid"].staff)
    assert knock(town, "berit") is None
    call_command("work_accounts", "close", "fjellvik")
    assert knock(town, "berit") is not None
    assert len(log(town, "gate.closed")) == 1


def test_switching_the_gate_off_stands_in_the_log(town: Town, work: Work, settings: object) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    settings.WORK_ACCOUNTS = {}  # type: ignore[attr-defined]
    assert knock(town, "ingrid") is None
    assert [one["state"] for one in log(town, "gate.set")] == ["on", "off"]


def test_of_the_provider_nothing_is_kept_but_issuer_and_subject(town: Town, work: Work) -> None:
    connected(town, work, "ingrid", "sub-ingrid")
    everything = "".join(
        serializers.serialize("json", model._base_manager.all())
        for model in apps.get_models(include_auto_created=True)
    )
    assert "sub-ingrid" in everything
    for word in ("Kanarifugl", "marker.example", "id_token", "unused"):
        assert word not in everything


def test_the_pages_say_what_to_do(town: Town, work: Work) -> None:
    page = Client().get("/desk/sign-in/").content.decode()
    assert "data-sign-in-form" not in page
    assert "/desk/gate/?language=nb" in page
    browser = visit(work, "sub-ingrid")
    assert 'http-equiv="refresh" content="0; url=/desk/sign-in/"' in browser.last.content.decode()  # type: ignore[attr-defined]
    assert "data-sign-in-form" in browser.get("/desk/sign-in/").content.decode()
    assert Client().get("/desk/sign-in/?language=en").status_code == 200


def test_the_probe_signs_in_by_itself_and_nobody_else_does(town: Town, work: Work) -> None:
    staff = town.people["even"].staff
    assert knock(town, "even") is not None
    Certificate.objects.filter(subject=staff.ref).delete()
    assert knock(town, "even") is not None
    Certificate.objects.create(
        organisation=town.organisation, serial=999, role=int(Role.PROBE), subject=staff.ref, key_id="0" * 32,
        not_before=clock.now(), not_after=clock.now(), octets=b"x",
    )  # fmt: skip
    assert knock(town, "even") is None
    assert Staff.objects.filter(pk=staff.pk, is_active=True).exists()


def test_an_administrator_lets_a_colleague_connect_and_a_stranger_does_not(town: Town, work: Work) -> None:
    for name in ("nils", "ingrid"):
        gate.let_connect(town.people[name].staff, by=None)
        assert knock(town, name, visit(work, f"sub-{name}")) is None
    ref = town.people["amir"].staff.ref
    for name, status in (("nils", 302), ("ingrid", 404)):
        browser = Client()
        browser.force_login(town.people[name].staff, backend="whistle.accounts.backends.StaffBackend")
        assert browser.get("/desk/work-accounts/").status_code == 200
        assert browser.post(f"/desk/work-accounts/{ref}/allow/").status_code == status
    assert WorkAccount.objects.filter(staff=town.people["amir"].staff).count() == 1
    assert Client().post(f"/desk/work-accounts/{ref}/allow/").status_code == 302
