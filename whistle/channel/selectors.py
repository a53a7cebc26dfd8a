"""What the reporter's face reads."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from whistle.access.services import vouches
from whistle.accounts import selectors as people
from whistle.audit.folders import verifier_key
from whistle.audit.receipts import Receipt, receipts_of
from whistle.audit.registry import CHANNEL, DESK
from whistle.channel.models import MailboxStatus
from whistle.core import clock, deadlines
from whistle.organisations.models import Organisation
from whistle.store import blobs
from whistle.store.models import Box, Item, ReporterAccess, Seal
from whistle.store.services import removals
from whistle.store.uploads import PART
from whistle.vault.certificate import Role
from whistle.vault.item import Kind


def unadopted(organisation_id: int) -> QuerySet[Box]:
    """Return mailboxes the desk has not made a case of, oldest first."""
    return (
        Box.objects.filter(organisation=organisation_id, status__adopted=False)
        .select_related("status", "organisation")
        .order_by("made_on", "box_id")
    )


def with_news(organisation_id: int) -> QuerySet[Box]:
    """Return mailboxes in which the reporter wrote since the desk last looked."""
    return Box.objects.filter(
        organisation=organisation_id, status__adopted=True, status__news_on__isnull=False
    ).select_related("status", "organisation")


def organisation_card(organisation: Organisation) -> dict[str, Any]:
    """Return what a browser needs before it may seal: root key, roster, certificates, logs, limits."""
    roster = people.roster(organisation)
    listed = _listed(people.roster_document(organisation))
    return {
        "org": organisation.ref,
        "name": organisation.name,
        "live": organisation.live,
        "root_key": bytes(organisation.root_key or b""),
        "roster": {
            "document": bytes(roster.document) if roster else b"",
            "signature": bytes(roster.signature) if roster else b"",
        },
        "certificates": [
            bytes(row.octets)
            for row in people.certificates_in_force(organisation)
            if row.key_id in listed or row.role == Role.PROBE  # the daily rehearsal seals to that one
        ],
        "logs": {log: verifier_key(organisation, log) for log in ("desk", "channel")},
        "limits": {
            "part": PART,
            "file": settings.LARGEST_FILE,
            "text": settings.LARGEST_TEXT,
            "log_minutes": settings.PUBLIC_LOG_MINUTES,  # how long a proof may have to wait
        },
    }


def _listed(document: dict[str, Any]) -> set[str]:
    """Return the ids of the keys a roster names: nobody seals a report to any other, and each certificate is 1.4 kB."""
    named = [*document["readers"], *document["alternates"], *document.get("custodians", [])]
    return {row["key_id"] for row in named} | set(document["recovery"].values())


def mailbox(organisation: Organisation, access: ReporterAccess) -> dict[str, Any]:
    """Return everything the reporter's browser opens and shows."""
    box, status = access.box, access.box.status
    items = list(box.items.select_related("header", "removal").order_by("position"))
    reader_refs = list(
        Seal.objects.filter(box=box, holder=Seal.Holder.STAFF, epoch=box.epoch).values_list(
            "staff_ref", flat=True
        )
    )
    authors = {item.author for item in items if item.author}
    readers = people.staff_by_ref(organisation, set(reader_refs))
    return {
        "box": {
            "box_id": box.box_id,
            "epoch": box.epoch,
            "nonce": bytes(box.nonce),
            "kem_pub": bytes(box.kem_pub or b""),
            "sig_pub": bytes(box.sig_pub),
        },
        "seals": [
            {"key_id": seal.key_id, "epoch": seal.epoch, "sealed": bytes(seal.sealed)}
            for seal in box.seals.filter(holder=Seal.Holder.REPORTER).order_by("epoch")
        ],
        "vouches": vouches.of_box(box),
        "holders": list(
            box.seals.filter(epoch=box.epoch)
            .exclude(holder=Seal.Holder.HELD)
            .values_list("key_id", flat=True)
        ),
        "givers": vouches.givers([box]),
        "items": [sealed_item(item) for item in items],
        "certificates": [
            bytes(row.octets) for row in people.certificates_of(organisation, set(reader_refs) | authors)
        ],
        "readers": [
            {"staff_id": person.ref, "name": person.name, "title": person.title}
            for person in readers.values()
        ],
        "status": status.state,
        "clocks": clocks(status),
        "last_opened": access.last_opened_on,
        "received_on": status.received_on,
        "checks": [
            {"check": row.check_code, "due": row.due_on, "answered_on": row.answered_on}
            for row in box.care_checks.filter(due_on__lte=clock.today()).order_by("due_on", "id")
        ],
        "identity": [
            {"act": row.act, "ground": row.ground, "on": row.on_date}
            for row in box.identity_acts.order_by("id")
        ],
        "receipts": receipts(organisation, access),
        "removals": removal_receipts(box) if any(map(removals.is_removed, items)) else [],
        "removers": [
            {"staff_id": person.ref, "name": person.name, "title": person.title}
            for person in people.staff_by_ref(organisation, removals.deciders(items)).values()
        ],
    }


def receipts(organisation: Organisation, access: ReporterAccess) -> list[Receipt]:
    """Return the receipts of what a reporter sent, oldest first."""
    return receipts_of(organisation, CHANNEL, access.box.log_ref)


def removal_receipts(box: Box) -> list[Receipt]:
    """Return the entries by which the content of something in a mailbox was removed: the log's word, not only ours."""
    return receipts_of(box.organisation, DESK, box.log_ref, acts=("item.removed",))


def clocks(status: MailboxStatus) -> list[dict[str, Any]]:
    """Return the two promises to the reporter: C1, confirmation, and C2, feedback."""
    return [
        {
            "clock": "C1",
            "due": deadlines.acknowledgement_due(status.received_on),
            "met_on": status.acknowledged_on,
        },
        {
            "clock": "C2",
            "due": status.feedback_due or deadlines.feedback_due(status.received_on, status.acknowledged_on),
            "met_on": status.feedback_on,
        },
    ]


def sealed_item(item: Item) -> dict[str, Any]:
    """Return an item as browsers get it: file bodies apart, everything else inline; a lost body is None.

    Of a removed one the tombstone: no header, no body, and who removed it when and why.
    """
    removed = removals.tombstone(item)
    apart = removed is not None or item.kind == Kind.ATTACHMENT
    return {
        "item_id": item.item_id,
        "kind": item.kind,
        "epoch": item.epoch,
        "role": item.role,
        "seq": item.seq,
        "header": None if removed else bytes(item.header.octets),
        "body": None if apart else blobs.read_or_none(item.blob),
        "removed": removed,
        "item_hash": item.item_hash,
        "on": item.on_date,
        "at": item.at,
        "size": item.size,
        "author": item.author or None,
        "author_key": item.author_key or None,
    }
