"""What the desk shows of a case: metadata for pages, sealed material for the browser."""

from datetime import timedelta
from typing import Any

from django.db.models import Prefetch, prefetch_related_objects

from cases.codes import CATEGORIES
from cases.models import Assignment, Case, Declaration, Proposal, Record
from cases.selectors import restricted
from cases.selectors.relations import relations
from cases.selectors.timeline import timeline
from cases.selectors.visible import IMPARTIAL
from cases.services.attention import LATER
from cases.services.export import open_export
from cases.services.needs import Facts, lacking_of
from cases.services.transfer import WHOLE
from cases.workflow import AT_REST, Need, State, steps_from
from whistle.accounts import selectors as accounts
from whistle.accounts.models import Staff
from whistle.audit import stakes
from whistle.core import clock
from whistle.core.policy import MATRIX, Part, Perm

SOON = timedelta(days=3)


def clocks(case: Case) -> list[dict[str, Any]]:
    """Return the clocks of a case, the open ones first: due date, date met, days left (negative when late)."""
    today = clock.today()
    rows = sorted(case.deadlines.all(), key=lambda row: (row.met_on is not None, row.due_on))
    return [
        {
            "clock": row.clock,
            "number": row.number,
            "started": row.started_on,
            "due": row.due_on,
            "met_on": row.met_on,
            "days_left": (row.due_on - today).days,
            "days_total": (row.due_on - row.started_on).days,
            "late": (row.met_on or today) > row.due_on,
        }
        for row in rows
    ]


def next_act(held: Assignment, *, declared: bool, proposal: Proposal | None) -> str:
    """Return the code of what is expected next of a person on a case; empty when nothing is."""
    case = held.case
    if held.calls_on is not None and held.calls_on <= clock.today():
        return held.call
    if not declared:
        return "" if case.state in AT_REST and not held.call else "declare"
    if proposal is not None and proposal.by_id == held.staff_id:
        return "wait_for_second"
    if Perm.CORRESPOND not in MATRIX[Part(held.part)]:
        return ""
    return LATER.get(State(case.state), held.call if held.calls_on else "")


def card(case: Case, person: Staff, *, whole: bool = False) -> dict[str, Any]:
    """Return everything the case page shows without opening anything; the timeline to its end when `whole`.

    The number of queries does not depend on what is on the case.
    """
    read(case)
    proposal = case.proposals.filter(decided_at=None).select_related("by").first()
    people = list(case.assignments.all())
    held = next(row for row in people if row.staff_id == person.pk)
    declared = any(row.staff_id == person.pk and row.answer == IMPARTIAL for row in case.declarations.all())
    perms = MATRIX[Part(held.part)]
    facts = Facts(case)
    return {
        "case": case,
        "restricted": restricted.why(facts.records),
        "category": main_category(facts),
        "reference": case.reference,
        "state": case.state,
        "version": case.version,
        "part": held.part,
        "declared": declared,
        "clocks": clocks(case),
        "next": next_act(held, declared=declared, proposal=proposal),
        "urgent": held.calls_on is not None and held.calls_on <= clock.today(),
        "steps": steps(case, perms, facts),
        "contact": next((row.staff for row in people if row.staff_id == case.contact_id), None),
        "proposal": proposal,
        "would_close": {**facts.codes, **proposal.codes} if proposal and "lesson" in proposal.codes else {},
        "offered": offered(case),
        "to_agree": to_agree(facts, person) if Perm.DECIDE in perms else [],
        "may_decide": proposal is not None and Perm.DECIDE in perms and proposal.by_id != person.pk,
        "may_share": Perm.SHARE in perms,
        "may_revoke": Perm.DECIDE in perms,
        "people": people,
        "withdrawn": withdrawn(case),
        "without_key": without_key(case),
        "may_write": Perm.CORRESPOND in perms,
        **timeline(case, whole=whole),
        "tied": relations(case, person),
        "merged_from": [each.reference for each in case.merged.all()],
        **taking_out(case, person, perms),
        "may_merge": Perm.PROPOSE in perms and any(step.name == "merge" for step in steps_from(case.state)),
    }


def offered(case: Case) -> dict[str, Any]:
    """Return to whom the whole case is offered, and until when; empty while it is not."""
    due = min((row.due_on for row in case.deadlines.all() if row.clock == "C8"), default=None)
    if due is None:
        return {}
    rows = case.transfers.filter(ended_at=None, why__in=WHOLE).select_related("newcomer")
    names = sorted({row.newcomer.name for row in rows if row.newcomer})
    return {"names": ", ".join(names), "due": due} if names else {}


def main_category(facts: Facts) -> str:
    """Return what the case is mostly about, as assessed: the table's first of several; empty before that."""
    assessed = facts.only("assessment")
    return min(assessed.codes["categories"], key=CATEGORIES.index) if assessed else ""


def to_agree(facts: Facts, person: Staff) -> list[Record]:
    """Return what colleagues wrote that waits for a second person, who may be this one."""
    waits = [row for row in facts.records if row.second and row.agreed is None]
    return [row for row in waits if row.by_id != person.pk]


def read(case: Case) -> None:
    """Read at once what the rest of the card asks for again and again: people, declarations, clocks, merged cases."""
    prefetch_related_objects(
        [case],
        Prefetch("assignments", Assignment.objects.select_related("staff").order_by("staff__name")),
        Prefetch("declarations", Declaration.objects.select_related("staff")),
        "deadlines",
        "merged",
    )
    for row in case.assignments.all():
        row.case = case


def steps(case: Case, perms: frozenset[Perm], facts: Facts) -> list[dict[str, Any]]:
    """Return the steps that may be taken from here, each with what it needs and what of that is missing.

    What is asked in the step's own form is not missing yet.
    """
    return [
        {
            "name": step.name,
            "target": str(step.leads(confirmed=case.acknowledged_on is not None) or case.state),
            "second": step.second,
            "needs": [*step.needs],
            "missing": [need for need in lacking_of(step, facts) if need != Need.OUTCOME],
            "asks": Need.OUTCOME in step.needs,
            "known": facts.codes,
        }
        for step in steps_from(case.state)
        if not step.own
        and Need.ARCHIVIST not in step.needs
        and step.may in perms  # that is another's to propose
    ]


def without_key(case: Case) -> list[dict[str, Any]]:
    """Return the readers of today's roster who hold no key and did not withdraw, with why as far as metadata tell."""
    holding = {row.staff.ref for row in case.assignments.all()}
    taken = holding | {person.ref for person in withdrawn(case)}
    return [
        {**row, "why": "substitute" if row["stands_in_for"] in holding else "kept_out"}
        for row in accounts.roster_document(case.organisation)["readers"]
        if row["staff_id"] not in taken
    ]


def withdrawn(case: Case) -> list[Staff]:
    """Return people who said they are not impartial in the case."""
    said = {row.staff_id: row.staff for row in case.declarations.all() if row.answer != IMPARTIAL}
    return sorted(said.values(), key=lambda each: each.name)


def taking_out(case: Case, person: Staff, perms: frozenset[Perm]) -> dict[str, Any]:
    """Return whether the case is being taken out in clear, how far that is, and what the person may do about it."""
    export = open_export(case) if Perm.PROPOSE in perms else None
    pending = stakes.pending(case.organisation, case=case.log_ref) if export else []
    approval = next((one for one in pending if export and one.ref == export.approval), None)
    return {
        "may_export": Perm.PROPOSE in perms,
        "export": export,
        "export_state": stakes.state(approval).value if approval else "asked",
        "may_approve": export is not None and Perm.DECIDE in perms and export.by_id != person.pk,
    }
