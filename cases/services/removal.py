"""Removing the content of one thing in a case that must not be kept: two people, a ground, a witness, and a tombstone.

The law asks for it (GDPR art. 5(1)(c) and 17; Directive (EU) 2019/1937 art. 17), and it is also how two insiders would
bury evidence.  So it is never silent: the tombstone says who wrote what when, who removed it, who agreed and on which
ground, to everybody with a key and in the reporter's own mailbox, and the log says it for ever.  Nothing is removed
over a hold, an open request for insight, or a word of the reporter that nobody has answered; and the report itself only
where a law or an order demands it.
"""

from collections.abc import Mapping

from cases.models import Case, CaseBox, Record, SearchEntry
from cases.selectors.mailboxes import unread
from cases.selectors.things import Thing, family, is_report, thing
from cases.services.attention import refresh
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.audit import stakes
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.store.models import Box
from whistle.store.services import removals

ACT = "item.removed"
KIND = "removal"
PATIENCE = 3.0  # seconds the second person's page waits for the witness
DEMANDED = "other_law"  # the only ground on which the report itself goes: a law or an order demands it


def refuse(case: Case, codes: Mapping[str, object], before: Record | None = None) -> Thing:
    """Return the thing that is to be removed, or raise.

    `removal.items` for what is no thing of this case or gone already, `removal.report` for the report itself without a
    law that demands it, `removal.held`, `removal.request` and `removal.unanswered` for what is not removed now.
    """
    found = thing(case, _items(codes))
    if found is None or any(map(removals.is_removed, found.items)):
        raise DomainError("removal.items", status=409)
    if found.record is not None and found.record.kind == KIND:
        raise DomainError("removal.items", status=409)  # why something was removed stays
    if before is not None and before.agreed:
        raise DomainError("removal.items", status=409)  # decided: another removal is another record
    if is_report(found) and codes["why"] != DEMANDED:
        raise DomainError("removal.report", status=409)
    open_ones = Record.objects.filter(case__in=family(case), current=True, done_on=None)
    if open_ones.filter(kind="hold").exists():
        raise DomainError("removal.held", status=409)
    if open_ones.filter(kind__in=("request", "insight")).exists():
        raise DomainError("removal.request", status=409)
    waiting = CaseBox.objects.filter(box=found.box).exclude(waits_since=None)
    if found.by_reporter and (waiting.exists() or unread([found.box])):
        raise DomainError("removal.unanswered", status=409)
    return found


def approve(case: Case, row: Record, actor: Staff, part: str) -> stakes.Approval:
    """Have the content go as soon as a witness has seen that two people decided it.

    Raises as `refuse` does, and `audit.no_witness` where nobody outside could see it.
    """
    found = refuse(case, row.codes)
    terms = {
        "case": case.log_ref,
        "record": row.item_id,
        "items": sorted(item.item_hash for item in found.items),
        "ground": row.codes["why"],
        "by": row.by.log_name,
    }
    about = {"actor": actor.log_name, "role": part, "case": _reference(case, found), "terms": terms}
    return stakes.approve(ACT, organisation=case.organisation, **about)  # type: ignore[arg-type]


@stakes.effect(ACT)
def remove(approval: stakes.Approval) -> None:
    """Destroy what the thing holds, and everybody's search words of the case, which were made from it too.

    Raises `case.moved_on` when the record is not in force any more, and as `refuse` does when something came between.
    """
    terms = approval.terms
    rows = Record.objects.filter(item=terms["record"], kind=KIND, current=True, agreed=True, done_on=None)
    row = rows.select_related("by", "answered_by").first()
    if row is None or row.answered_by is None:
        raise DomainError("case.moved_on", status=409)
    case = Case.objects.select_for_update().get(pk=row.case_id)
    found = refuse(case, row.codes)
    if sorted(item.item_hash for item in found.items) != terms["items"]:
        raise DomainError("case.moved_on", status=409)
    _record(approval, row, found)
    decided = removals.Decided(str(row.codes["why"]), row.by.ref, row.answered_by.ref)
    removals.remove(found.items, decided)
    SearchEntry.objects.filter(case__in=family(case)).delete()
    row.done_on = clock.today()
    row.save(update_fields=["done_on"])
    case.version += 1
    case.save(update_fields=["version"])
    refresh(case)


def _record(approval: stakes.Approval, row: Record, found: Thing) -> None:
    names = dict(
        Staff.objects.filter(ref__in={item.author for item in found.items}).values_list("ref", "log_name")
    )
    for item in found.items:
        author = {"author": names[item.author]} if item.author in names else {}  # none: the reporter
        detail: dict[str, object] = {
            **author,
            "item": item.item_hash,
            "what": found.called,
            "size": item.size,
            "written": item.on_date.isoformat(),
            "by": row.by.log_name,
            "ground": approval.terms["ground"],
            "approval": approval.ref,
        }
        audit.record(
            ACT,
            organisation=approval.organisation,
            actor=approval.actor,
            role=approval.role,
            case=approval.case,
            detail=detail,
        )


def _reference(case: Case, found: Thing) -> str:
    """Return the name under which the log tells of it: a mailbox's own, so that its reporter can be shown the entry."""
    return found.box.log_ref if found.box.kind == Box.Kind.MAILBOX else case.log_ref


def _items(codes: Mapping[str, object]) -> list[str]:
    named = codes["items"]
    return [str(each) for each in named] if isinstance(named, list) else []
