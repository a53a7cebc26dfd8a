"""One person receives reports for two municipalities: two accounts, two sets of keys, one list of ways, and nothing crosses."""

import re

import pytest
from django.test import Client

from tests.town import Town
from whistle.accounts.models import Staff, Together
from whistle.accounts.services import together
from whistle.audit import selectors as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation


def at_desk(town: Town, name: str) -> Client:
    browser = Client()
    browser.force_login(town.people[name].staff, backend="whistle.accounts.backends.StaffBackend")
    return browser


def acts(town: Town) -> list[str]:
    found = audit.entries(town.organisation, "desk", acts=("staff.joined", "staff.parted"))
    return [entry.fields["act"] for entry in found]


@pytest.fixture
def shared(town: Town, other_town: Town) -> None:
    """Ingrid of Fjellvik is Anne of Nordvik."""
    code = together.code(town.people["ingrid"].staff)
    answer = at_desk(other_town, "anne").post(
        "/nordvik/desk/me/together/", {"act": "join", "code": f" {code} "}
    )
    assert answer.status_code == 302


def test_each_desk_shows_the_way_to_the_other_and_how_many_cases_wait_there(
    shared: None, town: Town, other_town: Town
) -> None:
    other_town.report("A secret of Nordvik.")
    reference = other_town.newest().reference
    page = at_desk(town, "ingrid").get("/desk/").content.decode()
    way = re.search(r'<a href="/nordvik/desk/"[^>]*>.*?</a>', page, re.DOTALL)
    assert way
    assert "Nordvik kommune" in way.group()
    assert '<span class="w-count">1<' in way.group()
    for secret in (reference, "A secret", other_town.people["anne"].staff.ref):
        assert secret not in page
    assert 'href="/desk/"' in at_desk(other_town, "anne").get("/nordvik/desk/").content.decode()
    assert acts(town) == acts(other_town) == ["staff.joined"]


def test_nothing_of_one_opens_at_the_other(shared: None, town: Town, other_town: Town) -> None:
    other_town.report("A secret of Nordvik.")
    reference = other_town.newest().reference
    transport = town.desk("ingrid").server.transport
    for path in ("/nordvik/desk/api/cases", f"/nordvik/desk/api/cases/{reference}"):
        assert transport("GET", path, None, {})[0] == 401
    assert transport("GET", f"/desk/api/cases/{reference}", None, {})[0] == 404
    assert town.people["ingrid"].staff.key.sig_pub != other_town.people["anne"].staff.key.sig_pub


def test_colleagues_and_strangers_see_nothing_of_it(shared: None, town: Town, other_town: Town) -> None:
    for name in ("amir", "nils"):
        assert "/nordvik/desk/" not in at_desk(town, name).get("/desk/me/").content.decode()
    assert Client().post("/desk/me/together/", {"act": "part"}).status_code == 302
    assert Together.objects.count() == 2


def test_a_code_works_once_for_ten_minutes_and_elsewhere_only(
    town: Town, other_town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    ingrid, amir, anne, odd = (
        *(town.people[name].staff for name in ("ingrid", "amir")),
        *(other_town.people[name].staff for name in ("anne", "odd")),
    )
    code = together.code(ingrid)
    for who, given in ((amir, code), (anne, code[:-2]), (anne, ""), (anne, together.code(anne))):
        with pytest.raises(DomainError, match=r"together\.refused"):
            together.join(who, given)
    together.join(anne, code)
    with pytest.raises(DomainError, match=r"together\.refused"):
        together.join(odd, code)
    with pytest.raises(DomainError, match=r"together\.refused"):  # one person has one account in each
        together.join(odd, together.code(ingrid))
    late = together.code(amir)
    monkeypatch.setattr(together, "GOOD_FOR", -1)
    with pytest.raises(DomainError, match=r"together\.refused"):
        together.join(odd, late)
    assert Together.objects.count() == 2
    page = at_desk(other_town, "odd").post("/nordvik/desk/me/together/", {"act": "join", "code": "wrong"})
    assert page.status_code == 400
    assert "virker ikke her" in page.content.decode()


def test_three_municipalities_become_one_list(shared: None, town: Town, other_town: Town) -> None:
    third = Organisation.objects.create(
        slug="stranda", name="Stranda", log_origin="stranda.example", live=True
    )
    stranger = Staff.objects.create(organisation=third, username="i.s", name="Ingrid S")
    together.join(stranger, together.code(other_town.people["anne"].staff))
    assert [one.organisation.slug for one in together.others(town.people["ingrid"].staff)] == [
        "nordvik",
        "stranda",
    ]


def test_who_leaves_one_municipality_leaves_its_list(shared: None, town: Town, other_town: Town) -> None:
    ingrid, anne = town.people["ingrid"].staff, other_town.people["anne"].staff
    Staff.objects.filter(pk=anne.pk).update(is_active=False)
    assert not together.others(ingrid).exists()
    Staff.objects.filter(pk=anne.pk).update(is_active=True)
    Organisation.objects.filter(pk=anne.organisation_id).update(left_on=clock.today())
    assert not together.others(ingrid).exists()
    Organisation.objects.filter(pk=anne.organisation_id).update(left_on=None)
    assert at_desk(other_town, "anne").post("/nordvik/desk/me/together/", {"act": "part"}).status_code == 302
    assert not together.others(ingrid).exists()
    assert acts(other_town) == ["staff.joined", "staff.parted"]


def test_the_way_is_right_whatever_host_each_has(settings: object) -> None:
    settings.ALLOWED_HOSTS = ["varsling.example"]  # type: ignore[attr-defined]
    here, own, other = (
        Organisation(slug="fjellvik"),
        Organisation(slug="a", host="a.example"),
        Organisation(slug="b"),
    )
    assert together.way(other, here) == "/b/desk/"
    assert together.way(here, other) == "/desk/"
    assert together.way(own, here) == "https://a.example/desk/"
    assert together.way(other, own) == "https://varsling.example/b/desk/"
