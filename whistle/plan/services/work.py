"""The work on measures: updates, evidence, attestations by two people, control runs, new looks at risk.

Each act writes its entry in the log, with figures and dates and no word: every figure of the plan can be computed from
the log.  `role` is as what somebody acted.
"""

import re
from datetime import date

from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.models import (
    Attestation,
    ControlRun,
    Evidence,
    Measure,
    MeasureUpdate,
    Plan,
    RiskAssessment,
    RoleHolder,
)
from whistle.plan.services.given import WORKER, Given, give

SEED = re.compile(r"[0-9a-f]{64}")  # the root of a log that outsiders had seen
METHODS = ("judgement", "workshop", "figures")  # how a risk was looked at


@audit.atomic()
def update(
    measure: Measure,
    status: str,
    *,
    by: str,
    comment: str = "",
    approved_by: str = "",
    role: str = WORKER,
) -> MeasureUpdate:
    """Change a measure's status and return the row that remembers it.

    "done" needs evidence and the approval of somebody else.  Raises `measure.status`, `measure.no_evidence` or
    `measure.needs_second`.
    """
    if status not in Measure.Status.values:
        raise DomainError("measure.status")
    if status == Measure.Status.DONE:
        if approved_by in ("", by):
            raise DomainError("measure.needs_second")
        if not Evidence.objects.filter(organisation=measure.organisation, measure=measure.code).exists():
            raise DomainError("measure.no_evidence")
    row = MeasureUpdate.objects.create(
        organisation=measure.organisation,
        measure=measure.code,
        by=by,
        at=clock.now(),
        status_from=measure.status,
        status_to=status,
        comment=comment,
        approved_by=approved_by,
    )
    if status != measure.status:
        second = {"second": approved_by} if approved_by else {}
        detail = {"measure": measure.code.lower(), "source": measure.status, "target": status, **second}
        audit.record("measure.changed", organisation=measure.organisation, actor=by, role=role, detail=detail)
    measure.status = status
    measure.save(update_fields=["status"])
    return row


@audit.atomic()
def show(
    measure: Measure,
    kind: str,
    *,
    by: str,
    period: tuple[date, date] | None = None,
    for_due: date | None = None,
    sha256: str = "",
    note: str = "",
    role: str = WORKER,
    second: str = "",
) -> Evidence:
    """Add evidence for a measure and return it: a document's hash, or what a run or a confirmed word came to."""
    first, last = period or (clock.today(), clock.today())
    more = {"due": for_due.isoformat() if for_due else "", "hash": sha256, "second": second}
    detail = {"measure": measure.code.lower(), "kind": kind, **{name: it for name, it in more.items() if it}}
    audit.record("measure.shown", organisation=measure.organisation, actor=by, role=role, detail=detail)
    return Evidence.objects.create(
        organisation=measure.organisation,
        measure=measure.code,
        kind=kind,
        period_from=first,
        period_to=last,
        for_due=for_due,
        hash=sha256,
        by=by,
        at=clock.now(),
        note=note,
    )


def attest(
    measure: Measure,
    statement: str,
    *,
    by: str,
    for_due: date | None = None,
    indicator: str = "",
    met: int | None = None,
    counted: int | None = None,
    completes: bool = False,
) -> Attestation:
    """Put forward one's word that something was done.  It counts when somebody else confirms it.

    With `completes` it says that the whole measure is done, and the confirmation makes it so.
    Raises `attestation.figures` when `met` is not within `counted`, `attestation.statement` when nothing is said.
    """
    if not 0 < len(statement.strip()) <= 400:
        raise DomainError("attestation.statement")
    if (met is None) != (counted is None) or (
        met is not None and counted is not None and not 0 <= met <= counted
    ):
        raise DomainError("attestation.figures")
    return Attestation.objects.create(
        organisation=measure.organisation,
        measure=measure.code,
        indicator=indicator,
        for_due=for_due,
        met=met,
        counted=counted,
        statement=statement.strip(),
        completes=completes,
        by=by,
        at=clock.now(),
    )


@audit.atomic()
def confirm(attestation: Attestation, *, by: str) -> Evidence:
    """Confirm somebody else's attestation and return the evidence it becomes.

    Raises `attestation.own` for one's own, `attestation.answered` for one that was answered already.
    """
    row = Attestation.objects.select_for_update().get(pk=attestation.pk)
    if row.by == by:
        raise DomainError("attestation.own", status=403)
    if row.approved_by or row.declined:
        raise DomainError("attestation.answered", status=409)
    row.approved_by, row.approved_at = by, clock.now()
    row.save(update_fields=["approved_by", "approved_at"])
    measure = _measure(row.organisation, row.measure)
    said_on = row.at.astimezone(clock.OSLO).date()
    evidence = show(
        measure,
        Evidence.Kind.ATTESTATION,
        by=row.by,
        period=(said_on, said_on),
        for_due=row.for_due,
        note=row.statement,
        second=by,
    )
    if row.counted is not None and row.indicator:
        figure = Given(row.indicator, row.met or 0, row.counted, (said_on, said_on), "attestation")
        give(measure, figure, by=row.by, second=by)
    if row.completes:
        update(measure, Measure.Status.DONE, by=row.by, approved_by=by, comment=row.statement)
    return evidence


def decline(attestation: Attestation, *, by: str) -> None:
    """Say no to somebody else's attestation."""
    if attestation.by == by:
        raise DomainError("attestation.own", status=403)
    if not Attestation.objects.filter(pk=attestation.pk, approved_by="", declined=False).update(
        declined=True
    ):
        raise DomainError("attestation.answered", status=409)


@audit.atomic()
def run_control(
    measure: Measure,
    *,
    by: str,
    population: int,
    sample: int,
    deviations: int,
    closed_in_time: int = 0,
    for_due: date | None = None,
    seed: str = "",
    role: str = WORKER,
) -> ControlRun:
    """Record a run of the measure's control, as evidence too.  Raises `control.figures` for figures that cannot be."""
    if not 0 <= closed_in_time <= deviations <= sample <= population:
        raise DomainError("control.figures")
    run = ControlRun.objects.create(
        organisation=measure.organisation,
        measure=measure.code,
        for_due=for_due,
        on_date=clock.today(),
        by=by,
        population=population,
        sample=sample,
        deviations=deviations,
        closed_in_time=closed_in_time,
        seed=seed,
    )
    detail = {
        "measure": measure.code.lower(),
        "population": population,
        "sample": sample,
        "deviations": deviations,
    }
    more = {"due": for_due.isoformat() if for_due else "", "seed": seed if SEED.fullmatch(seed) else ""}
    detail |= {"closed": closed_in_time, **{name: it for name, it in more.items() if it}}
    audit.record("control.run", organisation=measure.organisation, actor=by, role=role, detail=detail)
    show(measure, Evidence.Kind.CONTROL_RUN, by=by, for_due=for_due, role=role)
    return run


@audit.atomic()
def assess_risk(
    plan: Plan,
    code: str,
    *,
    likelihood: int,
    consequence: int,
    next_review: date | None = None,
    by: str = "",
    reason: str = "",
    method: str = "judgement",
    role: str = "plan_owner",
) -> None:
    """Set a risk's likelihood and consequence as they are now, 1 to 5, and remember who said so and why.

    Raises `risk.score`, or `risk.reason` for more than 400 characters.
    """
    if not (1 <= likelihood <= 5 and 1 <= consequence <= 5):
        raise DomainError("risk.score")
    if len(reason) > 400 or method not in METHODS:
        raise DomainError("risk.reason")
    plan.risks.filter(code=code).update(
        likelihood_now=likelihood,
        consequence_now=consequence,
        assessed_on=clock.today(),
        next_review=next_review,
        review_asked=False,
    )
    detail = {"risk": code.lower(), "likelihood": likelihood, "consequence": consequence, "method": method}
    audit.record(
        "risk.assessed", organisation=plan.organisation, actor=by or "system", role=role, detail=detail
    )
    RiskAssessment.objects.create(
        organisation=plan.organisation,
        risk=code,
        likelihood=likelihood,
        consequence=consequence,
        method=method,
        reason=reason.strip(),
        by=by,
        at=clock.now(),
    )


def hold_role(organisation: Organisation, role: str, staff_ref: str) -> RoleHolder:
    """Say that a person holds a role of the plan from today on."""
    row, _new = RoleHolder.objects.get_or_create(
        organisation=organisation, role=role, staff_ref=staff_ref, defaults={"since": clock.today()}
    )
    return row


def _measure(organisation: Organisation, code: str) -> Measure:
    found = Measure.objects.filter(
        organisation=organisation, code=code, plan__status__in=Plan.IN_FORCE
    ).first()
    if found is None:
        raise DomainError("measure.unknown", status=404)
    return found
