"""What is sealed, as this person's browser opens it, and the keys it may seal to."""

from typing import Any

from cases.models import Case
from cases.selectors import people
from cases.selectors.mailboxes import boxes_of
from whistle.access.services import vouches
from whistle.accounts import selectors as accounts
from whistle.accounts.models import Staff
from whistle.audit.receipts import Receipt, receipts_of
from whistle.audit.registry import DESK
from whistle.channel.selectors import sealed_item
from whistle.store.models import Box, Item, Seal
from whistle.store.services import removals
from whistle.vault.certificate import Role


def sealed(case: Case, person: Staff) -> dict[str, Any]:
    """Return the case's boxes as this person's browser opens them."""
    boxes = boxes_with_merged(case)
    holders = accounts.staff_by_ref(
        case.organisation, set(Seal.objects.filter(box__in=boxes).values_list("staff_ref", flat=True))
    )
    authors = set(Item.objects.filter(box__in=boxes).exclude(author="").values_list("author", flat=True))
    gone = list(
        Item.objects.filter(box__in=boxes)
        .exclude(removal=None)
        .select_related("removal", "box__of_case__case")
    )
    removers = removals.deciders(gone)
    named = accounts.staff_by_ref(case.organisation, authors | set(holders) | removers)
    return {
        "root_key": bytes(case.organisation.root_key or b""),
        "org": case.organisation.ref,
        "proven": case.assignments.get(staff=person).proven,
        "roster": signed_roster(case),
        "people": [
            {"staff_id": each.ref, "name": each.name, "title": each.title}
            for each in sorted(named.values(), key=lambda each: each.name)
        ],
        "records": records(case),
        "removals": removal_receipts(case, gone),
        "boxes": [{**box_keys(box, person, holders, case), "items": _items(box)} for box in boxes],
        "certificates": [
            bytes(row.octets) for row in accounts.certificates_of(case.organisation, authors | set(holders))
        ],
        "givers": vouches.givers(boxes),
        "recovery": [
            bytes(row.octets)
            for row in accounts.certificates_in_force(case.organisation)
            if row.role == Role.RECOVERY
        ],
    }


def boxes_with_merged(case: Case) -> list[Box]:
    """Return the boxes that whoever works on the case holds: its own first, then what is left of cases merged into it."""
    found = boxes_of(case).select_related("of_case").order_by("of_case__id")
    return sorted(found, key=lambda box: box.of_case.case_id != case.pk)


def removal_receipts(case: Case, gone: list[Item]) -> list[Receipt]:
    """Return the log's entries about what was removed here, each under the name it was logged by."""
    known = {_told_of(item.box) for item in gone}
    return [
        receipt
        for name in sorted(known)
        for receipt in receipts_of(case.organisation, DESK, name, acts=("item.removed",))
    ]


def _told_of(box: Box) -> str:
    """Return the name by which the log tells of what is in a box: a mailbox's own, a room's is that of its case."""
    return str(box.log_ref if box.kind == Box.Kind.MAILBOX else box.of_case.case.log_ref)


def records(case: Case) -> list[dict[str, Any]]:
    """Return every version of every record: which sealed item it is, and what the server knows of it."""
    rows = case.records.select_related("by", "answered_by").order_by("kind", "number", "version")
    return [
        {
            "kind": row.kind,
            "number": row.number,
            "version": row.version,
            "current": row.current,
            "item_id": row.item_id,
            "codes": row.codes,
            "due_on": row.due_on,
            "done_on": row.done_on,
            "made_on": row.made_on,
            "by": row.by.ref,
            "waits": row.second and row.agreed is None,
            "agreed": row.agreed,
            "answered_by": row.answered_by.name if row.answered_by else "",
        }
        for row in rows
    ]


def signed_roster(case: Case) -> dict[str, bytes] | None:
    """Return the roster in force as the root key signed it."""
    row = accounts.roster(case.organisation)
    return {"document": bytes(row.document), "signature": bytes(row.signature)} if row else None


def box_keys(box: Box, person: Staff, holders: dict[str, Staff], case: Case) -> dict[str, Any]:
    """Return a box without its items: what the person holds of its keys, and who holds the present one.

    The room of a case that went on in this one is called `merged`: it is read and changes hands here, and nothing is
    written into it.
    """
    seals = list(box.seals.order_by("epoch"))
    return {
        "box_id": box.box_id,
        "kind": box.kind if box.of_case.case_id == case.pk else "merged",
        "epoch": box.epoch,
        "rekey_due": box.rekey_due,
        "nonce": bytes(box.nonce),
        "kem_pub": bytes(box.kem_pub) if box.kem_pub else None,
        "sig_pub": bytes(box.sig_pub),
        "seals": [
            {"key_id": seal.key_id, "epoch": seal.epoch, "sealed": bytes(seal.sealed)}
            for seal in seals
            if seal.staff_ref == person.ref and seal.holder == Seal.Holder.STAFF
        ],
        "vouches": vouches.of_box(box),
        "recovery_epochs": sorted({seal.epoch for seal in seals if seal.holder == Seal.Holder.RECOVERY}),
        "holders": [
            {
                "holder": seal.holder,
                "key_id": seal.key_id,
                "staff_id": seal.staff_ref or None,
                "name": holders[seal.staff_ref].name if seal.staff_ref in holders else "",
            }
            for seal in seals
            if seal.epoch == box.epoch and seal.holder != Seal.Holder.HELD
        ],
    }


def _items(box: Box) -> list[dict[str, Any]]:
    return [sealed_item(item) for item in box.items.select_related("header", "removal").order_by("position")]


def candidate_cards(case: Case) -> list[dict[str, Any]]:
    """Return colleagues who may get a key, each with their certificate."""
    found = list(people.candidates(case))
    by_ref = {
        row.subject: bytes(row.octets)
        for row in accounts.certificates_in_force(case.organisation)
        if row.subject in {person.ref for person in found}
    }
    return [
        {
            "staff_id": person.ref,
            "name": person.name,
            "title": person.title,
            "certificate": by_ref[person.ref],
        }
        for person in found
        if person.ref in by_ref
    ]
