"""Taking a case out in clear: asked for by one person, approved by another, seen by a witness, made in the browser.

The server never holds what is taken out.  It keeps who asked and why, who approved, and, when the asker's browser has
made the file, its hash.
"""

from cases.models import Case, Export
from cases.selectors import visible
from cases.selectors.mailboxes import boxes_of
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.audit import stakes
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Perm
from whistle.store.models import Item

ACT = "case.exported"
STEP = "export"


def ask(*, reference: str, why: str, actor: Staff) -> Export:
    """Ask to take a case out in clear.  Raises `export.why`, and `export.open` while another asking is open."""
    with audit.atomic():
        case, part = _case(reference, actor, Perm.PROPOSE)
        if why not in Export.Why.values:
            raise DomainError("export.why", status=422)
        if open_export(case) is not None:
            raise DomainError("export.open", status=409)
        made = Export.objects.create(case=case, why=why, by=actor, at=clock.now())
        _record("step.proposed", case, actor, part)
    return made


def decide(*, reference: str, confirm: bool, actor: Staff) -> Export:
    """Approve or decline what a colleague asked for.

    Raises `step.needs_second` for the one who asked, `export.none` when nothing waits, `audit.no_witness` where nobody
    outside could see it.
    """
    with audit.atomic():
        case, part = _case(reference, actor, Perm.DECIDE)
        export = open_export(case)
        if export is None or export.confirmed is not None:
            raise DomainError("export.none", status=409)
        if export.by_id == actor.pk:
            raise DomainError("step.needs_second", status=403)
        export.decided_by, export.decided_at, export.confirmed = actor, clock.now(), confirm
        if confirm:
            terms = {"to": export.by.log_name, "why": export.why}
            about = {"actor": actor.log_name, "role": part, "case": case.log_ref, "terms": terms}
            export.approval = stakes.approve(ACT, organisation=case.organisation, **about).ref  # type: ignore[arg-type]
        else:
            _record("step.declined", case, actor, part)
        export.save()
    return export


def release(*, reference: str, actor: Staff) -> Export:
    """Log the taking-out, after which the asker's browser makes the file.  Once.

    Raises `audit.unwitnessed` until a witness has seen the approval, `export.none` for anybody but the asker.
    """
    case, part = _case(reference, actor, Perm.PROPOSE, lock=False)
    export = open_export(case)
    if export is None or export.by_id != actor.pk or not export.approval:
        raise DomainError("export.none", status=409)
    approval = next(
        (one for one in stakes.pending(case.organisation, act=ACT) if one.ref == export.approval), None
    )
    if approval is None:
        _end(export)
        raise DomainError("export.none", status=409)
    stakes.await_witness(approval, seconds=3)
    with stakes.carrying_out(approval) as agreed:
        if agreed.terms["to"] != actor.log_name:
            raise DomainError("export.none", status=409)
        Export.objects.filter(pk=export.pk).update(released_at=clock.now(), done_at=clock.now())
        items = Item.objects.filter(box__in=boxes_of(case)).count()
        _record(ACT, case, actor, part, items=items, approval=agreed.ref)
    export.refresh_from_db()
    return export


def made(*, reference: str, digest: str, actor: Staff) -> Export:
    """Remember the hash of the file that the browser made, in the log too.  Raises `export.none` for a stranger's."""
    with audit.atomic():
        case, part = _case(reference, actor, Perm.PROPOSE)
        export = case.exports.filter(by=actor, digest="").exclude(released_at=None).order_by("-pk").first()
        if export is None:
            raise DomainError("export.none", status=409)
        export.digest = digest
        export.save(update_fields=["digest"])
        _record("export.made", case, actor, part, hash=digest)
    return export


def packed(*, reference: str, actor: Staff) -> Case:
    """Log that the sealed package was fetched; return its case.  Its content is sealed as it lies here."""
    with audit.atomic():
        case, part = _case(reference, actor, Perm.PROPOSE)
        _record("case.packed", case, actor, part, items=Item.objects.filter(box__in=boxes_of(case)).count())
    return case


def open_export(case: Case) -> Export | None:
    """Return what is asked for and neither declined nor done."""
    return case.exports.filter(done_at=None).exclude(confirmed=False).select_related("by").first()


def _end(export: Export) -> None:
    """What no witness saw in time, or was withdrawn, needs a new asking."""
    Export.objects.filter(pk=export.pk).update(confirmed=False)


def _case(reference: str, actor: Staff, perm: Perm, *, lock: bool = True) -> tuple[Case, str]:
    case = visible.case_for(actor, reference, lock=lock)
    visible.require_declared(actor, case)
    return case, visible.require(actor, perm, case).part


def _record(act: str, case: Case, actor: Staff, part: str, **d: object) -> None:
    said = {"step": STEP} if act.startswith("step.") else d
    audit.record(
        act, organisation=actor.organisation, actor=actor.log_name, role=part, case=case.log_ref, **said
    )
