"""What the pages of a revision show: the draft's parts, its differences, and the versions before."""

import json
from typing import Any

from whistle.access.selectors import duties
from whistle.accounts.models import Staff
from whistle.organisations.models import Organisation
from whistle.plan import editing, part_words, wording
from whistle.plan.changes import differences
from whistle.plan.document import Document, document_of
from whistle.plan.live import SEES_LIVE
from whistle.plan.models import Plan, PlanChange
from whistle.plan.selectors import plan_in_force, said
from whistle.plan.services.revision import draft_of


def may_write(person: Staff) -> bool:
    """Say whether a person may change a draft."""
    return bool(duties(person) & SEES_LIVE)


def octets(document: Document) -> bytes:
    """Return a document as JSON that people can read."""
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def shown(organisation: Organisation, person: Staff, language: str) -> dict[str, Any]:
    """Return what the page of a revision needs."""
    plan, draft = plan_in_force(organisation), draft_of(organisation)
    if draft is None:
        return {"draft": None, "plan": plan, "version": plan.version if plan else 0}
    document = document_of(draft)
    last = PlanChange.objects.filter(organisation=organisation, version=draft.version).first()
    before = document_of(plan) if plan else None
    return {
        "draft": draft,
        "plan": plan,
        "version": draft.version,
        "council_ref": draft.council_ref,
        "changes": [part_words.change_words(it) for it in differences(before, document)] if before else [],
        "lists": [_list(document, kind, language) for kind in editing.KINDS],
        "mine": last is not None and last.by == person.log_name,
        "changed_by": name_of(organisation, last.by) if last else "",
        "changed_on": wording.day(last.at.date()) if last else "",
    }


def versions(organisation: Organisation) -> list[dict[str, Any]]:
    """Return the adopted versions, newest first, with what changed in each."""
    rows = list(Plan.objects.filter(organisation=organisation).exclude(status="draft").order_by("version"))
    found: list[dict[str, Any]] = []
    for plan, before in zip(rows, [None, *rows], strict=False):
        document = document_of(plan)
        changes = differences(document_of(before), document) if before else []
        found.append(
            {
                "version": plan.version,
                "council_ref": plan.council_ref,
                "decided_on": wording.day(plan.decided_on),
                "in_force": plan.status in Plan.IN_FORCE,
                "hash": plan.hash,
                "first": before is None,
                "changes": [part_words.change_words(it) for it in changes],
            }
        )
    return found[::-1]


def name_of(organisation: Organisation, log_name: str) -> str:
    """Return the name of whoever bears a name in the log; nothing for nobody."""
    found = Staff.objects.filter(organisation=organisation, log_name=log_name).first() if log_name else None
    return found.name if found else ""


def _list(document: Document, kind: str, language: str) -> dict[str, Any]:
    if kind == "plan":
        lines = [{"code": "", "text": said(document["title"], language)}]
    else:
        lines = [
            {"code": it["id"], "text": said(it.get("text") or it["name"], language)}
            for it in editing.parts(document, kind)
        ]
    return {
        "kind": kind,
        "word": part_words.kind_word(kind),
        "one": part_words.one_word(kind),
        "lines": lines,
        "adds": kind != "plan",
    }
