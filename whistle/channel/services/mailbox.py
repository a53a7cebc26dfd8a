"""A reporter comes back: opens the mailbox, reads, writes again."""

import hmac

from django.db import transaction
from django.db.models import Count, Sum

from whistle.audit import services as audit
from whistle.audit.receipts import Receipt, receipt_for
from whistle.audit.registry import CHANNEL
from whistle.channel.models import CareCheck, MailboxStatus
from whistle.channel.services import pressure
from whistle.channel.services.submit import announce, check_items, refuse_gone, text_size
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.store.models import Box, ReporterAccess
from whistle.store.services.items import NewItem, file, lookup_hash
from whistle.vault.item import Author, Kind

ROOM = (
    2**24
)  # octets of words one code may fill: everything in a mailbox is opened at once, by the reporter and at the desk
EACH = 2048  # of them for every message or name of a file, beside what is sealed


def find(organisation: Organisation, lookup: bytes, auth: bytes) -> ReporterAccess:
    """Return the reporter's access.  Raises `mailbox.unknown` alike for an unknown, wrong or deleted code."""
    access = (
        ReporterAccess.objects.select_related("box__status", "box__organisation")
        .filter(box__organisation=organisation, lookup_hash=lookup_hash(lookup))
        .first()
    )
    expected = access.auth_hash if access else "0" * 64
    if not hmac.compare_digest(expected, lookup_hash(auth)) or access is None:
        raise DomainError("mailbox.unknown", status=404)
    return access


def note_opening(access: ReporterAccess) -> None:
    """Remember the date of this visit, so that the reporter sees when somebody last used the code."""
    if access.last_opened_on != clock.today():
        ReporterAccess.objects.filter(pk=access.pk).update(last_opened_on=clock.today())


def write(
    organisation: Organisation,
    access: ReporterAccess,
    items: list[NewItem],
    *,
    roles: frozenset[int] = frozenset({Author.REPORTER}),
    check: str = "",
) -> Receipt:
    """Store what the reporter wrote and return its receipt.  `check` names the care check it answers.

    Raises `item.malformed`, `item.order`, `mailbox.full` or `report.no_room`; then nothing is stored.
    """
    refuse_full(access.box, items)
    checked = check_items(organisation, access.box_id, items, roles=roles)
    pressure.spend(organisation.ref, "reply", text_size(items))
    with audit.atomic():
        refuse_gone(organisation)
        rows = file(access.box, checked)
        MailboxStatus.objects.filter(box=access.box, adopted=True).update(news_on=clock.today())
        if check:
            CareCheck.objects.filter(box=access.box, check_code=check, answered_on=None).update(
                answered_on=clock.today()
            )
        message = next(row for row in rows if row.kind == Kind.MESSAGE)
        audit.record(
            "reporter.wrote",
            organisation=organisation,
            log=CHANNEL,
            actor="reporter",
            role="reporter",
            case=access.box.log_ref,
            item=message.item_hash,
        )
        transaction.on_commit(announce)
    return receipt_for(organisation, CHANNEL, access.box.log_ref, message.item_hash)


def refuse_full(box: Box, items: list[NewItem]) -> None:
    """Raise `mailbox.full` when there would be more than everybody who opens the mailbox can be asked to fetch."""
    words = box.items.filter(author="").exclude(kind=Kind.ATTACHMENT)
    held = words.aggregate(size=Sum("size", default=0), count=Count("pk"))
    if held["size"] + text_size(items) + EACH * (held["count"] + len(items)) > ROOM:
        raise DomainError("mailbox.full", status=413)
