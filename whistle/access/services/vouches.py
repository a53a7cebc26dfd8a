"""Who gave a key to whom, as the givers signed it: kept and handed out, so that browsers can follow it back.

The server believes none of it and needs none of it; what it checks here is that an honest browser's word arrived whole.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from whistle.accounts.models import Certificate
from whistle.core.errors import DomainError
from whistle.store.models import Box, Vouch
from whistle.vault import certificate, vouch


@dataclass(frozen=True)
class NewSeal:
    """The box's key of one epoch, sealed to the key with this id."""

    key_id: str
    epoch: int
    sealed: bytes
    vouch: bytes  # the giver's signed word that the key with this id got the box's key


def keep(box: Box, seals: Iterable[NewSeal], *, first: bool = False) -> None:
    """Keep the words that came with the seals of a box; `first` when they are its maker's.

    Raises `grant.vouch` for a seal without a word, and for a word that is not signed by the box's maker or a certified
    giver: a key that nobody answers for would stand as a ghost, and its box could not be given a new one.
    """
    given = [(seal, vouch.Vouch(seal.epoch, bytes.fromhex(seal.key_id), seal.vouch)) for seal in seals]
    pubs = {} if first else _signing_keys(box, {each.giver.hex() for _seal, each in given})
    org, box_id = box.organisation.ref_bytes, bytes.fromhex(box.box_id)
    rows = []
    for seal, each in given:
        pub = bytes(box.sig_pub) if first else pubs.get(each.giver.hex(), b"")
        if not vouch.holds(org, box_id, each, pub):
            raise DomainError("grant.vouch")
        giver = each.giver.hex()
        rows.append(Vouch(box=box, epoch=seal.epoch, key_id=seal.key_id, giver=giver, octets=seal.vouch))
    Vouch.objects.bulk_create(rows, ignore_conflicts=True)


def of_box(box: Box) -> list[dict[str, Any]]:
    """Return every word about a box, as browsers get them."""
    rows = box.vouches.order_by("epoch", "id")
    return [{"epoch": row.epoch, "key_id": row.key_id, "vouch": bytes(row.octets)} for row in rows]


def givers(boxes: Iterable[Box]) -> list[bytes]:
    """Return the certificates, old ones too, of all who gave keys to these boxes: signatures are checked with them."""
    found = list(boxes)
    ids = Vouch.objects.filter(box__in=found).values_list("giver", flat=True)
    rows = Certificate.objects.filter(
        organisation__in={box.organisation_id for box in found}, key_id__in=set(ids)
    )
    return [bytes(row.octets) for row in rows.order_by("serial")]


def _signing_keys(box: Box, ids: set[str]) -> dict[str, bytes]:
    organisation = box.organisation
    rows = Certificate.objects.filter(organisation=organisation, key_id__in=ids, revoked_at=None)
    root, org = bytes(organisation.root_key or b""), organisation.ref_bytes
    return {row.key_id: certificate.read(bytes(row.octets), root, org, None).sig_pub for row in rows}
