"""The plan as it stands at this moment, for those who answer for it.  Never for the public page."""

from datetime import timedelta
from typing import Any

from whistle.core import clock
from whistle.core.policy import Duty
from whistle.plan.edition import edition_document
from whistle.plan.indicators import Computed, compute, figures_of, whole_sizes
from whistle.plan.models import Plan, Reading
from whistle.plan.services.readings import year_until

# Signals from cases reach these two before the next fixed date, and nobody else (DECISIONS.md).
SEES_LIVE = frozenset({Duty.PLAN_OWNER, Duty.COMPLIANCE_LEADER})


def live_document(plan: Plan, *, prove: str = "") -> dict[str, Any]:
    """Return the plan's document with the figures of the last twelve months, whole numbers and all.

    `prove` is an indicator whose part of the log is named and hashed.
    """
    period = year_until(clock.today() + timedelta(days=1))
    sizes = whole_sizes(plan.organisation)
    computed = figures_of(plan, period, sizes=sizes, hashed=False)
    if prove in computed:
        computed[prove] = compute(plan.organisation, computed[prove].rule, period, sizes=sizes)
    document = edition_document(plan, clock.today(), [_unsaved(plan, *it) for it in computed.items()])
    for measure in document["measures"]:
        for figure in measure["figures"]:
            if (it := computed.get(figure["id"])) is not None and it.figure.counted:
                figure.update(_exact(it))
    return document


def _exact(it: Computed) -> dict[str, Any]:
    percent = 100 * it.figure.met // it.figure.counted
    return {
        "shown": "exact",
        "low": percent,
        "high": percent,
        "words": f"{percent}\N{NO-BREAK SPACE}% ({it.figure.met}/{it.figure.counted})",
    }


def _unsaved(plan: Plan, code: str, it: Computed) -> Reading:
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
        ranges=[vars(part) for part in it.ranges],
        frozen_at=clock.now(),
    )
