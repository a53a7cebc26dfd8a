"""A key counts when its receiver has opened it, and only who can carry a case on is counted as holding it."""

from datetime import timedelta

from cases.services import transfer
from cases.services.share import share
from tests.keys.acts import alone, lapse, noise, ref
from tests.keys.equal import assert_equal
from tests.keys.test_keys_are_taken import code_of
from tests.town import Town
from whistle.audit import selectors as audit
from whistle.client.http import b64
from whistle.client.keys import KeyWork
from whistle.core import clock
from whistle.store.models import Seal


def test_noise_handed_over_takes_nothing_from_the_leaver(town: Town) -> None:
    town.report("Still here.")
    town.desk("berit").declare(town.newest().reference)
    work = KeyWork(town.desk("berit"))
    case = town.newest()
    sent = {"leaver": ref(town, "amir"), "newcomer": ref(town, "even"), "boxes": []}
    for box_id, seals in noise(town, case, "even", "berit").items():
        rows = [
            {
                "key_id": each.key_id,
                "epoch": each.epoch,
                "sealed": b64(each.sealed),
                "vouch": b64(each.vouch),
            }
            for each in seals
        ]
        sent["boxes"].append({"box_id": box_id, "seals": rows})
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

    assert recovery.take_in(amir, sissel, noise(town, case, "sissel"), actor="system") == [case]
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
        seals=noise(town, case, "sissel"),
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
        {"staff_id": row["staff_id"], "boxes": work._to(boxes, work._certified(row))}
        for row in wire["alternates"]
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


def test_the_log_tells_which_offer_was_taken_over(town: Town) -> None:
    town.report()
    KeyWork(town.desk("ingrid")).step_back(alone(town, "ingrid", "amir", "berit"))
    KeyWork(town.desk("sissel")).settle()

    entries = list(audit.entries(town.organisation, "desk", case=town.newest().log_ref))
    offered = {
        it.fields["d"]["transfer"]: it.fields["d"].get("to")
        for it in entries
        if it.fields["act"] == "transfer.offered"
    }
    (taken,) = [it.fields for it in entries if it.fields["act"] == "transfer.accepted"]
    assert len(offered) == 2
    assert offered[taken["d"]["transfer"]] == taken["actor"]


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


def test_stranger_proves_and_refuses_nothing(town: Town, other_town: Town) -> None:
    town.report()
    reference = town.newest().reference
    anne = other_town.desk("anne").server

    assert anne.get("keys/unproven") == []
    for what in ("proven", "refused"):
        assert code_of(anne.post, f"cases/{reference}/keys/{what}", {}) == "request.absent"
    assert_equal(town)
