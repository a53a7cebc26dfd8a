"""Which documents are internal preparation, and so may be withheld from whoever asks to see what is kept of them.

Personal Data Act § 16 f: text drawn up for internal preparation.  Only what colleagues wrote for each other in the
case's own room can be that: a report, what came with it and what was written to its reporter never are.
"""

from collections.abc import Mapping

from cases.codes import PREPARES
from cases.models import Case
from cases.selectors.things import internal, thing
from whistle.core.errors import DomainError
from whistle.store.models import Box
from whistle.store.services.removals import is_removed

WITHHOLDS = ("partly", "refused")


def refuse(case: Case, codes: Mapping[str, object]) -> None:
    """Raise `internal.document` unless what is marked is a note, a file or a preparing record of the case's own room."""
    named = codes["items"]
    found = thing(case, map(str, named)) if isinstance(named, list) else None
    if (
        found is None
        or found.called not in PREPARES
        or found.box.kind != Box.Kind.ROOM
        or any(map(is_removed, found.items))
    ):
        raise DomainError("internal.document", status=409)


def refuse_answer(case: Case, codes: Mapping[str, object]) -> None:
    """Raise `record.codes` where an answer withholds what is not marked, or grants all and withholds something."""
    withheld = codes.get("withheld")
    if not withheld:
        return
    known = {str(row.number) for row in internal(case)}
    named = set(withheld) if isinstance(withheld, list) else {str(withheld)}
    if not named <= known or codes["state"] not in WITHHOLDS:
        raise DomainError("record.codes", status=422, fields=["withheld"])
