"""A report arrives, sealed.  Everything it consists of is stored and logged in one transaction, or nothing is."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from celery import current_app
from django.conf import settings
from django.db import IntegrityError, transaction
from kombu.exceptions import OperationalError

from whistle.access.services import boxes
from whistle.access.services.vouches import NewSeal
from whistle.audit import services as audit
from whistle.audit.receipts import Receipt, receipt_for
from whistle.audit.registry import CHANNEL
from whistle.channel.models import MailboxStatus
from whistle.channel.services import identity as names
from whistle.channel.services import pressure
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.store.models import Box, Item, ReporterAccess
from whistle.store.services.items import CheckedItem, NewItem, check, file, lookup_hash
from whistle.vault.box import reporter_box_id
from whistle.vault.item import Author, Kind
from whistle.vault.keys import key_id

log = logging.getLogger("whistle.channel")
REPORTER_KINDS = frozenset({Kind.MESSAGE, Kind.ATTACHMENT, Kind.DESCRIPTION})
ADOPT_TASK = "cases.adopt_new_reports"  # by name: this package does not know the desk


@dataclass(frozen=True)
class NewReport:
    """A report as it arrives: derived values, public keys, seals and sealed items."""

    lookup: bytes
    auth: bytes
    box_id: str
    nonce: bytes
    kem_pub: bytes
    sig_pub: bytes
    seals: list[NewSeal]
    items: list[NewItem]
    form: str = "sealed"  # "plain" when the server sealed it, "probe" for the rehearsal
    identity: names.NewIdentity | None = None
    urgent: bool = False
    challenge: str = ""  # what work was asked for, and its answer: see `pressure`
    work: int = 0


def submit(organisation: Organisation, report: NewReport) -> Receipt:
    """Store a report and return its receipt.  The same report sent again gets the same receipt.

    Raises `channel.closed`, `report.work`, `report.no_room`, `report.not_sealed`,
    `report.readers`, `report.too_many`, `item.malformed` or `report.taken`; then nothing is stored.
    """
    if (before := known(organisation, report)) is not None:
        return before
    try:
        box = accept(organisation, report, let_in=_let_in)
    except IntegrityError:
        if (before := known(organisation, report)) is not None:  # the same report, sent twice at once
            return before
        raise DomainError("report.taken", status=409) from None
    return receipt_for(organisation, CHANNEL, box.log_ref, _first_hash(box))


def accept(
    organisation: Organisation,
    report: NewReport,
    let_in: Callable[[Organisation, NewReport], None] | None = None,
) -> Box:
    """Check and store a report that is not there yet; return its box.  Raises as `submit`, and IntegrityError.

    `let_in` may refuse what was found sound, since too much of it arrives.
    """
    if not organisation.live:
        raise DomainError("channel.closed", status=503)
    _refuse_wrong_box(organisation, report)
    checked = check_items(organisation, report.box_id, report.items, roles=_roles(report))
    if let_in:
        let_in(organisation, report)
    return _store(organisation, report, checked)


def _let_in(organisation: Organisation, report: NewReport) -> None:
    size = text_size(report.items)
    if report.form != "plain":
        pressure.require_work(organisation.ref, report.box_id, size, report.challenge, report.work)
    sealed = sum(len(seal.sealed) + len(seal.vouch) for seal in report.seals)
    room: pressure.Room = "plain" if report.form == "plain" else "text"
    pressure.spend(organisation.ref, room, size + sealed)


def text_size(items: list[NewItem]) -> int:
    """Return the octets of what came in the request itself; files have a budget of their own."""
    return sum(len(item.body or b"") for item in items)


def check_items(
    organisation: Organisation, box_id: str, items: list[NewItem], *, roles: frozenset[int]
) -> list[CheckedItem]:
    """Return a reporter's items, checked.  Raises `item.malformed` unless one of them is a message."""
    if len(items) > 2 * settings.FILES_PER_SENDING + 1:
        raise DomainError("report.too_many", status=413)
    checked = [check(organisation.ref, box_id, item, roles=roles, kinds=REPORTER_KINDS) for item in items]
    if not any(item.new.kind == Kind.MESSAGE for item in checked):
        raise DomainError("item.malformed")
    return checked


def announce() -> None:
    """Tell the desk's worker that there is something new.  A hint: a sweep finds it if the hint is lost."""
    try:
        current_app.send_task(ADOPT_TASK, retry=False)
    except (OperationalError, OSError) as error:
        log.warning("no broker (%s); the sweep will find the report", type(error).__name__)


def refuse_gone(organisation: Organisation) -> None:
    """Raise `channel.closed` when the organisation left while this was on its way: its package is made already.

    Call it inside the transaction that stores something.
    """
    if not Organisation.objects.filter(pk=organisation.pk, left_on=None).exists():
        raise DomainError("channel.closed", status=503)


def _store(organisation: Organisation, report: NewReport, checked: list[CheckedItem]) -> Box:
    with audit.atomic():
        refuse_gone(organisation)
        box = Box.objects.create(
            box_id=report.box_id,
            organisation=organisation,
            kind=Box.Kind.MAILBOX,
            nonce=report.nonce,
            kem_pub=report.kem_pub,
            sig_pub=report.sig_pub,
            probe=report.form == "probe",
            made_on=clock.today(),
        )
        readers = boxes.admit(box, report.seals, reporter_key_id=key_id(report.kem_pub).hex())
        if not box.seals.filter(holder="reporter").exists():
            raise DomainError("report.not_sealed")
        file(box, checked)
        ReporterAccess.objects.create(
            box=box, lookup_hash=lookup_hash(report.lookup), auth_hash=lookup_hash(report.auth)
        )
        if report.identity:
            names.keep(box, report.identity)
        MailboxStatus.objects.create(box=box, received_on=clock.today(), urgent=report.urgent)
        audit.record(
            "report.received",
            organisation=organisation,
            log=CHANNEL,
            actor="reporter",
            role="reporter",
            case=box.log_ref,
            item=_first_message(checked).item_hash,
            readers=len(readers),
            form=report.form,
        )
        transaction.on_commit(announce)
    return box


def _refuse_wrong_box(organisation: Organisation, report: NewReport) -> None:
    sizes = (
        len(report.lookup),
        len(report.auth),
        len(report.nonce),
        len(report.kem_pub),
        len(report.sig_pub),
    )
    if sizes != (16, 32, 16, 1216, 32):
        raise DomainError("report.not_sealed")
    made = reporter_box_id(organisation.ref_bytes, report.kem_pub, report.sig_pub, report.nonce)
    if made.hex() != report.box_id:
        raise DomainError("report.not_sealed")


def _roles(report: NewReport) -> frozenset[int]:
    return frozenset({Author.SERVER if report.form == "plain" else Author.REPORTER})


def _first_message(checked: list[CheckedItem]) -> CheckedItem:
    return next(item for item in checked if item.new.kind == Kind.MESSAGE)


def known(organisation: Organisation, report: NewReport) -> Receipt | None:
    """Return the receipt of a report that is there already, None when it is not; raise `report.taken` for another's."""
    access = (
        ReporterAccess.objects.select_related("box")
        .filter(box__organisation=organisation, lookup_hash=lookup_hash(report.lookup))
        .first()
    )
    if access is None:
        return None
    if access.box_id != report.box_id or access.auth_hash != lookup_hash(report.auth):
        raise DomainError("report.taken", status=409)
    return receipt_for(organisation, CHANNEL, access.box.log_ref, _first_hash(access.box))


def _first_hash(box: Box) -> str:
    first = Item.objects.filter(box=box, kind=Kind.MESSAGE).order_by("position").first()
    return first.item_hash if first else ""
