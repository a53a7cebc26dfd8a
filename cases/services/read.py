"""Reading is an act: the first opening of a case by a person on a day stands in the log, and so does each file."""

from typing import Any

from cases.models import Assignment, Case
from cases.selectors import sealed, visible
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.store.models import Item


def open_case(*, reference: str, actor: Staff) -> dict[str, Any]:
    """Return the sealed boxes of a case, and log the reading."""
    with audit.atomic():
        case = visible.case_for(actor, reference)
        visible.require_declared(actor, case)
        assignment = Assignment.objects.get(case=case, staff=actor)
        if assignment.read_on != clock.today():
            Assignment.objects.filter(pk=assignment.pk).update(read_on=clock.today())
            _record("case.read", case, actor, assignment.part)
        return sealed.sealed(case, actor)


def open_file(*, box_id: str, item_id: str, actor: Staff) -> Item:
    """Return the item whose octets are to be sent, and log the reading.  Hidden and absent are the same 404."""
    with audit.atomic():
        item = Item.objects.select_related("box").filter(item_id=item_id, box=box_id, removal=None).first()
        case = visible.cases_visible_to(actor).filter(boxes__box=box_id).first()
        if item is None or case is None:
            raise DomainError("request.absent", status=404)
        visible.require_declared(actor, case)
        part = Assignment.objects.get(case=case, staff=actor).part
        _record("file.read", case, actor, part, item=item.item_hash)
    return item


def _record(act: str, case: Case, actor: Staff, part: str, **d: Any) -> None:
    audit.record(
        act, organisation=actor.organisation, actor=actor.log_name, role=part, case=case.log_ref, **d
    )
