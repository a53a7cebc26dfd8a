"""The demo municipality's plan with a year of work on it.

The work is done through the services, so that each act stands in the log.  A log does not go back in time: what was
done before the municipality took the system into use is entered on that day.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from functools import partial
from typing import Any

from whistle.access.selectors import holders
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.plan.models import ImportRun, Measure, Plan
from whistle.plan.services import effect, registers, work
from whistle.plan.services.given import Given, give
from whistle.plan.services.plans import adopt, demo_document, load_plan

Act = tuple[date, Callable[[], object]]
FROM_THE_START = date.min


def load_demo(organisation: Organisation, *, by: str, approved_by: str, until: date | None = None) -> Plan:
    """Return the demo plan: loaded, adopted, and with the demo's work on it.

    `by` and `approved_by` are the log names of two people.  With `until` the work up to that day; `work_after` is
    the rest.
    """
    plan = load_plan(organisation, demo_document())
    adopt(plan, actor=by, role="plan_owner", decided_on=date(2026, 2, 11))
    plan.refresh_from_db()
    for day, act in _acts(plan, by, approved_by):
        if until is None or day <= until:
            act()
    people = holders(organisation.pk, Duty.MEASURE_OWNER)
    for person in people:
        for role, words in plan.roles.items():
            if person.title and words["nb"].startswith(
                person.title.lower()
            ):  # "Innkjøpssjef", "innkjøpssjefen"
                work.hold_role(organisation, role, person.ref)
    _fill_registers(list(people), list(holders(organisation.pk, Duty.PLAN_OWNER)))
    return plan


def work_after(plan: Plan, day: date, *, by: str, approved_by: str) -> list[Act]:
    """Return the work that comes after a day, to be done on its own days."""
    return [(on, act) for on, act in _acts(plan, by, approved_by) if on > day]


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


def _acts(plan: Plan, by: str, approved_by: str) -> list[Act]:
    """Return all work of the demo's year, in the order of its days."""
    document = demo_document("progress")
    return sorted(_all_acts(plan, document, by, approved_by), key=lambda act: act[0])


def _all_acts(plan: Plan, document: Mapping[str, Any], by: str, approved_by: str) -> Iterator[Act]:
    of = {measure.code: measure for measure in plan.measures.all()}
    for code, (likelihood, consequence) in document["risks"].items():
        steps = {"likelihood": likelihood, "consequence": consequence}
        yield FROM_THE_START, partial(work.assess_risk, plan, code, by=by, **steps)
    for code, status in document["status"].items():
        yield FROM_THE_START, partial(work.update, of[code], status, by=by)
    for it in document["evidence"]:
        shown = {"for_due": _day(it["for_due"]), "note": it["note"]}
        yield _day(it["on"]), partial(work.show, of[it["measure"]], it["kind"], by=by, **shown)
    for it in document["runs"]:
        figures = {name: it[name] for name in ("population", "sample", "deviations", "closed_in_time")}
        due = _due(it)
        yield _day(it["on"]), partial(work.run_control, of[it["measure"]], by=by, for_due=due, **figures)
    for it in document["attested"]:
        yield _day(it["on"]), partial(_attest, of[it["measure"]], it, by, approved_by)
    for it in document["imports"]:
        yield _day(it["period"][1]), partial(_import, plan, it, by)
    for code, on in document["done"].items():
        yield _day(on), partial(work.update, of[code], "done", by=by, approved_by=approved_by)
    for code, (on, verdict, words) in document["effect"].items():
        yield _day(on), partial(effect.review, of[code], verdict, words, by=by)
    for code, (on, words) in document["said"].items():
        yield _day(on), partial(_say, of[code], words, by)


def _say(measure: Measure, words: str, by: str) -> None:
    measure.refresh_from_db()
    work.update(measure, measure.status, by=by, comment=words)


def _attest(measure: Measure, it: Mapping[str, Any], by: str, approved_by: str) -> None:
    word = work.attest(
        measure,
        it["statement"],
        by=by,
        for_due=_due(it),
        indicator=it["indicator"],
        met=it["met"],
        counted=it["counted"],
    )
    work.confirm(word, by=approved_by)


@audit.atomic()
def _import(plan: Plan, it: Mapping[str, Any], by: str) -> None:
    first, last = (_day(day) for day in it["period"])
    indicator = plan.indicators.select_related("measure").get(code=it["indicator"])
    figure = Given(indicator.code, it["met"], it["counted"], (first, last), "import")
    give(indicator.measure, figure, by=by)
    ImportRun.objects.create(
        organisation=plan.organisation,
        indicator=it["indicator"],
        kind=it["kind"],
        period_from=first,
        period_to=last,
        counted=it["counted"],
        met=it["met"],
        file_hash="",
        by=by,
        at=clock.now(),
    )


def _due(it: Mapping[str, Any]) -> date | None:
    return _day(it["for_due"]) if it["for_due"] else None


def _day(text: str) -> date:
    return date.fromisoformat(text)
