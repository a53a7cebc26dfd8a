"""The law's clocks as pure functions of civil dates in Europe/Oslo.

A period of days ends when the last date ends (24:00); a deadline is never moved to the next working day,
so that the earliest safe date is always the one shown.
"""

import calendar
from datetime import date, timedelta

ACKNOWLEDGE_DAYS = 7  # Directive (EU) 2019/1937 art. 9(1)(b); the municipality's own promise in Norway
FEEDBACK_MONTHS = 3  # Directive (EU) 2019/1937 art. 9(1)(f)
NOTICE_MONTHS = 1  # GDPR art. 14(3)(a)
CARE_DAYS = (30, 90)  # the municipality's own promise: first checks on how the reporter is treated


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


def notice_due(named_on: date) -> date:
    """Return the last date to inform a person about whom data was collected (C3): one month.

    >>> notice_due(date(2026, 1, 31)).isoformat()
    '2026-02-28'
    """
    return add_months(named_on, NOTICE_MONTHS)
