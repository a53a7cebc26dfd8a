"""Freezing figures, and publishing the public page on its fixed dates."""

import hashlib
from collections.abc import Collection
from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction

from whistle.audit import selectors as log_of
from whistle.audit import services as audit
from whistle.core import canonical, clock
from whistle.core.deadlines import add_months
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.due import FIXED_DATES
from whistle.plan.edition import edition_document
from whistle.plan.facts import year_of
from whistle.plan.figures import registered
from whistle.plan.implied import is_put
from whistle.plan.indicators import Computed, compute, figures_of, rules_of, shown_sizes
from whistle.plan.models import Edition, Plan, Reading
from whistle.plan.rules import Figure, Period, Rule
from whistle.plan.selectors import plan_in_force

REGISTER = "register"  # where a figure comes from, in the log


def year_until(day: date) -> Period:
    """Return the twelve months that end the day before `day`.

    >>> period = year_until(date(2026, 11, 1))
    >>> period.first.isoformat(), period.last.isoformat()
    ('2025-11-01', '2026-10-31')
    """
    return Period(add_months(day, -12), day - timedelta(days=1))


@transaction.atomic
def freeze(plan: Plan, period: Period, codes: Collection[str] | None = None) -> list[Reading]:
    """Return the readings of a period that is over, computed from the log the first time and never again.

    `codes` are the indicators asked for; without them, all.  A reading that was corrected is left out for the new one.
    Raises `reading.too_early` while the period runs, `reading.not_shown` until outsiders have that part of the log.
    """
    if clock.today() <= period.last:
        raise DomainError("reading.too_early")
    wanted = set(rules_of(plan)) if codes is None else set(codes)
    rows = Reading.objects.filter(
        organisation=plan.organisation,
        period_from=period.first,
        period_to=period.last,
        indicator__in=wanted,
        corrected_by=None,
    )
    known = {row.indicator: row for row in rows}
    if missing := wanted - known.keys():
        sizes = told_sizes(plan.organisation, period)
        computed = figures_of(plan, period, sizes=sizes, codes=missing)
        known |= {code: _keep(plan, code, it) for code, it in computed.items()}
    return list(known.values())


def edition_readings(plan: Plan, as_of: date) -> list[Reading]:
    """Return the readings that the public page shows from a fixed date on.

    What is counted from reports and cases is shown by the calendar year, the same number as in the yearly report:
    two windows that overlap would show what happened in between.  What people and other systems gave is shown from
    the turn of the year.
    """
    periods: dict[Period, list[str]] = {}
    for code, rule in rules_of(plan).items():
        periods.setdefault(shown_period(rule, as_of), []).append(code)
    return [reading for period, codes in periods.items() for reading in freeze(plan, period, codes)]


def shown_period(rule: Rule, as_of: date) -> Period:
    """Return the period that the public page shows of a rule on a fixed date.

    >>> shown_period({"kind": "share", "people": True}, date(2027, 7, 1)).last.isoformat()
    '2026-12-31'
    """
    last = as_of - timedelta(days=1)
    if is_put(rule):
        return Period(date(last.year, 1, 1), last)
    return year_of(as_of.year - 1) if rule["people"] else year_until(as_of)


def year_readings(plan: Plan, year: int) -> list[Reading]:
    """Return the readings of a calendar year that is over, for its report.

    What is counted from reports and cases stands from the first time on.  What people and other systems gave is read
    anew for every preview, and stands in the report that is published: a December's figures come in January.
    Before it, `tell_registers`, in a transaction of its own.
    """
    period, rules = year_of(year), rules_of(plan)
    counted = freeze(plan, period, [code for code, rule in rules.items() if not is_put(rule)])
    given = figures_of(
        plan,
        period,
        sizes=told_sizes(plan.organisation, period),
        codes=[code for code, rule in rules.items() if is_put(rule)],
    )
    return counted + [_reading(plan, code, it) for code, it in given.items()]


def tell_registers(plan: Plan, period: Period) -> None:
    """Put in the log what our own registers come to in a period, unless it stands there already."""
    codes = rules_of(plan).keys()
    with audit.atomic():
        for code, figure in registered(plan.organisation, period).items():
            entry = _entry(code, figure, period)
            if code in codes and entry not in _told(plan.organisation, code):
                audit.record("figure.given", organisation=plan.organisation, detail=entry)


def told_sizes(organisation: Organisation, period: Period) -> dict[str, int]:
    """Return `shown_sizes`.  Raises `reading.not_shown` too while outsiders lack what the registers told."""
    sizes = shown_sizes(organisation, period.last)
    told = log_of.entries(organisation, "desk", acts=("figure.given",), first=sizes["desk"])
    if any(read.fields["d"]["source"] == REGISTER for read in told):
        raise DomainError("reading.not_shown", status=409)
    return sizes


@transaction.atomic
def correct(reading: Reading) -> Reading:
    """Return a new reading of the same period from the log as it is now; the old one stays as it was."""
    if reading.rule is None or Reading.objects.filter(corrects=reading).exists():
        raise DomainError("reading.corrected", status=409)
    plan = plan_in_force(reading.organisation)
    if plan is None:
        raise DomainError("plan.not_in_force", status=409)
    period = Period(reading.period_from, reading.period_to)
    sizes = shown_sizes(reading.organisation, period.last)
    return _keep(
        plan,
        reading.indicator,
        compute(reading.organisation, reading.rule, period, sizes=sizes),
        corrects=reading,
    )


def publish(organisation: Organisation, as_of: date | None = None) -> Edition | None:
    """Return the edition of the newest fixed date, made now if it does not exist; None without a plan in force.

    Safe to call every day: between fixed dates nothing changes.  Raises `reading.not_shown`: try again later.
    """
    plan = plan_in_force(organisation)
    if plan is None:
        return None
    as_of = as_of or last_fixed_date(clock.today())
    edition = Edition.objects.filter(organisation=organisation, as_of=as_of).first()
    if edition is not None:
        return edition
    last = as_of - timedelta(days=1)
    tell_registers(plan, Period(date(last.year, 1, 1), last))
    with audit.atomic():
        document = edition_document(plan, as_of, edition_readings(plan, as_of))
        digest = hashlib.sha256(canonical.encode(document)).hexdigest()
        audit.record("plan.published", organisation=organisation, hash=digest, as_of=as_of.isoformat())
        return Edition.objects.create(
            organisation=organisation, as_of=as_of, document=document, hash=digest, published_at=clock.now()
        )


def last_fixed_date(today: date) -> date:
    """Return the newest date on which the public page was due for renewal.

    >>> last_fixed_date(date(2026, 11, 23)).isoformat(), last_fixed_date(date(2026, 1, 5)).isoformat()
    ('2026-11-01', '2025-11-01')
    """
    dates = [date(year, month, day) for year in (today.year - 1, today.year) for month, day in FIXED_DATES]
    return max(day for day in dates if day <= today)


def _entry(code: str, figure: Figure, period: Period) -> dict[str, object]:
    return {
        "indicator": code.lower(),
        "met": figure.met,
        "counted": figure.counted,
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "source": REGISTER,
    }


def _told(organisation: Organisation, code: str) -> list[dict[str, object]]:
    entries = log_of.entries(organisation, "desk", acts=("figure.given",))
    return [read.fields["d"] for read in entries if read.fields["d"]["indicator"] == code.lower()]


def _keep(plan: Plan, code: str, it: Computed, *, corrects: Reading | None = None) -> Reading:
    reading = _reading(plan, code, it)
    reading.corrects = corrects
    reading.save()
    return reading


def _reading(plan: Plan, code: str, it: Computed) -> Reading:
    return Reading(
        organisation=plan.organisation,
        indicator=code,
        period_from=it.period.first,
        period_to=it.period.last,
        counted=it.figure.counted,
        met=it.figure.met,
        median_days=it.figure.median_days,
        people=it.rule["people"],
        rule=it.rule,
        plan_hash=plan.hash,
        ranges=[asdict(part) for part in it.ranges],
        frozen_at=clock.now(),
    )
