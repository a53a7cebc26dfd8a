"""Whoever signs in comes to a page that is of use to them, whatever their role, and is told what they do here."""

import pytest
from django.test import Client

from tests.town import CAST, Town, make_town
from whistle.access.duty_words import DOES, DUTY_WORDS
from whistle.access.models import DutyHeld
from whistle.core import clock
from whistle.core.policy import PART_OF, Duty

LANDS: dict[Duty, str] = {
    Duty.IDENTITY_CUSTODIAN: "/desk/identity/",
    Duty.KEY_CUSTODIAN: "/desk/certify/",
    Duty.AUDITOR: "/desk/log/",
    Duty.PLAN_OWNER: "/desk/plan/",
    Duty.MEASURE_OWNER: "/desk/plan/",
    Duty.SYSTEM_ADMINISTRATOR: "/desk/people/",
    Duty.ARCHIVIST: "/desk/retention/",
}


def only(town: Town, name: str, duty: Duty) -> None:
    """Let somebody hold this one duty, with the certificate that goes with it."""
    person = town.people[name].staff
    DutyHeld.objects.filter(staff=person).delete()
    DutyHeld.objects.create(staff=person, duty=duty, since=clock.now())
    from whistle.access.services.certifying import role_of

    role = role_of({duty})
    if role is not None:
        key = person.key
        town.ceremony.certify(role, bytes.fromhex(person.ref), bytes(key.kem_pub), bytes(key.sig_pub))


def get(town: Town, name: str, path: str) -> tuple[str, str]:
    """Follow redirects; return where one comes to, and the page."""
    browser = Client()
    browser.cookies.load(town.desk(name).server.transport.cookies)  # type: ignore[attr-defined]
    answer = browser.get(path, follow=True)
    assert answer.status_code == 200
    return str(answer.request["PATH_INFO"]), answer.content.decode()


@pytest.mark.parametrize("duty", [duty for duty in Duty if duty is not Duty.PROBE])
def test_nobody_comes_to_a_dead_end(town: Town, duty: Duty) -> None:
    only(town, "even", duty)

    path, page = get(town, "even", "/desk/")

    assert path == LANDS.get(duty, "/desk/")
    assert "Det er ingenting her for rollen" not in page
    assert str(DOES[duty])
    _path, own = get(town, "even", "/desk/me/")
    assert "Dette gjør du her" in own
    if duty in PART_OF:
        assert "Dette gjør du her" in page, "with no case there is still a word on what comes here"


def test_every_duty_has_a_name_and_says_what_it_is_for() -> None:
    assert set(DOES) == set(DUTY_WORDS) == set(Duty) - {Duty.PROBE}


def test_stranger_without_a_role_is_told_what_is_missing(db: None, own_folders: None) -> None:
    town = make_town("fjellvik", CAST["fjellvik"])
    DutyHeld.objects.filter(staff=town.people["even"].staff).delete()

    _path, page = get(town, "even", "/desk/")

    assert "Før du kan begynne" in page


def test_the_desk_speaks_another_language_to_whoever_asks_and_to_nobody_else(town: Town) -> None:
    browser = Client()
    browser.force_login(town.people["ingrid"].staff, backend="whistle.accounts.backends.StaffBackend")
    assert '<html lang="nb"' in browser.get("/desk/me/").content.decode()

    assert browser.post("/desk/me/language/", {"language": "nn"}).status_code == 302

    page = browser.get("/desk/me/").content.decode()
    assert '<html lang="nn"' in page
    assert "Byt språk" in page
    assert '<option value="nn" lang="nn" selected>' in page
    assert '<html lang="nb"' in get(town, "amir", "/desk/me/")[1]
    assert browser.post("/desk/me/language/", {"language": "../nb"}).status_code == 404
    assert browser.get("/desk/me/language/").status_code == 405
