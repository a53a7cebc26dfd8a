"""What the desk shows of a case: metadata for pages, sealed material for the browser."""

from datetime import date, timedelta
from typing import Any

from cases.models import Assignment, Case, Declaration, Proposal
from cases.selectors.relations import relations
from cases.selectors.visible import IMPARTIAL
from cases.services.attention import LATER
from cases.services.export import open_export
from cases.services.needs import Facts, lacking_of
from cases.workflow import AT_REST, Need, State, steps_from
from whistle.accounts import selectors as accounts
from whistle.accounts.models import Staff
from whistle.audit import selectors as audit
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
        return "" if case.state in AT_REST else "declare"
    if proposal is not None and proposal.by_id == held.staff_id:
        return "wait_for_second"
    if Perm.CORRESPOND not in MATRIX[Part(held.part)]:
        return ""
    return LATER.get(State(case.state), "")


def card(case: Case, person: Staff) -> dict[str, Any]:
    """Return everything the case page shows without opening anything."""
    proposal = case.proposals.filter(decided_at=None).select_related("by").first()
    declared = Declaration.objects.filter(case=case, staff=person, answer=IMPARTIAL).exists()
    held = Assignment.objects.select_related("case").get(case=case, staff=person)
    part = held.part
    perms = MATRIX[Part(part)]
    return {
        "case": case,
        "reference": case.reference,
        "state": case.state,
        "version": case.version,
        "part": part,
        "declared": declared,
        "clocks": clocks(case),
        "next": next_act(held, declared=declared, proposal=proposal),
        "urgent": held.calls_on is not None and held.calls_on <= clock.today(),
        "steps": steps(case, perms),
        "contact": next(
            (row.staff for row in case.assignments.all() if row.staff_id == case.contact_id), None
        ),
        "proposal": proposal,
        "may_decide": proposal is not None and Perm.DECIDE in perms and proposal.by_id != person.pk,
        "may_share": Perm.SHARE in perms,
        "may_revoke": Perm.DECIDE in perms,
        "people": list(case.assignments.select_related("staff").order_by("staff__name")),
        "withdrawn": withdrawn(case),
        "without_key": without_key(case),
        "may_write": Perm.CORRESPOND in perms,
        "timeline": timeline(case),
        "tied": relations(case, person),
        "merged_from": list(case.merged.values_list("reference", flat=True)),
        **taking_out(case, person, perms),
        "may_merge": Perm.PROPOSE in perms and any(step.name == "merge" for step in steps_from(case.state)),
    }


def steps(case: Case, perms: frozenset[Perm]) -> list[dict[str, Any]]:
    """Return the steps that may be taken from here, each with what it needs and what of that is missing.

    What is asked in the step's own form is not missing yet.
    """
    facts = Facts(case)
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
        if not step.own and step.may in perms
    ]


def without_key(case: Case) -> list[dict[str, Any]]:
    """Return the readers of today's roster who hold no key and did not withdraw, with why as far as metadata tell."""
    holding = set(case.assignments.values_list("staff__ref", flat=True))
    taken = holding | {person.ref for person in withdrawn(case)}
    return [
        {**row, "why": "substitute" if row["stands_in_for"] in holding else "kept_out"}
        for row in accounts.roster_document(case.organisation)["readers"]
        if row["staff_id"] not in taken
    ]


def withdrawn(case: Case) -> list[Staff]:
    """Return people who said they are not impartial in the case."""
    return list(
        Staff.objects.filter(
            pk__in=Declaration.objects.filter(case=case).exclude(answer=IMPARTIAL).values("staff")
        ).order_by("name")
    )


def taking_out(case: Case, person: Staff, perms: frozenset[Perm]) -> dict[str, Any]:
    """Return whether the case is being taken out in clear, how far that is, and what the person may do about it."""
    export = open_export(case)
    approval = next(
        (
            one
            for one in stakes.pending(case.organisation, case=case.log_ref)
            if export and one.ref == export.approval
        ),
        None,
    )
    return {
        "may_export": Perm.PROPOSE in perms,
        "export": export,
        "export_state": stakes.state(approval).value if approval else "asked",
        "may_approve": export is not None and Perm.DECIDE in perms and export.by_id != person.pk,
    }


def timeline(case: Case) -> list[dict[str, Any]]:
    """Return what the two logs say about the case and those merged into it, newest first, with people's names."""
    found = [
        read
        for log in ("desk", "channel")
        for ref in (case.log_ref, *case.merged.values_list("log_ref", flat=True))
        for read in audit.entries(case.organisation, log, case=ref)
    ]
    pseudonyms = {read.fields["actor"] for read in found} | {read.fields["d"].get("to") for read in found}
    names = dict(Staff.objects.filter(log_name__in=pseudonyms).values_list("log_name", "name"))
    lines = [
        {
            "log": read.log,
            "index": read.index,
            "act": read.fields["act"],
            "at": read.fields["at"],
            "day": date.fromisoformat(read.fields["at"][:10]),
            "actor": names.get(read.fields["actor"], ""),
            "to": names.get(read.fields["d"].get("to"), ""),
            "d": read.fields["d"],
        }
        for read in found
    ]
    return sorted(lines, key=lambda line: (line["at"], line["log"] == "desk", line["index"]), reverse=True)
