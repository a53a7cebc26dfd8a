"""The yearly word that what one learns stays secret (R-172; Public Administration Act § 13).  Without it nothing opens."""

from datetime import date, timedelta

from whistle.accounts.models import SecrecyDeclaration, Staff
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError

VERSION = 1  # of the text in templates/accounts/secrecy.html: a new text asks everybody anew
VALID = timedelta(days=365)
REMIND = timedelta(days=30)


def valid_until(person: Staff) -> date | None:
    """Return the last day the person's word holds, or None when there is none that does."""
    newest = person.secrecy.filter(version=VERSION).order_by("-on").first()
    if newest is None or newest.on + VALID < clock.today():
        return None
    return newest.on + VALID


def declare(person: Staff, version: int) -> None:
    """Keep the person's word on the text they read.  Raises `secrecy.version` when the text has changed since."""
    if version != VERSION:
        raise DomainError("secrecy.version", status=409)
    with audit.atomic():
        SecrecyDeclaration.objects.create(staff=person, version=version, on=clock.today())
        audit.record(
            "secrecy.declared",
            organisation=person.organisation,
            actor=person.log_name,
            role="staff",
            version=version,
        )
