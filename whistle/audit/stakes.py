"""High-stake acts: approved, seen by a witness, then done.

An act that cannot be undone (identity unsealed, deletion, export in clear, roles, key rotation) is two entries.  It
takes effect only when a quorum of witnesses has cosigned a checkpoint that covers the first one, so that it can be
kept from nobody:

    approval = stakes.approve("log.exported", organisation=…, actor=…, role=…)
    stakes.await_witness(approval)
    with audit.atomic():
        stakes.carry_out(approval)
        …the effect…
        audit.record("log.exported", …)
"""

import time
from collections.abc import Callable
from datetime import timedelta

from celery import current_app
from kombu.exceptions import OperationalError

from whistle.audit import policies, selectors
from whistle.audit import services as audit
from whistle.audit.folders import outside_folder
from whistle.audit.models import Approval
from whistle.audit.registry import DESK
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.tlog.tile_reader import read_checkpoint

PUBLISH_TASK = "audit.publish"
PATIENCE = 10.0  # seconds a page waits; the approval stays and can be carried out later
PAUSE = 0.2
RECENT = timedelta(hours=1)  # an approval nobody waits for any more does not hurry the publisher


def approve(
    act: str, *, organisation: Organisation, actor: str, role: str, case: str | None = None
) -> Approval:
    """Log that a high-stake act was approved, and return the approval to wait with."""
    with audit.atomic():
        approval = Approval.objects.create(
            organisation=organisation, act=act, actor=actor, approved_at=clock.now()
        )
        audit.record(
            "act.approved",
            organisation=organisation,
            actor=actor,
            role=role,
            case=case,
            detail={"act": act},
            ref=approval.ref,
        )
    return approval


def index_of(approval: Approval) -> int:
    """Return the place of the approval's entry in the desk log.  Raises LookupError when it is not there."""
    if approval.index is not None:
        return approval.index
    quoted = f'"{approval.ref}"'.encode()
    for read in selectors.entries(approval.organisation, DESK, acts=("act.approved",)):
        if quoted in read.octets:
            return read.index
    raise LookupError("the approval is not in the log")


def is_witnessed(approval: Approval) -> bool:
    """Return whether a checkpoint that a quorum cosigned covers the approval."""
    if not policies.has_witnesses(approval.organisation):
        return False
    raw = read_checkpoint(outside_folder(approval.organisation, DESK))
    return policies.cosigned_size(approval.organisation, raw) > index_of(approval)


def await_witness(
    approval: Approval, *, seconds: float = PATIENCE, publish: Callable[[Organisation], object] | None = None
) -> None:
    """Return when the approval is witnessed.

    The publisher is asked to hurry; `publish` is called instead where this process may do it itself.  Raises
    `audit.no_witness` when the policy names none, `audit.unwitnessed` when none answered in time.
    """
    if not policies.has_witnesses(approval.organisation):
        raise DomainError("audit.no_witness", status=409)
    approval.index = index_of(approval)
    approval.save(update_fields=["index"])
    if publish is not None:
        publish(approval.organisation)
    else:
        _hurry()
    end = time.monotonic() + seconds
    while not is_witnessed(approval):
        if time.monotonic() >= end:
            raise DomainError("audit.unwitnessed", status=503)
        time.sleep(PAUSE)


def carry_out(approval: Approval) -> None:
    """Mark the approval as used, in the transaction of the effect.

    Raises `audit.unwitnessed` before a witness has seen it, `audit.done` when it was used already.
    """
    if not is_witnessed(approval):
        raise DomainError("audit.unwitnessed", status=409)
    _use(approval)


def carry_out_unwitnessed(approval: Approval) -> None:
    """Mark the approval as used where there is no witness to ask; only for acts that reveal nothing new."""
    if policies.has_witnesses(approval.organisation):
        raise DomainError("audit.unwitnessed", status=409)
    _use(approval)


def _use(approval: Approval) -> None:
    fresh = Approval.objects.filter(pk=approval.pk, done_at=None)
    if not fresh.update(done_at=clock.now()):
        raise DomainError("audit.done", status=409)


def waiting(organisation: Organisation) -> bool:
    """Return whether an approved act waits for a witness: then the publisher does not wait for the clock."""
    recent = clock.now() - RECENT
    open_ones = Approval.objects.filter(organisation=organisation, done_at=None, approved_at__gte=recent)
    return any(not is_witnessed(approval) for approval in open_ones)


def _hurry() -> None:
    try:
        current_app.send_task(PUBLISH_TASK, retry=False)
    except (OperationalError, OSError):  # the timetable will find it
        return
