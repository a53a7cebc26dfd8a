"""High-stake acts: approved, seen by a witness, then done.

Identity unsealed, deletion, export in clear, roles in the organisation, keys rotated: what cannot be undone is two
entries.  The first says who approved what.  The effect waits until a quorum of witnesses has cosigned a checkpoint that
covers it, so that nobody can take the approval back out of the log once the thing is done.

**An app names an effect**, once, in a module its AppConfig.ready() imports, for an event whose `stake` is "high":

    @stakes.effect("identity.unsealed")
    def unseal(approval: Approval) -> None:
        box = Box.objects.get(box_id=approval.terms["box"])          # what the approver agreed to
        place_seal(box, approval.terms["to"], approval.terms["sealed"])
        audit.record("identity.unsealed", organisation=approval.organisation, actor=approval.actor,
                     role=approval.role, case=approval.case or None, approval=approval.ref)

It runs once, in `audit.atomic()`, in the worker or in whoever comes first; what it raises undoes everything.  It looks
again whether the act is still right (the person still there, the case still open) and raises a DomainError if not:
then the act is over, and the log says why.

**A page asks for it**:

    approval = stakes.approve("identity.unsealed", organisation=…, actor=staff.log_name, role="identity_custodian",
                              case=case.log_ref, terms={"box": …, "to": …, "sealed": …})
    if stakes.settle(approval, seconds=3) is State.DONE: …           # usual with a live witness
    else: "It is approved, and happens as soon as a witness has seen that."   # the worker's sweep does it

`pending(organisation, act=…, case=…)` lists what still waits; `withdraw` takes back what has not happened.
"""

import logging
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from enum import StrEnum

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

from whistle.audit import alarms, policies
from whistle.audit import services as audit
from whistle.audit.approvals import commitment, is_witnessed, refuse_other_terms
from whistle.audit.models import Approval as Approval
from whistle.audit.registry import DESK, EVENTS, HIGH
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation

Effect = Callable[[Approval], None]

PUBLISH_TASK = "audit.publish"
PATIENCE = 10.0  # seconds a page waits at most; the approval stays, and the sweep does it later
PAUSE = 0.2
RECENT = timedelta(hours=1)  # an approval nobody waits for any more does not hurry the publisher
LAPSES = timedelta(days=7)  # what no witness saw for a week needs a new decision

log = logging.getLogger("whistle.audit")
_effects: dict[str, Effect] = {}
_alone: set[str] = set()


class State(StrEnum):
    """Where an act stands."""

    WAITING = "waiting"  # approved; no quorum has seen it
    WITNESSED = "witnessed"  # may be done now
    DONE = "done"
    ENDED = "ended"  # withdrawn, lapsed, or its effect was no longer right; `approval.why` is the code


def effect(act: str, *, alone: bool = False) -> Callable[[Effect], Effect]:
    """Name what is to happen when an act of this kind has been witnessed (a decorator).

    `alone`: where the policy names no witness the act is done all the same, once our own checkpoint covers it; only
    for acts that reveal and destroy nothing, such as roles.  Others are refused there (`audit.no_witness`).
    """

    def name(function: Effect) -> Effect:
        _high(act)
        _effects[act] = function
        if alone:
            _alone.add(act)
        return function

    return name


def approve(
    act: str,
    *,
    organisation: Organisation,
    actor: str,
    role: str,
    case: str | None = None,
    terms: Mapping[str, object] | None = None,
    alone: bool = False,
) -> Approval:
    """Log that a high-stake act was approved, and return the approval.  The publisher is asked to hurry.

    `terms` is what the effect needs, as canonical JSON can say it.  It stays in the database until the act is over; the
    log holds a keyed hash of it, so that an act other than the approved one cannot be done.  May stand in a
    transaction of the caller's own.  Raises `audit.no_witness` where there is none to ask.
    """
    _high(act)
    if not (alone or act in _alone) and not policies.has_witnesses(organisation):
        raise DomainError("audit.no_witness", status=409)
    with audit.atomic():
        approval = Approval.objects.create(
            organisation=organisation,
            act=act,
            actor=actor,
            role=role,
            case=case or "",
            terms=dict(terms or {}),
            salt=secrets.token_hex(32),
            approved_at=clock.now(),
        )
        _record(approval, "act.approved", actor, role, act=act, ref=approval.ref, terms=commitment(approval))
        transaction.on_commit(_hurry)
    return approval


def state(approval: Approval) -> State:
    """Return where the act stands now."""
    fresh = Approval.objects.get(pk=approval.pk)
    if fresh.done_at or fresh.ended_at:
        return State.DONE if fresh.done_at else State.ENDED
    return State.WITNESSED if is_witnessed(fresh) else State.WAITING


def pending(organisation: Organisation, *, act: str = "", case: str = "") -> list[Approval]:
    """Return the approved acts that have not happened yet, oldest first."""
    rows = Approval.objects.filter(organisation=organisation, done_at=None, ended_at=None)
    rows = rows.filter(act=act) if act else rows
    return list((rows.filter(case=case) if case else rows).order_by("pk"))


def with_pending() -> list[Organisation]:
    """Return the organisations in which an approved act has not happened yet."""
    rows = Approval.objects.filter(done_at=None, ended_at=None).values("organisation")
    return list(Organisation.objects.filter(left_on=None, pk__in=rows).order_by("id"))


def settle(approval: Approval, *, seconds: float = PATIENCE) -> State:
    """Wait a little for the witness, do the act as soon as it may be done, and return where it stands then.

    Never raises for being early: what is not done when this returns, the sweep does.
    """
    end = time.monotonic() + seconds
    while (now := state(approval)) is State.WAITING and time.monotonic() < end:
        time.sleep(PAUSE)
    if now is State.WITNESSED and approval.act in _effects:
        carry_out(approval)
        return state(approval)
    return now


def carry_out(approval: Approval) -> bool:
    """Do a witnessed act, once; return whether it was done just now.

    False: it was done before, or its effect refused with a DomainError, which ends the act and stands in the log.
    Raises `audit.unwitnessed` before a witness has seen it; what else the effect raises leaves the act pending.
    """
    try:
        with carrying_out(approval) as fresh:
            _effects[approval.act](fresh)
            if approval.act not in audit.recorded():
                raise RuntimeError(f"the effect of {approval.act} did not record it")
    except DomainError as error:
        if error.code == "audit.unwitnessed" or error.status >= 500:
            raise
        if error.code == "audit.other_terms":
            alarms.raise_alarm(approval.organisation, alarms.Kind.FAULT, log=DESK, detail=error.code)
        _end(approval, error.code, "system", "system")  # nothing where it was over before
        return False
    return True


@contextmanager
def carrying_out(approval: Approval) -> Iterator[Approval]:
    """Open the transaction of an effect that is not named by `effect`, because only the asker can receive it.

    The block records the event itself.  Yields the approval as it was agreed to.  Raises `audit.unwitnessed` before a
    witness has seen it, `audit.done` when it is over, `audit.other_terms` when it is not what was approved.
    """
    with audit.atomic():
        fresh = (
            Approval.objects.select_for_update()
            .select_related("organisation")
            .filter(pk=approval.pk, done_at=None, ended_at=None)
            .first()
        )
        if fresh is None:
            raise DomainError("audit.done", status=409)
        if not is_witnessed(fresh):
            raise DomainError("audit.unwitnessed", status=409)
        refuse_other_terms(fresh)
        yield fresh
        Approval.objects.filter(pk=fresh.pk).update(done_at=clock.now(), terms={}, salt="")


def withdraw(approval: Approval, *, actor: str, role: str, why: str = "withdrawn") -> bool:
    """Take back an act that has not happened; return whether it was still pending.  Logged with `why`, a code."""
    return _end(approval, why, actor, role)


def sweep(organisation: Organisation) -> int:
    """Do every act that has been witnessed and has an effect, end what lapsed; return how many were done.

    May run as often and in as many places as one likes.  One that fails does not hold up the others.
    """
    done = 0
    for approval in pending(organisation):
        try:
            if approval.act in _effects and is_witnessed(approval):
                done += carry_out(approval)
            elif clock.now() - approval.approved_at > LAPSES:
                _end(approval, "lapsed", "system", "system")
        except Exception as error:  # the next one may be a deletion somebody is waiting for
            log.error("the effect of %s failed: %s", approval.act, type(error).__name__)
    return done


def await_witness(
    approval: Approval, *, seconds: float = PATIENCE, publish: Callable[[Organisation], object] | None = None
) -> None:
    """Return when the approval may be carried out; for acts whose effect only the asker can receive.

    `publish` is called first where this process may publish.  Raises `audit.unwitnessed` when none answered in time.
    """
    if publish is not None:
        publish(approval.organisation)
    end = time.monotonic() + seconds
    while not is_witnessed(approval):
        if time.monotonic() >= end:
            raise DomainError("audit.unwitnessed", status=503)
        time.sleep(PAUSE)


def waiting(organisation: Organisation) -> bool:
    """Return whether an approved act waits for a witness: then the publisher does not wait for the clock."""
    recent = clock.now() - RECENT
    return any(one.approved_at >= recent and not is_witnessed(one) for one in pending(organisation))


def _record(approval: Approval, event: str, actor: str, role: str, **d: object) -> None:
    about = {"organisation": approval.organisation, "actor": actor, "role": role}
    audit.record(event, case=approval.case or None, detail=d, **about)  # type: ignore[arg-type]


def _end(approval: Approval, why: str, actor: str, role: str) -> bool:
    with audit.atomic():
        open_one = Approval.objects.filter(pk=approval.pk, done_at=None, ended_at=None)
        if not open_one.update(ended_at=clock.now(), why=why[:40], terms={}, salt=""):
            return False
        _record(approval, "act.ended", actor, role, act=approval.act, ref=approval.ref, why=why[:40])
    return True


def _high(act: str) -> None:
    if act not in EVENTS or EVENTS[act].stake != HIGH:
        raise LookupError(f"{act} is not a high-stake event of the registry")


def _hurry() -> None:
    try:
        current_app.send_task(PUBLISH_TASK, retry=False)
    except (OperationalError, OSError):  # the timetable will find it
        return
