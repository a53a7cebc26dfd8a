"""Alarms about the log: rows that say what is wrong, for the auditor and the compliance leader.

Mails are sent by whoever knows people (`whistle.access.services.alarms`); here are only the rows.
"""

from collections import Counter
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db import IntegrityError, transaction

from whistle.audit import selectors
from whistle.audit import services as audit
from whistle.audit.models import Alarm
from whistle.audit.registry import DESK
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation


class Kind(StrEnum):
    """What an alarm is about."""

    HALTED = "halted"  # the publisher refuses to sign
    FORKED = "forked"  # a witness was shown another history than before
    ROLLED_BACK = "rolled_back"  # a witness has seen more than there is now
    REFUSED = "refused"  # a witness does not know our key or our log
    SILENT = "silent"  # no quorum of witnesses for a day
    FAULT = "fault"  # verification found something
    # about the installation (whistle.operations.watch)
    BACKUP = "backup"  # none lately, or none that could be restored
    PROBE = "probe"  # the daily rehearsal broke, or did not take place
    LEAK = "leak"  # something upstream tells us who asks
    FILES = "files"  # sealed files are damaged or gone
    RELEASE = "release"  # installed files are not those that were installed
    CERTIFICATE = "certificate"  # one ends within thirty days
    DISK = "disk"
    GATE = "gate"  # work accounts are no longer asked for at the desk, or somebody else's are
    GATE_OPEN = "gate_open"  # two people opened it for some hours


def raise_alarm(
    organisation: Organisation,
    kind: Kind,
    *,
    log: str = "",
    witness: str = "",
    size: int = 0,
    detail: str = "",
) -> bool:
    """Raise an alarm unless the same one is open; return whether it is new.

    It is logged, but not when the log itself is halted: nothing may be added where rows were lost.
    """
    try:
        with transaction.atomic():
            _made, new = Alarm.objects.get_or_create(
                organisation=organisation,
                kind=kind.value,
                log=log,
                witness=witness,
                answered_at=None,
                defaults={"size": size, "detail": detail[:200], "raised_at": clock.now()},
            )
    except IntegrityError:  # somebody else raised it just now
        return False
    if new and kind != Kind.HALTED:
        with audit.atomic():
            about = {"kind": kind.value, "size": size, **({"log": log} if log else {})}
            audit.record("alarm.raised", organisation=organisation, detail=about)
    return new


def answer(organisation: Organisation, pk: int, *, actor: str, role: str, finding: str) -> None:
    """Close an alarm with a finding; who did so stands in the log.  Raises `audit.no_alarm`."""
    with audit.atomic():
        taken = Alarm.objects.filter(organisation=organisation, pk=pk, answered_at=None)
        alarm = taken.first()
        if alarm is None or not taken.update(answered_at=clock.now(), answered_by=actor):
            raise DomainError("audit.no_alarm", status=404)
        audit.record(
            "alarm.answered",
            organisation=organisation,
            actor=actor,
            role=role,
            kind=alarm.kind,
            answer=finding,
        )


def put_back(organisation: Organisation) -> int:
    """Open alarms again that stand in the log without an answer and whose rows somebody closed or deleted.

    Rows can be changed by whoever owns the database, and come back older from a backup; entries cannot.
    """
    owed: Counter[str] = Counter()
    newest: dict[str, dict[str, Any]] = {}
    for read in selectors.entries(organisation, DESK, acts=("alarm.raised", "alarm.answered")):
        kind = read.fields["d"]["kind"]
        if read.fields["act"] == "alarm.raised":
            owed[kind] += 1
            newest[kind] = read.fields
        else:
            owed[kind] = max(0, owed[kind] - 1)
    standing = set(
        Alarm.objects.filter(organisation=organisation, answered_at=None).values_list("kind", flat=True)
    )
    missing = [kind for kind, number in owed.items() if number and kind not in standing]
    for kind in missing:
        d = newest[kind]["d"]
        Alarm.objects.create(
            organisation=organisation, kind=kind, log=d.get("log", ""), size=d.get("size", 0),
            detail="put back from the log", raised_at=datetime.fromisoformat(newest[kind]["at"]),
        )  # fmt: skip
    return len(missing)


def waiting(organisation: Organisation) -> list[Alarm]:
    """Return the alarms nobody has answered, newest first."""
    return list(
        Alarm.objects.filter(organisation=organisation, answered_at=None).order_by("-raised_at", "-pk")
    )


def unanswered() -> set[tuple[int, str]]:
    """Return each organisation with each kind of alarm that nobody has answered there."""
    return set(Alarm.objects.filter(answered_at=None).values_list("organisation_id", "kind"))


def take_untold() -> list[Organisation]:
    """Return whose people must be told of an alarm, once for each; the alarms count as told from now on."""
    owed: list[Organisation] = []
    for alarm in Alarm.objects.filter(told_at=None, answered_at=None).select_related("organisation"):
        # marked first: a mail that is lost is better than one that leaves every minute; the page shows it anyway
        if Alarm.objects.filter(pk=alarm.pk, told_at=None).update(told_at=clock.now()):
            owed.append(alarm.organisation)
    return list(dict.fromkeys(owed))
