"""After somebody left, the next holder's browser makes a new key: what is written from then on, they cannot read."""

from cases.models import Case
from cases.selectors import visible
from cases.selectors.keepers import lapsed
from cases.selectors.mailboxes import boxes_of
from cases.services.correspond import file_items
from cases.services.take import take_case
from whistle.access.services.boxes import turn_epoch
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.store.services.items import NewItem
from whistle.vault.item import Kind

ANNOUNCEMENT = frozenset({Kind.EVENT})


def rekey(
    *, reference: str, seals: dict[str, list[NewSeal]], announcements: dict[str, NewItem], actor: Staff
) -> Case:
    """Begin a new epoch in every box of the case that waits for one.

    Each box gets the signed event (kind 5) that announces its epoch, so that nobody can be shown the old one
    as the newest.  Needs no declaration of impartiality: nothing is shown.  Who has no certificate in force cannot be
    sealed to, so the case goes from them, and then every box waits; otherwise one lapsed certificate would keep the
    whole case closed.  Raises `grant.seals` unless the new keys are sealed to exactly those who are left,
    `grant.unproven` before the actor has opened the present ones, `certificate.lapsed` for an actor without one.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        held = case.assignments.get(staff=actor)
        if not held.proven:
            raise DomainError("grant.unproven", status=409)
        boxes = boxes_of(case).select_for_update().filter(rekey_due=True)
        if boxes.exists():
            _drop_lapsed(case, actor)
        due = list(boxes.all())
        if {box.box_id for box in due} != set(seals) or set(seals) != set(announcements):
            raise DomainError("case.moved_on", status=409)
        for box in due:
            turn_epoch(box, seals[box.box_id])
            item = file_items(box, [announcements[box.box_id]], actor, ANNOUNCEMENT)[0]
            audit.record(
                "access.rekeyed",
                organisation=actor.organisation,
                actor=actor.log_name,
                role=held.part,
                case=case.log_ref,
                epoch=box.epoch,
                item=item.item_hash,
            )
    return case


def _drop_lapsed(case: Case, actor: Staff) -> None:
    for row in lapsed(case):
        if row.staff == actor:
            raise DomainError("certificate.lapsed", status=409)
        why = "certificate_lapsed"
        take_case(case, row.staff, why=why, actor="system", role="system", decider=False)
