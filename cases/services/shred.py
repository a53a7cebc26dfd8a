"""Deleting a case: its keys are destroyed by two people, after a witness has seen that it was decided.

What is deleted is the key store's rows first of all (seals, item headers, the reporter's way in): with them gone, what
is left in backups of records and files is noise to everybody, whatever keys they hold.  Rows and files go with them.  In
the log stays that a case was deleted, on which ground, and how many entries there are about it, which from now on say
nothing of anybody.  A restored backup is put back to its end by that entry (`whistle.operations.restore`).
"""

import logging

from django.db import transaction

from cases.models import Case, Proposal
from cases.selectors.mailboxes import with_merged
from cases.services.effects import EFFECTS
from cases.services.needs import lacking
from cases.workflow import State, step
from whistle.accounts.models import Staff
from whistle.audit import selectors, stakes
from whistle.audit import services as audit
from whistle.audit.registry import CHANNEL, DESK
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.store import blobs
from whistle.store.models import Box, Item

ACT = "case.shredded"
log = logging.getLogger("cases.shred")


def ground_of(case: Case) -> str:
    """Return the class of retention under which the case was kept."""
    kept = case.records.filter(kind="retention", current=True).first()
    return str(kept.codes.get("class", "")) if kept else ""


def approve(case: Case, codes: dict[str, str], actor: Staff) -> None:
    """Have the deletion happen as soon as a witness has seen that two people decided it.

    Raises `audit.no_witness` where nobody outside could see it.
    """
    decided = Proposal.objects.filter(case=case, step="delete", confirmed=True).latest("pk")
    part = case.assignments.get(staff=actor).part
    terms = {"case": case.log_ref, "ground": ground_of(case), "proposed_by": decided.by.log_name}
    stakes.approve(
        ACT,
        organisation=case.organisation,
        actor=actor.log_name,
        role=part,
        case=case.log_ref,
        terms=terms,
    )


EFFECTS["delete"] = approve


@stakes.effect(ACT)
def shred(approval: stakes.Approval) -> None:
    """Destroy the keys, the rows and the files of a case.

    Raises `case.moved_on` when it is no longer to be deleted, and `step.lacks` when something since keeps it: a legal
    hold, a request that is not answered, a word from the reporter.
    """
    case = (
        Case.objects.select_for_update()
        .filter(organisation=approval.organisation, log_ref=approval.terms["case"])
        .first()
    )
    if case is None or case.state != State.DELETED:
        raise DomainError("case.moved_on", status=409)
    _lock(case)  # a reporter who is writing this moment is waited for, and then heard
    if lacking(step(State.CLOSED, "delete"), case, {}):
        raise DomainError("step.lacks", status=409)
    references = _references(case)
    destroy(case)
    for reference in references:
        audit.record(
            ACT,
            organisation=approval.organisation,
            actor=approval.actor,
            role=approval.role,
            case=reference,
            coarse=True,
            ground=approval.terms["ground"],
            desk=selectors.count_of_case(approval.organisation, DESK, reference),
            channel=selectors.count_of_case(approval.organisation, CHANNEL, reference),
            approval=approval.ref,
        )


def put_back(organisation: Organisation) -> int:
    """Close again what was to be deleted and was not, because the act ended or lapsed; return how many."""
    pending = {one.case for one in stakes.pending(organisation, act=ACT)}
    waiting = Case.objects.filter(organisation=organisation, state=State.DELETED).exclude(log_ref__in=pending)
    back = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        with audit.atomic():
            case = Case.objects.select_for_update().filter(pk=pk, state=State.DELETED).first()
            if case is not None:
                _put_back(case)
                back += 1
    return back


def stop(case: Case) -> None:
    """End the proposal to delete a case because its reporter wrote: two people decide anew, after they have read it.

    Call it inside `audit.atomic()`, with the case locked.  Logged with its date only: the time would be that of the
    writing.  What is confirmed already and waits for a witness, `shred` refuses by itself.
    """
    for proposal in case.proposals.filter(decided_at=None, step="delete"):
        proposal.decided_at, proposal.confirmed = clock.now(), False
        proposal.save()
        case.version += 1
        case.save()
        audit.record("deletion.stopped", organisation=case.organisation, case=case.log_ref)


def _put_back(case: Case) -> None:
    """Close it again.  What was confirmed is spent: the next deletion needs a proposal of its own, the archivist's too."""
    case.proposals.filter(step="delete", confirmed=True).update(confirmed=False)
    back_to = State.CLOSED if case.closed_on else State.SET_ASIDE
    case.state, case.version = back_to, case.version + 1
    case.save()
    audit.record(
        "case.moved",
        organisation=case.organisation,
        case=case.log_ref,
        step="delete_ended",
        source=State.DELETED.value,
        target=back_to.value,
    )


def _lock(case: Case) -> None:
    """Wait for whoever is writing in one of the boxes now, and let nobody write until this is over."""
    boxes = Box.objects.select_for_update().filter(of_case__case__in=with_merged(case))
    list(boxes.values_list("pk", flat=True))


def _references(case: Case) -> list[str]:
    """Return every name the log has for the case: its own, its mailboxes', those of cases merged into it."""
    together = with_merged(case)
    boxes = Box.objects.filter(of_case__case__in=together, kind=Box.Kind.MAILBOX)
    names = {*boxes.values_list("log_ref", flat=True), *(each.log_ref for each in together)}
    others = sorted(names - {case.log_ref})
    spoken = [name for name in others if _spoken_of(case.organisation, name)]
    return [case.log_ref, *spoken]


def _spoken_of(organisation: Organisation, reference: str) -> bool:
    return any(selectors.count_of_case(organisation, log, reference) for log in (DESK, CHANNEL))


def destroy(case: Case) -> None:
    """Destroy keys, rows and files of a case, within a transaction that logs it; restoring a backup does so again."""
    together = with_merged(case)
    boxes = list(
        Box.objects.select_for_update().filter(of_case__case__in=together).values_list("pk", flat=True)
    )
    names = list(Item.objects.filter(box__in=boxes).values_list("blob", flat=True))
    for each in together:  # those that went on in another before that other
        each.delete()
    Box.objects.filter(pk__in=boxes).delete()
    transaction.on_commit(lambda: _unlink(names))


def _unlink(names: list[str]) -> None:
    for name in names:
        try:
            blobs.remove(name)
        except OSError as error:  # the sweep of files finds it: no row names it any more
            log.error("a deleted case's file is still there: %s", type(error).__name__)
