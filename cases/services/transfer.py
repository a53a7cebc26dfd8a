"""Two phases of every change of hands: keys are offered, and the old ones go when the new ones have been opened.

What is left to do stands in rows, so that whatever stopped half way goes on at the newcomer's next unlock.
"""

import logging
from datetime import timedelta
from typing import Any

from django.db.models import QuerySet

from cases.models import Assignment, Case, Notice, Transfer
from cases.selectors import visible
from cases.selectors.mailboxes import with_merged
from cases.services.take import drop, let_go, take_case
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock, ids
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation

log = logging.getLogger("cases.transfer")
WHOLE = (  # reasons for which a case goes to the alternate recipients as a whole
    "chief_executive",
    "elected",
    "reporting_office",
    "lawyer",
    "auditor",
    "nobody_impartial",
)
IN_TIME = timedelta(hours=72)  # clock C8: a transfer is taken over within three days


def offer(
    case: Case,
    leaver: Staff,
    newcomer: Staff | None,
    *,
    why: str,
    actor: str,
    role: str,
    log_ref: str = "",
) -> Transfer:
    """Note that the newcomer is to take the leaver's place, and log it.

    `log_ref` is the name of an offer to nobody that this one goes on with: the 72 hours run from that.
    """
    row = Transfer.objects.create(
        case=case,
        leaver=leaver,
        newcomer=newcomer,
        why=why,
        by=actor,
        role=role,
        offered_at=clock.now(),
        log_ref=log_ref or ids.new_id(),
    )
    audit.record(
        "transfer.offered",
        organisation=case.organisation,
        actor=actor,
        role=role,
        case=case.log_ref,
        detail={"why": why, **row.in_log, **({"to": newcomer.log_name} if newcomer else {})},
    )
    if newcomer is not None:
        _notify([newcomer], f"offered.{row.pk}")
    return row


def unproven(person: Staff) -> QuerySet[Case]:
    """Return the cases whose keys this person got from a colleague and has not opened yet."""
    rows = Assignment.objects.filter(staff=person, proven=False)
    return visible.cases_visible_to(person).filter(pk__in=rows.values("case"))


def prove(*, reference: str, actor: Staff) -> Case:
    """Take in the word of a person's browser that every key they were given opens; the leaver's seals go now."""
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        held = Assignment.objects.get(case=case, staff=actor)
        if held.proven:
            return case
        Assignment.objects.filter(case__in=with_merged(case), staff=actor).update(proven=True)
        audit.record(
            "access.proven",
            organisation=actor.organisation,
            actor=actor.log_name,
            role=held.part,
            case=case.log_ref,
        )
        for row in list(case.transfers.select_related("leaver").filter(newcomer=actor, ended_at=None)):
            _accept(row, actor, held.part)
    return case


def refuse(*, reference: str, actor: Staff) -> Case:
    """Take in that a key does not open: the newcomer is off the case again, and whoever was to leave stays.

    Raises `grant.held` for keys that were proven to open.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        held = Assignment.objects.get(case=case, staff=actor)
        if held.proven:
            raise DomainError("grant.held", status=409)
        drop(case, actor, why="did_not_open", actor=actor.log_name, role=held.part)
    return case


def overdue(organisation: Organisation) -> int:
    """Log each transfer nobody took over in 72 hours, and remind those it was offered to; return how many."""
    late = Transfer.objects.select_related("case", "newcomer").filter(
        case__organisation=organisation,
        ended_at=None,
        overdue_at=None,
        offered_at__lt=clock.now() - IN_TIME,
    )
    found = list(late)
    for row in found:
        with audit.atomic():
            Transfer.objects.filter(pk=row.pk).update(overdue_at=clock.now())
            audit.record("clock.overdue", organisation=organisation, case=row.case.log_ref, clock="c8")
            others = [held.staff for held in row.case.assignments.select_related("staff")]
            _notify({*others, row.newcomer} - {None}, f"C8.{row.pk}")
    return len(found)


def _accept(row: Transfer, actor: Staff, part: str) -> None:
    case = row.case
    for leaver in _leavers(row):
        if case.assignments.filter(staff=leaver).exists():
            try:
                take_case(case, leaver, why=row.why, actor=row.by, role=row.role)
            except DomainError as refused:  # since the offer somebody else went: the leaver is needed still
                log.warning("a leaver stays on a case: %s", refused.code)
        let_go(case, leaver)
    Transfer.objects.filter(pk=row.pk).update(ended_at=clock.now(), accepted=True)
    hours = int((clock.now() - row.offered_at).total_seconds() // 3600)
    audit.record(
        "transfer.accepted",
        organisation=case.organisation,
        actor=actor.log_name,
        role=part,
        case=case.log_ref,
        detail={"hours": max(hours, 0), **row.in_log},
    )


def _leavers(row: Transfer) -> list[Staff]:
    """Return who goes: the one leaver; with the whole case everybody but those it was offered to."""
    if row.why not in WHOLE:
        return [row.leaver]
    offered = row.case.transfers.filter(why__in=WHOLE).values("newcomer")
    return [held.staff for held in row.case.assignments.select_related("staff").exclude(staff__in=offered)]


def _notify(people: Any, occasion: str) -> None:
    Notice.objects.bulk_create(
        (Notice(staff=person, occasion=occasion, due_on=clock.today()) for person in people),
        ignore_conflicts=True,
    )
