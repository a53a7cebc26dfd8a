"""Without script: what was done to somebody because they reported goes past those who handled the report."""

import re
from datetime import date

import pytest

from tests.domain.test_lapsed import expire
from tests.reporter.plain_visitor import Visitor, fields_of, texts
from tests.town import Town
from whistle.channel.models import CareCheck
from whistle.client.desk import OpenCase
from whistle.store.models import Box, Item, Seal


@pytest.mark.parametrize("asked", [True, False])
def test_punishment_is_reported_without_script_away_from_those_who_handled_the_case(
    town: Town, sent: str, asked: bool
) -> None:
    handled = town.open("berit")
    handled.acknowledge("We have it.")
    if asked:
        CareCheck.objects.create(
            box=Box.objects.get(kind=Box.Kind.MAILBOX), check_code="d30", due_on=date(2026, 1, 1)
        )
    visitor = Visitor(town, sent)
    readers = re.findall(r"These people will be able to read it: ([^<]+)<", visitor.page)
    assert readers
    assert all("Ingrid Solvang" in each and "Berit" not in each for each in readers)

    visitor.send("care" if asked else "after", check="d30", happened=["b"], more="Berit moved me.")
    town.worker()

    other = Box.objects.get(kind=Box.Kind.MAILBOX, status__acknowledged_on=None)
    berit = town.people["berit"].staff.ref
    assert Seal.objects.filter(box=other, holder="staff").exists()
    assert not Seal.objects.filter(box=other, staff_ref=berit).exists()
    case = town.open("ingrid")
    assert "Berit moved me." in case.messages[0].body["text"]
    assert case.messages[0].body["answers"]["retaliation"] == ["b"]
    handled.refresh()
    assert "Berit moved me" not in texts(handled.messages)
    assert ("I have answered the question." in texts(handled.messages)) is asked
    assert "Berit moved me." in visitor.open(at=1)
    assert "Look at the invoices." in visitor.open(at=0)
    assert "Berit moved me." in town.reporter().mailbox(sent).further(1).messages[0].body["text"]


def test_what_was_done_to_a_reporter_never_stands_in_the_form_that_reaches_those_who_handle_the_case(
    town: Town, case: OpenCase, sent: str
) -> None:
    CareCheck.objects.create(box=Box.objects.get(), check_code="d30", due_on=date(2020, 1, 1))
    told = "He moved me to the cellar."
    for act in ("after", "care"):
        visitor = Visitor(town, sent)
        page = visitor.post(
            {"act": act, "at": 0, "seen": "0-0", "end": "1", "happened": ["b"], "more": told, "check": "d30"}
        )

        assert visitor.answer.status_code == 409
        assert told in fields_of(page, act)
        assert re.search(r'value="b" checked', fields_of(page, act))
        assert page.count(told) == 1
    CareCheck.objects.all().delete()
    page = Visitor(town, sent).post({"act": "care", "seen": "0-0", "end": "1", "more": told})
    assert told in page  # shown, to be copied; the form is not there any more
    assert told not in "".join(re.findall(r"<form.*?</form>", page, re.S))


def test_when_only_those_who_handled_the_case_could_read_of_a_punishment_nothing_is_sent(
    town: Town, case: OpenCase, sent: str
) -> None:
    expire(town, "amir", "berit", "hanne", "sissel", "tor")
    visitor, before = Visitor(town, sent), (Box.objects.count(), Item.objects.count())

    page = visitor.send("after", happened=["b"], more="Ingrid moved me.")

    assert visitor.answer.status_code == 409
    alert = re.findall(r'role="alert"><p>([^<]*)<', page)
    assert "Nobody who has not handled your case can receive it now." in alert[0]
    assert "Ingrid moved me." in fields_of(page, "after")
    assert page.count("Ingrid moved me.") == 1
    assert (Box.objects.count(), Item.objects.count()) == before


def test_a_report_of_a_punishment_does_not_go_where_the_answer_beside_it_cannot(
    town: Town, case: OpenCase, sent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else the question stands there unanswered, and what was sent already is sent again."""
    CareCheck.objects.create(box=Box.objects.get(), check_code="d30", due_on=date(2020, 1, 1))
    visitor, before = Visitor(town, sent), Box.objects.count()
    monkeypatch.setattr("whistle.channel.services.mailbox.ROOM", 0)

    page = visitor.send("care", check="d30", happened=["b"], more="Berit moved me.")

    assert visitor.answer.status_code == 409
    assert "This mailbox is full." in re.findall(r'role="alert"><p>([^<]*)<', page)[0]
    assert "Berit moved me." in fields_of(page, "care")
    assert Box.objects.count() == before
    assert CareCheck.objects.get().answered_on is None
