"""Writing the log: `with atomic(): … record(…)`.

Entries are buffered while a transaction runs and get their places as its last act, so that the lock that orders the
log is held for a moment only, and places have no gaps: what is rolled back never had one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time
from threading import local
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from whistle.audit import registry
from whistle.audit.entries import Draft, entry_mac
from whistle.audit.models import Document, Entry, InForce
from whistle.core import canonical, clock
from whistle.organisations.models import Organisation

_open = local()


@contextmanager
def atomic() -> Iterator[None]:
    """Run the block in a transaction that writes its log entries as its last act, or none of it."""
    if getattr(_open, "drafts", None) is not None:
        with transaction.atomic():
            mark = len(_open.drafts)
            try:
                yield
            except BaseException:
                del _open.drafts[mark:]
                raise
        return
    _open.drafts = []
    try:
        with transaction.atomic():
            yield
            if not _open.drafts:
                return
            _append(_open.drafts)
    finally:
        _open.drafts = None


def record(
    act: str,
    *,
    organisation: Organisation,
    log: str = registry.DESK,
    actor: str = "system",
    role: str = "system",
    case: str | None = None,
    coarse: bool = False,
    detail: Mapping[str, object] | None = None,
    **d: object,
) -> None:
    """Put one entry in the log of this transaction.  Raises RuntimeError outside `atomic()`.

    `actor` is a staff member's log name, "reporter" or "system"; `case` a log reference.  `coarse` writes the
    date only where the registry allows both.  `detail` takes fields whose names are arguments here, such as `log`.
    """
    if getattr(_open, "drafts", None) is None:
        raise RuntimeError("record() needs audit.services.atomic()")
    _open.drafts.append(
        Draft(
            organisation_id=organisation.pk,
            log=log,
            act=act,
            actor=actor,
            role=role,
            case=case,
            at=clock.now(),
            coarse=coarse,
            d={**(detail or {}), **d},
        )
    )


def recorded() -> frozenset[str]:
    """Return the events that the open transaction has recorded so far; nothing outside `atomic()`."""
    return frozenset(draft.act for draft in getattr(_open, "drafts", None) or ())


def adopt_registry(organisation: Organisation) -> bool:
    """Log the event registry in both logs if it is not the one in force.  Return whether it was new."""
    with atomic():
        in_force, _made = InForce.objects.get_or_create(organisation=organisation)
        if in_force.registry_hash == registry.digest():
            return False
        keep_document(organisation, "registry", registry.octets())
        InForce.objects.filter(pk=in_force.pk).update(registry_hash=registry.digest())
        for log in (registry.DESK, registry.CHANNEL):
            record(
                "registry.adopted", organisation=organisation, log=log, coarse=True, hash=registry.digest()
            )
    return True


def adopt_plan(organisation: Organisation, document: object, *, version: int, actor: str, role: str) -> str:
    """Log the adoption of a plan version in both logs and return its hash.  Later entries carry that hash."""
    octets = canonical.encode(document)
    with atomic():
        digest = keep_document(organisation, "plan", octets)
        for log in (registry.DESK, registry.CHANNEL):
            record(
                "plan.adopted",
                organisation=organisation,
                log=log,
                actor=actor,
                role=role,
                coarse=True,
                hash=digest,
                version=version,
            )
        InForce.objects.update_or_create(organisation=organisation, defaults={"plan_hash": digest})
    return digest


def keep_document(organisation: Organisation, kind: str, octets: bytes) -> str:
    """Keep a document whose hash goes into the log; return the hash in hex."""
    digest = hashlib.sha256(octets).hexdigest()
    Document.objects.get_or_create(
        organisation=organisation, kind=kind, hash=digest, defaults={"octets": octets}
    )
    return digest


def _append(drafts: list[Draft]) -> None:
    by_log: dict[tuple[int, str], list[Draft]] = {}
    for draft in drafts:
        by_log.setdefault((draft.organisation_id, draft.log), []).append(draft)
    for (organisation_id, log), group in sorted(by_log.items()):  # one order for everybody: no deadlock
        _append_to_log(organisation_id, log, group)


def earliest(last_at: str | None, last_second: str | None) -> datetime:
    """Return the time before which the next entry may not lie, from the times of the last entries.

    >>> earliest("2026-11-23", "2026-11-22T09:00:00Z").isoformat()
    '2026-11-22T23:00:00+00:00'
    """
    floor = datetime.min.replace(tzinfo=UTC)
    if last_second:
        floor = datetime.fromisoformat(last_second)
    if last_at and len(last_at) == len("2026-11-23"):
        midnight = datetime.combine(datetime.fromisoformat(last_at), time(), tzinfo=clock.OSLO)
        floor = max(floor, midnight.astimezone(UTC))
    return floor


_INSERT = 'INSERT INTO audit_entry (organisation_id, log, "index", body, mac, act, "case", at) VALUES '
_VALUES = "(%s, %s, %s, %s, %s, %s, %s, %s)"


# The last entry is found by ORDER BY … LIMIT 1 and not by max(): without fresh statistics PostgreSQL computes a max()
# over the wrong index, which takes longer the longer the log gets.
_LAST = (
    '(SELECT {0} FROM audit_entry WHERE organisation_id = o.id AND log = %s{1} ORDER BY "index" DESC LIMIT 1)'
)
_STATE = (
    "SELECT o.ref, f.plan_hash, f.desk_size, "  # noqa: S608  # constants of this module only
    + ", ".join(
        (_LAST.format('"index"', ""), _LAST.format("at", ""), _LAST.format("at", " AND length(at) = 20"))
    )
    + " FROM organisations_organisation o LEFT JOIN audit_inforce f ON f.organisation_id = o.id WHERE o.id = %s"
)


def hold(organisation_id: int, log: str) -> None:
    """Let nobody else append to this log until the transaction ends.  Call it inside `atomic()`."""
    if connection.vendor == "postgresql":  # SQLite's IMMEDIATE transaction is the lock
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtext(%s))", [f"whistle-log/{organisation_id}/{log}"]
            )


def size(organisation_id: int, log: str) -> int:
    """Return the number of entries of a log as this transaction sees it, without those that wait for its end."""
    last = Entry.objects.filter(organisation_id=organisation_id, log=log).aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1


def _append_to_log(organisation_id: int, log: str, drafts: list[Draft]) -> None:
    hold(organisation_id, log)
    # reporters' acts bear dates only, so there is no exact time to look for in their log
    exact = log if log == registry.DESK else ""
    with connection.cursor() as cursor:
        cursor.execute(_STATE, [log, log, exact, organisation_id])
        ref, plan_hash, desk_size, last, last_at, last_second = cursor.fetchone()
        floor = earliest(last_at, last_second)
        index = -1 if last is None else last
        rows: list[Any] = []
        for draft in drafts:
            index += 1
            if (
                draft.at < floor
            ):  # two transactions at once, or a clock set back: order is by place, time follows
                draft = replace(draft, at=floor)
            octets = draft.octets(
                plan_hash=str(draft.d["hash"]) if draft.act == "plan.adopted" else plan_hash or "",
                desk_size=desk_size or 0,
            )
            mac = entry_mac(settings.ENTRY_KEY.encode(), ref, log, index, octets)
            rows += [organisation_id, log, index, octets, mac, draft.act, draft.case or "", draft.moment()]
        cursor.execute(_INSERT + ", ".join([_VALUES] * len(drafts)), rows)
