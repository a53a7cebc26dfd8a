"""The organisation's own words on the reporter's pages: proposed by one, approved by another, then shown.

The routine has the three parts that the Working Environment Act § 2 A-6 requires, in each language, and says who took
part in making it.
"""

import hashlib
from collections.abc import Collection
from datetime import date
from typing import Any

from django.db.models import Max, QuerySet

from whistle.accounts.models import Staff
from whistle.audit import selectors
from whistle.audit import services as audit
from whistle.audit.registry import DESK
from whistle.channel.models import FaceText
from whistle.core import canonical, clock
from whistle.core.errors import DomainError
from whistle.organisations.languages import spoken
from whistle.organisations.models import Organisation

LANGUAGES = ("nb", "nn", "en")
SECTIONS = (
    "encourage",
    "how",
    "handling",
)  # § 2 A-6: encouragement, how to report, how it is received and followed up
CONTACTS = ("phone", "address")
LONGEST = 8000  # characters of one section
SHORT = 300

Document = dict[str, Any]


def current(organisation: Organisation) -> Document:
    """Return what is shown now; empty before anything was approved."""
    row = _approved(organisation).last()
    return dict(row.document) if row else {}


def adopted(organisation: Organisation) -> list[Document]:
    """Return every document that was shown, oldest first, the empty one of the beginning included.

    Raises `texts.unlogged` when the log knows nothing of the adoption of one of them: then not two people made it so.
    """
    logged = {
        (entry.fields["d"]["version"], entry.fields["d"]["hash"])
        for entry in selectors.entries(organisation, DESK, acts=("texts.adopted",))
    }
    rows = list(_approved(organisation))
    if any((row.version, digest(row.document)) not in logged for row in rows):
        raise DomainError("texts.unlogged")
    return [{}, *(dict(row.document) for row in rows)]


def digest(document: Document) -> str:
    """Return the SHA-256 by which the log knows a document."""
    return hashlib.sha256(canonical.encode(document)).hexdigest()


def _approved(organisation: Organisation) -> QuerySet[FaceText]:
    return FaceText.objects.filter(organisation=organisation).exclude(approved_at=None).order_by("version")


def waiting(organisation: Organisation) -> FaceText | None:
    """Return the version that waits for a second person, if it is newer than the one shown."""
    row = FaceText.objects.filter(organisation=organisation).select_related("by").order_by("-version").first()
    return row if row and row.approved_at is None else None


def checked(sent: Document, needed: Collection[str] = LANGUAGES) -> Document:
    """Return the document with exactly its fields; the routine in the languages needed, whole where it may be left out.

    Raises `texts.lacks` with the names of what is missing or too long.
    """
    further = [language for language in needed if language not in LANGUAGES]
    routine = {
        language: {part: _text(sent, "routine", language, part) for part in SECTIONS}
        for language in (*LANGUAGES, *further)
    }
    routine = {
        language: parts for language, parts in routine.items() if language in LANGUAGES or any(parts.values())
    }
    document: Document = {
        "contacts": {name: _text(sent, "contacts", name) for name in CONTACTS},
        "hours": _in_each(sent, "hours", further),
        "word": _in_each(sent, "word", further),
        "routine": routine,
        "took_part": _text(sent, "took_part"),
        "decided_on": _text(sent, "decided_on"),
    }
    wrong = [
        f"routine.{language}.{part}"
        for language, parts in routine.items()
        for part, text in parts.items()
        if len(text) > LONGEST or (not text and language in needed)
    ]
    wrong += [name for name in ("took_part", "decided_on") if not 0 < len(document[name]) <= SHORT]
    wrong += [] if 0 < len(document["contacts"]["phone"]) <= SHORT else ["contacts.phone"]
    short = [document["contacts"]["address"], *document["hours"].values(), *document["word"].values()]
    wrong += ["hours"] if any(len(text) > LONGEST for text in short) else []
    try:
        date.fromisoformat(document["decided_on"])
    except ValueError:
        wrong.append("decided_on")
    if wrong:
        raise DomainError("texts.lacks", status=422, fields=sorted(set(wrong)))
    return document


def _in_each(sent: Document, name: str, further: list[str]) -> dict[str, str]:
    said = {language: _text(sent, name, language) for language in (*LANGUAGES, *further)}
    return {language: text for language, text in said.items() if text or language in LANGUAGES}


def propose(organisation: Organisation, sent: Document, *, actor: Staff) -> FaceText:
    """Keep a new version for a second person to approve.  Raises `texts.lacks`."""
    document = checked(sent, spoken(organisation))
    with audit.atomic():
        last = (
            FaceText.objects.filter(organisation=organisation).aggregate(Max("version"))["version__max"] or 0
        )
        row = FaceText.objects.create(
            organisation=organisation, version=last + 1, document=document, by=actor, at=clock.now()
        )
        _record("texts.proposed", row, actor)
    return row


def approve(organisation: Organisation, version: int, *, actor: Staff) -> FaceText:
    """Show a version.  Raises `texts.none` when it is not the one that waits, `step.needs_second` for its proposer."""
    with audit.atomic():
        row = waiting(organisation)
        if row is None or row.version != version:
            raise DomainError("texts.none", status=409)
        if row.by_id == actor.pk:
            raise DomainError("step.needs_second", status=403)
        row.approved_by, row.approved_at = actor, clock.now()
        row.save()
        _record("texts.adopted", row, actor)
    return row


def _record(act: str, row: FaceText, actor: Staff) -> None:
    audit.record(
        act,
        organisation=row.organisation,
        actor=actor.log_name,
        role="compliance_leader",
        hash=digest(row.document),
        version=row.version,
    )


def _text(sent: Document, *path: str) -> str:
    found: Any = sent
    for name in path:
        found = found.get(name, "") if isinstance(found, dict) else ""
    return found.replace("\r\n", "\n").strip() if isinstance(found, str) else ""
