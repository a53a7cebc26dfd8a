"""Records of what the law asks for beside the investigation: care, rights, retention, the panel (see `cases.records`)."""

from cases.codes import REMOVAL, RETENTION, YES_NO
from cases.record_shapes import Due, Field, Kind, also, ends, of, one, things, when
from whistle.core.policy import Perm

ASIDE: tuple[Kind, ...] = (
    Kind(
        "care",  # how the reporter fares (C5)
        (
            one("check", "d30", "d90", "closing", "after90", "after180", "after365", "between"),
            one("state", "asked", "well", "concern", "no_answer"),
        ),
        ("what",),
        due=Due.CARE,
        done=ends("state", "well", "concern", "no_answer"),
        closed=True,
    ),
    Kind(
        "protection",  # against retaliation (aml. § 2 A-3 (2)); lighter, for who is concerned and for witnesses too
        (
            one("whom", "reporter", "subject", "witness"),
            one("help", "contact", "barrier", "leave", "health", "union", "police", "other"),
            one("state", "considered", "on", "over", "declined"),
        ),
        ("what", "result"),
        due=Due.MAYBE,
        done=ends("state", "over", "declined"),
        told="state",
        closed=True,
    ),
    Kind(
        "request",  # of somebody for their own data (C6)
        (
            one("right", "access", "source", "rectify", "erase", "restrict", "object"),
            one("state", "open", "granted", "partly", "refused", "withdrawn"),
            one("extended", *YES_NO),
            of("withheld", "internal", needed=False, several=True),
        ),
        ("what", "answer"),
        due=Due.REQUEST,
        done=ends("state", "granted", "partly", "refused", "withdrawn"),
        told="state",
        closed=True,
        files=True,
        # nobody alone ends one with nothing given; who the source is, two people weigh (GDPR art. 15(1)(g))
        second=(
            when(state=("refused", "withdrawn")),
            when(right=("source",), state=("granted", "partly")),
        ),
        also=(also("answer", state=("granted", "partly", "refused")),),
    ),
    Kind(
        "insight",  # into documents: party, public, control committee, auditor (C9)
        (
            one("basis", "party", "public", "control_committee", "auditor"),
            one("state", "open", "granted", "partly", "refused"),
            of("withheld", "internal", needed=False, several=True),
        ),
        ("what", "answer"),
        due=Due.WORKDAYS,
        done=ends("state", "granted", "partly", "refused"),
        told="state",
        closed=True,
        files=True,
        # an auditor who learns of a fault, however small, must report it (Local Government Act § 24-7): two people let them
        second=(when(state=("refused",)), when(basis=("auditor",), state=("granted", "partly"))),
        also=(also("answer", state=("granted", "partly", "refused")),),
    ),
    Kind(
        "internal",  # a document of our own that is internal preparation (Personal Data Act § 16); never a report
        (things(), one("state", "on", "lifted")),
        ("reason",),
        told="state",
        closed=True,
    ),
    Kind(
        "removal",  # the content of one thing that must not be kept; what happens then: `cases.services.removal`
        (things(), one("why", *REMOVAL)),
        ("reason",),
        may=Perm.DECIDE,
        told="why",
        closed=True,
        second=(when(),),
    ),
    Kind(
        "breach",  # of the security of personal data (C7)
        (one("state", "open", "notified", "not_notified"),),
        ("what", "reason"),
        due=Due.BREACH,
        done=ends("state", "notified", "not_notified"),
        told="state",
        closed=True,
        second=(when(state=("not_notified",)),),
        also=(also("reason", state=("notified", "not_notified")),),
    ),
    Kind(
        "hold",  # nothing of the case may be deleted
        (one("why", "police", "court", "dispute", "request", "archive"), one("state", "on", "lifted")),
        ("reason",),
        due=Due.GIVEN,
        done=ends("state", "lifted"),
        second=(when(state=("lifted",)),),
        may=Perm.DECIDE,
        told="state",
        closed=True,
    ),
    Kind(
        "retention",
        (
            one("class", *RETENTION),
            one("basis", "archive_rule", "national_archive", "own_rule", "missing"),
        ),
        ("reason",),
        single=True,
        told="class",
        closed=True,
        shortening=True,
    ),
    # the panel
    Kind(
        "agenda",
        (
            Field("members", many=True, colleague=True),  # who is to vote
            Field("chair", needed=False, colleague=True),  # the member whose vote decides a tie
            one("state", "open", "decided", "withdrawn"),
            one("decision", "yes", "no", "other", needed=False),
        ),
        ("question", "proposal", "reason"),
        due=Due.GIVEN,
        done=ends("state", "decided", "withdrawn"),
        told="state",
        closed=True,
        also=(also("reason", state=("decided",)),),
    ),
    Kind(
        "vote",
        (of("agenda", "agenda"), one("vote", "yes", "no", "abstain", "recused")),
        ("reason",),
        may=Perm.READ,
        closed=True,
    ),
)
