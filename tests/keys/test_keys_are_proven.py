"""A key counts when its receiver has opened it, and only who can carry a case on is counted as holding it."""

from datetime import timedelta

import pytest

from cases.models import Case, KeptOut
from cases.services import transfer
from cases.services.leave import deactivate
from cases.services.revoke import expire
from cases.services.share import share
from tests.keys.equal import assert_equal, key_holders
from tests.keys.test_keys_are_taken import code_of
from tests.town import Town
from whistle.access.services.boxes import NewSeal
from whistle.accounts.models import Certificate, Roster
from whistle.audit import selectors as audit
from whistle.client.errors import ClientError
from whistle.client.keys import KeyWork, _to
from whistle.core import canonical, clock
from whistle.core.errors import DomainError
from whistle.demo.ceremony import Ceremony
from whistle.store.models import Box, Seal
from whistle.vault.certificate import Role, sign_roster
from whistle.vault.keys import KemPair, StaffKeys, key_id

NOISE = bytes(1168)


def ref(town: Town, name: str) -> str:
    return str(town.people[name].staff.ref)


def lapse(town: Town, name: str) -> None:
    """Let a colleague's certificate run out."""
    Certificate.objects.filter(subject=ref(town, name)).update(not_after=clock.now() - timedelta(hours=1))


def noise(case: Case, key: str) -> dict[str, list[NewSeal]]:
    boxes = Box.objects.filter(of_case__case=case)
    return {box.box_id: [NewSeal(key, box.epoch, NOISE)] for box in boxes}


def key_of(town: Town, name: str) -> str:
    return str(Certificate.objects.get(subject=ref(town, name)).key_id)


def alone(town: Town, name: str, *gone: str) -> str:
    """Let everybody else step back; return the case's reference."""
    for other in gone:
        KeyWork(town.desk(other)).step_back(town.newest().reference)
    assert ref(town, name) in key_holders(Box.objects.filter(of_case__case=town.newest()).first())
    return str(town.newest().reference)


# who counts as holding a case


def test_case_is_not_left_with_somebody_who_may_only_read(town: Town) -> None:
    town.report()
    town.open("ingrid").share(ref(town, "even"), until=(clock.today() + timedelta(days=5)).isoformat())
    assert town.open("even").messages
    reference = alone(town, "ingrid", "amir", "berit")

    assert code_of(town.desk("ingrid").declare, reference, "conflict") == "habilitet.last"
    grete = town.people["grete"].staff
    assert code_of(deactivate, staff_id=ref(town, "ingrid"), why="left", actor=grete) in (
        "grant.last",
        "duty.last",
    )
    assert_equal(town)


def test_case_is_not_left_with_somebody_whose_certificate_has_lapsed(town: Town) -> None:
    town.report()
    lapse(town, "amir")
    reference = alone(town, "ingrid", "berit")

    assert code_of(town.desk("ingrid").declare, reference, "conflict") == "habilitet.last"


def test_case_is_not_left_with_a_handler_who_cannot_pass_it_on(town: Town) -> None:
    town.report()
    town.open("ingrid").share(ref(town, "even"))
    assert town.open("even").messages
    reference = alone(town, "ingrid", "amir", "berit")

    assert code_of(town.desk("ingrid").declare, reference, "conflict") == "habilitet.last"


def test_newcomer_by_recovery_gets_their_own_part_whoever_was_lost(town: Town) -> None:
    from tests.keys.test_any_order import recovered

    town.report()
    recovered(town, "amir", "sissel")  # amir only read; sissel decides by her own duty
    KeyWork(town.desk("sissel")).settle()

    assert town.newest().assignments.get(staff__ref=ref(town, "sissel")).part == "leader"
    assert_equal(town)


def test_advice_is_over_when_its_day_is_though_no_sweep_has_run(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.share(ref(town, "even"), until=clock.today().isoformat())
    assert town.open("even").messages

    with clock.standing_at(clock.now() + timedelta(days=2)):
        assert town.desk("even").cases() == []
        assert code_of(town.desk("even").open, case.reference) == "request.absent"
        assert expire(town.organisation) == 1
    assert_equal(town)


# hand-over


def test_reader_cannot_put_anybody_in_a_leaders_place(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    town.desk("amir").declare(reference)
    work = KeyWork(town.desk("amir"))

    assert work.hand_over(ref(town, "berit"), ref(town, "even")).moved == []
    assert code_of(work._hand_one, reference, ref(town, "berit"), ref(town, "even")) == "step.refused"


def test_who_has_not_said_that_they_are_impartial_hands_over_nobodys_place(town: Town) -> None:
    town.report()
    done = KeyWork(town.desk("berit")).hand_over(ref(town, "amir"), ref(town, "even"))

    assert set(done.refused.values()) == {"habilitet.needed"}
    assert_equal(town)


def test_last_one_who_decides_is_not_replaced_by_somebody_who_may_not(town: Town) -> None:
    town.report()
    for name in ("berit",):
        KeyWork(town.desk(name)).step_back(town.newest().reference)
    KeyWork(town.desk("amir")).rekey(town.newest().reference)

    done = KeyWork(town.desk("ingrid")).hand_over(ref(town, "ingrid"), ref(town, "even"))

    assert set(done.refused.values()) == {"grant.decider"}
    grete = town.people["grete"].staff
    assert code_of(deactivate, staff_id=ref(town, "ingrid"), why="left", actor=grete) in (
        "grant.decider",
        "duty.last",
    )
    assert_equal(town)


def test_case_without_anybody_who_decides_gets_one_from_whoever_holds_it(town: Town) -> None:
    town.report()
    for name in ("berit", "ingrid"):
        KeyWork(town.desk(name)).step_back(town.newest().reference)
    KeyWork(town.desk("amir")).rekey(town.newest().reference)

    town.open("amir").share(ref(town, "sissel"))

    assert town.newest().assignments.get(staff__ref=ref(town, "sissel")).part == "leader"


def test_term_of_an_adviser_passes_on_with_the_place(town: Town) -> None:
    town.report()
    last = clock.today() + timedelta(days=5)
    town.open("berit").share(ref(town, "even"), until=last.isoformat())
    assert town.open("even").messages

    done = KeyWork(town.desk("berit")).hand_over(ref(town, "even"), ref(town, "hanne"))
    KeyWork(town.desk("hanne")).settle()

    held = town.newest().assignments.get(staff__ref=ref(town, "hanne"))
    assert len(done.moved) == 1
    assert (held.part, held.until) == ("adviser", last)


def test_adviser_from_outside_gets_no_case_without_an_end(town: Town) -> None:
    town.report()
    Certificate.objects.filter(subject=ref(town, "even")).update(role=Role.ADVISER)
    town.desk("ingrid").declare(town.newest().reference)
    case, key = town.newest(), key_of(town, "even")
    given = {"reference": case.reference, "staff_id": ref(town, "even"), "announcement": None}

    with pytest.raises(DomainError, match=r"grant\.until"):
        share(**given, seals=noise(case, key), actor=town.people["ingrid"].staff)
    share(**given, seals=noise(case, key), actor=town.people["ingrid"].staff, until=clock.today())

    assert case.assignments.get(staff__ref=ref(town, "even")).part == "adviser"


# noise instead of keys


def test_noise_handed_over_takes_nothing_from_the_leaver(town: Town) -> None:
    town.report("Still here.")
    town.desk("berit").declare(town.newest().reference)
    work = KeyWork(town.desk("berit"))
    case = town.newest()
    sent = {"leaver": ref(town, "amir"), "newcomer": ref(town, "even"), "boxes": []}
    from whistle.client.http import b64

    sent["boxes"] = [
        {
            "box_id": box_id,
            "seals": [
                {"key_id": each.key_id, "epoch": each.epoch, "sealed": b64(each.sealed)} for each in seals
            ],
        }
        for box_id, seals in noise(case, key_of(town, "even")).items()
    ]
    work._post(case.reference, "hand-over", sent)

    took = KeyWork(town.desk("even")).settle()

    assert took.refused == {case.reference: "client.seal"}
    assert town.desk("even").cases() == []
    assert town.open("amir").messages[0].body["text"] == "Still here."
    assert_equal(town)


def test_noise_from_the_offline_machine_takes_nothing_from_anybody(town: Town) -> None:
    from cases.services import recovery

    town.report("Still here.")
    case = town.newest()
    amir, sissel = town.people["amir"].staff, town.people["sissel"].staff

    assert recovery.take_in(amir, sissel, noise(case, key_of(town, "sissel")), actor="system") == [case]
    KeyWork(town.desk("sissel")).settle()

    assert town.desk("sissel").cases() == []
    assert town.open("amir").messages[0].body["text"] == "Still here."


def test_colleague_whose_keys_are_noise_is_not_counted_as_holding_the_case(town: Town) -> None:
    town.report()
    case = town.newest()
    town.desk("ingrid").declare(case.reference)
    share(
        reference=case.reference,
        staff_id=ref(town, "sissel"),
        seals=noise(case, key_of(town, "sissel")),
        announcement=None,
        actor=town.people["ingrid"].staff,
    )
    reference = alone(town, "ingrid", "amir", "berit")

    assert code_of(town.desk("ingrid").declare, reference, "conflict") == "habilitet.last"


def step_back_with_noise(town: Town) -> str:
    town.report("Still here.")
    reference = alone(town, "ingrid", "amir", "berit")
    work = KeyWork(town.desk("ingrid"))
    wire, boxes = work._open(reference)
    given = [
        {"staff_id": row["staff_id"], "boxes": _to(boxes, work._certified(row))} for row in wire["alternates"]
    ]
    for each in given:
        for box in each["boxes"]:
            for one in box["seals"]:
                one["sealed"] = "A" * len(one["sealed"].rstrip("=")) + "=" * one["sealed"].count("=")
    work._post(reference, "declare", {"answer": "conflict", "alternates": given})
    return reference


def test_last_one_is_locked_out_at_once_and_the_keys_wait_for_an_alternate(town: Town) -> None:
    town.report("For whoever is left.")
    reference = alone(town, "ingrid", "amir", "berit")
    KeyWork(town.desk("ingrid")).step_back(reference)

    assert town.desk("ingrid").cases() == []
    assert code_of(town.desk("ingrid").open, reference) == "request.absent"
    assert Seal.objects.filter(staff_ref=ref(town, "ingrid"), holder="held").exists()
    KeyWork(town.desk("tor")).settle()
    assert not Seal.objects.filter(staff_ref=ref(town, "ingrid")).exists()
    assert town.open("tor").messages[0].body["text"] == "For whoever is left."
    assert_equal(town)


def test_noise_for_the_alternates_brings_the_case_back_to_be_sealed_again(town: Town) -> None:
    reference = step_back_with_noise(town)
    assert town.desk("ingrid").cases() == []

    for name in ("sissel", "tor"):
        KeyWork(town.desk(name)).settle()

    assert len(town.desk("ingrid").cases()) == 1
    assert code_of(town.desk("ingrid").server.get, f"cases/{reference}/sealed") == "habilitet.needed"
    assert_equal(town)
    # those who were offered noise can be offered the case again
    assert set(KeyWork(town.desk("ingrid")).step_back(reference)) == {ref(town, "sissel"), ref(town, "tor")}
    KeyWork(town.desk("sissel")).settle()
    assert town.open("sissel").messages[0].body["text"] == "Still here."
    assert_equal(town)


def test_transfer_nobody_takes_over_in_three_days_is_logged_and_reminded_of_once(town: Town) -> None:
    town.report()
    KeyWork(town.desk("ingrid")).step_back(alone(town, "ingrid", "amir", "berit"))
    case = town.newest()

    assert transfer.overdue(town.organisation) == 0
    with clock.standing_at(clock.now() + timedelta(hours=73)):
        assert transfer.overdue(town.organisation) == 2
        assert transfer.overdue(town.organisation) == 0

    entries = audit.entries(town.organisation, "desk", case=case.log_ref)
    late = [read for read in entries if read.fields["act"] == "clock.overdue"]
    assert {read.fields["d"]["clock"] for read in late} == {"c8"}


def test_everybody_steps_back_and_no_alternate_is_certified_yet_nothing_is_lost(town: Town) -> None:
    from tests.keys.test_any_order import recovered

    town.report("Nobody left.")
    reference = alone(town, "ingrid", "amir", "berit")
    for name in ("sissel", "tor"):
        lapse(town, name)

    assert KeyWork(town.desk("ingrid")).step_back(reference) == []

    assert town.desk("ingrid").cases() == []
    recovered(town, "ingrid", "hanne")
    KeyWork(town.desk("hanne")).settle()
    assert town.open("hanne").messages[0].body["text"] == "Nobody left."
    assert_equal(town)


# re-keying


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


# whom the case was kept from


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


def test_stranger_proves_and_refuses_nothing(town: Town, other_town: Town) -> None:
    town.report()
    reference = town.newest().reference
    anne = other_town.desk("anne").server

    assert anne.get("keys/unproven") == []
    for what in ("proven", "refused"):
        assert code_of(anne.post, f"cases/{reference}/keys/{what}", {}) == "request.absent"
    assert_equal(town)


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
