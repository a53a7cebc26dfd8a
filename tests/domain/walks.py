"""Random people who do random things to a case, and a table that says which of them may succeed.

The walk speaks to the services with ciphertext of the right shape: a server cannot tell it from the real thing.
"""

import os
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from cases.models import Case, Proposal
from cases.records import BY_NAME, KINDS, Field, Kind
from cases.services import agree, correspond, move, needs, records
from cases.services.records import NewRecord
from cases.workflow import CLOSING_CODES, STEPS, Need, State, Step
from whistle.accounts.models import Staff
from whistle.audit.models import Entry
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.ids import new_id
from whistle.core.policy import MATRIX, Part, Perm
from whistle.store.models import Box, Item
from whistle.store.services.items import NewItem
from whistle.vault import item as envelope
from whistle.vault.item import Author
from whistle.vault.item import Kind as ItemKind

KIND_OF = {  # what a need is met by writing
    Need.ASSESSMENT: "assessment", Need.ALLEGATIONS: "allegation", Need.FINDINGS: "allegation", Need.OUTCOMES: "allegation",
    Need.MANDATE: "mandate", Need.QUESTION: "question", Need.FORWARDING: "forwarding", Need.INVITED: "reply",
    Need.REPLIED: "reply", Need.HEARD: "reply", Need.INFORMED: "person", Need.LETTERS: "person",
    Need.POLICE: "police", Need.CONCLUSION: "conclusion", Need.MEASURES: "measure", Need.MEASURES_DONE: "measure",
    Need.TASKS: "task", Need.RETENTION: "retention", Need.BASIS: "retention", Need.NO_HOLD: "hold",
    Need.NO_REQUEST: "request", Need.REOPENING: "reopening", Need.CARED: "care",
}  # fmt: skip


@dataclass
class Walk:
    """One case and the people around it; `accepted` counts what the table let through."""

    case: Case
    people: list[Staff]
    chance: Random
    keen: bool = False
    accepted: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    states: set[str] = field(default_factory=set)

    @property
    def shun(self) -> set[State | None]:
        """Where somebody who wants to get the whole way does not go before it was gone once."""
        away = {State.FORWARDED, State.WAITING, State.HEARING, State.DELETED, None}
        if not self.keen:
            return set()
        return away if State.FOLLOW_UP in self.states else away | {State.CLOSED}

    def go(self) -> None:
        """Do one random thing; check that it left exactly what the table allows."""
        actor = self.chance.choice(self.people)
        before, entries = Case.objects.get(pk=self.case.pk), Entry.objects.count()
        acts = (
            self.step,
            self.step,
            self.decide,
            self.decide,
            self.missing,
            self.letter,
            self.write,
            self.agree,
        )
        if self.keen:  # get on with it
            acts = (self.step, self.decide, self.missing, self.missing, self.missing, self.letter, self.agree)
        act = self.chance.choice(acts)
        try:
            written = act(before, actor)
        except DomainError as refused:
            after = Case.objects.get(pk=self.case.pk)
            assert Entry.objects.count() == entries, "a refusal is no entry"
            assert (after.state, after.version) == (before.state, before.version), "a refusal changes nothing"
            self.refused[refused.code] = self.refused.get(refused.code, 0) + 1
            says_so = len(str(refused.details.get("message", ""))) > 30 and bool(refused.details.get("needs"))
            assert says_so or refused.code != "step.lacks", "a refusal says what is missing"  # noqa: PT017
            return
        after = Case.objects.get(pk=self.case.pk)
        assert Entry.objects.count() - entries == written, f"{act.__name__}: one entry for each accepted act"
        assert after.version > before.version or written == 0
        self.accepted += bool(written)
        self.states.add(after.state)

    def part(self, actor: Staff) -> frozenset[Perm]:
        held = self.case.assignments.filter(staff=actor).first()
        return MATRIX[Part(held.part)] if held else frozenset()

    def step(self, case: Case, actor: Staff) -> int:
        """Take or propose any step of the table, fitting or not."""
        wanted = self.chance.choice(STEPS)
        if self.chance.random() < 0.7:  # more often one that leaves from here, or walks would not get far
            here = [s for s in STEPS if case.state in s.sources and s.target not in self.shun]
            wanted = self.chance.choice(here or STEPS)
        codes = {}
        if Need.OUTCOME in wanted.needs:
            codes = {"lesson": "none", "outcome": needs.Facts(case).outcome or "unfounded"}
            if self.chance.random() < 0.2:
                codes = {
                    self.chance.choice(sorted(CLOSING_CODES)): self.chance.choice(["none", "words, words"])
                }
        version = case.version - (self.chance.random() < 0.05)
        lacked = needs.lacking(wanted, case, codes) if not wanted.own else []
        moved = move.take_step(
            reference=case.reference, name=wanted.name, version=version, codes=codes, actor=actor
        )
        assert case.state in wanted.sources, "only arrows of the table"
        assert not wanted.own
        assert not lacked, "nothing is missing"
        assert wanted.may in self.part(actor)
        assert version == case.version
        assert moved.state == (case.state if wanted.second else _leads(wanted, case))
        return 1

    def decide(self, case: Case, actor: Staff) -> int:
        """Confirm or decline what waits."""
        waiting = Proposal.objects.filter(case=case, decided_at=None).first()
        confirm = self.chance.random() < 0.85
        moved = move.decide(reference=case.reference, confirm=confirm, version=case.version, actor=actor)
        assert waiting is not None
        assert waiting.by_id != actor.pk, "two people"
        assert Perm.DECIDE in self.part(actor)
        wanted = next(step for step in STEPS if step.name == waiting.step)
        assert moved.state == (_leads(wanted, case) if confirm else case.state)
        return 1

    def agree(self, case: Case, actor: Staff) -> int:
        """Be the second person of some record, waiting or not."""
        rows = list(case.records.filter(current=True))
        waiting = [row for row in rows if row.second and row.agreed is None]
        row = self.chance.choice(waiting or rows or [None])
        place = (row.kind, row.number, row.version) if row else ("hold", 1, 1)
        yes = self.chance.random() < 0.8
        kind, number, version = place
        agree.answer(
            reference=case.reference, kind=kind, number=number, version=version, agree=yes, actor=actor
        )
        assert row in waiting, "only what waits is answered"
        assert row.by_id != actor.pk, "two people"
        assert Perm.DECIDE in self.part(actor)
        return 1

    def write(self, case: Case, actor: Staff) -> int:
        """Write any record, new or changed."""
        return self._record(case, actor, self.chance.choice(KINDS))

    def missing(self, case: Case, actor: Staff) -> int:
        """Write what some step from here lacks."""
        steps = [s for s in STEPS if case.state in s.sources and not s.own and s.target not in self.shun]
        lacked = needs.lacking(self.chance.choice(steps), case) if steps else []
        kinds = [KIND_OF[need] for need in lacked if need in KIND_OF]
        if not kinds:
            return self.letter(case, actor)
        return self._record(case, actor, BY_NAME[self.chance.choice(kinds)])

    def letter(self, case: Case, actor: Staff) -> int:
        """Write to the reporter."""
        act = self.chance.choice((correspond.acknowledge, correspond.give_feedback, correspond.answer))
        mailbox = Box.objects.get(of_case__case=case, kind=Box.Kind.MAILBOX)
        act(reference=case.reference, items=[self._item(mailbox, actor, ItemKind.MESSAGE)], actor=actor)
        assert Perm.CORRESPOND in self.part(actor)
        assert act is not correspond.acknowledge or case.state == State.RECEIVED
        return 1

    def _record(self, case: Case, actor: Staff, kind: Kind) -> int:
        rows = list(case.records.filter(kind=kind.name, current=True))
        old = self.chance.choice(rows) if rows and (kind.single or self.chance.random() < 0.6) else None
        codes = {}
        for each in kind.fields:
            value = self._value(case, each, end=kind.done is not None and each.name == kind.done[0])
            if value is not None:
                codes[each.name] = value
        if kind.done and self.chance.random() < 0.6:
            codes[kind.done[0]] = self.chance.choice(sorted(kind.done[1]))
        place = (old.number, old.version + 1) if old else (len(rows) + 1, 1)
        room = Box.objects.get(of_case__case=case, kind=Box.Kind.ROOM)
        due = clock.today() + timedelta(days=self.chance.randint(1, 60))
        new = NewRecord(kind.name, *place, codes, due)
        records.write(
            reference=case.reference, new=new, items=[self._item(room, actor, ItemKind.NOTE)], actor=actor
        )
        assert kind.may in self.part(actor)
        assert case.state != State.CLOSED or kind.closed
        return 2 if kind.name == "assessment" else 1  # what it is about stands in the log apart

    def _value(self, case: Case, each: Field, *, end: bool) -> str | list[str] | None:
        if each.colleague:
            held = list(case.assignments.values_list("staff__ref", flat=True))
            return held if each.many else self.chance.choice(held)
        if each.items:  # some thing of the case, whether it may be named or not
            ids = list(Item.objects.filter(box__of_case__case=case).values_list("item_id", flat=True))
            return [self.chance.choice(ids)]
        if each.about:
            numbers = list(
                case.records.filter(kind=each.about, current=True).values_list("number", flat=True)
            )
            chosen = str(self.chance.choice(numbers)) if numbers else None
            return [chosen] if chosen and each.many else chosen
        if not each.needed and not end and self.chance.random() < 0.3:
            return None
        value = self.chance.choice(each.values)
        return [value] if each.many else value

    def _item(self, box: Box, actor: Staff, kind: int) -> NewItem:
        box.refresh_from_db()
        seq = 1 + Item.objects.filter(box=box, author=actor.ref).count()
        body = os.urandom(envelope.body_size(64))
        return NewItem(new_id(), kind, box.epoch, Author.OFFICER, seq, os.urandom(envelope.HEADER_SIZE), body)


def _leads(wanted: Step, case: Case) -> str:
    return wanted.leads(confirmed=case.acknowledged_on is not None) or case.state


def later(day: date, chance: Random) -> date:
    """Return some later day: mostly the next, now and then years ahead."""
    return day + timedelta(days=chance.choice((0, 0, 1, 1, 3, 20, 400)))
