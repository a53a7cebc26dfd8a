"""The plan as it stands at this moment, for those who answer for it.  Never for the public page."""

from datetime import timedelta
from typing import Any

from whistle.core import clock
from whistle.core.policy import Duty
from whistle.plan.carried import live_figures, sizes_now
from whistle.plan.edition import edition_document
from whistle.plan.indicators import Range, compute
from whistle.plan.models import Plan, Reading
from whistle.plan.rules import Figure, Period, Rule
from whistle.plan.services.readings import year_until

# Signals from cases reach these two before the next fixed date, and nobody else (DECISIONS.md).
SEES_LIVE = frozenset({Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER})


def live_document(plan: Plan, *, prove: str = "") -> dict[str, Any]:
    """Return the plan's document with the figures of the last twelve months, whole numbers and all.

    `prove` is an indicator whose part of the log is named and hashed.
    """
    period = year_until(clock.today() + timedelta(days=1))
    rules = {it.code: it.rule for it in plan.indicators.exclude(rule="")}
    documents = {rule.code: rule.document for rule in plan.evidencerules.all()}
    figures = live_figures(plan, period)
    ranges: tuple[Range, ...] = ()
    if prove in figures:
        proven = compute(
            plan.organisation, documents[rules[prove]], period, sizes=sizes_now(plan.organisation)
        )
        figures[prove], ranges = proven.figure, proven.ranges
    readings = [
        _unsaved(plan, code, period, documents[rules[code]], figure, ranges if code == prove else ())
        for code, figure in figures.items()
    ]
    document = edition_document(plan, clock.today(), readings)
    for measure in document["measures"]:
        for line in measure["figures"]:
            if (figure := figures.get(line["id"])) is not None and figure.counted:
                line.update(_exact(figure))
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
