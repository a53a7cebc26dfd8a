"""A shared intake office: one person works for several municipalities, with an account and keys of their own in each.

Nothing crosses: each desk has its own sign-in, session, keys and cases.  What is shared is a list of ways to the others,
and how many cases wait there.  Both accounts must say so, each signed in: a code made at one is given at the other.
"""

import hashlib

from django.conf import settings
from django.core import signing
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from whistle.accounts.models import SpentChallenge, Staff, Together
from whistle.audit import services as audit
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.ids import new_id
from whistle.organisations.models import Organisation

SALT, GOOD_FOR = "together", 600  # seconds


def code(person: Staff) -> str:
    """Return what the person gives at their other account within ten minutes, once."""
    return signing.dumps([person.ref, new_id()], salt=SALT)


def join(person: Staff, given: str) -> None:
    """Tie the person's account to the one that made the code.  Raises `together.refused`."""
    try:
        ref, _once = signing.loads(given.strip(), salt=SALT, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError) as error:
        raise DomainError("together.refused") from error
    other = Staff.objects.select_related("organisation").filter(ref=ref, is_active=True).first()
    if other is None or other.organisation_id == person.organisation_id:
        raise DomainError("together.refused")
    digest = hashlib.sha256(f"{SALT}\0{given.strip()}".encode()).hexdigest()
    try:
        with audit.atomic(), transaction.atomic():
            SpentChallenge.objects.create(digest=digest, at=clock.now())
            _tie(person, other)
    except IntegrityError as error:
        raise DomainError("together.refused") from error


def part(person: Staff) -> None:
    """Take the person's account out of the group."""
    with audit.atomic():
        if Together.objects.filter(staff=person).delete()[0]:
            _tell("staff.parted", person)


def others(person: Staff) -> QuerySet[Staff]:
    """Return the person's accounts in other organisations, those that work."""
    mine = Together.objects.filter(staff=person).values("group")
    rows = Staff.objects.select_related("organisation").filter(
        together__group__in=mine, is_active=True, organisation__left_on=None
    )
    return rows.exclude(pk=person.pk).order_by("organisation__name", "pk")


def way(organisation: Organisation, seen_from: Organisation) -> str:
    """Return where an organisation's desk is, seen from another one's."""
    if organisation.host:
        return f"https://{organisation.host}/desk/"
    path = "/desk/" if organisation.slug == settings.DEFAULT_ORGANISATION else f"/{organisation.slug}/desk/"
    return f"https://{settings.ALLOWED_HOSTS[0]}{path}" if seen_from.host else path


def _tie(person: Staff, other: Staff) -> None:
    held = {row.staff_id: row.group for row in Together.objects.filter(staff__in=(person, other))}
    group = held.get(other.pk) or held.get(person.pk) or new_id()
    if len(set(held.values())) > 1:  # both have others already: the groups become one
        Together.objects.filter(group=held[person.pk]).update(group=group)
    for one in (person, other):
        Together.objects.update_or_create(staff=one, defaults={"group": group})
        if one.pk not in held:
            _tell("staff.joined", one)
    organisations = list(Together.objects.filter(group=group).values_list("staff__organisation", flat=True))
    if len(organisations) != len(set(organisations)):  # one person has one account in each
        raise DomainError("together.refused")


def _tell(act: str, person: Staff) -> None:
    audit.record(act, organisation=person.organisation, actor=person.log_name, role="staff")
