"""Whether measures work: looked at again some months after they were in place, and marked when they do not."""

from dataclasses import dataclass
from datetime import date

from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.deadlines import add_months
from whistle.core.errors import DomainError
from whistle.plan.models import EffectReview, Measure, MeasureUpdate, Plan
from whistle.plan.services import work

AFTER_MONTHS = 6  # from the day a measure was done to the first look at its effect
AGAIN_MONTHS = {"works": 24, "partly": 6, "fails": 3}
LONGEST = 400


@dataclass(frozen=True)
class Look:
    """A measure whose effect is to be looked at, since when it was in place, and when the look is due."""

    measure: Measure
    since: date
    due: date
    last: EffectReview | None


@audit.atomic()
def review(
    measure: Measure, verdict: str, comment: str, *, by: str, role: str = "plan_owner"
) -> EffectReview:
    """Record what a look at a measure's effect came to, and return it.

    "fails" marks the measure contradicted, and a done one is under way again; "works" takes the mark away.
    Raises `effect.verdict`, `effect.comment`, `effect.too_early` for what is not in place.
    """
    if verdict not in EffectReview.Verdict.values:
        raise DomainError("effect.verdict")
    if not 0 < len(comment.strip()) <= LONGEST:
        raise DomainError("effect.comment")
    if measure.status not in (Measure.Status.DONE, Measure.Status.CONTINUOUS):
        raise DomainError("effect.too_early", status=409)
    row = EffectReview.objects.create(
        organisation=measure.organisation,
        measure=measure.code,
        verdict=verdict,
        comment=comment.strip(),
        by=by,
        at=clock.now(),
        next_review=add_months(clock.today(), AGAIN_MONTHS[verdict]),
    )
    audit.record(
        "effect.reviewed",
        organisation=measure.organisation,
        actor=by,
        role=role,
        detail={"measure": measure.code.lower(), "verdict": verdict},
    )
    if verdict == EffectReview.Verdict.FAILS:
        measure.contradicted = True
        if measure.status == Measure.Status.DONE:
            work.update(measure, Measure.Status.UNDER_WAY, by=by, comment=comment.strip(), role=role)
    elif verdict == EffectReview.Verdict.WORKS:
        measure.contradicted = False
    measure.save(update_fields=["contradicted", "status"])
    return row


def looks(plan: Plan) -> list[Look]:
    """Return the measures in place with the date of the next look at their effect, the nearest first.

    The date follows from when the measure was done and from the last look, never from a case: a date that moved when
    a case closed would tell that one did.
    """
    done: dict[str, date] = {}
    for row in MeasureUpdate.objects.filter(organisation=plan.organisation, status_to="done").order_by("at"):
        done[row.measure] = row.at.astimezone(clock.OSLO).date()
    last = {
        row.measure: row for row in EffectReview.objects.filter(organisation=plan.organisation).order_by("at")
    }
    found = []
    for measure in plan.measures.select_related("area").filter(status__in=("done", "continuous")):
        since = done.get(measure.code) or plan.decided_on or plan.period_from
        review_of = last.get(measure.code)
        if review_of is not None and review_of.at.astimezone(clock.OSLO).date() < since:
            review_of = None  # it was done again after that look
        due = review_of.next_review if review_of else add_months(since, _months(measure))
        if due is not None:
            found.append(Look(measure, since, due, review_of))
    return sorted(found, key=lambda look: (look.due, look.measure.place))


def _months(measure: Measure) -> int:
    return AFTER_MONTHS if measure.status == Measure.Status.DONE else 2 * AFTER_MONTHS
