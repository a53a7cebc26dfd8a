"""Writing the log: `with atomic(): … record(…)`.

Entries are buffered while a transaction runs and get their places as its last act, so that the lock that orders the
log is held for a moment only, and places have no gaps: what is rolled back never had one.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import local

from django.db import transaction
from django.db.models import Max

from whistle.audit import registry
from whistle.audit.appending import append
from whistle.audit.entries import Draft
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
    outermost = not transaction.get_connection().in_atomic_block
    try:
        with transaction.atomic():
            yield
            if not _open.drafts:
                return
            append(_open.drafts, commit=outermost)
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


def size(organisation_id: int, log: str) -> int:
    """Return the number of entries of a log as this transaction sees it, without those that wait for its end."""
    last = Entry.objects.filter(organisation_id=organisation_id, log=log).aggregate(last=Max("index"))["last"]
    return 0 if last is None else last + 1
