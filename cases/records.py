"""What is written about a case beside letters and notes, as one table.

A *record* is a sealed item in the case's room that only browsers read, and a row with the codes and dates of this
table, which is all that the server knows of it.  Forms, errors, clocks, the handbook and the tests are made from here.
A newer version supersedes an older one; nothing is overwritten.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from cases.codes import (
    CATEGORIES,
    CAUSES,
    CONSEQUENCES,
    EXEMPTIONS,
    GRADES,
    NO_FEEDBACK,
    OUTCOMES,
    RETENTION,
    TRACKS,
    YES_NO,
)
from whistle.core.errors import DomainError
from whistle.core.ids import is_id
from whistle.core.policy import Perm

Codes = dict[str, str | list[str]]
LAST_NUMBER = 500  # records of one kind on one case


class Due(StrEnum):
    """Where the date by which a record must be done comes from."""

    NONE = "none"
    GIVEN = "given"  # whoever writes it says when
    MAYBE = "maybe"  # they may say when
    NOTICE = "notice"  # C3: a month; an exemption is looked at again after 30 days
    REQUEST = "request"  # C6: a month, two more with a reason (GDPR art. 12(3))
    WORKDAYS = "workdays"  # C9: three working days
    BREACH = "breach"  # C7: 72 hours, counted as three dates (GDPR art. 33)
    CARE = "care"  # C5: by what the check is called
    TARGET = "target"  # C4: by how serious the case is, or what is given


@dataclass(frozen=True)
class Field:
    """One code of a record: a choice of `values`, the number of a record of the kind `about`, or colleagues."""

    name: str
    values: tuple[str, ...] = ()
    many: bool = False
    needed: bool = True
    about: str = ""
    colleague: bool = False

    def admits(self, value: object) -> bool:
        """Return whether this value may stand in the database.

        >>> Field("state", ("open", "done")).admits("open"), Field("state", ("open",)).admits("Anna")
        (True, False)
        """
        if self.many:
            return (
                isinstance(value, list)
                and len(set(value)) == len(value)
                and all(map(self._admits_one, value))
            )
        return self._admits_one(value)

    def _admits_one(self, value: object) -> bool:
        if self.colleague:
            return is_id(value)
        if self.about:
            return isinstance(value, str) and value in _NUMBERS
        return isinstance(value, str) and value in self.values


_NUMBERS = frozenset(str(number) for number in range(1, LAST_NUMBER + 1))


@dataclass(frozen=True)
class Kind:
    """One kind of record.

    `texts` name the sealed parts, the first of them required; `done` is the field and the values that end it; `told`
    is the field whose code stands in the log; `closed` kinds may be written when the case is closed.
    """

    name: str
    fields: tuple[Field, ...]
    texts: tuple[str, ...]
    single: bool = False
    due: Due = Due.NONE
    done: tuple[str, frozenset[str]] | None = None
    may: Perm = Perm.CORRESPOND
    closed: bool = False
    told: str = ""
    files: bool = False

    def field(self, name: str) -> Field | None:
        """Return the field of this name, or None."""
        return next((field for field in self.fields if field.name == name), None)


def _one(name: str, *values: str, needed: bool = True) -> Field:
    return Field(name, values, needed=needed)


def _many(name: str, values: tuple[str, ...]) -> Field:
    return Field(name, values, many=True)


def _of(name: str, about: str, *, needed: bool = True) -> Field:
    return Field(name, about=about, needed=needed)


def _ends(name: str, *values: str) -> tuple[str, frozenset[str]]:
    return name, frozenset(values)


KINDS: tuple[Kind, ...] = (
    Kind("title", (), ("title", "summary"), single=True, closed=True),  # what colleagues find the case by
    # what the report is, and what is to be done with it (the duty to assess: aml. § 2 A-3)
    Kind(
        "assessment",
        (
            _one("danger", *YES_NO),
            _one("scope", "yes", "partly", "no"),
            _one("track", *TRACKS),
            _many("categories", CATEGORIES),
            _one("seriousness", *GRADES),
            _one("protection_risk", *GRADES),
            _one("plausibility", "low", "medium", "high", "unknown"),
            _one("verifiable", "yes", "partly", "no"),
            _one("preserve", *YES_NO),
        ),
        ("reason", "planned"),
        single=True,
        told="seriousness",
    ),
    Kind(
        "allegation",
        (_one("category", *CATEGORIES), _one("outcome", *OUTCOMES, needed=False)),
        ("what", "finding"),
        told="outcome",
    ),
    # everybody named in the case is owed information within a month, or a reasoned exemption (C3)
    Kind(
        "person",
        (
            _one("role", "subject", "witness", "reporter", "other"),
            _one("notice", "not_yet", "sent", "exempt"),
            _one("ground", *EXEMPTIONS, needed=False),
            _one("letter", "not_yet", "sent", "not_needed", needed=False),
        ),
        ("name", "relation", "notice_text", "reason"),
        due=Due.NOTICE,
        done=_ends("notice", "sent"),
        told="notice",
        closed=True,
    ),
    Kind(
        "reply",  # what was put to the person concerned, and what they said
        (_of("person", "person"), _one("state", "invited", "received", "declined", "no_answer")),
        ("put", "withheld", "reply"),
        due=Due.GIVEN,
        done=_ends("state", "received", "declined", "no_answer"),
        told="state",
        files=True,
    ),
    Kind(
        "mandate",
        (),
        ("scope", "plan", "team", "reporting", "preserve"),
        single=True,
        due=Due.TARGET,
    ),
    Kind(
        "pause",  # of the investigation's clock (C4)
        (_one("why", "police", "third_party"), _one("state", "on", "over")),
        ("reason",),
        done=_ends("state", "over"),
        told="state",
    ),
    Kind(
        "task",
        (_one("state", "open", "done", "dropped"), Field("colleague", needed=False, colleague=True)),
        ("what", "result"),
        due=Due.MAYBE,
        done=_ends("state", "done", "dropped"),
        closed=True,
    ),
    Kind(
        "interview",
        (
            _of("person", "person", needed=False),
            _one("form", "meeting", "phone", "video", "writing"),
            _one(
                "state",
                "planned",
                "held",
                "sent_for_approval",
                "approved",
                "corrected",
                "disagreed",
                "cancelled",
            ),
        ),
        ("questions", "minutes"),
        due=Due.MAYBE,
        done=_ends("state", "approved", "corrected", "disagreed", "cancelled"),
        files=True,
        told="state",
    ),
    Kind(
        "evidence",
        (
            _one("type", "document", "file", "statement", "observation", "object"),
            _of("allegation", "allegation", needed=False),
        ),
        ("what", "source", "sha256"),
        files=True,
    ),
    Kind(
        "question",  # asked of the reporter, and what happens without an answer
        (_one("state", "open", "answered", "no_answer"),),
        ("question", "otherwise"),
        due=Due.GIVEN,
        done=_ends("state", "answered", "no_answer"),
    ),
    Kind(
        "forwarding",
        (
            _one("to", "leader", "staff_office", "complaints", "service", "supervision", "police", "other"),
            _one("basis", "consent", "nothing_identifying"),
            _one("objects", *YES_NO),
        ),
        ("reason", "reply"),
        single=True,
        told="to",
    ),
    Kind(
        "police",
        (_one("state", "considered", "reported", "not_reported"), _one("silence", *YES_NO)),
        ("decision", "shared", "receipt"),
        single=True,
        told="state",
        files=True,
    ),
    # how it ends
    Kind(
        "conclusion",
        (
            _many("consequences", CONSEQUENCES),
            _one("cause", *CAUSES),
            _one("measures", "proposed", "none"),
        ),
        ("facts", "assessment", "minority", "lesson", "no_measure"),
        single=True,
        files=True,
    ),
    Kind(
        "measure",
        (_one("state", "proposed", "agreed", "done", "in_plan", "dropped"),),
        ("what", "owner"),
        due=Due.GIVEN,
        done=_ends("state", "done", "in_plan", "dropped"),
        told="state",
        closed=True,
    ),
    Kind("no_feedback", (_one("why", *NO_FEEDBACK),), ("reason",), single=True, told="why"),
    Kind(
        "reopening",
        (_one("why", "new_facts", "complaint", "fault"),),
        ("reason",),
        told="why",
        closed=True,
    ),
    # what the law asks for on the side
    Kind(
        "care",  # how the reporter fares (C5)
        (
            _one("check", "d30", "d90", "closing", "after90", "after180", "after365"),
            _one("state", "asked", "well", "concern", "no_answer"),
        ),
        ("what",),
        due=Due.CARE,
        done=_ends("state", "well", "concern", "no_answer"),
        closed=True,
    ),
    Kind(
        "request",  # of somebody for their own data (C6)
        (
            _one("right", "access", "source", "rectify", "erase", "restrict", "object"),
            _one("state", "open", "granted", "partly", "refused", "withdrawn"),
            _one("extended", *YES_NO),
        ),
        ("what", "answer"),
        due=Due.REQUEST,
        done=_ends("state", "granted", "partly", "refused", "withdrawn"),
        told="state",
        closed=True,
        files=True,
    ),
    Kind(
        "insight",  # into documents: party, public, control committee, auditor (C9)
        (
            _one("basis", "party", "public", "control_committee", "auditor"),
            _one("state", "open", "granted", "partly", "refused"),
        ),
        ("what", "answer"),
        due=Due.WORKDAYS,
        done=_ends("state", "granted", "partly", "refused"),
        told="state",
        closed=True,
        files=True,
    ),
    Kind(
        "breach",  # of the security of personal data (C7)
        (_one("state", "open", "notified", "not_notified"),),
        ("what", "reason"),
        due=Due.BREACH,
        done=_ends("state", "notified", "not_notified"),
        told="state",
        closed=True,
    ),
    Kind(
        "hold",  # nothing of the case may be deleted
        (_one("why", "police", "court", "dispute", "request", "archive"), _one("state", "on", "lifted")),
        ("reason",),
        due=Due.GIVEN,
        done=_ends("state", "lifted"),
        may=Perm.DECIDE,
        told="state",
        closed=True,
    ),
    Kind(
        "retention",
        (
            _one("class", *RETENTION),
            _one("basis", "archive_rule", "national_archive", "own_rule", "missing"),
        ),
        ("reason",),
        single=True,
        told="class",
        closed=True,
    ),
    # the panel
    Kind(
        "agenda",
        (
            Field("members", many=True, colleague=True),  # who is to vote
            _one("state", "open", "decided", "withdrawn"),
            _one("decision", "yes", "no", "other", needed=False),
        ),
        ("question", "proposal", "reason"),
        due=Due.GIVEN,
        done=_ends("state", "decided", "withdrawn"),
        told="state",
        closed=True,
    ),
    Kind(
        "vote",
        (_of("agenda", "agenda"), _one("vote", "yes", "no", "abstain", "recused")),
        ("reason",),
        may=Perm.READ,
        closed=True,
    ),
)

BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(name: str) -> Kind:
    """Return the kind of this name.  Raises `record.unknown` for one the table does not hold.

    >>> kind_of("task").due
    <Due.MAYBE: 'maybe'>
    """
    if name not in BY_NAME:
        raise DomainError("record.unknown", status=422)
    return BY_NAME[name]


def admitted(kind: Kind, codes: Mapping[str, object]) -> Codes:
    """Return the codes that may stand in the database, the empty ones left out.

    Raises `record.codes` for a name or value the table does not hold, and for one that is needed and missing.

    >>> admitted(kind_of("task"), {"state": "open", "colleague": ""})
    {'state': 'open'}
    >>> admitted(kind_of("task"), {"state": "call Anna"})
    Traceback (most recent call last):
    whistle.core.errors.DomainError: record.codes
    """
    given = {name: value for name, value in codes.items() if value not in ("", [], None)}
    fields = {field.name: field for field in kind.fields}
    wrong = [name for name, value in given.items() if name not in fields or not fields[name].admits(value)]
    missing = [field.name for field in kind.fields if field.needed and field.name not in given]
    if wrong or missing:
        raise DomainError("record.codes", status=422, fields=sorted({*wrong, *missing} & fields.keys()))
    return {name: value for name, value in given.items() if isinstance(value, str | list)}


def is_done(kind: Kind, codes: Mapping[str, object]) -> bool:
    """Return whether these codes end a record of this kind.

    >>> is_done(kind_of("task"), {"state": "done"})
    True
    """
    return kind.done is not None and codes.get(kind.done[0]) in kind.done[1]
