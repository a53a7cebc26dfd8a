"""Readings stand, can be computed again by anyone who has the log, and show when the log was changed."""

import hashlib
from collections import namedtuple
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from tests.plan.conftest import Life, report, standing, tell
from whistle.audit import selectors as log_of
from whistle.audit.models import Entry
from whistle.core.errors import DomainError
from whistle.plan.indicators import agrees, figures_of, range_of, recompute, whole_sizes
from whistle.plan.models import Reading
from whistle.plan.rules import Period
from whistle.plan.selectors import newest_edition
from whistle.plan.services.readings import correct, freeze, publish
from whistle.plan.tasks import publish_page

Shown = namedtuple("Shown", "size")  # of a checkpoint outsiders have
YEAR = Period(date(2025, 11, 1), date(2026, 10, 31))


@pytest.fixture
def log(fjellvik, nordvik, plan):
    good = [Life(f"2026-03-0{day}", f"2026-03-0{day}", "2026-05-01") for day in range(1, 10)]
    tell(fjellvik, *good, Life("2026-03-01", "2026-03-20"))
    tell(nordvik, Life("2026-03-01"))  # the stranger's
    return fjellvik


def frozen(plan, code="9.1-1"):
    with standing("2026-11-01"):
        return next(reading for reading in freeze(plan, YEAR) if reading.indicator == code)


def test_nine_of_ten_reports_were_acknowledged_within_seven_days(log, plan):
    reading = frozen(plan)
    assert (reading.met, reading.counted, reading.median_days) == (9, 10, 0)


def test_the_hash_of_a_range_is_what_anyone_gets_from_the_leaf_hashes(log, plan):
    reading = frozen(plan)
    assert {part["log"] for part in reading.ranges} == {"desk", "channel"}
    for part in reading.ranges:
        entries = [
            read.octets for read in log_of.entries(log, part["log"], first=part["first"], last=part["last"])
        ]
        leaves = b"".join(hashlib.sha256(b"\0" + octets).digest() for octets in entries)
        assert hashlib.sha256(leaves).hexdigest() == part["sha256"]
        assert len(entries) == part["last"] - part["first"] + 1


def test_a_reading_is_the_same_when_computed_again_after_the_log_has_grown(log, plan):
    reading = frozen(plan)
    report(log, "2026-10-30")
    assert agrees(reading)
    assert recompute(reading).figure.counted == 10


def test_changing_one_entry_of_the_log_is_seen(log, plan):
    reading = frozen(plan)
    row = Entry.objects.filter(organisation=log, act="report.acknowledged").order_by("-index").first()
    with connection.cursor() as cursor:  # what the owner of the database can do
        for verb in ("update", "delete"):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS audit_entry_no_{verb}")
            else:
                cursor.execute("DROP TRIGGER IF EXISTS audit_entry_no_change ON audit_entry")
        earlier = bytes(row.body).replace(b"2026-03-20", b"2026-03-02")
        cursor.execute("UPDATE audit_entry SET body = %s WHERE id = %s", [earlier, row.pk])
    assert not agrees(reading)
    with pytest.raises(DomainError, match=r"reading\.log_changed"):
        recompute(reading)


def test_a_frozen_reading_is_not_frozen_again_with_another_figure(log, plan):
    first = frozen(plan)
    report(log, "2026-06-02")  # arrives in the log afterwards
    assert frozen(plan).pk == first.pk
    assert Reading.objects.get(pk=first.pk).counted == 10


def test_a_correction_is_a_new_reading_beside_the_old_one(log, plan):
    first = frozen(plan)
    report(log, "2026-06-02")
    with standing("2026-11-05"):
        second = correct(first)
    assert (first.counted, second.counted, second.corrects_id) == (10, 11, first.pk)
    with pytest.raises(DomainError, match=r"reading\.corrected"):
        correct(first)


def test_the_database_itself_refuses_to_change_a_reading(log, plan):
    reading = frozen(plan)
    with pytest.raises(DatabaseError), transaction.atomic():
        Reading.objects.filter(pk=reading.pk).update(met=10)
    reading.refresh_from_db()
    assert reading.met == 9


def test_a_period_that_is_not_over_cannot_be_frozen(plan):
    with standing("2026-10-31"), pytest.raises(DomainError, match=r"reading\.too_early"):
        freeze(plan, YEAR)


def test_live_figures_move_with_the_log(log, plan):
    before = figures_of(plan, YEAR, sizes=whole_sizes(log))["9.1-1"].figure
    report(log, "2026-06-01", "2026-06-02")
    after = figures_of(plan, YEAR, sizes=whole_sizes(log))["9.1-1"].figure
    assert after.met == before.met + 1


def test_what_is_published_names_only_the_part_of_the_log_that_outsiders_know(
    log, plan, settings, monkeypatch
):
    settings.PUBLIC_LOG_MINUTES = 60
    whole = whole_sizes(log)
    known = dict.fromkeys(whole, None)
    monkeypatch.setattr("whistle.plan.indicators.outside_checkpoint", lambda _of, name: known[name])
    with standing("2026-11-01"), pytest.raises(DomainError, match=r"reading\.not_shown"):
        freeze(plan, YEAR)
    known.update({name: Shown(size - 1) for name, size in whole.items()})
    with standing("2026-11-01"), pytest.raises(DomainError, match=r"reading\.not_shown"):
        freeze(plan, YEAR)
    known.update({name: Shown(size) for name, size in whole.items()})
    report(log, "2026-11-01")  # the stranger to this period
    assert {part["log"]: part["last"] + 1 for part in frozen(plan).ranges} == whole


def test_the_nightly_task_waits_until_outsiders_have_the_log(log, plan, settings):
    settings.PUBLIC_LOG_MINUTES = 60
    with standing("2026-11-01"):
        publish_page()
    assert newest_edition(log) is None
    settings.PUBLIC_LOG_MINUTES = 0
    with standing("2026-11-02"):
        publish_page()
    assert newest_edition(log).as_of == date(2026, 11, 1)


def test_an_empty_log_has_an_empty_range(nordvik):
    assert range_of(nordvik, "desk", last=-1).sha256 == hashlib.sha256(b"").hexdigest()


def test_the_public_page_changes_on_fixed_dates_only(log, plan):
    with standing("2026-11-01"):
        november = publish(log)
    report(log, "2026-10-01", "2026-10-30")
    with standing("2027-02-28"):
        assert publish(log).pk == november.pk
    with standing("2027-03-01"):
        march = publish(log)
    assert march.pk != november.pk
    assert march.hash != november.hash


def test_what_is_counted_from_reports_is_shown_by_the_calendar_year_and_by_nothing_that_overlaps_it(
    log, plan
):
    """Two windows that overlap would show, by subtraction, what happened in the months between."""
    editions = []
    for day in ("2026-11-01", "2027-03-01", "2027-07-01", "2027-11-01", "2028-03-01"):
        with standing(day):
            editions.append(publish(log))
    periods = [
        {
            tuple(figure["proof"]["period"])
            for measure in edition.document["measures"]
            for figure in measure["figures"]
            if figure["proof"]["rule"]["people"] and figure["proof"]["rule"]["kind"] in ("deadline", "share")
        }
        for edition in editions
    ]
    assert periods == [{(f"{year}-01-01", f"{year}-12-31")} for year in (2025, 2026, 2026, 2026, 2027)]
    shown = [
        next(it for it in edition.document["measures"] if it["id"] == "9.1")["figures"]
        for edition in editions[1:4]
    ]
    assert shown[0] == shown[1] == shown[2]


def test_the_edition_names_no_count_of_reports(log, plan):
    with standing("2027-03-01"):
        edition = publish(log)
    measure = next(it for it in edition.document["measures"] if it["id"] == "9.1")
    figure = measure["figures"][0]
    assert (figure["shown"], figure["low"], figure["high"]) == ("between", 60, 90)
    assert "counted" not in str(edition.document["measures"]).replace("'weight': 'counts'", "")
