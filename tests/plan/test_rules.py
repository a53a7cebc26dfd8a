"""Figures from the log: what counts, what is in time, to which day it belongs."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from whistle.plan.rules import Figure, Period, evaluate
from whistle.plan.services.plans import demo_document

RULES = {rule["id"]: rule for rule in demo_document()["rules"]}
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))


def line(log, act, at, case="a", actor="1" * 32, **d):
    return log, {"act": act, "at": at, "case": case, "actor": actor, "d": d}


def received(at, case="a", form="sealed"):
    return line("channel", "report.received", at, case, "reporter", form=form)


def acknowledged(at, case="a", actor="1" * 32):
    return line("desk", "report.acknowledged", at, case, actor)


def feedback(at, case="a"):
    return line("desk", "feedback.sent", at, case)


def c1(*lines, period=YEAR):
    return evaluate(RULES["9.1-acknowledged"], lines, period)


def c2(*lines, period=YEAR):
    return evaluate(RULES["9.1-feedback"], lines, period)


def test_a_report_confirmed_on_the_seventh_date_is_in_time_and_on_the_eighth_is_not():
    assert c1(received("2026-03-01"), acknowledged("2026-03-08T21:59:00Z")) == Figure(1, 1, 7)
    assert c1(received("2026-03-01"), acknowledged("2026-03-09T10:00:00Z")) == Figure(1, 0, 8)


def test_the_date_is_oslos_not_utcs():
    assert c1(received("2026-03-01"), acknowledged("2026-03-08T23:30:00Z")) == Figure(1, 0, 8)


def test_a_report_nobody_confirmed_counts_as_missed_when_its_date_has_passed():
    assert c1(received("2026-03-01")) == Figure(1, 0, None)


def test_a_report_whose_date_is_still_ahead_is_not_counted_yet():
    assert c1(received("2026-12-28")) == Figure(0, 0, None)


def test_only_a_person_can_acknowledge():
    assert c1(received("2026-03-01"), acknowledged("2026-03-02T10:00:00Z", actor="system")) == Figure(
        1, 0, None
    )


def test_the_daily_rehearsal_is_kept_out():
    assert c1(received("2026-03-01", form="probe")) == Figure(0, 0, None)


def test_the_first_acknowledgement_counts_whatever_the_order_of_entries():
    lines = [
        acknowledged("2026-03-20T10:00:00Z"),
        received("2026-03-01"),
        acknowledged("2026-03-03T10:00:00Z"),
    ]
    assert c1(*lines) == Figure(1, 1, 2)


def test_a_strangers_acknowledgement_of_another_report_does_not_help_this_one():
    assert c1(received("2026-03-01", "a"), acknowledged("2026-03-02T10:00:00Z", "b")) == Figure(1, 0, None)


def test_feedback_is_due_three_months_after_the_acknowledgement():
    start = (received("2026-01-24"), acknowledged("2026-01-31T10:00:00Z"))
    assert c2(*start, feedback("2026-04-30T10:00:00Z")).met == 1
    assert c2(*start, feedback("2026-05-01T10:00:00Z")).met == 0


def test_without_acknowledgement_feedback_is_due_three_months_after_the_seventh_date():
    assert c2(received("2026-01-01"), feedback("2026-04-08T10:00:00Z")).met == 1
    assert c2(received("2026-01-01"), feedback("2026-04-09T10:00:00Z")).met == 0


def test_what_happens_after_the_period_does_not_change_its_figure():
    late = (received("2026-12-20"), acknowledged("2027-01-05T10:00:00Z"))
    assert c1(*late) == c1(late[0]) == Figure(1, 0, None)


def test_days_on_which_the_log_was_verified_without_fault_count_once():
    of = [
        line("desk", "log.verified", "2026-01-01T08:00:00Z", None, faults=0),
        line("desk", "log.verified", "2026-01-01T18:00:00Z", None, faults=0),
        line("desk", "log.verified", "2026-01-02T08:00:00Z", None, faults=3),
    ]
    week = Period(date(2026, 1, 1), date(2026, 1, 7))
    assert evaluate(RULES["8.4-days"], of, week) == Figure(7, 1)


days = st.integers(0, 400)
lives = st.lists(st.tuples(days, st.none() | st.integers(0, 30)), max_size=12)


@given(lives, st.integers(0, 200), st.integers(0, 200))
def test_a_longer_log_gives_the_same_figure_for_a_period_that_is_over(reports, first, length):
    start = date(2026, 1, 1)
    period = Period(start + timedelta(days=first), start + timedelta(days=first + length))
    lines = []
    for n, (day, after) in enumerate(reports):
        lines.append(received((start + timedelta(days=day)).isoformat(), str(n)))
        if after is not None:
            lines.append(
                acknowledged((start + timedelta(days=day + after)).isoformat() + "T11:00:00Z", str(n))
            )
    then = [it for it in lines if it[1]["at"][:10] <= period.last.isoformat()]
    assert c1(*lines, period=period) == c1(*then, period=period)


@given(lives)
def test_every_report_is_counted_in_exactly_one_of_two_periods_that_meet(reports):
    start = date(2026, 1, 1)
    lines = [
        received((start + timedelta(days=day)).isoformat(), str(n)) for n, (day, _after) in enumerate(reports)
    ]
    first = Period(start, start + timedelta(days=150))
    second = Period(start + timedelta(days=151), start + timedelta(days=600))
    assert c1(*lines, period=first).counted + c1(*lines, period=second).counted == len(reports)
