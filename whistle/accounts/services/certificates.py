"""Certificates that hold no longer."""

from whistle.accounts.models import Certificate, Staff
from whistle.audit import services as audit
from whistle.core import clock


def revoke_all(person: Staff, *, actor: str) -> int:
    """Mark every certificate of a person as revoked and log each; return how many.

    Whoever calls this takes their seals in the same transaction (`cases.services.leave`): a seal without a
    certificate in force is a permission without a key.
    """
    rows = Certificate.objects.filter(
        organisation=person.organisation_id, subject=person.ref, revoked_at=None
    ).order_by("serial")
    with audit.atomic():
        for row in rows:
            audit.record(
                "certificate.revoked",
                organisation=person.organisation,
                actor=actor,
                to=person.log_name,
                serial=row.serial,
            )
        return rows.update(revoked_at=clock.now())
