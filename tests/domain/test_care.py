"""How a reporter fares is asked when it is due, once, and stops its clock when it is answered; urgent reports hurry."""

from datetime import timedelta

import pytest
from django.core import mail

from cases.models import Deadline
from cases.selectors import listing
from cases.services import care, clocks, urgent
from tests.domain.test_needs_me import asked_of
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.channel.models import CareCheck
from whistle.client.reporter import Mailbox, Sent
from whistle.core import clock
from whistle.vault.item import Author, Kind


@pytest.fixture
def asked(town: Town) -> Sent:
    """A report that was confirmed, thirty days on."""
    sent = town.report()
    town.open("ingrid").acknowledge("We have it.")
    return sent


def later(monkeypatch: pytest.MonkeyPatch, days: int) -> None:
    now = clock.now() + timedelta(days=days)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", lambda: now.astimezone(clock.OSLO).date())


def answer(mailbox: Mailbox, check: str) -> None:
    writer = mailbox.box.writer(Author.REPORTER, "", mailbox.keys.sig, mailbox.reporter.upload)
    items = writer.letter(Kind.MESSAGE, {"type": "care", "check": check, "text": "All is well."}, [])
    mailbox.reporter.server.post("mailbox/items", {**mailbox.code, "items": items, "check": check})


def acts(town: Town, name: str) -> list[str]:
    rows = audit.entries(town.organisation, "desk", acts=(name,), case=town.newest().log_ref)
    return [row.fields["d"]["check"] for row in rows]


def work(town: Town) -> None:
    clocks.remind(town.organisation)
    for _ in range(2):  # however often it is asked
        care.offer(town.organisation)
        care.collect(town.organisation)


def test_questions_come_on_their_day_and_not_before(
    town: Town, asked: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    work(town)
    assert town.mailbox(asked).wire["checks"] == []

    later(monkeypatch, 30)
    work(town)

    assert [row["check"] for row in town.mailbox(asked).wire["checks"]] == ["d30"]
    assert acts(town, "care.due") == ["d30"]
    assert acts(town, "care.done") == []


def test_an_answer_stops_its_clock_and_the_log_says_that_and_no_more(
    town: Town, asked: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 31)
    work(town)

    answer(town.mailbox(asked), "d30")
    work(town)

    assert acts(town, "care.done") == ["d30"]
    met = {row.number: row.met_on for row in Deadline.objects.filter(case=town.newest(), clock="C5")}
    assert met[1] == clock.today()
    assert met[2] is None
    assert town.mailbox(asked).wire["checks"][0]["answered_on"] == clock.today().isoformat()


def test_nobody_can_answer_a_question_that_was_not_asked_or_of_a_strangers_mailbox(
    town: Town, asked: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    stranger = town.report("A stranger's report.")
    later(monkeypatch, 31)
    work(town)

    answer(town.mailbox(stranger), "d30")
    answer(town.mailbox(asked), "d90")
    work(town)

    assert not CareCheck.objects.exclude(answered_on=None).exists()
    assert acts(town, "care.done") == []


def test_a_report_that_asks_us_to_hurry_is_told_of_at_once_and_once(town: Town) -> None:
    town.report("Someone is in danger.", urgent=True)
    urgent.hurry(town.organisation)
    first = len(mail.outbox)
    urgent.hurry(town.organisation)

    assert first == town.newest().assignments.exclude(staff__email="").count() > 1
    assert len(mail.outbox) == first
    assert len({sent.body for sent in mail.outbox}) == 1
    assert "danger" not in mail.outbox[0].body


def test_a_report_that_does_not_ask_for_it_waits_for_the_hour_like_all_others(town: Town) -> None:
    town.report("Someone is in danger.", answers={"danger": "yes"})

    assert urgent.hurry(town.organisation) == 0
    assert mail.outbox == []


def test_a_report_that_asks_us_to_hurry_stands_first_until_somebody_has_confirmed_it(town: Town) -> None:
    for _ in range(2):
        town.report("An ordinary one.")
    town.report("Someone is in danger.", urgent=True)
    urgent_one = town.newest().reference
    ingrid = town.people["ingrid"].staff

    rows = listing.waiting(ingrid)[0]
    assert [row["hurried"] for row in rows] == [True, False, False]
    assert rows[0]["reference"] == urgent_one

    town.open("ingrid").acknowledge("We have it.")
    assert not any(row["hurried"] for row in (*listing.waiting(ingrid)[0], *listing.waiting(ingrid)[1]))


def test_question_that_nobody_answers_in_the_mailbox_ends_with_a_talk_and_is_not_put_again(
    town: Town, asked: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, 31)
    work(town)
    case = town.open("ingrid")
    case.record("care", {"check": "between", "state": "well"}, what="Met on the stairs: all is well.")
    work(town)
    assert Deadline.objects.get(case=town.newest(), clock="C5", number=1).met_on is None, "not what was asked"

    case.record("care", {"check": "d30", "state": "no_answer"}, what="Rung twice, nobody answered.")
    work(town)

    assert Deadline.objects.get(case=town.newest(), clock="C5", number=1).met_on == clock.today()
    assert [row["answered_on"] for row in town.mailbox(asked).wire["checks"]] == [clock.today().isoformat()]


def test_colleagues_are_told_to_look_again_at_a_protection_until_it_is_over(town: Town, asked: Sent) -> None:
    case = town.open("ingrid")
    day = clock.today().isoformat()
    codes = {"whom": "reporter", "help": "barrier", "state": "on"}
    case.record("protection", codes, due_on=day, what="The leader is kept out of the meetings.")
    assert "protect" in asked_of(town, "ingrid").values()

    case.record("protection", {"state": "over"}, number=1, what="The leader has left.")

    assert "protect" not in asked_of(town, "ingrid").values()
    assert Deadline.objects.get(case=town.newest(), clock="prot").met_on == clock.today()
