"""The demo municipality's plan with a year of work on it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from whistle.access.selectors import holders
from whistle.accounts.models import Staff
from whistle.core import clock
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.plan.models import ImportRun, Measure, Plan
from whistle.plan.services import effect, registers, work
from whistle.plan.services.plans import adopt, demo_document, load_plan


def load_demo(organisation: Organisation, *, by: str, approved_by: str) -> Plan:
    """Return the demo plan: loaded, adopted, and with the demo's work on it.

    `by` and `approved_by` are the log names of two people.
    """
    plan = load_plan(organisation, demo_document())
    adopt(plan, actor=by, role="plan_owner", decided_on=date(2026, 2, 11))
    plan.refresh_from_db()
    load_progress(plan, demo_document("progress"), by=by, approved_by=approved_by)
    people = holders(organisation.pk, Duty.MEASURE_OWNER)
    for person in people:
        for role, words in plan.roles.items():
            if person.title and words["nb"].startswith(
                person.title.lower()
            ):  # "Innkjøpssjef", "innkjøpssjefen"
                work.hold_role(organisation, role, person.ref)
    _fill_registers(list(people), list(holders(organisation.pk, Duty.PLAN_OWNER)))
    return plan


def _fill_registers(people: list[Staff], deciders: list[Staff]) -> None:
    """Let the demo's measure owners use the registers; somebody else decides about one of two gifts."""
    document = demo_document("progress")["registers"]
    for person, it in zip(people, document, strict=False):
        registers.declare(person, clock.today().year, it["interests"], nothing=not it["interests"])
        gifts = [
            registers.register_gift(person, on_date=clock.today() + timedelta(days=in_days), **gift)
            for gift, in_days in it["gifts"]
        ]
        for gift, decider in zip(gifts, deciders[:1], strict=False):
            registers.decide(gift, "allowed", person=decider)


@transaction.atomic
def load_progress(plan: Plan, document: Mapping[str, Any], *, by: str, approved_by: str) -> None:
    """Put the work of a document on a plan: what was run, attested, imported, assessed, and how far measures came."""
    measures = {measure.code: measure for measure in plan.measures.all()}
    for it in document["evidence"]:
        with _on(it["on"]):
            work.show(
                measures[it["measure"]], it["kind"], by=by, for_due=_day(it["for_due"]), note=it["note"]
            )
    for it in document["runs"]:
        with _on(it["on"]):
            figures = {name: it[name] for name in ("population", "sample", "deviations", "closed_in_time")}
            work.run_control(measures[it["measure"]], by=by, for_due=_day(it["for_due"]), **figures)
    for it in document["attested"]:
        with _on(it["on"]):
            _attest(measures[it["measure"]], it, by, approved_by)
    for it in document["imports"]:
        _import(plan, it, by)
    with _on(document["assessed_on"]):
        for code, (likelihood, consequence) in document["risks"].items():
            work.assess_risk(plan, code, likelihood=likelihood, consequence=consequence, by=by)
        for code, status in document["status"].items():
            work.update(measures[code], status, by=by)
        for code in document["done"]:
            work.update(measures[code], "done", by=by, approved_by=approved_by)
    for code, (verdict, words) in document["effect"].items():
        effect.review(measures[code], verdict, words, by=by)
    for code, words in document["said"].items():
        work.update(measures[code], measures[code].status, by=by, comment=words)


def _attest(measure: Measure, it: Mapping[str, Any], by: str, approved_by: str) -> None:
    word = work.attest(
        measure,
        it["statement"],
        by=by,
        for_due=_day(it["for_due"]),
        indicator=it["indicator"],
        met=it["met"],
        counted=it["counted"],
    )
    work.confirm(word, by=approved_by)


def _import(plan: Plan, it: Mapping[str, Any], by: str) -> None:
    ImportRun.objects.create(
        organisation=plan.organisation,
        indicator=it["indicator"],
        kind=it["kind"],
        period_from=_day(it["period"][0]),
        period_to=_day(it["period"][1]),
        counted=it["counted"],
        met=it["met"],
        file_hash="",
        by=by,
        at=clock.now(),
    )


def _on(day: str) -> Any:
    return clock.standing_at(datetime.combine(_day(day), time(10), UTC))


def _day(text: str) -> date:
    return date.fromisoformat(text)
