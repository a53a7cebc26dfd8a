"""What the desk shows of a case: metadata for pages, sealed material for the browser."""

from datetime import date, timedelta
from typing import Any

from cases.models import Assignment, Case, Declaration, Proposal
from cases.selectors.visible import IMPARTIAL
from cases.workflow import Need, State, steps_from
from whistle.accounts import selectors as accounts
from whistle.accounts.models import Staff
from whistle.audit import selectors as audit
from whistle.core import clock, deadlines
from whistle.core.policy import MATRIX, Part, Perm
from whistle.store.models import Box, Item
from whistle.vault.item import Kind

SOON = timedelta(days=3)


def clocks(case: Case) -> list[dict[str, Any]]:
    """Return C1 and C2 of a case: due date, date met, days left (negative when late)."""
    rows = (
        ("C1", deadlines.acknowledgement_due(case.received_on), case.acknowledged_on, case.received_on),
        (
            "C2",
            deadlines.feedback_due(case.received_on, case.acknowledged_on),
            case.feedback_on,
            case.acknowledged_on or case.received_on,
        ),
    )
    today = clock.today()
    return [
        {
            "clock": name,
            "started": started,
            "due": due,
            "met_on": met,
            "days_left": (due - today).days,
            "days_total": (due - started).days,
            "late": (met or today) > due,
        }
        for name, due, met, started in rows
    ]


def next_act(case: Case, *, declared: bool, proposal: Proposal | None, person: Staff) -> str:
    """Return the code of what is expected next of this person; empty when nothing is."""
    if not declared:
        return "declare" if case.state != State.CLOSED else ""
    if proposal is not None:
        return "wait_for_second" if proposal.by_id == person.pk else "decide"
    if case.state == State.RECEIVED:
        return "acknowledge"
    if case.reporter_waits_since:
        return "answer"
    if (
        case.feedback_on is None
        and deadlines.feedback_due(case.received_on, case.acknowledged_on) <= clock.today() + SOON
    ):
        return "feedback"
    return {
        State.ASSESSMENT: "assess",
        State.INVESTIGATION: "conclude",
        State.CONCLUSION: "follow_up",
        State.FOLLOW_UP: "close",
        State.FORWARDED: "close",
    }.get(State(case.state), "")


def card(case: Case, person: Staff) -> dict[str, Any]:
    """Return everything the case page shows without opening anything."""
    proposal = case.proposals.filter(decided_at=None).select_related("by").first()
    declared = Declaration.objects.filter(case=case, staff=person, answer=IMPARTIAL).exists()
    part = Assignment.objects.get(case=case, staff=person).part
    perms = MATRIX[Part(part)]
    return {
        "case": case,
        "reference": case.reference,
        "state": case.state,
        "version": case.version,
        "part": part,
        "declared": declared,
        "clocks": clocks(case),
        "next": next_act(case, declared=declared, proposal=proposal, person=person),
        "steps": steps(case, perms),
        "proposal": proposal,
        "may_decide": proposal is not None and Perm.DECIDE in perms and proposal.by_id != person.pk,
        "may_share": Perm.SHARE in perms,
        "people": list(case.assignments.select_related("staff").order_by("staff__name")),
        "withdrawn": withdrawn(case),
        "without_key": without_key(case),
        "may_write": Perm.CORRESPOND in perms,
        "timeline": timeline(case),
    }


def steps(case: Case, perms: frozenset[Perm]) -> list[dict[str, Any]]:
    """Return the steps that may be taken from here, each with what it needs and what of that is missing."""
    met = {Need.ACKNOWLEDGED: case.acknowledged_on is not None, Need.FEEDBACK: case.feedback_on is not None}
    met[Need.NOTE] = Item.objects.filter(
        box__of_case__case=case, box__kind=Box.Kind.ROOM, kind=Kind.NOTE
    ).exists()
    return [
        {
            "name": step.name,
            "target": step.target.value,
            "second": step.second,
            "needs": [*step.needs],
            "missing": [need for need in step.needs if not met.get(need, True)],
            "asks_outcome": Need.OUTCOME in step.needs,
        }
        for step in steps_from(case.state)
        if step.name != "acknowledge" and step.may in perms
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


def timeline(case: Case) -> list[dict[str, Any]]:
    """Return what the two logs say about the case, newest first, with names in place of pseudonyms."""
    found = [
        read
        for log in ("desk", "channel")
        for read in audit.entries(case.organisation, log, case=case.log_ref)
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
