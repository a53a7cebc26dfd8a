"""Every event the log may hold, as a closed table.

An entry has exactly the fields listed here; an unknown event or field stops the change that wanted to record it.
The table's hash stands in the log (`registry.adopted`), so that it cannot be changed afterwards.  An event is never
edited, except that an optional field may be added: a new shape is a new event.

**To add one**: a line in `EVENTS` under its heading; its words in `whistle/audit/words.py` (`ACTS`), with nb and nn in
`whistle/audit/locale`; nothing else.  Installations log the new table by themselves at the next migration, and verifiers
hold every entry against the table in force in its place.  Fields are codes, sizes, dates, hashes and random references:
what could name a person, a text or an exact time of a reporter has no type here.  Give `measures` only where the plan's
template has them.  An act that cannot be undone has `stake` "high" and a field `approval` (see `stakes.py`); without `?`
the act cannot be recorded unless it was approved first.

Field types: `hash` 64 hex digits, `ref` 32 hex digits, `int`, `size` (not negative), `date`, `code` (a-z 0-9 _ . -,
at most 40), `codes` (a list of code), `text64` (ASCII), `key` (ASCII, at most 200).  A trailing `?` marks a field that
may be absent.  `at` is the precision of the time: reporters' acts bear a date only.
"""

import hashlib
from dataclasses import dataclass, field

from whistle.core import canonical

DESK, CHANNEL, BOTH = "desk", "channel", "both"
DATE, SECOND, EITHER = "date", "second", "either"
HIGH = "high"


@dataclass(frozen=True)
class Event:
    """What one kind of entry may say, which measures of the plan it evidences, and how much is at stake."""

    log: str
    at: str
    d: dict[str, str] = field(default_factory=dict)
    measures: tuple[str, ...] = ()
    stake: str | None = None


EVENTS: dict[str, Event] = {
    # the reporter's acts
    "report.received": Event(
        CHANNEL, DATE, {"item": "hash", "readers": "size", "form": "code", "desk_size": "size"}, ("9.1",)
    ),
    "reporter.wrote": Event(CHANNEL, DATE, {"item": "hash", "desk_size": "size"}),
    # the desk
    "case.opened": Event(DESK, DATE, {"readers": "size"}),
    "report.registered": Event(DESK, SECOND, {"channel": "code", "received": "date", "way_back": "code"}),
    "habilitet.declared": Event(DESK, SECOND, {"answer": "code"}, ("9.1",)),
    "habilitet.withdrew": Event(DESK, SECOND, {"answer": "code"}),
    "case.read": Event(DESK, SECOND),
    "file.read": Event(DESK, SECOND, {"item": "hash"}),
    "report.acknowledged": Event(DESK, SECOND, {"item": "hash"}, ("9.1",)),
    "reporter.answered": Event(DESK, SECOND, {"item": "hash"}),
    "feedback.sent": Event(DESK, SECOND, {"item": "hash"}, ("9.1",)),
    "note.written": Event(DESK, SECOND, {"item": "hash"}),
    "room.opened": Event(DESK, SECOND),
    "contact.named": Event(DESK, SECOND, {"to": "ref"}),
    "record.written": Event(
        DESK, SECOND, {"kind": "code", "number": "size", "version": "size", "item": "hash", "code": "code?"}
    ),
    # a record that counts for nothing before a second person has agreed
    "record.agreed": Event(
        DESK, SECOND, {"kind": "code", "number": "size", "version": "size", "item": "hash"}
    ),
    "record.declined": Event(
        DESK, SECOND, {"kind": "code", "number": "size", "version": "size", "item": "hash"}
    ),
    "feedback.extended": Event(DESK, SECOND, {"item": "hash", "due": "date"}, ("9.1",)),
    "access.granted": Event(DESK, SECOND, {"to": "ref", "part": "code", "item": "hash?"}, ("8.3",)),
    "access.revoked": Event(DESK, SECOND, {"to": "ref", "why": "code"}, ("8.3",)),
    "access.rekeyed": Event(DESK, SECOND, {"epoch": "size", "item": "hash"}, ("8.3",)),
    "access.proven": Event(DESK, SECOND),
    "access.restored": Event(DESK, SECOND, {"to": "ref"}, ("8.3",)),
    "transfer.offered": Event(DESK, SECOND, {"to": "ref?", "why": "code", "transfer": "ref?"}, ("9.1",)),
    "transfer.accepted": Event(DESK, SECOND, {"hours": "size", "transfer": "ref?"}, ("9.1",)),
    "transfer.declined": Event(DESK, SECOND, {"why": "code", "transfer": "ref?"}, ("9.1",)),
    "access.recovered": Event(DESK, SECOND, {"to": "ref", "part": "code"}, ("8.3",)),
    "step.proposed": Event(DESK, SECOND, {"step": "code"}),
    "step.declined": Event(DESK, SECOND, {"step": "code"}),
    "case.moved": Event(DESK, SECOND, {"step": "code", "source": "code", "target": "code"}),
    "case.woken": Event(DESK, DATE),
    "retention.due": Event(DESK, DATE, {}, ("9.1",)),
    "deletion.stopped": Event(DESK, DATE),
    "identity.forgotten": Event(DESK, DATE),
    "case.merged": Event(DESK, SECOND, {"into": "ref"}),
    "case.packed": Event(DESK, SECOND, {"items": "size"}),
    "export.made": Event(DESK, SECOND, {"hash": "hash"}),
    "case.tied": Event(DESK, SECOND, {"other": "ref", "why": "code"}),
    "case.assessed": Event(DESK, SECOND, {"category": "code", "risk_area": "code?", "track": "code?"}),
    "case.closed": Event(
        DESK,
        SECOND,
        {
            "outcome": "code",
            "cause": "code?",
            "risk_area": "code?",
            "lesson": "code",
            "consequences": "codes?",
        },
        ("9.4",),
    ),
    "clock.overdue": Event(DESK, DATE, {"clock": "code"}, ("9.1",)),
    "care.due": Event(DESK, DATE, {"check": "code"}, ("9.2",)),
    "care.done": Event(DESK, DATE, {"check": "code"}, ("9.2",)),
    # people and keys
    "certificate.issued": Event(DESK, SECOND, {"hash": "hash", "to": "ref", "serial": "size"}),
    "certificate.revoked": Event(DESK, SECOND, {"to": "ref", "serial": "size"}),
    "roster.adopted": Event(DESK, SECOND, {"hash": "hash", "version": "size"}),
    # without `approval` only while an organisation is set up, before anybody can witness
    "role.granted": Event(DESK, SECOND, {"to": "ref", "duty": "code", "approval": "ref?"}, ("8.3",), HIGH),
    "role.revoked": Event(DESK, SECOND, {"to": "ref", "duty": "code", "approval": "ref?"}, ("8.3",), HIGH),
    "staff.invited": Event(DESK, SECOND, {"to": "ref"}),
    "staff.enrolled": Event(DESK, SECOND, {"to": "ref", "hash": "hash"}),
    "staff.deactivated": Event(DESK, SECOND, {"to": "ref", "why": "code"}, ("8.3",)),
    "staff.renewed": Event(DESK, SECOND, {"to": "ref", "what": "code"}),
    "staff.proposed": Event(DESK, SECOND, {"to": "ref", "what": "code", "duty": "code?"}, ("8.3",)),
    "staff.agreed": Event(DESK, SECOND, {"to": "ref", "what": "code", "duty": "code?"}, ("8.3",)),
    "staff.declined": Event(DESK, SECOND, {"to": "ref", "what": "code", "duty": "code?"}, ("8.3",)),
    "staff.joined": Event(DESK, SECOND),
    "staff.parted": Event(DESK, SECOND),
    "staff.signed_out": Event(DESK, SECOND, {"sessions": "size"}),
    "secrecy.declared": Event(DESK, SECOND, {"version": "size"}),
    "staff.signed_in": Event(DESK, SECOND, {"through": "code?"}),
    "staff.refused": Event(DESK, SECOND, {"why": "code"}),
    "gate.set": Event(DESK, SECOND, {"state": "code", "provider": "hash?"}),
    "gate.lift_asked": Event(DESK, SECOND, {"to": "ref", "hours": "size"}),
    "gate.lifted": Event(DESK, SECOND, {"hours": "size"}),
    "gate.closed": Event(DESK, SECOND),
    "work_account.allowed": Event(DESK, SECOND, {"to": "ref"}),
    "work_account.connected": Event(DESK, SECOND),
    # the plan and the log itself
    "organisation.started": Event(BOTH, EITHER, {"root_key": "hash"}),
    "organisation.opened": Event(DESK, SECOND),
    "organisation.closed": Event(DESK, SECOND),
    "organisation.look": Event(DESK, SECOND, {"hash": "hash"}),
    "organisation.languages": Event(DESK, SECOND, {"languages": "codes"}),
    "organisation.leaving": Event(DESK, SECOND),
    "organisation.stayed": Event(DESK, SECOND),
    "training.begun": Event(DESK, SECOND, {"org": "ref"}),
    "training.cleared": Event(DESK, SECOND, {"cases": "size"}),
    "set_up.attested": Event(DESK, SECOND, {"what": "code"}),
    "root.copied": Event(DESK, SECOND, {"to": "ref"}),
    "registry.adopted": Event(BOTH, EITHER, {"hash": "hash", "desk_size": "size?"}),
    "plan.adopted": Event(BOTH, EITHER, {"hash": "hash", "version": "size", "desk_size": "size?"}),
    "plan.published": Event(DESK, DATE, {"hash": "hash", "as_of": "date"}),
    "plan.reported": Event(DESK, SECOND, {"hash": "hash", "year": "size", "edition": "size"}, ("9.6",)),
    # work on the plan: what shows a measure, what a control found, a figure that people or other systems gave
    "measure.changed": Event(
        DESK, SECOND, {"measure": "code", "source": "code", "target": "code", "second": "ref?"}
    ),
    "measure.shown": Event(
        DESK, SECOND, {"measure": "code", "kind": "code", "due": "date?", "hash": "hash?", "second": "ref?"}
    ),
    "control.run": Event(
        DESK,
        SECOND,
        {
            "measure": "code",
            "population": "size",
            "sample": "size",
            "deviations": "size",
            "closed": "size",
            "due": "date?",
            "seed": "hash?",
        },
    ),
    # `source`: import, attestation or register; `to`: the last day the figure speaks of
    "figure.given": Event(
        DESK,
        SECOND,
        {
            "indicator": "code",
            "met": "size",
            "counted": "size",
            "from": "date",
            "to": "date",
            "source": "code",
            "hash": "hash?",
            "second": "ref?",
        },
    ),
    "risk.assessed": Event(
        DESK, SECOND, {"risk": "code", "likelihood": "size", "consequence": "size", "method": "code"}
    ),
    "effect.reviewed": Event(DESK, SECOND, {"measure": "code", "verdict": "code"}),
    # no reference: an answer is for the lesson of that area that waited longest, and names no case
    "proposal.answered": Event(DESK, SECOND, {"risk_area": "code", "answer": "code"}, ("9.4",)),
    "gift.registered": Event(DESK, SECOND, {"gift": "ref"}, ("5.1",)),
    "gift.decided": Event(DESK, SECOND, {"gift": "ref", "answer": "code"}, ("5.1", "5.2")),
    "interest.declared": Event(DESK, SECOND, {"year": "size"}, ("4.2",)),
    # `note`: SHA-256 of the cosigned checkpoint, which nobody knows before its witnesses have signed
    "log.anchor": Event(
        BOTH, EITHER, {"log": "code", "size": "size", "root": "hash", "note": "hash?", "desk_size": "size?"}
    ),
    "log.verified": Event(
        DESK, SECOND, {"log": "code", "size": "size", "root": "hash", "faults": "size"}, ("8.4",)
    ),
    "log.reviewed": Event(
        DESK, SECOND, {"log": "code", "first": "size", "last": "size", "finding": "code"}, ("8.4",)
    ),
    "log.recovered": Event(
        BOTH, EITHER, {"log": "code", "size_found": "size", "size_signed": "size", "desk_size": "size?"}
    ),
    "log.exported": Event(DESK, SECOND, {"size": "size", "approval": "ref?"}, (), HIGH),
    "log.sampled": Event(
        DESK, SECOND, {"log": "code", "size": "size", "root": "hash", "drawn": "size"}, ("8.4",)
    ),
    "log.stamped": Event(
        BOTH, EITHER, {"log": "code", "size": "size", "token": "hash", "desk_size": "size?"}, ("8.4",)
    ),
    "texts.proposed": Event(DESK, SECOND, {"hash": "hash", "version": "size"}),
    "texts.adopted": Event(DESK, SECOND, {"hash": "hash", "version": "size"}),
    "face.published": Event(DESK, SECOND, {"hash": "hash", "files": "size"}, ("8.4",)),
    # high-stake acts: approved, seen by a witness, then done (the event itself, which names the approval) or ended
    "act.approved": Event(DESK, SECOND, {"act": "code", "ref": "ref", "terms": "hash?"}, (), HIGH),
    "act.ended": Event(DESK, SECOND, {"act": "code", "ref": "ref", "why": "code"}),
    "identity.asked": Event(DESK, SECOND, {"ground": "code", "item": "hash"}, ("9.2",)),
    "identity.passed": Event(DESK, SECOND, {"to": "ref", "half": "code"}, ("9.2",)),
    "identity.refused": Event(DESK, SECOND, {"ground": "code"}, ("9.2",)),
    "identity.unsealed": Event(DESK, SECOND, {"to": "ref", "approval": "ref"}, ("9.2",), HIGH),
    "case.exported": Event(DESK, SECOND, {"items": "size", "approval": "ref"}, (), HIGH),
    # `desk` and `channel`: how many entries each log holds about the case, which from now on say nothing of anybody
    "case.shredded": Event(
        DESK, DATE, {"ground": "code", "desk": "size", "channel": "size", "approval": "ref"}, (), HIGH
    ),
    # the content of one sealed item, destroyed: what it was, its size, when it was written and by whom (absent: the
    # reporter), who proposed it; `actor` agreed
    "item.removed": Event(
        DESK,
        SECOND,
        {
            "item": "hash",
            "what": "code",
            "size": "size",
            "written": "date",
            "author": "ref?",
            "by": "ref",
            "ground": "code",
            "approval": "ref",
        },
        (),
        HIGH,
    ),
    "key.rotated": Event(DESK, SECOND, {"key": "code", "hash": "hash", "approval": "ref"}, ("8.3",), HIGH),
    "alarm.raised": Event(DESK, SECOND, {"kind": "code", "log": "code?", "size": "size?"}, ("8.4",)),
    "alarm.answered": Event(DESK, SECOND, {"kind": "code", "answer": "code"}, ("8.4",)),
    "pad": Event(BOTH, EITHER, {"desk_size": "size?"}),
    "probe.passed": Event(DESK, SECOND),
}


def document() -> dict[str, object]:
    """Return the table as the JSON document whose hash is logged and which every export carries."""
    return {
        "v": 1,
        "events": {
            act: {"log": e.log, "at": e.at, "d": e.d, "measures": list(e.measures), "stake": e.stake}
            for act, e in EVENTS.items()
        },
    }


def octets() -> bytes:
    """Return the document's canonical bytes."""
    return canonical.encode(document())


def digest() -> str:
    """Return the SHA-256 of the canonical document, in hex."""
    return hashlib.sha256(octets()).hexdigest()
