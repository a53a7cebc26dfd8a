"""The law's clocks: calendar rules, reminders once a threshold, escalation, and a worker that was away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.core import mail

from cases.clocks import CLOCKS, Running, next_told, thresholds
from cases.models import Case, Deadline, Notice
from cases.services import notices
from cases.services.clocks import remind
from cases.services.notices import send_due
from tests.domain.test_desk import acts, refusal
from tests.town import Town, make_town
from whistle.client.desk import OpenCase
from whistle.client.paperwork import before
from whistle.core import clock, deadlines


@contextmanager
def on(day: str, hour: str = "09:00") -> Iterator[None]:
    """Stand on a day in Oslo."""
    at = datetime.combine(date.fromisoformat(day), time.fromisoformat(hour), tzinfo=clock.OSLO)
    with clock.standing_at(at):
        yield


@pytest.fixture
def town(db: None, own_folders: None) -> Town:
    """Fjellvik, opened on New Year's Day."""
    with on("2026-01-01"):
        return make_town("fjellvik")


def open_desk(town: Town, name: str) -> OpenCase:
    """Let a colleague sign in on the day at hand and open the newest case."""
    return town.new_desk(name).open(town.newest().reference)


def row(case: Case, name: str) -> Deadline:
    return Deadline.objects.get(case=case, clock=name)


@pytest.mark.parametrize(
    ("received", "acknowledged", "feedback"),
    [
        ("2026-01-31", "2026-01-31", "2026-04-30"),  # there is no 31 April
        ("2023-11-30", "2023-11-30", "2024-02-29"),  # a leap year has a 29 February
        ("2026-11-30", "2026-11-30", "2027-02-28"),
        ("2026-01-31", None, "2026-05-07"),  # none sent: three months from the end of the seven days
    ],
)
def test_feedback_is_due_three_calendar_months_after_the_confirmation_or_the_end_of_the_week(
    db, own_folders, received, acknowledged, feedback
) -> None:
    with on(received):
        town = make_town("fjellvik")
        town.report()
        if acknowledged:
            open_desk(town, "ingrid").acknowledge("We have it.")
        assert row(town.newest(), "C2").due_on.isoformat() == feedback


def test_confirmation_one_minute_before_the_end_of_the_seventh_day_is_in_time(town: Town) -> None:
    with on("2026-03-23"):
        town.report()
    with on("2026-03-30", "23:59"):
        assert remind(town.organisation)
        open_desk(town, "ingrid").acknowledge("We have it.")
    with on("2026-04-02"):
        remind(town.organisation)
        c1 = row(town.newest(), "C1")
    assert (c1.met_on, c1.due_on) == (date(2026, 3, 30), date(2026, 3, 30))
    assert "clock.overdue" not in acts(town)


def test_day_counts_from_midnight_in_oslo_on_both_sides_of_summer_time(town: Town) -> None:
    with clock.standing_at(
        datetime(2026, 3, 28, 23, 30, tzinfo=UTC)
    ):  # 29 March in Oslo, when clocks go forward
        town.report()
        assert town.newest().received_on == date(2026, 3, 29)
    with clock.standing_at(datetime(2026, 4, 5, 21, 59, tzinfo=UTC)):  # 23:59 in Oslo, by summer time
        remind(town.organisation)
        assert "clock.overdue" not in acts(town)
    with clock.standing_at(datetime(2026, 4, 5, 22, 1, tzinfo=UTC)):
        remind(town.organisation)
        assert acts(town).count("clock.overdue") == 1


def test_each_threshold_is_told_once_however_often_the_worker_asks(town: Town) -> None:
    with on("2026-03-02"):
        town.report(exclude=["amir.haddad"])
        Notice.objects.all().delete()
    told = {}
    for day in range(2, 13):
        with on(f"2026-03-{day:02}"):
            told[day] = [remind(town.organisation) for _again in range(3)]
    # C1 on days 3, 5, 7 and the day after; from the last day on also to those who decide
    assert {day: counts for day, counts in told.items() if sum(counts)} == {
        5: [2, 0, 0],
        7: [2, 0, 0],
        9: [2, 0, 0],
        10: [2, 0, 0],
    }
    assert acts(town).count("clock.overdue") == 1


def test_worker_that_was_down_for_two_days_tells_of_what_it_missed_once(town: Town) -> None:
    with on("2026-03-02"):
        town.report()
        Notice.objects.all().delete()
    with on("2026-03-09"):  # it missed days 5 and 7
        assert remind(town.organisation) == 3
        assert remind(town.organisation) == 0
        assert row(town.newest(), "C1").next_on == date(2026, 3, 10)
    with on("2026-03-12"):  # and the day on which the clock ran out
        remind(town.organisation)
        remind(town.organisation)
    assert acts(town).count("clock.overdue") == 1


def test_report_that_no_worker_took_in_for_ten_days_is_told_of_and_logged_at_once(town: Town) -> None:
    with on("2026-03-02"):
        town.reporter().report("Something is wrong.")
    with on("2026-03-12"):
        town.worker()
        Notice.objects.all().delete()
        assert remind(town.organisation) == 3
        assert remind(town.organisation) == 0
        assert acts(town).count("clock.overdue") == 1


def test_clocks_of_a_case_that_has_none_are_found_again(town: Town) -> None:
    with on("2026-03-02"):
        town.report()
        Deadline.objects.all().delete()
        remind(town.organisation)
        assert {each.clock for each in town.newest().deadlines.all()} == {"C1", "C2"}


def test_leader_hears_of_it_when_the_one_who_works_on_it_did_not_move(town: Town) -> None:
    with on("2026-03-02"):
        town.report()
        case = open_desk(town, "amir")
        case.acknowledge("We have it.")
        Notice.objects.all().delete()
    people = {name: town.people[name].staff.pk for name in ("amir", "ingrid", "berit")}
    with on("2026-05-25"):  # ten days left for feedback
        remind(town.organisation)
        assert set(Notice.objects.filter(occasion__startswith="C2.").values_list("staff", flat=True)) == {
            people["amir"]
        }
    with on("2026-06-02"):  # the last day
        remind(town.organisation)
    assert set(Notice.objects.filter(occasion__contains="2026-06-02").values_list("staff", flat=True)) == set(
        people.values()
    )


def test_mail_about_a_deadline_says_nothing_and_leaves_at_its_hour(town: Town, settings) -> None:
    with on("2026-03-02"):
        town.report()
        Notice.objects.all().delete()
    hours = settings.NOTICE_HOURS
    with on("2026-03-05", f"{next(hour for hour in range(24) if hour not in hours):02}:10"):
        remind(town.organisation)
        assert send_due() == 0
    with on("2026-03-05", f"{next(iter(hours)):02}:10"):
        assert send_due() == 3
        assert send_due() == 0
    said = {message.subject + message.body for message in mail.outbox}
    assert len(said) == 1
    assert town.newest().reference not in said.pop()


def test_exemption_from_informing_somebody_comes_up_again_after_thirty_days(town: Town) -> None:
    with on("2026-01-31"):
        town.report()
        case = open_desk(town, "ingrid")
        case.record("person", {"role": "witness", "notice": "not_yet"}, name="Kari Nordmann")
        assert row(town.newest(), "C3").due_on == date(2026, 2, 28)
    with on("2026-02-10"):
        case = open_desk(town, "ingrid")
        case.record(
            "person", {"notice": "exempt", "ground": "crime_investigation"}, number=1, name="Kari Nordmann"
        )
        assert row(town.newest(), "C3").due_on == date(2026, 2, 28), "nobody alone exempts somebody"
        open_desk(town, "berit").agree("person", 1)
        assert (row(town.newest(), "C3").due_on, row(town.newest(), "C3").met_on) == (date(2026, 3, 12), None)
    with on("2026-03-12"):
        case = open_desk(town, "ingrid")
        case.record("person", {"notice": "sent", "ground": ""}, number=1, name="Kari Nordmann")
        assert row(town.newest(), "C3").met_on == date(2026, 3, 12)


def test_investigation_stands_still_while_the_police_ask_for_it_and_moves_its_end(town: Town) -> None:
    with on("2026-03-02"):
        town.report()
        case = open_desk(town, "ingrid")
        before(case, "investigate")
        due = row(town.newest(), "C4").due_on
    with on("2026-03-10"):
        case = open_desk(town, "ingrid")
        case.record("pause", {"why": "police", "state": "on"}, reason="They have asked.")
        assert not Deadline.objects.filter(case=town.newest(), clock="C4").exists()
    with on("2026-03-25"):
        assert remind(town.organisation) is not None
        case = open_desk(town, "ingrid")
        case.record("pause", {"state": "over"}, number=1, reason="They are done.")
        assert row(town.newest(), "C4").due_on == due + timedelta(days=15)


def test_time_for_feedback_cannot_be_moved_or_paused_by_anybody(town: Town) -> None:
    with on("2026-03-02"):
        town.report()
        case = open_desk(town, "ingrid")
        case.acknowledge("We have it.")
        due = row(town.newest(), "C2").due_on
        case.record("pause", {"why": "police", "state": "on"}, reason="They have asked.")
        assert row(town.newest(), "C2").due_on == due
        assert refusal(case.record, "feedback", {}, due_on="2026-12-31").code == "record.unknown"


def test_request_for_own_data_is_due_in_a_month_and_may_take_two_more(town: Town) -> None:
    with on("2026-05-31"):
        town.report()
        case = open_desk(town, "ingrid")
        case.record("request", {"right": "access", "state": "open", "extended": "no"}, what="All of it.")
        assert row(town.newest(), "C6").due_on == date(2026, 6, 30)
        case.record("request", {"extended": "yes"}, number=1, what="All of it.")
        assert row(town.newest(), "C6").due_on == date(2026, 8, 31)
        case.record("request", {"state": "partly"}, number=1, what="All of it.", answer="Most of it.")
        assert row(town.newest(), "C6").met_on == date(2026, 5, 31)


def test_breach_counts_three_days_and_insight_three_working_days(town: Town) -> None:
    with on("2026-04-01"):
        town.report()
        case = open_desk(town, "ingrid")
        case.record("breach", {"state": "open"}, what="A letter went astray.")
        case.record("insight", {"basis": "public", "state": "open"}, what="The journal.")
        assert row(town.newest(), "C7").due_on == date(2026, 4, 4)
        assert row(town.newest(), "C9").due_on == date(2026, 4, 9)  # Easter lies between


def test_reporter_is_asked_how_they_fare_after_closing_too(town: Town) -> None:
    with on("2026-03-02"):
        town.report()
        case = open_desk(town, "ingrid")
        case.acknowledge("We have it.")
        case.give_feedback("This is what we did.")
        before(case, "close_unfounded", outcome="unfounded")
        case.step("close_unfounded", outcome="unfounded", lesson="none")
        open_desk(town, "berit").decide()
    dues = town.newest().deadlines.filter(clock="C5").order_by("due_on").values_list("due_on", flat=True)
    days = [(due - date(2026, 3, 2)).days for due in dues]
    assert days == [0, 30, 90, 90, 180, 365]
    assert row(town.newest(), "C2b").due_on == date(2026, 4, 1)
    # kept for half a year from the last time the reporter is asked
    assert row(town.newest(), "C10").due_on == deadlines.add_months(date(2027, 3, 2), 6)


def test_every_clock_tells_of_itself_before_or_on_its_last_day() -> None:
    started, due = date(2026, 1, 1), date(2026, 6, 1)
    for name in CLOCKS:
        days = list(thresholds(name, started, due))
        assert days == sorted(set(days)), name
        assert days[0] <= due, name
        assert next_told(Running(name, 0, started, due, met_on=due), None) is None


def test_stranger_hears_of_no_deadline(town: Town, other_town: Town) -> None:
    with on("2026-03-02"):
        town.report()
        Notice.objects.all().delete()
    with on("2026-03-09"):
        assert remind(other_town.organisation) == 0
        remind(town.organisation)
    told = set(Notice.objects.values_list("staff__organisation__slug", flat=True))
    assert told == {"fjellvik"}


def test_two_workers_at_once_send_one_mail(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other one is quicker: it marks the notices between our looking and our marking."""
    with on("2026-01-05"):
        town.report("Something is wrong.")
    assert Notice.objects.filter(sent_at=None).exists()
    now = clock.now()

    def meanwhile() -> object:
        Notice.objects.filter(sent_at=None).update(sent_at=now)
        return now

    monkeypatch.setattr(notices.clock, "now", meanwhile)
    assert notices.send_due(at_any_hour=True) == 0
    assert mail.outbox == []
