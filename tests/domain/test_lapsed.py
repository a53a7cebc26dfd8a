"""Certificates that are over: who steps in, and what is said when nobody is left."""

import pytest

from tests.domain.test_report import nothing_is_stored
from tests.town import Town
from whistle.accounts.models import Certificate
from whistle.client.errors import ClientError
from whistle.core import clock
from whistle.store.models import Seal
from whistle.vault.certificate import Role


def expire(town: Town, *names: str) -> None:
    """Let the certificates of some colleagues run out."""
    refs = [town.people[name].staff.ref for name in names]
    Certificate.objects.filter(subject__in=refs).update(revoked_at=clock.now())


def test_one_lapsed_certificate_does_not_close_the_channel(town: Town) -> None:
    expire(town, "amir")

    town.report("Still open.")

    readers = set(Seal.objects.filter(holder="staff").values_list("staff_ref", flat=True))
    assert readers == {town.people[name].staff.ref for name in ("ingrid", "berit")}


def test_alternates_step_in_when_too_few_certificates_are_left_and_a_stranger_gets_nothing(
    town: Town,
) -> None:
    expire(town, "amir", "berit")

    town.report("Still open.")

    readers = set(Seal.objects.filter(holder="staff").values_list("staff_ref", flat=True))
    assert readers == {town.people[name].staff.ref for name in ("ingrid", "sissel", "tor")}


@pytest.mark.parametrize("lapsed", ["readers", "recovery keys"])
def test_nobody_left_with_a_certificate_is_said_before_anything_is_sent(town: Town, lapsed: str) -> None:
    if lapsed == "readers":
        expire(town, "amir", "berit", "ingrid", "hanne", "sissel", "tor")
    else:
        Certificate.objects.filter(role=Role.RECOVERY).update(revoked_at=clock.now())

    with pytest.raises(ClientError, match=r"client\.readers"):
        town.reporter().report("Nobody could read this.")

    assert nothing_is_stored()
