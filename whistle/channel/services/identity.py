"""A reporter's name, sealed apart: taken in with the report, and what was done with it told to the reporter."""

from collections.abc import Iterable
from dataclasses import dataclass

from whistle.access.services.boxes import SEAL_SIZE
from whistle.accounts.selectors import certificates_in_force, staff_by_ref
from whistle.channel.models import IdentityAct
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.store.models import Box, Identity, IdentityHalf, Seal
from whistle.vault.certificate import Role
from whistle.vault.item import HEADER_SIZE, body_size

LONGEST = 3000  # octets of a name and how to reach somebody; padded, every name has the same size
CONTENT = 64 + 32 + 32 + LONGEST


@dataclass(frozen=True)
class NewHalf:
    """One half of the key, sealed to the key with this id: "a" to a custodian, "b" to a leader."""

    half: str
    key_id: str
    sealed: bytes


@dataclass(frozen=True)
class NewIdentity:
    """A sealed name as it arrives.  An empty one looks the same."""

    header: bytes
    body: bytes
    halves: list[NewHalf]


def forget(boxes: Iterable[Box]) -> None:
    """Destroy the names in these mailboxes, with every half of their keys."""
    Identity.objects.filter(box__in=list(boxes)).delete()


def keep(box: Box, new: NewIdentity) -> Identity:
    """Store a sealed name with its halves.  Raises `report.readers` unless both halves are held, by the right people.

    The custodians' half goes to certified identity custodians only, the leaders' half to readers of this report.
    """
    if len(new.header) != HEADER_SIZE or len(new.body) != body_size(CONTENT):
        raise DomainError("item.malformed")
    by_key = {row.key_id: row for row in certificates_in_force(box.organisation)}
    people = staff_by_ref(box.organisation, {row.subject for row in by_key.values()})
    readers = set(Seal.objects.filter(box=box, holder=Seal.Holder.STAFF).values_list("key_id", flat=True))
    identity = Identity.objects.create(box=box, header=new.header, body=new.body)
    rows = []
    for half in new.halves:
        certificate = by_key.get(half.key_id)
        person = people.get(certificate.subject) if certificate else None
        custodian = certificate is not None and certificate.role == Role.IDENTITY_CUSTODIAN
        fits = custodian if half.half == IdentityHalf.Half.CUSTODIAN else half.key_id in readers
        if person is None or not person.is_active or not fits or len(half.sealed) != SEAL_SIZE:
            raise DomainError("report.readers", status=409)
        rows.append(
            IdentityHalf(
                identity=identity,
                half=half.half,
                key_id=half.key_id,
                staff_ref=person.ref,
                sealed=half.sealed,
            )
        )
    held = {row.half for row in rows}
    if held != set(IdentityHalf.Half.values) or len({row.key_id for row in rows}) != len(rows):
        raise DomainError("report.readers", status=409)
    IdentityHalf.objects.bulk_create(rows)
    return identity


def tell(box: Box, act: str, ground: str) -> None:
    """Let the reporter see what was done with the name: `asked`, `refused` or `opened`."""
    IdentityAct.objects.create(box=box, act=act, ground=ground, on_date=clock.today())
