"""The roster: who reads what, who is under whom.  Whoever drafts it, the root key's signature puts it in force."""

from typing import Any

from whistle.access.selectors import duties
from whistle.accounts.models import Roster, Staff
from whistle.accounts.selectors import certificates_in_force, roster, roster_document
from whistle.accounts.services.enrolment import adopt_roster
from whistle.audit import services as audit
from whistle.core import canonical
from whistle.core import roster as rules
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.organisations.models import Organisation
from whistle.vault import certificate
from whistle.vault.certificate import Role
from whistle.vault.errors import VaultError

LISTED = (Role.READER, Role.ALTERNATE, Role.IDENTITY_CUSTODIAN)


def put_in_force(organisation: Organisation, document: bytes, signature: bytes, *, actor: Staff) -> Roster:
    """Put a roster in force that the root key signed and that leaves nobody without readers.

    Only a key custodian may.  Raises `duty.refused`, `roster.refused` for a document that is not signed or not in its
    one form, and `roster.faults` with what is wrong, each a code and whom it is about.
    """
    if Duty.KEY_CUSTODIAN not in duties(actor):
        raise DomainError("duty.refused", status=403)
    root, org = bytes(organisation.root_key or b""), organisation.ref_bytes
    try:
        canonical.decode(document)
        new = certificate.read_roster(document, signature, root, org)
    except (VaultError, canonical.CanonicalError) as error:
        raise DomainError("roster.refused") from error
    with audit.atomic():
        list(Roster.objects.select_for_update().filter(organisation=organisation))
        found = faults(organisation, new)
        if found:
            raise DomainError("roster.faults", status=422, faults=found)
        return adopt_roster(organisation, document, signature)


def faults(organisation: Organisation, new: dict[str, Any]) -> list[dict[str, str]]:
    """Return what speaks against a roster, each as `code` and `about`; malformed ones have one fault."""
    before = roster_document(organisation) if roster(organisation) else None
    try:
        found = rules.faults(new, certified(organisation), before)
    except (KeyError, TypeError, AttributeError, ValueError):
        found = [rules.Fault("roster.malformed")]
    return [{"code": fault.code, "about": fault.about} for fault in found]


def certified(organisation: Organisation) -> dict[str, str]:
    """Return the certified key of each active person who may stand on the roster, by staff id; the newest counts."""
    rows = [row for row in certificates_in_force(organisation) if row.role in LISTED]
    active = Staff.objects.filter(
        organisation=organisation, is_active=True, ref__in=[row.subject for row in rows]
    )
    refs = set(active.values_list("ref", flat=True))
    return {row.subject: row.key_id for row in rows if row.subject in refs}


def people(organisation: Organisation) -> list[dict[str, Any]]:
    """Return everybody who may stand in the chart: active staff, with duties and certified key."""
    keys = certified(organisation)
    rows = Staff.objects.filter(organisation=organisation, is_active=True).order_by("name", "id")
    return [
        {
            "staff_id": person.ref,
            "name": person.name,
            "title": person.title,
            "key_id": keys.get(person.ref),
            "duties": sorted(duties(person)),
        }
        for person in rows
    ]


def history(organisation: Organisation) -> list[dict[str, Any]]:
    """Return the versions of the roster, newest first, each with what it changed by name."""
    rows = list(Roster.objects.filter(organisation=organisation, version__gt=0).order_by("-version"))
    documents = [canonical.decode(bytes(row.document)) for row in rows]
    named = {
        each["staff_id"]: each.get("name", "")
        for document in reversed(documents)
        for place in ("people", "custodians", "alternates", "readers")
        for each in document.get(place, ())
    }
    found = []
    for at, row in enumerate(rows):
        older = documents[at + 1] if at + 1 < len(rows) else None
        changed = rules.changes(documents[at], older) if older else None
        found.append(
            {
                "version": row.version,
                "adopted_at": row.adopted_at,
                "hash": certificate.fingerprint(bytes(row.document)).hex(),
                "readers": len(documents[at]["readers"]),
                "changed": changed
                and {
                    what: [named.get(one, one) for one in names] if what != "rules" else names
                    for what, names in changed.items()
                },
            }
        )
    return found
