"""Filing a record: the sealed item goes into the case's room, its codes and dates into a row."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from cases.codes import CATEGORIES
from cases.models import Case, Record
from cases.records import LAST_NUMBER, Codes, Due, Field, Kind, admitted, is_done, kind_of, needs_second
from cases.selectors import visible
from cases.selectors.mailboxes import whole
from cases.selectors.restricted import keeps_too_long, keeps_too_short
from cases.services import internal, panel, removal
from cases.services.attention import refresh
from cases.services.correspond import INTERNAL, NewRoom, file_items, make_room
from cases.services.extension import may_be_extended
from cases.services.needs import Facts, shortens
from cases.workflow import State
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.core import clock, deadlines
from whistle.core.errors import DomainError
from whistle.store.models import Box, Item
from whistle.store.services.items import NewItem
from whistle.vault.item import Kind as ItemKind

REVIEW = timedelta(days=30)  # an exemption from informing somebody is looked at again: Personal Data Act § 16


@dataclass(frozen=True)
class NewRecord:
    """A record as it arrives: `number` counts from 1 within its kind, `version` is the one it makes."""

    kind: str
    number: int
    version: int
    codes: dict[str, Any] = field(default_factory=dict)
    due_on: date | None = None


def write(
    *, reference: str, new: NewRecord, items: list[NewItem], actor: Staff, room: NewRoom | None = None
) -> Record:
    """File one version of a record; the case's room is opened with it when there is none.

    Raises `record.unknown` and `record.codes` for what the table does not hold, `record.closed` for a kind that is
    not written in a closed case, `record.due` without a date where one is needed, and `case.moved_on` when a
    colleague wrote the number or the version first.
    """
    kind = kind_of(new.kind)
    with audit.atomic():
        case = visible.case_for(actor, reference, lock=True)
        visible.require_declared(actor, case)
        part = visible.require(actor, kind.may, case).part
        codes = admitted(kind, new.codes)
        _may_stand(case, kind, codes)
        before = _before(case, kind, new)
        if kind.name == panel.VOTE:
            panel.may_vote(case, codes, before, actor)
        if kind.name == panel.AGENDA:
            panel.may_stand(case, codes, before)
        if kind.name == removal.KIND:
            removal.refuse(case, codes, before)
        box = _room(case, room, actor, part)
        item = _note(file_items(box, items, actor, INTERNAL))
        row = _row(case, kind, new, codes, before, item, actor)
        case.version += 1
        case.save(update_fields=["version"])
        _log(row, kind, actor, part)
        refresh(case)
    return row


def _may_stand(case: Case, kind: Kind, codes: Codes) -> None:
    if State.CLOSED in (case.state, whole(case).state) and not kind.closed:
        raise DomainError("record.closed", status=409)
    for wanted in kind.fields:
        if wanted.name in codes:
            _may_name(case, wanted, codes[wanted.name])
    _by_its_kind(case, kind, codes)


def _may_name(case: Case, wanted: Field, value: str | list[str]) -> None:
    named = set(value) if isinstance(value, list) else {value}
    if wanted.colleague and case.assignments.filter(staff__ref__in=named).count() != len(named):
        raise DomainError("record.codes", status=422, fields=[wanted.name])
    numbers = {int(str(each)) for each in named} if wanted.about else set()
    if case.records.filter(kind=wanted.about, number__in=numbers, current=True).count() != len(numbers):
        raise DomainError("record.codes", status=422, fields=[wanted.name])


def _by_its_kind(case: Case, kind: Kind, codes: Codes) -> None:
    match kind.name:
        case "person" if codes["notice"] == "exempt" and "ground" not in codes:
            raise DomainError("record.codes", status=422, fields=["ground"])
        case "retention" if keeps_too_long(str(codes["class"]), case.records.filter(current=True)):
            raise DomainError("retention.crime", status=409)
        case "retention" if case.outcome and keeps_too_short(str(codes["class"]), case.outcome):
            raise DomainError("retention.short", status=409)
        case "extension":
            may_be_extended(case)
        case "internal":
            internal.refuse(case, codes)
        case "request" | "insight":
            internal.refuse_answer(case, codes)


def _before(case: Case, kind: Kind, new: NewRecord) -> Record | None:
    """Return the version this one supersedes, None for a new record; refuse any other place."""
    mine = case.records.filter(kind=kind.name, current=True)
    if new.version > 1:
        before = mine.filter(number=new.number).first()
        if before is None or before.version != new.version - 1:
            raise DomainError("case.moved_on", status=409)
        return before
    if new.version != 1 or new.number != mine.count() + 1 or (kind.single and new.number > 1):
        raise DomainError("case.moved_on", status=409)
    if new.number > LAST_NUMBER:
        raise DomainError("record.too_many", status=409)
    return None


def _room(case: Case, room: NewRoom | None, actor: Staff, part: str) -> Box:
    found = Box.objects.filter(of_case__case=case, kind=Box.Kind.ROOM).first()
    if found is not None:
        return found
    if room is None:
        raise DomainError("box.wrong", status=409)
    return make_room(case, room, actor, part)


def _note(rows: list[Item]) -> Item:
    note = next((row for row in rows if row.kind == ItemKind.NOTE), None)
    if note is None:
        raise DomainError("item.malformed")
    return note


def _row(
    case: Case, kind: Kind, new: NewRecord, codes: Codes, before: Record | None, item: Item, actor: Staff
) -> Record:
    second = needs_second(kind, codes) or (kind.shortening and shortens(Facts(case), str(codes["class"])))
    if before is not None:
        Record.objects.filter(pk=before.pk).update(current=False)
    ended = is_done(kind, codes) and not second
    return Record.objects.create(
        case=case,
        kind=kind.name,
        number=new.number,
        version=new.version,
        item=item,
        codes=codes,
        due_on=_due(case, kind, new, codes, before),
        done_on=((before and before.done_on) or clock.today()) if ended else None,
        made_on=before.made_on if before else clock.today(),
        by=actor,
        at=clock.now(),
        second=second,
    )


def _due(case: Case, kind: Kind, new: NewRecord, codes: Codes, before: Record | None) -> date | None:
    made_on = before.made_on if before else clock.today()
    match kind.due:
        case Due.NONE:
            return None
        case Due.GIVEN | Due.MAYBE:
            due = new.due_on or (before.due_on if before else None)
            if due is None and kind.due == Due.GIVEN:
                raise DomainError("record.due", status=422)
            return due
        case Due.NOTICE:
            # an exemption moves the date when a second person has agreed to it: `cases.services.agree`
            kept = before.due_on if before and codes["notice"] == "exempt" else None
            return kept or deadlines.notice_due(made_on)
        case Due.REQUEST:
            return deadlines.request_due(made_on, extended=codes["extended"] == "yes")
        case Due.WORKDAYS:
            return deadlines.insight_due(made_on)
        case Due.BREACH:
            return deadlines.breach_due(made_on)
        case Due.CARE:
            return _asked_on(case, str(codes["check"]))
        case Due.TARGET:
            return new.due_on or (before and before.due_on) or _target(case)


def _asked_on(case: Case, check: str) -> date | None:
    """Return when this check is due; None for a talk between them."""
    begun = case.acknowledged_on or case.received_on
    return deadlines.care_due(check, begun, case.closed_on) if check in deadlines.CARE_AFTER else None


def _target(case: Case) -> date:
    assessed = case.records.filter(kind="assessment", current=True).first()
    return deadlines.target_due(clock.today(), str(assessed.codes["seriousness"]) if assessed else "3")


def _log(row: Record, kind: Kind, actor: Staff, part: str) -> None:
    about: dict[str, Any] = {
        "organisation": actor.organisation, "actor": actor.log_name, "role": part, "case": row.case.log_ref
    }  # fmt: skip
    if kind.name == "assessment" and not row.case.probe:  # a rehearsal stays out of the yearly report
        # of several categories the table's first: corruption stands at the top of it
        main = min(row.codes["categories"], key=CATEGORIES.index)
        audit.record("case.assessed", category=main, track=row.codes["track"], **about)
    shown = row.codes.get(kind.told) if kind.told else None
    audit.record(
        "record.written",
        item=row.item.item_hash,
        kind=row.kind,
        number=row.number,
        version=row.version,
        **({"code": shown} if shown else {}),
        **about,
    )
