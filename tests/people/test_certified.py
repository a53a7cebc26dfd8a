"""Certificates: given to whom was heard, renewed in one batch, and taken from nobody else."""

from datetime import timedelta

from django.core.mail import EmailMessage

from cases.services import leave, notices
from tests.people.hands import certify, enrol
from tests.people.test_people import NEW, acts, agree, code_of, witness
from tests.town import Town
from whistle.access.models import Proposal
from whistle.access.services import proposals
from whistle.accounts.models import Certificate, RootCopy, Staff
from whistle.client.http import b64
from whistle.core import clock


def test_new_keys_open_no_old_case_and_are_certified_anew(town: Town) -> None:
    town.report("Before.")
    reference = town.newest().reference
    amir = town.people["amir"].staff
    nils, org = town.desk("nils").server, town.organisation.ref_bytes
    town.desk("amir").open(reference)
    renew = {"staff_id": amir.ref, "code_only": False}

    assert code_of(nils.post, "people/renew", renew) == "people.certified"
    nils.post("people/propose", {"staff_id": amir.ref, "kind": "revoke"})
    agree(town, "berit")
    again = enrol(nils.post("people/renew", renew)["token"])
    desk = again.desk()

    assert code_of(desk.cases) == "certificate.needed"
    assert code_of(desk.server.get, f"cases/{reference}/sealed") == "certificate.needed"
    assert code_of(town.desk("amir").cases) == "sign_in.needed", "the old sign-in has ended"
    assert code_of(town.new_desk, "amir") == "sign_in.refused", "the old passphrase is gone"
    assert certify(town.desk("grete"), org, {}) == 0, "new keys are heard anew"
    assert certify(town.desk("grete"), org, {amir.ref: again.words(org)}) == 1
    assert desk.cases() == []
    assert code_of(desk.server.get, f"cases/{reference}/sealed") == "request.absent"


def test_certificates_near_their_end_are_renewed_in_one_batch_without_words(town: Town) -> None:
    org, grete = town.organisation.ref_bytes, town.desk("grete")
    with clock.standing_at(clock.now() + timedelta(days=149)):
        assert grete.server.get("certificates/waiting")["waiting"] == []
    with clock.standing_at(clock.now() + timedelta(days=155)):
        grete = town.new_desk("grete")
        waiting = grete.server.get("certificates/waiting")["waiting"]
        kept = Certificate.objects.filter(organisation=town.organisation).count()
        assert {one["role"] for one in waiting} >= {1, 2, 4, 9}, "people and recovery keys alike"
        assert certify(grete, org, {}) == len(waiting) == kept
        assert grete.server.get("certificates/waiting")["waiting"] == []
    with clock.standing_at(clock.now() + timedelta(days=200)):
        town.report("Long after.")
        assert town.desk("ingrid").open(town.newest().reference).messages


def test_server_takes_no_certificate_of_other_keys_role_or_length_nor_from_anybody_else(town: Town) -> None:
    nils = town.desk("nils").server
    una = enrol(nils.post("people/invite", NEW)["token"])
    agree(town, "berit")
    witness(town)
    org, now = town.organisation.ref_bytes, int(clock.now().timestamp())
    root, other = (
        town.ceremony.root,
        enrol(nils.post("people/invite", {**NEW, "username": "ole.by"})["token"]),
    )
    ref, year = bytes.fromhex(una.staff_id), 365 * 24 * 3600
    from whistle.vault.certificate import issue

    good = (ref, una.keys.kem.public, una.keys.sig.public)
    wrong = [
        issue(root, org, 90, 1, now, now + 100, ref, other.keys.kem.public, other.keys.sig.public),
        issue(root, org, 90, 2, now, now + 100, *good),
        issue(root, org, 90, 1, now, now + year, *good),
        issue(una.keys.sig, org, 90, 1, now, now + 100, *good),
        issue(root, bytes(16), 90, 1, now, now + 100, *good),
    ]
    right = issue(root, org, 90, 1, now, now + 100, *good)

    grete = town.desk("grete").server
    for one in wrong:
        assert (
            code_of(grete.post, "certificates", {"certificates": [b64(right), b64(one)]})
            == "certificate.refused"
        )
    assert not Certificate.objects.filter(subject=una.staff_id).exists(), "all or none"
    assert (
        code_of(town.desk("berit").server.post, "certificates", {"certificates": [b64(right)]})
        == "duty.refused"
    )
    assert code_of(nils.get, "certificates/waiting") == "duty.refused"
    grete.post("certificates", {"certificates": [b64(right)]})


def test_root_key_passes_to_a_second_custodian_sealed_and_the_last_one_cannot_leave(town: Town) -> None:
    org, grete = town.organisation.ref_bytes, town.people["grete"].staff
    row = proposals.propose(grete, Proposal.Kind.CLOSE, by=town.people["nils"].staff, why="left")
    assert code_of(leave.answer, row.pk, second=town.people["berit"].staff, agreed=True) == "duty.last"

    heir = enrol(
        town.desk("nils").server.post("people/invite", {**NEW, "duties": ["key_custodian"]})["token"]
    )
    agree(town, "berit")
    witness(town)
    sent = {"staff_id": heir.staff_id, "sealed": b64(bytes(1168))}
    assert code_of(town.desk("grete").server.post, "certificates/root", sent) == "root.person"
    assert certify(town.desk("grete"), org, {heir.staff_id: heir.words(org)}) == 1
    from whistle.vault.certificate import open_root, seal_root

    assert code_of(leave.answer, row.pk, second=town.people["berit"].staff, agreed=True) == "root.last"
    sealed = seal_root(town.ceremony.root_seed, heir.keys.kem.public, org)
    town.desk("grete").server.post("certificates/root", {"staff_id": heir.staff_id, "sealed": b64(sealed)})
    assert code_of(town.desk("grete").server.post, "certificates/root", sent) == "grant.held", "no other copy"
    from whistle.client.http import unb64

    leave.answer(row.pk, second=town.people["berit"].staff, agreed=True)
    assert not RootCopy.objects.filter(staff=grete).exists()
    given = unb64(heir.desk().server.get("certificates/waiting")["root"])
    assert open_root(given, heir.keys.kem, org) == town.ceremony.root_seed
    assert acts(town).count("root.copied") == 1


def test_custodians_are_reminded_of_certificates_and_everybody_of_their_word_without_saying_which(
    town: Town, mailoutbox: list[EmailMessage]
) -> None:
    notices.remind_of_people(town.organisation)
    assert notices.send_due(at_any_hour=True) == 0
    with clock.standing_at(clock.now() + timedelta(days=155)):
        for _day in range(3):
            notices.remind_of_people(town.organisation)
        assert notices.send_due(at_any_hour=True) == 1
    with clock.standing_at(clock.now() + timedelta(days=340)):
        notices.remind_of_people(town.organisation)
        everybody = Staff.objects.filter(organisation=town.organisation).count()
        assert notices.send_due(at_any_hour=True) == everybody >= len(town.people)
    assert mailoutbox[0].to == ["grete.vik@fjellvik.example"]
    assert {mail.body for mail in mailoutbox} == {mailoutbox[0].body}
