"""What is written about a case beside letters and notes, as one table.

A *record* is a sealed item in the case's room that only browsers read, and a row with the codes and dates of this
table, which is all that the server knows of it.  Forms, errors, clocks, the handbook and the tests are made from here.
A newer version supersedes an older one; nothing is overwritten.
"""

from cases.codes import (
    CATEGORIES,
    CAUSES,
    CONSEQUENCES,
    EXEMPTIONS,
    EXTENSION,
    GRADES,
    NO_FEEDBACK,
    OUTCOMES,
    TRACKS,
    YES_NO,
)
from cases.record_shapes import (
    LAST_NUMBER,
    Codes,
    Due,
    Field,
    Kind,
    admitted,
    also,
    ends,
    is_done,
    many,
    needs_second,
    of,
    one,
    when,
)
from cases.records_aside import ASIDE
from whistle.core.errors import DomainError

KINDS: tuple[Kind, ...] = (
    Kind("title", (), ("title", "summary"), single=True, closed=True),  # what colleagues find the case by
    # what the report is, and what is to be done with it (the duty to assess: aml. § 2 A-3)
    Kind(
        "assessment",
        (
            one("danger", *YES_NO),
            one("scope", "yes", "partly", "no"),
            one("track", *TRACKS),
            many("categories", CATEGORIES),
            one("seriousness", *GRADES),
            one("protection_risk", *GRADES),
            one("plausibility", "low", "medium", "high", "unknown"),
            one("verifiable", "yes", "partly", "no"),
            one("preserve", *YES_NO),
        ),
        ("reason", "planned"),
        single=True,
        told="seriousness",
        also=(also("planned"),),  # the documented assessment says what is done first (aml. § 2 A-3)
    ),
    Kind(
        "allegation",
        (
            one("category", *CATEGORIES),
            one(
                "offence", *YES_NO, needed=False
            ),  # said to be a crime (GDPR art. 10): `selectors.restricted`
            one("outcome", *OUTCOMES, needed=False),
        ),
        ("what", "finding"),
        told="outcome",
        also=(also("finding", outcome=OUTCOMES),),
    ),
    # everybody named in the case is owed information within a month, or a reasoned exemption (C3)
    Kind(
        "person",
        (
            one("role", "subject", "witness", "reporter", "other"),
            one("protection", "ordinary", "extra", needed=False),
            one("notice", "not_yet", "sent", "letter", "exempt"),  # `letter`: on paper, by post or by hand
            one("ground", *EXEMPTIONS, needed=False),
            one("letter", "not_yet", "sent", "on_paper", "not_needed", needed=False),
        ),
        ("name", "relation", "notice_text", "reason", "letter_text"),
        due=Due.NOTICE,
        done=ends("notice", "sent", "letter"),
        told="notice",
        closed=True,
        second=(when(notice=("exempt",)),),
        also=(
            also("notice_text", notice=("sent", "letter")),
            also("reason", notice=("exempt",)),
            also("letter_text", letter=("sent", "on_paper")),
        ),
    ),
    Kind(
        "reply",  # what was put to the person concerned, and what they said
        (of("person", "person"), one("state", "invited", "received", "declined", "no_answer")),
        ("put", "withheld", "reply"),
        due=Due.GIVEN,
        done=ends("state", "received", "declined", "no_answer"),
        told="state",
        files=True,
        also=(also("reply", state=("received",)),),
    ),
    Kind(
        "mandate",
        (),
        ("scope", "plan", "team", "reporting", "preserve"),
        single=True,
        due=Due.TARGET,
        also=(also("plan"), also("team"), also("reporting")),
    ),
    Kind(
        "pause",  # of the investigation's clock (C4)
        (one("why", "police", "third_party"), one("state", "on", "over")),
        ("reason",),
        done=ends("state", "over"),
        told="state",
    ),
    Kind(
        "task",
        (one("state", "open", "done", "dropped"), Field("colleague", needed=False, colleague=True)),
        ("what", "result"),
        due=Due.MAYBE,
        done=ends("state", "done", "dropped"),
        closed=True,
    ),
    Kind(
        "interview",
        (
            of("person", "person", needed=False),
            one("form", "meeting", "phone", "video", "writing"),
            one(
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
        done=ends("state", "approved", "corrected", "disagreed", "cancelled"),
        files=True,
        told="state",
    ),
    Kind(
        "evidence",
        (
            one("type", "document", "file", "statement", "observation", "object"),
            of("allegation", "allegation", needed=False),
        ),
        ("what", "source", "sha256"),
        files=True,
    ),
    Kind(
        "question",  # asked of the reporter, and what happens without an answer
        (one("state", "open", "answered", "no_answer"),),
        ("question", "otherwise"),
        due=Due.GIVEN,
        done=ends("state", "answered", "no_answer"),
        also=(also("otherwise"),),
    ),
    Kind(
        "forwarding",
        (
            one("to", "leader", "staff_office", "complaints", "service", "supervision", "police", "other"),
            one("basis", "consent", "nothing_identifying"),
            one("objects", *YES_NO),
        ),
        ("reason", "reply"),
        single=True,
        told="to",
        also=(also("reply"),),
    ),
    Kind(
        "police",
        (one("state", "considered", "reported", "not_reported"), one("silence", *YES_NO)),
        ("decision", "shared", "receipt"),
        single=True,
        told="state",
        files=True,
        also=(also("shared", state=("reported",)),),
    ),
    # how it ends
    Kind(
        "conclusion",
        (
            many("consequences", CONSEQUENCES),
            one("cause", *CAUSES),
            one("measures", "proposed", "none"),
        ),
        ("facts", "assessment", "minority", "lesson", "no_measure"),
        single=True,
        files=True,
        also=(also("assessment"), also("no_measure", measures=("none",))),
    ),
    Kind(
        "measure",
        (one("state", "proposed", "agreed", "done", "in_plan", "dropped"),),
        ("what", "owner"),
        due=Due.GIVEN,
        done=ends("state", "done", "in_plan", "dropped"),
        told="state",
        closed=True,
        also=(also("owner"),),
    ),
    # nobody alone stops the clock for feedback (C2), and nobody alone moves it
    Kind("no_feedback", (one("why", *NO_FEEDBACK),), ("reason",), told="why", second=(when(),)),
    Kind("extension", (one("why", *EXTENSION),), ("reason",), single=True, told="why", second=(when(),)),
    Kind(
        "reopening",
        (one("why", "new_facts", "complaint", "fault"),),
        ("reason",),
        told="why",
        closed=True,
    ),
    *ASIDE,
)

__all__ = [
    "BY_NAME",
    "KINDS",
    "LAST_NUMBER",
    "Codes",
    "Due",
    "Field",
    "Kind",
    "admitted",
    "is_done",
    "kind_of",
    "needs_second",
]
BY_NAME = {kind.name: kind for kind in KINDS}


def kind_of(name: str) -> Kind:
    """Return the kind of this name.  Raises `record.unknown` for one the table does not hold.

    >>> kind_of("task").due
    <Due.MAYBE: 'maybe'>
    """
    if name not in BY_NAME:
        raise DomainError("record.unknown", status=422)
    return BY_NAME[name]
