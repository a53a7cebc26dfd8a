"""Documents that show a measure: kept as they came, opened only as downloads, taken into the evidence pack."""

import hashlib
from datetime import date

from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.plan.models import Evidence, EvidenceFile, Measure
from whistle.plan.services import work
from whistle.plan.services.given import WORKER
from whistle.plan.services.proposals import names_a_case

LARGEST = 8 * 2**20
PACKED = b"PK\x03\x04"
# ending → (media type, how its octets begin)
KINDS: dict[str, tuple[str, bytes]] = {
    "pdf": ("application/pdf", b"%PDF-"),
    "png": ("image/png", b"\x89PNG\r\n\x1a\n"),
    "jpg": ("image/jpeg", b"\xff\xd8\xff"),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", PACKED),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", PACKED),
    "odt": ("application/vnd.oasis.opendocument.text", PACKED),
}


@audit.atomic()
def add(
    measure: Measure,
    name: str,
    octets: bytes,
    *,
    by: str,
    note: str = "",
    for_due: date | None = None,
    role: str = WORKER,
) -> Evidence:
    """Keep a document as evidence for a measure and return the evidence.

    Raises `document.kind` for what is not one of `KINDS`, `document.too_large`, `document.empty`,
    `document.there` for one that shows this measure already, `document.words` for a note that names a case.
    """
    name = name.replace("\\", "/").rpartition("/")[2][-120:]
    ending = name.rpartition(".")[2].casefold().replace("jpeg", "jpg")
    if not octets:
        raise DomainError("document.empty")
    if len(octets) > LARGEST:
        raise DomainError("document.too_large", status=413)
    if ending not in KINDS or not octets.startswith(KINDS[ending][1]):
        raise DomainError("document.kind")
    if len(note) > 400 or names_a_case(f"{note} {name}"):
        raise DomainError("document.words")
    digest = hashlib.sha256(octets).hexdigest()
    of = {"organisation": measure.organisation, "measure": measure.code}
    if Evidence.objects.filter(**of, hash=digest).exists():
        raise DomainError("document.there", status=409)
    evidence = work.show(
        measure,
        Evidence.Kind.DOCUMENT,
        by=by,
        for_due=for_due,
        sha256=digest,
        note=note.strip() or name,
        role=role,
    )
    EvidenceFile.objects.create(
        organisation=measure.organisation,
        evidence=evidence,
        name=name,
        media_type=KINDS[ending][0],
        size=len(octets),
        octets=octets,
    )
    return evidence
