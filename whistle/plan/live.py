"""The plan as it stands at this moment, for those who answer for it.  Never for the public page."""

from datetime import date, timedelta
from typing import Any

from whistle.core import clock
from whistle.core.policy import Duty
from whistle.plan.carried import live_figures, sizes_now
from whistle.plan.edition import edition_document
from whistle.plan.figures import registered
from whistle.plan.implied import is_put
from whistle.plan.indicators import Range, compute, put_figures, rules_of
from whistle.plan.models import Plan, Reading
from whistle.plan.rules import Figure, Period, Rule
from whistle.plan.services.readings import year_until

# Signals from cases reach these two before the next fixed date, and nobody else (DECISIONS.md).
SEES_LIVE = frozenset({Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER})


def live_document(plan: Plan, *, prove: str = "") -> dict[str, Any]:
    """Return the plan's document with the figures of the last twelve months, whole numbers and all.

    `prove` is an indicator whose part of the log is named and hashed.
    """
    today, rules = clock.today(), rules_of(plan)
    year, since = year_until(today + timedelta(days=1)), Period(date(today.year, 1, 1), today)
    counted, put = live_figures(plan, year), put_figures(plan, since)
    own = registered(plan.organisation, since)  # stands in the log from the next fixed date on
    ranges: tuple[Range, ...] = ()
    if prove in rules and (prove in counted or prove in put):
        period = since if is_put(rules[prove]) else year
        ranges = compute(plan.organisation, rules[prove], period, sizes=sizes_now(plan.organisation)).ranges
    readings = [
        _unsaved(plan, code, period, rules[code], figure, ranges if code == prove else ())
        for figures, period in ((counted, year), (own | put, since))
        for code, figure in figures.items()
        if code in rules
    ]
    document = edition_document(plan, today, readings)
    for measure in document["measures"]:
        for line in measure["figures"]:
            if (figure := counted.get(line["id"])) is not None and figure.counted:
                line.update(_exact(figure))
            if line["id"] in own and line["id"] not in put:
                line["proof"] = None
    return document


def _exact(figure: Figure) -> dict[str, Any]:
    percent = 100 * figure.met // figure.counted
    return {
        "shown": "exact",
        "low": percent,
        "high": percent,
        "words": f"{percent}\N{NO-BREAK SPACE}% ({figure.met}/{figure.counted})",
    }


def _unsaved(
    plan: Plan, code: str, period: Period, rule: Rule, figure: Figure, ranges: tuple[Range, ...]
) -> Reading:
    return Reading(
        organisation=plan.organisation,
        indicator=code,
        period_from=period.first,
        period_to=period.last,
        counted=figure.counted,
        met=figure.met,
        median_days=figure.median_days,
        people=rule["people"],
        rule=rule,
        plan_hash=plan.hash,
        ranges=[vars(part) for part in ranges],
        frozen_at=clock.now(),
    )
