"""A place to practise: real in everything but its reports, seen by nobody who works in earnest, gone at one word."""

from functools import cache
from itertools import count

import pytest
from django.core.management import call_command
from django.test import Client

from cases.models import Case, Notice
from cases.services import clocks, notices
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.client.desk import Desk, Person
from whistle.client.paperwork import before
from whistle.client.reporter import Reporter
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.demo import ceremony, training
from whistle.demo.ceremony import MadeKeys, make_keys
from whistle.demo.inside import Inside
from whistle.organisations.models import Organisation
from whistle.organisations.selectors import every
from whistle.plan.facts import facts
from whistle.store.models import Box, Item

TEXT = "A made-up report: the mayor of nowhere has bought a made-up bridge."


@cache
def kept_keys(number: int) -> MadeKeys:
    """Keys are made once a run: stretching a passphrase takes a fifth of a second."""
    return make_keys()


@pytest.fixture
def place(town: Town, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Organisation:
    """A place to practise beside Fjellvik."""
    numbers = count()
    monkeypatch.setattr(ceremony, "make_keys", lambda: kept_keys(next(numbers)))
    call_command("training", "fjellvik")
    assert "/fjellvik-ovelse/desk/" in capsys.readouterr().out
    return Organisation.objects.get(training_of=town.organisation)


def practising(place: Organisation, username: str) -> Desk:
    row = next(each for each in training.colleagues(place) if each["username"] == username)
    person = Person(row["username"], row["passphrase"], row["totp_secret"])
    return Desk("", person, transport=Inside(f"/{place.slug}"))


def practised(place: Organisation) -> Case:
    """Somebody sends a made-up report by the practice channel, and the worker makes a case of it."""
    from cases.services.adopt import adopt_new_reports

    Reporter("", transport=Inside(f"/{place.slug}")).report(TEXT)
    for organisation in every():
        adopt_new_reports(organisation)
    return Case.objects.latest("pk")


def test_whole_way_is_practised_by_one_person_in_two_roles_and_the_real_desk_knows_of_nothing(
    town: Town, place: Organisation
) -> None:
    size = sum(1 for _ in audit.entries(town.organisation, "desk"))
    case = practised(place)
    officer, leader = practising(place, "mottak.ovelse"), practising(place, "leder.ovelse")
    opened = officer.open(case.reference)
    assert TEXT in opened.messages[0].body["text"]
    opened.acknowledge("We have it.")
    before(opened, "investigate")
    opened.step("investigate")
    leader.open(case.reference).decide()
    case.refresh_from_db()
    assert case.state == "investigation"

    assert sum(1 for _ in audit.entries(town.organisation, "desk")) == size
    assert sum(1 for _ in audit.entries(town.organisation, "channel")) == sum(
        1 for read in audit.entries(town.organisation, "channel") if read.fields["case"] != case.log_ref
    )
    assert facts(town.organisation, clock.today().year).received == 0
    assert town.desk("ingrid").cases() == []
    with pytest.raises(Exception, match=r"404|request\.absent"):
        town.desk("ingrid").server.get(f"cases/{case.reference}")
    clocks.remind(place)
    clocks.remind(town.organisation)
    assert set(Notice.objects.values_list("staff__organisation", flat=True)) <= {place.pk}
    assert notices.send_due(at_any_hour=True) == 0, "no mail leaves a place to practise"


def test_every_page_says_that_it_is_practice_and_no_real_page_does(town: Town, place: Organisation) -> None:
    browser = Client()
    for path in ("", "nb/", "desk/sign-in/", "plain/"):
        there = browser.get(f"/{place.slug}/{path}")
        here = browser.get(f"/{path}")
        assert b"w-training" in there.content, path
        assert b"w-training" not in here.content, path
        assert "ØVELSE" in there.content.decode(), path


def test_key_of_a_real_reader_opens_nothing_here_and_none_from_here_opens_a_real_case(
    town: Town, place: Organisation
) -> None:
    real = town.report("Something real is wrong.")
    case = practised(place)
    refs = set(Box.objects.get(of_case__case=case).seals.values_list("staff_ref", flat=True)) - {""}
    assert refs.isdisjoint({one.staff.ref for one in town.people.values()})
    theirs = set(Box.objects.get(organisation=town.organisation).seals.values_list("staff_ref", flat=True))
    assert theirs.isdisjoint(refs)
    assert town.mailbox(real).messages[0].body["text"] == "Something real is wrong."


def test_all_of_it_is_thrown_away_in_one_act_and_nothing_real_goes_with_it(
    town: Town, place: Organisation
) -> None:
    town.report("Something real is wrong.")
    for _ in range(2):
        practised(place)
    leader = practising(place, "leder.ovelse")
    browser = Client(enforce_csrf_checks=False)
    browser.force_login(type(town.people["ingrid"].staff).objects.get(ref=leader.staff_id))
    page = browser.get(f"/{place.slug}/desk/training/")
    assert "mottak.ovelse" in page.content.decode()

    answer = browser.post(f"/{place.slug}/desk/training/clear/")

    assert answer["Location"].endswith("?thrown=2")
    assert {case.organisation for case in Case.objects.all()} == {town.organisation}
    assert {box.organisation for box in Box.objects.all()} == {town.organisation}
    assert Item.objects.count() > 0
    assert [
        read.fields["d"]["cases"] for read in audit.entries(place, "desk", acts=("training.cleared",))
    ] == [2]
    assert practised(place).organisation == place, "and one begins again"


def test_stranger_leader_of_the_real_desk_throws_nothing_away_and_sees_no_such_page(
    town: Town, place: Organisation
) -> None:
    town.report("Something real is wrong.")
    browser = Client()
    browser.force_login(town.people["ingrid"].staff)
    assert browser.get("/desk/training/").status_code == 404
    assert browser.post("/desk/training/clear/").status_code == 404
    with pytest.raises(DomainError):
        training.clear(town.organisation, actor=town.people["ingrid"].staff)
    with pytest.raises(DomainError):
        training.clear(place, actor=town.people["ingrid"].staff)
    assert Case.objects.count() == 1
    with pytest.raises(DomainError):
        training.begin(place)
    with pytest.raises(DomainError):
        training.begin(town.organisation)
