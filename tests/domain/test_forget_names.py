"""A reporter's sealed name ends a year after its case was closed, unless somebody may still need it."""

from datetime import timedelta

import pytest

from cases.models import Case
from cases.services.forget_names import forget_names
from tests.domain.test_desk import acts
from tests.town import Town
from whistle.client import identity
from whistle.client.desk import OpenCase
from whistle.client.errors import ClientError
from whistle.core import clock, deadlines
from whistle.store.models import Identity, IdentityHalf

YEAR = 365


def closed(town: Town, days: int = YEAR) -> OpenCase:
    """Return a case that was closed so many days ago, whose reporter gave a name and was asked everything."""
    town.report("It is about the purchase.", name="Kari Nordmann", answers={"who": "named"})
    case = town.open("berit")
    case.acknowledge("We have it.")
    day = clock.today() - timedelta(days=days)
    Case.objects.filter(pk=town.newest().pk).update(state="closed", outcome="unfounded", closed_on=day)
    case.refresh()
    for check in deadlines.CARE_AFTER:
        case.record("care", {"check": check, "state": "well"}, what="All is well.")
    return case


def test_name_is_gone_a_year_after_closing_and_the_case_is_not(town: Town) -> None:
    case = closed(town)
    assert forget_names(town.organisation) == 1
    assert not Identity.objects.exists()
    assert not IdentityHalf.objects.exists()
    assert acts(town)[-1] == "identity.forgotten"
    assert town.open("berit").messages
    with pytest.raises(ClientError, match=r"identity\.absent"):
        identity.ask(case, "court", "The court wants to hear a witness.", "We ask for your name.")
    assert forget_names(town.organisation) == 0


def test_name_of_a_case_closed_later_or_still_open_stays(town: Town) -> None:
    closed(town, YEAR - 1)
    town.report("Another matter.", name="Ola Nordmann", answers={"who": "named"})
    assert forget_names(town.organisation) == 0
    assert Identity.objects.count() == 2


@pytest.mark.parametrize("kept_by", ["question", "hold", "request", "wish to open it"])
def test_name_that_somebody_may_still_need_stays(town: Town, kept_by: str) -> None:
    case = closed(town)
    if kept_by == "question":
        case.record("care", {"check": "after365", "state": "asked"}, number=6, what="Asked again.")
    elif kept_by == "hold":
        case.record("hold", {"why": "court", "state": "on"}, due_on="2027-01-31", reason="In court.")
    elif kept_by == "request":
        codes = {"right": "access", "state": "open", "extended": "no"}
        case.record("request", codes, what="Their data.")
    else:
        identity.ask(case, "court", "The court wants to hear a witness.", "We ask for your name.")
    assert forget_names(town.organisation) == 0
    assert Identity.objects.exists()
