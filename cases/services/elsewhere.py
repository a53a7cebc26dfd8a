"""Reports that came another way: by phone, letter, meeting, at the counter, or handed in by a leader.

They arrive sealed, like any other: the officer's browser did what a reporter's browser does, made the reporter's code,
and printed its card or destroyed it.  The server learns which way it came, on which day, and who wrote it down.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from django.db import IntegrityError

from cases.models import Case, KeptOut
from cases.services.adopt import adopt_one
from cases.services.attention import refresh
from whistle.access.selectors import duties
from whistle.accounts.models import Staff
from whistle.accounts.selectors import staff_by_ref
from whistle.audit import services as audit
from whistle.audit.receipts import Receipt
from whistle.channel.models import MailboxStatus
from whistle.channel.services.submit import NewReport, accept, known
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.store.models import Seal

CHANNELS = ("phone", "letter", "meeting", "walk_in", "email", "leader")
OLDEST = timedelta(days=365)
REGISTERS = frozenset(
    {Duty.INTAKE_OFFICER, Duty.DEPUTY, Duty.COMPLIANCE_LEADER, Duty.ALTERNATE, Duty.CONTACT}
)  # to whom people come


@dataclass(frozen=True)
class Came:
    """How and when a report came.  `leader` is the staff reference of whoever handed it in, if they have an account."""

    channel: str
    received_on: date
    way_back: bool = True  # False: the code was destroyed in the browser
    leader: str = ""


def register(*, report: NewReport, came: Came, actor: Staff) -> tuple[Case, Receipt]:
    """Store a report that came another way, make its case at once, and return both.

    C1 runs from the day it came.  Raises `elsewhere.channel`, `elsewhere.day`, `elsewhere.leader` when a leader who
    handed it in would get a key, and what `whistle.channel.services.submit` raises.
    """
    if not duties(actor) & REGISTERS:
        raise DomainError("request.absent", status=404)
    if came.channel not in CHANNELS:
        raise DomainError("elsewhere.channel", status=422)
    if not clock.today() - OLDEST <= came.received_on <= clock.today():
        raise DomainError("elsewhere.day", status=422)
    report = replace(report, form=came.channel)
    before = known(actor.organisation, report)
    if before is not None:
        return Case.objects.get(boxes__box=report.box_id), before
    case = _store(report, came, actor)
    receipt = known(actor.organisation, report)
    assert receipt is not None  # it was stored in the line above
    return case, receipt


def _store(report: NewReport, came: Came, actor: Staff) -> Case:
    try:
        with audit.atomic():
            box = accept(actor.organisation, report)
            _refuse_leader(report.box_id, came)
            MailboxStatus.objects.filter(box=box).update(received_on=came.received_on)
            box.status.refresh_from_db()
            case = adopt_one(actor.organisation, box)
            case.channel, case.way_back = came.channel, came.way_back
            case.save(update_fields=["channel", "way_back"])
            case.boxes.update(way_back=came.way_back)
            _keep_leader_out(case, came)
            refresh(case)
            audit.record(
                "report.registered",
                organisation=actor.organisation,
                actor=actor.log_name,
                role="officer",
                case=case.log_ref,
                channel=came.channel,
                received=came.received_on.isoformat(),
                way_back="yes" if came.way_back else "no",
            )
    except IntegrityError:
        raise DomainError("report.taken", status=409) from None
    return case


def _refuse_leader(box_id: str, came: Came) -> None:
    if came.leader and Seal.objects.filter(box=box_id, staff_ref=came.leader).exists():
        raise DomainError("elsewhere.leader", status=409)


def _keep_leader_out(case: Case, came: Came) -> None:
    """Remember that whoever handed the report in is never to take it over."""
    for person in staff_by_ref(case.organisation, {came.leader} - {""}).values():
        KeptOut.objects.get_or_create(case=case, staff=person)
