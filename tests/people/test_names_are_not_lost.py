"""Half of the key to a reporter's name is passed on before the last one who holds it goes, and never to the other kind."""

import pytest

from tests.keys.acts import ref
from tests.keys.test_keys_are_taken import code_of
from tests.town import Town
from tests.watching import Watcher, be_watched
from whistle.access.services.duties import give_duty, take_duty
from whistle.accounts.models import Certificate
from whistle.audit import stakes
from whistle.audit.tasks import publish_and_show
from whistle.client import identity
from whistle.client.errors import ClientError
from whistle.client.http import b64
from whistle.client.keys import KeyWork
from whistle.core.policy import Duty
from whistle.store.models import Box, IdentityHalf
from whistle.vault.certificate import Role

NAME = "Kari Nordmann"


def custodians(town: Town) -> set[str]:
    rows = IdentityHalf.objects.filter(half=IdentityHalf.Half.CUSTODIAN)
    return set(rows.values_list("staff_ref", flat=True))


def leaders(town: Town) -> set[str]:
    rows = IdentityHalf.objects.filter(half=IdentityHalf.Half.LEADER)
    return set(rows.values_list("staff_ref", flat=True))


def new_custodian(town: Town, name: str) -> None:
    """Make somebody who reads no case an identity custodian, certified as one."""
    person = town.people[name].staff
    for duty in list(person.duties.values_list("duty", flat=True)):
        person.duties.filter(duty=duty).delete()
    give_duty(person, Duty.IDENTITY_CUSTODIAN)
    key = person.key
    keys = (bytes(key.kem_pub), bytes(key.sig_pub))
    town.ceremony.certify(Role.IDENTITY_CUSTODIAN, bytes.fromhex(person.ref), *keys)


def opened(town: Town, leader: str, custodian: str) -> str:
    case = town.open(leader)
    asked = identity.ask(case, "consent", "They asked us to call.", "You asked us to call you.")
    assert identity.agree(town.desk(custodian), asked)["agreed"]
    publish_and_show(town.organisation)
    stakes.sweep(town.organisation)
    return identity.name(case, asked)["name"]


def test_new_custodian_gets_the_halves_of_the_one_who_leaves_and_the_name_opens(
    town: Town,
    watcher: Watcher,
) -> None:
    be_watched(town.organisation, watcher)
    publish_and_show(town.organisation)
    town.report("With a name.", name=NAME)
    solveig = town.people["solveig"].staff
    new_custodian(town, "even")
    assert custodians(town) == {solveig.ref}
    assert code_of(take_duty, solveig, Duty.IDENTITY_CUSTODIAN) == "identity.last"
    assert custodians(town) == {solveig.ref}

    assert identity.pass_on(town.desk("solveig")) == 1
    assert identity.pass_on(town.desk("solveig")) == 0
    take_duty(solveig, Duty.IDENTITY_CUSTODIAN)

    assert custodians(town) == {ref(town, "even")}
    assert opened(town, "ingrid", "even") == NAME


def test_custodian_whose_keys_are_lost_goes_with_their_halves(town: Town) -> None:
    town.report("With a name.", name=NAME)
    new_custodian(town, "even")

    take_duty(town.people["solveig"].staff, Duty.IDENTITY_CUSTODIAN, lost=True)

    assert custodians(town) == set()


def test_leaders_half_goes_with_the_case_when_the_last_leader_hands_it_over(
    town: Town,
    watcher: Watcher,
) -> None:
    be_watched(town.organisation, watcher)
    publish_and_show(town.organisation)
    town.report("With a name.", name=NAME)
    reference = town.newest().reference
    assert leaders(town) == {ref(town, "ingrid"), ref(town, "berit")}
    town.desk("berit").declare(reference, "conflict")
    assert leaders(town) == {ref(town, "ingrid")}
    town.open("ingrid")

    KeyWork(town.desk("ingrid")).hand_over(ref(town, "ingrid"), ref(town, "tor"))
    assert leaders(town) == {ref(town, "ingrid"), ref(town, "tor")}
    KeyWork(town.desk("tor")).settle()

    assert leaders(town) == {ref(town, "tor")}
    assert opened(town, "tor", "solveig") == NAME


def test_nobody_of_the_other_kind_gets_a_half(town: Town, other_town: Town) -> None:
    town.report("With a name.", name=NAME)
    box = Box.objects.get(kind="mailbox").box_id
    new_custodian(town, "even")
    sent = {"box_id": box, "sealed": b64(bytes(1168))}

    def post(name: str, half: str, whom: str) -> str:
        with pytest.raises(ClientError) as refused:
            town.desk(name).server.post(
                "identity/halves", {**sent, "half": half, "staff_id": ref(town, whom)}
            )
        return str(refused.value.code)

    assert post("solveig", "a", "ingrid") == "grant.person"
    assert post("ingrid", "b", "even") == "grant.person"
    assert post("ingrid", "a", "even") == "identity.absent"
    assert post("amir", "b", "berit") == "identity.absent"
    assert other_town.desk("anne").server.get("identity/halves") == []


def test_half_is_sealed_to_nobody_the_root_key_does_not_vouch_for(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.report("With a name.", name=NAME)
    new_custodian(town, "even")
    solveig = town.desk("solveig")
    another = bytes(Certificate.objects.get(subject=ref(town, "amir"), role=Role.READER).octets)
    honest = solveig.server.get
    monkeypatch.setattr(
        solveig.server, "get", lambda path: [{**row, "certificate": b64(another)} for row in honest(path)]
    )

    with pytest.raises(ClientError, match=r"client\.certificate"):
        identity.pass_on(solveig)
    assert custodians(town) == {ref(town, "solveig")}
