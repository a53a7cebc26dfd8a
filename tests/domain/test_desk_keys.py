"""Keys to a case: given, taken, made anew; a permission and a seal are one thing."""

import pytest
from guardian.shortcuts import get_objects_for_user

from cases.models import Case, CaseGrant
from tests.domain.test_desk import acts, refusal
from tests.town import Town
from whistle.access.models import BoxGrant
from whistle.client.errors import ClientError
from whistle.store.models import Box, Seal


def test_colleague_reads_report_and_notes_after_being_given_the_keys(town: Town) -> None:
    town.report("Read me.")
    case = town.open("ingrid")
    case.note("For colleagues.")
    even = town.people["even"].staff

    case.share(even.ref)

    theirs = town.open("even")
    assert theirs.messages[0].body["text"] == "Read me."
    assert theirs.notes[0].body["text"] == "For colleagues."
    assert "access.granted" in acts(town)


def test_colleague_without_certificate_cannot_be_given_a_key(town: Town) -> None:
    town.report()
    case = town.open("ingrid")

    for name in ("randi", "nils"):
        refused = refusal(case.share, town.people[name].staff.ref)
        assert refused.code == "client.person"
    assert town.desk("nils").cases() == []


def test_handler_may_not_share_and_nothing_is_written(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.share(town.people["even"].staff.ref)
    theirs = town.open("even")

    refused = refusal(theirs.share, town.people["sissel"].staff.ref)

    assert refused.code == "step.refused"
    assert not Seal.objects.filter(staff_ref=town.people["sissel"].staff.ref).exists()


def test_officer_who_is_not_impartial_loses_key_and_case_at_once(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    berit = town.people["berit"].staff

    town.desk("berit").declare(reference, "conflict")

    assert town.desk("berit").cases() == []
    assert not Seal.objects.filter(staff_ref=berit.ref).exists()
    assert not BoxGrant.objects.filter(user=berit).exists()
    assert not CaseGrant.objects.filter(user=berit).exists()
    refused = refusal(town.desk("berit").server.get, f"cases/{reference}")
    assert refused.status == 404


def test_last_one_with_a_key_cannot_walk_away_from_the_case(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    for name in ("berit", "amir"):
        town.desk(name).declare(reference, "unsure")

    refused = refusal(town.desk("ingrid").declare, reference, "conflict")

    assert refused.code == "habilitet.last"
    assert Seal.objects.filter(staff_ref=town.people["ingrid"].staff.ref).exists()


def test_box_waits_for_a_new_key_after_somebody_left(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    town.desk("berit").declare(case.reference, "conflict")

    refused = refusal(case.acknowledge, "We have it.")

    assert refused.code == "box.rekey_due"


def test_whoever_left_cannot_read_what_is_written_after_the_new_key(town: Town) -> None:
    sent = town.report()
    case = town.open("ingrid")
    case.note("Before.")
    berit = town.people["berit"].staff
    town.desk("berit").declare(case.reference, "conflict")
    case.refresh()

    case.rekey()
    case.acknowledge("After.")

    assert {box.epoch for box in Box.objects.all()} == {2}
    assert not Seal.objects.filter(staff_ref=berit.ref).exists()
    assert [message.body["text"] for message in town.mailbox(sent).messages if message.kind == 1][
        -1
    ] == "After."
    assert town.open("amir").messages[-1].body["text"] == "After."
    assert acts(town).count("access.rekeyed") == 2


def test_new_key_that_leaves_somebody_out_is_refused(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    town.desk("berit").declare(case.reference, "conflict")
    case.refresh()
    case.wire["boxes"][0]["holders"].pop()

    refused = refusal(case.rekey)

    assert refused.code == "grant.seals"
    assert Box.objects.get().epoch == 1


def test_permission_and_seal_are_one_thing(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    case.note("First.")
    case.share(town.people["even"].staff.ref)
    town.desk("amir").declare(case.reference, "conflict")

    for box in Box.objects.all():
        sealed_to = set(Seal.objects.filter(box=box, holder="staff").values_list("staff_ref", flat=True))
        permitted = set(BoxGrant.objects.filter(content_object=box).values_list("user__ref", flat=True))
        assert sealed_to == permitted
    for person in town.people.values():
        visible = get_objects_for_user(
            person.staff, "read_case", Case, use_groups=False, with_superuser=False, accept_global_perms=False
        )
        assert visible.exists() == BoxGrant.objects.filter(user=person.staff).exists()


def test_auditor_and_administrator_see_no_case(town: Town) -> None:
    town.report()

    for name in ("randi", "nils"):
        assert town.desk(name).cases() == []


def test_message_sealed_for_another_case_is_refused(town: Town) -> None:
    town.report("First.")
    first = town.open("ingrid")
    town.report("Second.")
    second = town.open("ingrid")
    letter = first._writer(first.boxes["mailbox"]).letter(
        1, {"type": "acknowledgement", "text": "For the first."}, []
    )

    second.desk.server.post(f"cases/{second.reference}/acknowledge", {"items": letter})

    with pytest.raises(ClientError, match=r"client\."):
        second.refresh()
