"""Reading people, certificates and the roster."""

import json
from typing import Any

from whistle.accounts.models import Certificate, Roster, Staff
from whistle.core import clock
from whistle.core.recipients import recovery_kind
from whistle.organisations.models import Organisation

# What the reporters' process may not read of a person (whistle.operations.rights): it asks without them
HIDDEN = ("password", "last_login", "username", "email")


def roster(organisation: Organisation) -> Roster | None:
    """Return the roster in force."""
    return Roster.objects.filter(organisation=organisation).order_by("-version").first()


def roster_document(organisation: Organisation) -> dict[str, Any]:
    """Return the roster's document, or an empty one before the first is adopted."""
    row = roster(organisation)
    return json.loads(bytes(row.document)) if row else {"readers": [], "alternates": [], "recovery": {}}


def recovery_now(organisation: Organisation, key_id: str) -> str | None:
    """Return the recovery key that stands where this one stood, itself when it was not rotated; None for a stranger."""
    document = roster_document(organisation)
    kind = recovery_kind(document, key_id)
    return document["recovery"].get(kind) if kind else None


def certificates_in_force(organisation: Organisation) -> list[Certificate]:
    """Return certificates that are neither expired nor revoked, oldest first."""
    at = clock.now()
    return list(
        Certificate.objects.filter(
            organisation=organisation, not_before__lte=at, not_after__gt=at, revoked_at=None
        ).order_by("serial")
    )


def certificates_of(organisation: Organisation, subjects: set[str]) -> list[Certificate]:
    """Return all certificates of these people, expired ones too: old signatures are checked with them."""
    return list(
        Certificate.objects.filter(organisation=organisation, subject__in=subjects).order_by("serial")
    )


def staff_by_ref(organisation: Organisation, refs: set[str]) -> dict[str, Staff]:
    """Return the organisation's people with these references."""
    rows = Staff.objects.filter(organisation=organisation, ref__in=refs).defer(*HIDDEN)
    return {person.ref: person for person in rows}


def staff_name(organisation: Organisation, ref: str) -> str:
    """Return the name of a person, empty when there is none."""
    person = Staff.objects.filter(organisation=organisation, ref=ref).only("name").first()
    return person.name if person else ""
