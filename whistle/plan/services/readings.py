"""Freezing figures, and publishing the public page on its fixed dates."""

import hashlib
from dataclasses import asdict
from datetime import date, timedelta

from django.db import transaction

from whistle.audit import services as audit
from whistle.core import canonical, clock
from whistle.core.deadlines import add_months
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.edition import FIXED_DATES, edition_document
from whistle.plan.indicators import Computed, compute, figures_of, shown_sizes
from whistle.plan.models import Edition, Plan, Reading
from whistle.plan.rules import Period
from whistle.plan.selectors import plan_in_force


def year_until(day: date) -> Period:
    """Return the twelve months that end the day before `day`.

    >>> period = year_until(date(2026, 11, 1))
    >>> period.first.isoformat(), period.last.isoformat()
    ('2025-11-01', '2026-10-31')
    """
    return Period(add_months(day, -12), day - timedelta(days=1))


@transaction.atomic
def freeze(plan: Plan, period: Period) -> list[Reading]:
    """Return the readings of a period that is over, computed from the log the first time and never again.

    Raises `reading.too_early` while the period runs, `reading.not_shown` until outsiders have that part of the log.
    """
    if clock.today() <= period.last:
        raise DomainError("reading.too_early")
    known = {
        row.indicator: row
        for row in Reading.objects.filter(
            organisation=plan.organisation, period_from=period.first, period_to=period.last, corrects=None
        )
    }
    if not known:
        sizes = shown_sizes(plan.organisation, period.last)
        known = {code: _keep(plan, code, it) for code, it in figures_of(plan, period, sizes=sizes).items()}
    return list(known.values())


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
    with audit.atomic():
        document = edition_document(plan, as_of, freeze(plan, year_until(as_of)))
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


def _keep(plan: Plan, code: str, it: Computed, *, corrects: Reading | None = None) -> Reading:
    return Reading.objects.create(
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
        corrects=corrects,
    )
