"""The law's clocks as pure functions of civil dates in Europe/Oslo.

A period of days ends when the last date ends (24:00); a deadline is never moved to the next working day,
so that the earliest safe date is always the one shown.
"""

import calendar
from datetime import date, timedelta

from whistle.core.later import later

holidays = later("holidays")

ACKNOWLEDGE_DAYS = 7  # Directive (EU) 2019/1937 art. 9(1)(b); the municipality's own promise in Norway
FEEDBACK_MONTHS = 3  # Directive (EU) 2019/1937 art. 9(1)(f)
EXTENDED_FEEDBACK_MONTHS = (
    6  # art. 11(2)(d): a public authority, of another's report, in duly justified cases
)
NOTICE_MONTHS = 1  # GDPR art. 14(3)(a)
CARE_DAYS = (30, 90)  # the municipality's own promise: first checks on how the reporter is treated
REQUEST_MONTHS, EXTENDED_MONTHS = 1, 3  # GDPR art. 12(3)
BREACH_DAYS = 3  # GDPR art. 33(1): 72 hours, counted in dates
INSIGHT_WORKDAYS = 3  # the ministry's guide to the Freedom of Information Act § 29
TARGET_DAYS = {"1": 60, "2": 90, "3": 120, "4": 120}  # our own measure of "reasonable time", by seriousness
CARE_AFTER = {"d30": 30, "d90": 90, "closing": 0, "after90": 90, "after180": 180, "after365": 365}
AFTER_CLOSING = frozenset({"closing", "after90", "after180", "after365"})


def add_months(day: date, months: int) -> date:
    """Return the same day `months` later, or the last day of that month when there is none.

    >>> add_months(date(2026, 1, 31), 3).isoformat()
    '2026-04-30'
    >>> add_months(date(2024, 2, 29), 12).isoformat()
    '2025-02-28'
    """
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def acknowledgement_due(received_on: date) -> date:
    """Return the last date to confirm receipt (C1): seven dates after the date of receipt.

    >>> acknowledgement_due(date(2026, 11, 23)).isoformat()
    '2026-11-30'
    """
    return received_on + timedelta(days=ACKNOWLEDGE_DAYS)


def feedback_due(received_on: date, acknowledged_on: date | None) -> date:
    """Return the last date for feedback (C2): three months from the acknowledgement, or from the end of C1.

    >>> feedback_due(date(2026, 11, 23), None).isoformat()
    '2027-02-28'
    >>> feedback_due(date(2026, 11, 23), date(2026, 11, 24)).isoformat()
    '2027-02-24'
    """
    return add_months(acknowledged_on or acknowledgement_due(received_on), FEEDBACK_MONTHS)


def feedback_extended(received_on: date, acknowledged_on: date | None) -> date:
    """Return the last date for feedback when the time was extended (C2): six months from the same start.

    >>> feedback_extended(date(2026, 8, 31), date(2026, 8, 31)).isoformat()
    '2027-02-28'
    """
    return add_months(acknowledged_on or acknowledgement_due(received_on), EXTENDED_FEEDBACK_MONTHS)


def notice_due(named_on: date) -> date:
    """Return the last date to inform a person about whom data was collected (C3): one month.

    >>> notice_due(date(2026, 1, 31)).isoformat()
    '2026-02-28'
    """
    return add_months(named_on, NOTICE_MONTHS)


def request_due(asked_on: date, *, extended: bool = False) -> date:
    """Return the last date to answer somebody about their own data (C6).

    >>> request_due(date(2026, 12, 31)).isoformat(), request_due(date(2026, 11, 30), extended=True).isoformat()
    ('2027-01-31', '2027-02-28')
    """
    return add_months(asked_on, EXTENDED_MONTHS if extended else REQUEST_MONTHS)


def breach_due(known_on: date) -> date:
    """Return the last date to notify the Data Protection Authority of a breach (C7).

    >>> breach_due(date(2028, 2, 27)).isoformat()
    '2028-03-01'
    """
    return known_on + timedelta(days=BREACH_DAYS)


def insight_due(asked_on: date) -> date:
    """Return the last date to answer a request for insight (C9): three working days, Norwegian holidays left out.

    >>> insight_due(date(2026, 12, 23)).isoformat()
    '2026-12-29'
    """
    free = holidays.country_holidays("NO")
    day, left = asked_on, INSIGHT_WORKDAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in free
    return day


def target_due(begun_on: date, seriousness: str) -> date:
    """Return the date by which an investigation should conclude (C4).

    >>> target_due(date(2026, 1, 1), "1").isoformat()
    '2026-03-02'
    """
    return begun_on + timedelta(days=TARGET_DAYS[seriousness])


def care_due(check: str, acknowledged_on: date, closed_on: date | None) -> date:
    """Return when to ask how the reporter fares (C5): after the confirmation, and after closing.

    A check that waits for a closing that has not come is due when the last one before it is.

    >>> care_due("d30", date(2026, 1, 1), None).isoformat()
    '2026-01-31'
    """
    start = closed_on if check in AFTER_CLOSING and closed_on else acknowledged_on
    return start + timedelta(days=CARE_AFTER[check])
