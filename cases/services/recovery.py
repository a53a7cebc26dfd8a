"""Recovery of a lost officer's cases: the export that goes to the offline machine, and what comes back.

The server holds the recovery key's seals and can open none of them.
"""

from typing import Any

from django.db.models import Q

from cases.models import Assignment, Case, Transfer
from cases.selectors import people, sealed
from cases.selectors.mailboxes import boxes_of
from cases.services.people import give_part
from cases.services.share import admit_to_all
from cases.services.transfer import offer
from whistle.access.selectors import duties
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.core.policy import Part, part_of
from whistle.store.models import Box, Seal

Seals = dict[str, list[NewSeal]]


def export(lost: Staff, newcomer: Staff) -> dict[str, Any]:
    """Return every box of the lost officer's cases with the recovery keys' seals, and the newcomer's certificate.

    Cases the newcomer may not get a key to (kept out, withdrawn) are left out.  Raises `grant.person` when there is
    no case left.
    """
    cases, card = _cases(lost, newcomer), None
    boxes = []
    for case in cases:
        card = card or next(row for row in sealed.candidate_cards(case) if row["staff_id"] == newcomer.ref)
        boxes += [_box(box) for box in boxes_of(case).order_by("of_case__id")]
    if card is None:
        raise DomainError("grant.person", status=409)
    return {
        "org": lost.organisation.ref,
        "root_key": bytes(lost.organisation.root_key or b""),
        "lost": lost.ref,
        "newcomer": {key: card[key] for key in ("staff_id", "name", "certificate")},
        "boxes": boxes,
    }


def take_in(lost: Staff, newcomer: Staff, seals: Seals, *, actor: str) -> list[Case]:
    """Offer the newcomer each case of which every box was recovered, in the lost officer's place; return those cases.

    The lost officer's seals go when the newcomer's browser has opened its own: a file of noise takes nothing away.  One
    case is one transaction; begun again, it goes on with what is left.
    """
    return [case for case in _cases(lost, newcomer) if _take_one(case, lost, newcomer, seals, actor)]


def _take_one(case: Case, lost: Staff, newcomer: Staff, seals: Seals, actor: str) -> bool:
    with audit.atomic():
        own = set(boxes_of(case).values_list("box_id", flat=True))
        if not own <= set(seals) or not people.candidates(case).filter(pk=newcomer.pk).exists():
            return False
        admit_to_all(case, newcomer, {box_id: seals[box_id] for box_id in own})
        held = Assignment.objects.filter(case=case, staff=lost).first()
        term = held.until if held else None
        part = Part.ADVISER if term or people.only_advises(newcomer) else part_of(duties(newcomer))
        give_part(case, newcomer, part, term, proven=False)
        audit.record(
            "access.recovered",
            organisation=case.organisation,
            actor=actor,
            case=case.log_ref,
            to=newcomer.log_name,
            part=part.value,
        )
        waiting = case.transfers.filter(leaver=lost, newcomer=None, ended_at=None)
        since = waiting.order_by("pk").values_list("log_ref", flat=True).first() or ""
        waiting.delete()
        why = Transfer.Why.LOST.value
        offer(case, lost, newcomer, why=why, actor=actor, role="system", log_ref=since)
    return True


def _cases(lost: Staff, newcomer: Staff) -> list[Case]:
    if lost.organisation_id != newcomer.organisation_id:
        raise DomainError("grant.person", status=409)
    waiting = Transfer.objects.filter(leaver=lost, newcomer=None, ended_at=None)
    theirs = Q(assignments__staff=lost) | Q(pk__in=waiting.values("case"))
    mine = Case.objects.filter(theirs, organisation=lost.organisation_id, merged_into=None).distinct()
    return [case for case in mine.order_by("id") if people.candidates(case).filter(pk=newcomer.pk).exists()]


def _box(box: Box) -> dict[str, Any]:
    return {
        "box_id": box.box_id,
        "epoch": box.epoch,
        "nonce": bytes(box.nonce),
        "kem_pub": bytes(box.kem_pub) if box.kem_pub else None,
        "sig_pub": bytes(box.sig_pub),
        "seals": [
            {"key_id": seal.key_id, "epoch": seal.epoch, "sealed": bytes(seal.sealed)}
            for seal in box.seals.filter(holder=Seal.Holder.RECOVERY).order_by("epoch")
        ],
    }
