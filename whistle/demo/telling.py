"""Tells the demo's stories: every act is sealed, sent and logged as it would be, on its own day."""

import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby
from typing import Any

from cases.models import Case
from cases.services.adopt import adopt_new_reports, note_new_messages
from whistle.client.box import File
from whistle.client.desk import Desk, Person
from whistle.client.paperwork import before
from whistle.client.reporter import Reporter
from whistle.core import clock
from whistle.demo.ceremony import Enrolled
from whistle.demo.inside import Inside
from whistle.demo.papers import Paper
from whistle.demo.stories import PAPERWORK, Story
from whistle.organisations.models import Organisation

MORNING = time(8, 15)
Doing = Callable[[], object]


@dataclass
class Told:
    """A story under way."""

    story: Story
    code: str = ""
    reference: str = ""


class Teller:
    """Plays all stories of one organisation in the order of their days."""

    def __init__(
        self, organisation: Organisation, people: list[Enrolled], prefix: str, say: Callable[[str], None]
    ) -> None:
        self.organisation, self.prefix, self.say = organisation, prefix, say
        self.people = {enrolled.person.username.partition(".")[0]: enrolled for enrolled in people}
        self.desks: dict[str, Desk] = {}

    def tell(self, stories: tuple[Story, ...], besides: Iterable[tuple[date, Doing]] = ()) -> None:
        """Play every act of every story, oldest first; `besides` is what else happens, and on which day."""
        today = clock.today()
        acts: list[tuple[int, Doing]] = [(max(0, (today - day).days), do) for day, do in besides]
        for one in (Told(story) for story in stories):
            acts += [(day, partial(self._play, one, act)) for day, act in _acts(one.story)]
        acts.sort(key=lambda entry: -entry[0])
        count = 0
        for day, group in groupby(acts, key=lambda entry: entry[0]):
            morning = datetime.combine(today - timedelta(days=day), MORNING, tzinfo=clock.OSLO)
            for place, (_day, do) in enumerate(group):
                with clock.standing_at(morning + timedelta(minutes=3 * place)):
                    do()
                count += 1
                self.say(f"\r  {self.organisation.name}: {count} of {len(acts)} acts")
        self.say("\n")

    def _play(self, told: Told, act: Paper | tuple[str, str, str]) -> None:
        if isinstance(act, Paper):
            self._file(told, act)
            return
        who, what, words = act
        if what == "report":
            self._report(told)
        elif who == "reporter":
            reporter = Reporter("", transport=Inside(self.prefix))
            reporter.mailbox(told.code).reply(words)
            note_new_messages(self.organisation)
        else:
            self._at_the_desk(told, who, what, words)

    def _file(self, told: Told, paper: Paper) -> None:
        # `due` counts from the day the demo is made, the clock stands at the paper's own
        due = None if paper.due is None else clock.today() + timedelta(days=paper.day + paper.due)
        case = self._desk(paper.who).open(told.reference)
        texts: dict[str, Any] = dict(paper.texts)
        case.record(paper.kind, paper.codes, due_on=due.isoformat() if due else None, **texts)

    def _report(self, told: Told) -> None:
        before = self._visible()
        reporter = Reporter("", transport=Inside(self.prefix))
        files = [File("faktura.png", "image/png", picture())] if told.story.photo else []
        told.code = reporter.report(told.story.text, about=list(told.story.about), files=files).code
        adopt_new_reports(self.organisation)
        told.reference = (self._visible() - before).pop()

    def _visible(self) -> set[str]:
        return set(Case.objects.filter(organisation=self.organisation).values_list("reference", flat=True))

    def _at_the_desk(self, told: Told, who: str, what: str, words: str) -> None:
        case = self._desk(who).open(told.reference)
        act, _colon, detail = what.partition(":")
        if act == "step":
            codes = dict(told.story.codes)
            before(case, detail, PAPERWORK, outcome=codes.get("outcome", "substantiated"))
            case.step(detail, **(codes if detail.startswith("close") else {}))
        elif act == "share":
            case.share(self.people[detail].staff.ref)
        elif act == "confirm":
            case.decide()
        else:
            {
                "acknowledge": case.acknowledge,
                "answer": case.answer,
                "note": case.note,
                "feedback": case.give_feedback,
            }[act](words)

    def _desk(self, who: str) -> Desk:
        if who not in self.desks:
            enrolled = self.people[who]
            person = Person(enrolled.person.username, enrolled.passphrase, enrolled.totp_secret)
            self.desks[who] = Desk("", person, transport=Inside(self.prefix))
        return self.desks[who]


def _acts(story: Story) -> Iterator[tuple[int, Paper | tuple[str, str, str]]]:
    """The acts of a day come before its papers: what is filed about a case needs it to have been opened."""
    yield story.day, ("reporter", "report", "")
    for day, who, what, words in story.acts:
        yield day, (who, what, words)
    for paper in story.papers:
        yield paper.day, paper


def picture(width: int = 320, height: int = 200) -> bytes:
    """Return a small PNG of a made-up invoice: paper, a heading, lines of figures.

    >>> picture(8, 8)[:8]
    b'\\x89PNG\\r\\n\\x1a\\n'
    """
    rows = []
    for y in range(height):
        line = bytearray(b"\xff" * width)
        if 18 <= y < 30:
            line[20 : width // 2] = b"\x28" * max(0, width // 2 - 20)
        elif y > 50 and y % 16 < 4:
            line[20 : width - 90] = b"\xa0" * max(0, width - 110)
            line[width - 70 : width - 20] = b"\x60" * min(50, width)
        rows.append(b"\0" + bytes(line[:width]))

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"".join(rows)))
        + chunk(b"IEND", b"")
    )
