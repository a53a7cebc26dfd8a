"""What the tests about keys do to a town: lapsed certificates, and noise in place of keys."""

from datetime import timedelta

from cases.models import Case
from tests.keys.equal import key_holders
from tests.keys.rekeying import _seed
from tests.town import Town
from whistle.access.services.vouches import NewSeal
from whistle.accounts.models import Certificate
from whistle.client.keys import KeyWork
from whistle.core import clock
from whistle.store.models import Box
from whistle.vault import vouch
from whistle.vault.keys import StaffKeys, key_id

NOISE = bytes(1168)


def ref(town: Town, name: str) -> str:
    return str(town.people[name].staff.ref)


def lapse(town: Town, name: str) -> None:
    """Let a colleague's certificate run out."""
    Certificate.objects.filter(subject=ref(town, name)).update(not_after=clock.now() - timedelta(hours=1))


def noise(town: Town, case: Case, whom: str, giver: str = "ingrid") -> dict[str, list[NewSeal]]:
    """Return noise in place of keys, with the word of whoever gives it: no server can tell it from keys."""
    boxes, key = Box.objects.filter(of_case__case=case), key_of(town, whom)
    return {
        box.box_id: [NewSeal(key, box.epoch, NOISE, word(town, giver, whom, box, box.epoch))] for box in boxes
    }


def word(town: Town, giver: str, whom: str, box: Box, epoch: int) -> bytes:
    """Return the word that somebody signs with their own key, whatever they hold."""
    keys = StaffKeys(_seed(town.people[giver]))
    place = (town.organisation.ref_bytes, bytes.fromhex(box.box_id), epoch)
    return vouch.give(*place, bytes.fromhex(key_of(town, whom)), key_id(keys.kem.public), keys.sig)


def key_of(town: Town, name: str) -> str:
    return str(Certificate.objects.get(subject=ref(town, name)).key_id)


def alone(town: Town, name: str, *gone: str) -> str:
    """Let everybody else step back; return the case's reference."""
    for other in gone:
        KeyWork(town.desk(other)).step_back(town.newest().reference)
    assert ref(town, name) in key_holders(Box.objects.filter(of_case__case=town.newest()).first())
    return str(town.newest().reference)
