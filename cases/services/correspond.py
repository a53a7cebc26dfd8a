"""Writing to the reporter and for colleagues: every text arrives sealed and signed by its author's browser."""

from dataclasses import dataclass

from cases.models import Case, CaseBox
from cases.selectors import visible
from cases.selectors.mailboxes import fed_back, mailbox_of, mailboxes, waits_since
from cases.services.attention import refresh
from cases.workflow import State, step
from whistle.access.services import boxes
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.channel.services import status
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Perm
from whistle.store.models import Box, Item, Seal
from whistle.store.services.items import NewItem, check, file
from whistle.vault.box import maker_box_id
from whistle.vault.item import Author, Kind
from whistle.vault.keys import key_id

LETTER = frozenset({Kind.MESSAGE, Kind.ATTACHMENT, Kind.DESCRIPTION})
INTERNAL = frozenset({Kind.NOTE, Kind.ATTACHMENT, Kind.DESCRIPTION, Kind.EVENT})
OFFICER = frozenset({Author.OFFICER})


def acknowledge(*, reference: str, items: list[NewItem], actor: Staff, mailbox: str = "") -> Case:
    """Send the human confirmation of receipt; clock C1 stops and assessment begins."""
    with audit.atomic():
        letter = write_letter(reference, items, actor, mailbox)
        case = letter.case
        case.state = step(case.state, "acknowledge").target or State.ASSESSMENT
        case.acknowledged_on = clock.today()
        case.contact = actor  # until somebody else is named: the reporter always has one person to turn to
        save(case)
        for owned in mailboxes(case):
            status.show(owned, State.ASSESSMENT, acknowledged_on=clock.today())
        _record("report.acknowledged", case, actor, letter.part, letter.message)
    return case


def answer(*, reference: str, items: list[NewItem], actor: Staff, mailbox: str = "") -> Case:
    """Send the reporter a message."""
    with audit.atomic():
        letter = write_letter(reference, items, actor, mailbox)
        save(letter.case)
        _record("reporter.answered", letter.case, actor, letter.part, letter.message)
    return letter.case


def give_feedback(*, reference: str, items: list[NewItem], actor: Staff, mailbox: str = "") -> Case:
    """Send feedback: what was done, why, and what comes next; clock C2 stops when every reporter has had it."""
    with audit.atomic():
        letter = write_letter(reference, items, actor, mailbox)
        case = letter.case
        if case.acknowledged_on is None:
            raise DomainError("step.no_contact", status=409)
        status.show(letter.mailbox, feedback_on=clock.today())
        case.feedback_on = fed_back(case)
        save(case)
        _record("feedback.sent", case, actor, letter.part, letter.message)
    return case


@dataclass(frozen=True)
class NewRoom:
    """The staff's own box of a case, as a browser made it."""

    box_id: str
    nonce: bytes
    sig_pub: bytes
    seals: list[NewSeal]


def open_room(*, reference: str, room: NewRoom, items: list[NewItem], actor: Staff) -> Case:
    """Open the staff's own box of a case with its first note, sealed to exactly those who read the mailbox."""
    with audit.atomic():
        case = _case_to_write(reference, actor)
        part = visible.require(actor, Perm.CORRESPOND, case).part
        _write_note(case, make_room(case, room, actor, part), items, actor, part)
    return case


def make_room(case: Case, new: NewRoom, actor: Staff, part: str) -> Box:
    """Return the case's new room.  Raises `room.exists`, `box.wrong`, and `grant.seals` for other readers."""
    if Box.objects.filter(of_case__case=case, kind=Box.Kind.ROOM).exists():
        raise DomainError("room.exists", status=409)
    made = maker_box_id(actor.organisation.ref_bytes, new.sig_pub, new.nonce).hex()
    if made != new.box_id or new.sig_pub != bytes(actor.key.sig_pub):
        raise DomainError("box.wrong", status=409)
    room = Box.objects.create(
        box_id=new.box_id,
        organisation=actor.organisation,
        kind=Box.Kind.ROOM,
        nonce=new.nonce,
        sig_pub=new.sig_pub,
        probe=case.probe,
        made_on=clock.today(),
    )
    case.boxes.create(box=room)
    readers = boxes.admit(room, new.seals)
    if {person.ref for person in readers} != _key_holders(mailboxes(case)):
        raise DomainError("grant.seals", status=409)
    audit.record(
        "room.opened", organisation=actor.organisation, actor=actor.log_name, role=part, case=case.log_ref
    )
    return room


def write_note(*, reference: str, items: list[NewItem], actor: Staff) -> Case:
    """Write an internal note; the reporter's code opens none of these."""
    with audit.atomic():
        case = _case_to_write(reference, actor)
        part = visible.require(actor, Perm.CORRESPOND, case).part
        room = Box.objects.filter(of_case__case=case, kind=Box.Kind.ROOM).first()
        if room is None:
            raise DomainError("box.wrong", status=409)
        _write_note(case, room, items, actor, part)
    return case


def file_items(box: Box, items: list[NewItem], actor: Staff, kinds: frozenset[int]) -> list[Item]:
    """Put an officer's sealed items into a box.  Raises `box.rekey_due` while the box waits for a new key."""
    if box.rekey_due:
        raise DomainError("box.rekey_due", status=409)
    checked = [check(actor.organisation.ref, box.box_id, item, roles=OFFICER, kinds=kinds) for item in items]
    author_key = key_id(bytes(actor.key.sig_pub)).hex()
    return file(box, checked, author=actor.ref, author_key=author_key, at=clock.now())


@dataclass(frozen=True)
class Letter:
    """A message to one reporter, filed."""

    case: Case
    mailbox: Box
    message: Item
    part: str


def write_letter(reference: str, items: list[NewItem], actor: Staff, box_id: str = "") -> Letter:
    """File a message to the reporter; the case waits for us no longer, unless another of its reporters does.

    Whoever calls it changes the case further, saves it and logs it, in the same transaction.
    """
    case = _case_to_write(reference, actor)
    part = visible.require(actor, Perm.CORRESPOND, case).part
    mailbox = mailbox_of(case, box_id)
    rows = file_items(mailbox, items, actor, LETTER)
    message = next((row for row in rows if row.kind == Kind.MESSAGE), None)
    if message is None:
        raise DomainError("item.malformed")
    CaseBox.objects.filter(box=mailbox).update(waits_since=None)
    case.reporter_waits_since = waits_since(case)
    return Letter(case, mailbox, message, part)


def _write_note(case: Case, room: Box, items: list[NewItem], actor: Staff, part: str) -> None:
    rows = file_items(room, items, actor, INTERNAL)
    note = next((row for row in rows if row.kind == Kind.NOTE), None)
    if note is None:
        raise DomainError("item.malformed")
    _record("note.written", case, actor, part, note)


def _case_to_write(reference: str, actor: Staff) -> Case:
    case = visible.case_for(actor, reference, lock=True)
    visible.require_declared(actor, case)
    return case


def _key_holders(owned: list[Box]) -> set[str]:
    """Return who holds the present key of the first of these boxes; nobody when there is none."""
    return {
        ref
        for box in owned[:1]
        for ref in Seal.objects.filter(box=box, epoch=box.epoch, holder=Seal.Holder.STAFF).values_list(
            "staff_ref", flat=True
        )
    }


def save(case: Case) -> None:
    """Save a case that somebody wrote in, and work out anew what it asks of whom."""
    case.version += 1
    case.save()
    refresh(case)


def _record(act: str, case: Case, actor: Staff, part: str, item: Item) -> None:
    audit.record(
        act,
        organisation=actor.organisation,
        actor=actor.log_name,
        role=part,
        case=case.log_ref,
        item=item.item_hash,
    )
