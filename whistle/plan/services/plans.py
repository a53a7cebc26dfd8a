"""A plan comes in as a document, is adopted by the council, and is revised."""

import json
from datetime import date
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max

from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.document import SAMPLES, Document, check, document_of
from whistle.plan.models import Control, EvidenceRule, Goal, Indicator, Measure, Plan, Risk, RiskArea

DEMO = Path(__file__).resolve().parent.parent / "demo"


def demo_document(name: str = "plan") -> Any:
    """Return one of the demo municipality's documents: "plan" or "progress"."""
    return json.loads((DEMO / f"{name}.json").read_text(encoding="utf-8"))


@transaction.atomic
def load_plan(organisation: Organisation, document: Document) -> Plan:
    """Return a new draft made from a document.

    Raises `plan.malformed` with the place that is wrong, or `plan.draft_exists`; then nothing is stored.
    """
    check(document)
    if Plan.objects.filter(organisation=organisation, status=Plan.Status.DRAFT).exists():
        raise DomainError("plan.draft_exists", status=409)
    last = Plan.objects.filter(organisation=organisation).aggregate(Max("version"))["version__max"] or 0
    plan = Plan.objects.create(
        organisation=organisation,
        version=last + 1,
        title=document["title"],
        council_ref=document["council_ref"],
        period_from=date.fromisoformat(document["period"][0]),
        period_to=date.fromisoformat(document["period"][1]),
        owner_role=document["owner"],
        roles=document["roles"],
    )
    add_parts(plan, document)
    return plan


def adopt(plan: Plan, *, actor: str = "system", role: str = "system", decided_on: date | None = None) -> str:
    """Put a draft in force and return the hash under which it stands in both logs.

    `actor` is the log name of whoever records the council's decision.  The version before it is closed.
    Raises `plan.not_draft`.
    """
    with audit.atomic():
        plan = Plan.objects.select_for_update().get(pk=plan.pk)
        if plan.status != Plan.Status.DRAFT:
            raise DomainError("plan.not_draft", status=409)
        in_force = Plan.objects.filter(organisation=plan.organisation, status__in=Plan.IN_FORCE)
        _carry_over(in_force.first(), plan)
        in_force.update(status=Plan.Status.CLOSED)
        plan.hash = audit.adopt_plan(
            plan.organisation, document_of(plan), version=plan.version, actor=actor, role=role
        )
        plan.status = Plan.Status.ADOPTED
        plan.decided_on = decided_on
        plan.save(update_fields=["hash", "status", "decided_on"])
    return plan.hash


@transaction.atomic
def revise(plan: Plan) -> Plan:
    """Return a draft of the next version, equal to the plan in force, which stays in force meanwhile."""
    if plan.status not in Plan.IN_FORCE:
        raise DomainError("plan.not_in_force", status=409)
    draft = load_plan(plan.organisation, document_of(plan))
    Plan.objects.filter(pk=plan.pk).update(status=Plan.Status.UNDER_REVISION)
    return draft


def add_parts(plan: Plan, document: Document) -> None:
    """Add the parts of a document to a plan that has none."""
    common = {"organisation": plan.organisation, "plan": plan}
    Goal.objects.bulk_create(
        Goal(**common, code=goal["id"], place=n, text=goal["text"])
        for n, goal in enumerate(document["goals"])
    )
    areas = RiskArea.objects.bulk_create(
        RiskArea(**common, code=area["id"], place=n, name=area["name"], goals=area["goals"])
        for n, area in enumerate(document["areas"])
    )
    by_code = {area.code: area for area in areas}
    Risk.objects.bulk_create(
        Risk(
            **common,
            code=area["id"],
            place=n,
            area=by_code[area["id"]],
            scenario=area["scenario"],
            likelihood=area["likelihood"],
            consequence=area["consequence"],
            likelihood_now=area["likelihood"],
            consequence_now=area["consequence"],
        )
        for n, area in enumerate(document["areas"])
    )
    EvidenceRule.objects.bulk_create(
        EvidenceRule(**common, code=rule["id"], place=n, version=rule["v"], document=rule)
        for n, rule in enumerate(document["rules"])
    )
    _add_measures(common, by_code, document)


def _add_measures(common: dict[str, Any], areas: dict[str, RiskArea], document: Document) -> None:
    measures = Measure.objects.bulk_create(
        Measure(
            **common,
            code=it["id"],
            place=n,
            area=areas[it["area"]],
            kind=it["kind"],
            text=it["text"],
            responsible=it["responsible"],
            due=it["due"] and date.fromisoformat(it["due"]),
            recurrence=it["recurrence"],
            evidence=it["evidence"],
            events=it["events"],
            after=it.get("after", []),
            status="continuous" if it["due"] is None else "not_started",
        )
        for n, it in enumerate(document["measures"])
    )
    Control.objects.bulk_create(
        Control(
            **common,
            code=measure.code,
            place=measure.place,
            measure=measure,
            sample=it.get("sample", SAMPLES[0]),
        )
        for measure, it in zip(measures, document["measures"], strict=True)
        if measure.evidence == "control_run"
    )
    pairs = [(m, i) for m, it in zip(measures, document["measures"], strict=True) for i in it["indicators"]]
    Indicator.objects.bulk_create(
        Indicator(
            **common,
            code=it["id"],
            place=n,
            measure=measure,
            name=it["name"],
            unit=it["unit"],
            target=it["target"],
            direction=it["direction"],
            source=it["source"],
            rule=it.get("rule", ""),
            counts=it.get("counts", ""),
        )
        for n, (measure, it) in enumerate(pairs)
    )


def _carry_over(old: Plan | None, new: Plan) -> None:
    """Let status and present risk follow their codes into the next version."""
    if old is None:
        return
    for before in old.measures.all():
        new.measures.filter(code=before.code).update(status=before.status, contradicted=before.contradicted)
    for risk in old.risks.all():
        new.risks.filter(code=risk.code).update(
            likelihood_now=risk.likelihood_now,
            consequence_now=risk.consequence_now,
            assessed_on=risk.assessed_on,
            next_review=risk.next_review,
            review_asked=risk.review_asked,
        )
