"""After somebody left, the next holder's browser makes a new key: what is written from then on, they cannot read."""

from cases.models import Case
from cases.selectors import visible
from cases.services.correspond import file_items
from whistle.access.services.boxes import NewSeal, turn_epoch
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.store.models import Box
from whistle.store.services.items import NewItem
from whistle.vault.item import Kind

ANNOUNCEMENT = frozenset({Kind.EVENT})


def rekey(
    *, reference: str, seals: dict[str, list[NewSeal]], announcements: dict[str, NewItem], actor: Staff
) -> Case:
    """Begin a new epoch in every box of the case that waits for one.

    Each box gets the signed event (kind 5) that announces its epoch, so that nobody can be shown the old one
    as the newest.  Needs no declaration of impartiality: nothing is shown.  Raises `grant.seals` unless the new keys are sealed to exactly those who hold the present ones.
    """
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        part = case.assignments.get(staff=actor).part
        due = list(Box.objects.select_for_update().filter(of_case__case=case, rekey_due=True))
        if {box.box_id for box in due} != set(seals) or set(seals) != set(announcements):
            raise DomainError("case.moved_on", status=409)
        for box in due:
            turn_epoch(box, seals[box.box_id])
            item = file_items(box, [announcements[box.box_id]], actor, ANNOUNCEMENT)[0]
            audit.record(
                "access.rekeyed",
                organisation=actor.organisation,
                actor=actor.log_name,
                role=part,
                case=case.log_ref,
                epoch=box.epoch,
                item=item.item_hash,
            )
    return case
