"""New keys leave nobody out who should have them, and let nobody in whom the case was kept from."""

import pytest

from cases.models import Case, KeptOut
from tests.keys.acts import lapse, ref
from tests.keys.equal import assert_equal
from tests.town import Town
from whistle.accounts.models import Roster
from whistle.audit import selectors as audit
from whistle.client.errors import ClientError
from whistle.client.keys import KeyWork
from whistle.core import canonical
from whistle.demo.ceremony import Ceremony
from whistle.store.models import Seal
from whistle.vault.certificate import Role, sign_roster
from whistle.vault.keys import KemPair, StaffKeys, key_id


def test_colleague_whose_certificate_lapsed_does_not_keep_the_case_closed(town: Town) -> None:
    sent = town.report()
    town.open("ingrid").note("Ours.")
    lapse(town, "amir")
    reference = town.newest().reference
    KeyWork(town.desk("berit")).step_back(reference)

    KeyWork(town.desk("ingrid")).rekey(reference)

    town.open("ingrid").acknowledge("We go on.")
    assert town.mailbox(sent).messages[-1].body["text"] == "We go on."
    assert town.desk("amir").cases() == []
    gone = [
        read.fields["d"]["why"]
        for read in audit.entries(town.organisation, "desk", case=town.newest().log_ref)
        if read.fields["act"] == "access.revoked"
    ]
    assert gone == ["not_impartial", "certificate_lapsed"]
    assert_equal(town)


def test_who_has_no_certificate_makes_no_new_key(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    KeyWork(town.desk("berit")).step_back(reference)
    lapse(town, "amir")

    with pytest.raises(ClientError, match=r"certificate\.lapsed"):
        KeyWork(town.desk("amir")).rekey(reference)


def rotate(town: Town, kind: str) -> bytes:
    """Put a new recovery key in an old one's place, as a roster signed by the root key; return its seed."""
    seed = bytes([7]) * 32
    ceremony: Ceremony = town.ceremony
    ceremony.certify(Role.RECOVERY, bytes(16), KemPair.from_seed(seed).public, StaffKeys(seed).sig.public)
    old = Roster.objects.get(organisation=town.organisation)
    document = canonical.decode(bytes(old.document))
    retired = {"key_id": document["recovery"][kind], "kind": kind}
    new = {
        **document,
        "version": 2,
        "recovery": {**document["recovery"], kind: key_id(KemPair.from_seed(seed).public).hex()},
        "retired": [retired],
    }
    from whistle.accounts.services.enrolment import adopt_roster

    octets = canonical.encode(new)
    adopt_roster(town.organisation, octets, sign_roster(ceremony.root, town.organisation.ref_bytes, octets))
    return seed


def test_rotated_recovery_key_takes_the_place_of_the_old_one_for_all_that_was_written(town: Town) -> None:
    from cases.services import recovery
    from tests.keys.test_any_order import as_wire
    from whistle.client.recovery import recover

    town.report("Before.")
    town.open("ingrid").note("Between.")
    seed = rotate(town, "ordinary")
    reference = town.newest().reference
    KeyWork(town.desk("berit")).step_back(reference)

    KeyWork(town.desk("ingrid")).rekey(reference)
    town.open("ingrid").note("After.")

    keys = set(Seal.objects.filter(holder="recovery").values_list("key_id", flat=True))
    assert keys == {key_id(KemPair.from_seed(seed).public).hex()}
    wire = as_wire(recovery.export(town.people["amir"].staff, town.people["even"].staff))
    with pytest.raises(ClientError, match=r"client\.seal"):
        recover(wire, town.ceremony.recovery_seeds["ordinary"], town.ceremony.root.public)
    done = recover(wire, seed, town.ceremony.root.public)
    assert (done.opened, done.closed) == (2, 0)
    assert {len(row["seals"]) for row in done.sent["boxes"]} == {2}, "both epochs"


def test_case_kept_from_the_administration_stays_so_when_the_alternate_recovery_key_is_rotated(
    town: Town,
) -> None:
    town.report("About the chief.", about=["chief_executive"])
    KeptOut.objects.all().delete()
    Case.objects.update(closed_groups=[])
    rotate(town, "alternate")

    case = town.open("tor")
    with pytest.raises(ClientError, match=r"client\.person"):
        case.share(ref(town, "ingrid"))


def test_who_joins_a_group_that_was_kept_out_is_kept_out_too(town: Town) -> None:
    town.report("About the office.", about=["reporting_office"])
    case = town.newest()
    assert case.closed_groups == ["intake"]
    document = canonical.decode(bytes(Roster.objects.get(organisation=town.organisation).document))
    newcomer = {"staff_id": ref(town, "even"), "groups": ["intake"], "reports_to": None}
    below = {"staff_id": ref(town, "tor"), "groups": [], "reports_to": ref(town, "ingrid")}
    octets = canonical.encode({**document, "version": 2, "people": [newcomer, below]})
    from whistle.accounts.services.enrolment import adopt_roster

    root = town.ceremony.root
    adopt_roster(town.organisation, octets, sign_roster(root, town.organisation.ref_bytes, octets))

    for name in ("even", "ingrid", "amir"):
        with pytest.raises(ClientError, match=r"client\.person"):
            town.open("berit").share(ref(town, name))


def test_case_adopted_before_it_was_remembered_finds_out_whom_it_was_kept_from(town: Town) -> None:
    from importlib import import_module

    from django.apps import apps

    town.report("Not for Amir.", exclude=["amir.haddad"])
    town.open("ingrid").share(ref(town, "even"))
    KeyWork(town.desk("even")).settle()
    KeyWork(town.desk("berit")).step_back(town.newest().reference)
    known = set(KeptOut.objects.values_list("staff__ref", flat=True))
    KeptOut.objects.all().delete()

    import_module("cases.migrations.0008_whom_it_was_kept_from").derive(apps, None)

    assert set(KeptOut.objects.values_list("staff__ref", flat=True)) == known == {ref(town, "amir")}
    with pytest.raises(ClientError, match=r"client\.person"):
        town.open("ingrid").share(ref(town, "amir"))
