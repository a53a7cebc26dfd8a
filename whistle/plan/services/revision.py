"""Revising the plan: the one in force stays while a draft of the next version is written, checked and adopted.

A draft is changed as a document, all of it at once: what would not be a whole plan is refused before anything is stored.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.changes import Change, differences
from whistle.plan.document import Document, check, document_of
from whistle.plan.models import Plan, PlanChange
from whistle.plan.services.plans import add_parts, adopt, load_plan

LEFT_OUT = ("after", "sample")  # what a measure's document lacks when there is none
PARTS = ("goals", "risks", "indicators", "controls", "measures", "riskareas", "evidencerules")


def draft_of(organisation: Organisation) -> Plan | None:
    """Return the draft that is being written, if there is one."""
    return Plan.objects.filter(organisation=organisation, status=Plan.Status.DRAFT).first()


@transaction.atomic
def change(draft: Plan, document: Document, *, by: str) -> list[Change]:
    """Make a draft say what a document says; return what changed.

    Raises `plan.malformed` with the place that is wrong, `plan.not_draft`; then nothing is stored.
    """
    draft = Plan.objects.select_for_update().get(pk=draft.pk)
    if draft.status != Plan.Status.DRAFT:
        raise DomainError("plan.not_draft", status=409)
    check(document)
    changed = differences(document_of(draft), document)
    if not changed:
        return []
    for name in PARTS:
        getattr(draft, name).all().delete()
    draft.title, draft.council_ref = document["title"], document["council_ref"]
    draft.period_from, draft.period_to = (date.fromisoformat(day) for day in document["period"])
    draft.owner_role, draft.roles = document["owner"], document["roles"]
    draft.save()
    add_parts(draft, document)
    PlanChange.objects.create(
        organisation=draft.organisation,
        version=draft.version,
        by=by,
        at=clock.now(),
        parts=[[it.kind, it.code, it.what] for it in changed],
    )
    return changed


@transaction.atomic
def bring_in(organisation: Organisation, document: Document, *, by: str) -> Plan:
    """Return the draft, made to say what a document says; it is begun if there is none.

    Raises `plan.malformed`; then nothing is stored.
    """
    draft = draft_of(organisation)
    if draft is not None:
        change(draft, document, by=by)
        return draft
    draft = load_plan(organisation, document)
    Plan.objects.filter(organisation=organisation, status=Plan.Status.ADOPTED).update(
        status=Plan.Status.UNDER_REVISION
    )
    PlanChange.objects.create(
        organisation=organisation, version=draft.version, by=by, at=clock.now(), parts=[["plan", "", "added"]]
    )
    return draft


@transaction.atomic
def discard(draft: Plan) -> None:
    """Throw a draft away; the plan in force is no longer under revision.  Raises `plan.not_draft`."""
    if draft.status != Plan.Status.DRAFT:
        raise DomainError("plan.not_draft", status=409)
    PlanChange.objects.filter(organisation=draft.organisation, version=draft.version).delete()
    draft.delete()
    Plan.objects.filter(organisation=draft.organisation, status=Plan.Status.UNDER_REVISION).update(
        status=Plan.Status.ADOPTED
    )


@transaction.atomic
def put_in_force(draft: Plan, *, by: str, role: str, decided_on: date, council_ref: str) -> str:
    """Record that the council adopted a draft; return the hash under which it stands in the log.

    Somebody else than who changed it last does this, with the decision at hand.  Raises `plan.own`,
    `plan.decision` without the council's case number or with a date that has not been.
    """
    last = PlanChange.objects.filter(organisation=draft.organisation, version=draft.version).first()
    if last is not None and last.by == by:
        raise DomainError("plan.own", status=403)
    if not council_ref.strip() or decided_on > clock.today():
        raise DomainError("plan.decision")
    Plan.objects.filter(pk=draft.pk).update(council_ref=council_ref.strip()[:60])
    return adopt(draft, actor=by, role=role, decided_on=decided_on)


def with_part(document: Document, kind: str, code: str, part: Mapping[str, Any]) -> dict[str, Any]:
    """Return a document in which a part is what is given; `code` is "" for a new one.  Pure.

    Raises `plan.part` for a code that does not exist or is taken.
    """
    if kind == "plan":
        return {**document, **part}
    if kind == "roles":
        _demand_place(document["roles"], code, part["id"])
        kept = {name: words for name, words in document["roles"].items() if name != code}
        return {**document, "roles": {**kept, part["id"]: part["name"]}}
    if kind == "indicators":
        return _with_indicator(document, code, part)
    rows = list(document[kind])
    codes = [row["id"] for row in rows]
    _demand_place(codes, code, part["id"])
    if code:
        place = codes.index(code)
        rows[place] = {name: it for name, it in rows[place].items() if name not in LEFT_OUT} | dict(part)
    else:
        rows.append(dict(part))
    return {**document, kind: rows}


def without_part(document: Document, kind: str, code: str) -> dict[str, Any]:
    """Return a document without a part.  Pure.  Raises `plan.part` for a code that does not exist."""
    if kind == "roles":
        _demand_place(document["roles"], code, code)
        return {**document, "roles": {name: it for name, it in document["roles"].items() if name != code}}
    if kind == "indicators":
        measures = [
            {**it, "indicators": [one for one in it["indicators"] if one["id"] != code]}
            for it in document["measures"]
        ]
        return {**document, "measures": measures}
    rows = [row for row in document[kind] if row["id"] != code]
    if len(rows) == len(document[kind]):
        raise DomainError("plan.part", status=404)
    return {**document, kind: rows}


def _with_indicator(document: Document, code: str, part: Mapping[str, Any]) -> dict[str, Any]:
    known = [one["id"] for it in document["measures"] for one in it["indicators"]]
    _demand_place(known, code, part["id"])
    row = {name: value for name, value in part.items() if name != "measure"}
    measures = []
    for it in document["measures"]:
        ours = [row if one["id"] == code else one for one in it["indicators"]]
        if it["id"] == part["measure"] and row not in ours:
            ours.append(row)
        elif it["id"] != part["measure"]:
            ours = [one for one in ours if one is not row]
        measures.append({**it, "indicators": ours})
    return {**document, "measures": measures}


def _demand_place(codes: Any, old: str, new: str) -> None:
    if (old and old not in codes) or (new != old and new in codes) or not new:
        raise DomainError("plan.part", status=404 if old and old not in codes else 400)
