"""People come, are certified, change and go: nobody alone decides who, and the server never makes a key."""

from datetime import timedelta

import pytest

from cases.services import leave
from tests.people.hands import certify, enrol, material
from tests.town import Town
from whistle.access.models import Proposal
from whistle.access.selectors import duties
from whistle.access.services import proposals
from whistle.accounts.models import Certificate, Device, Invitation, Staff, StaffKey
from whistle.audit import selectors as audit
from whistle.audit import stakes
from whistle.audit.publisher import publish_all
from whistle.client.errors import ClientError
from whistle.client.http import Server, b64, unb64
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.demo.inside import Inside
from whistle.store.models import Seal
from whistle.vault import staff, totp

NEW = {"username": "una.dahl", "name": "Una Dahl", "title": "Rådgiver", "duties": ["investigator"]}


def code_of(act: object, *given: object, **named: object) -> str:
    try:
        act(*given, **named)  # type: ignore[operator]
    except (ClientError, DomainError) as error:
        return error.code
    return ""


def acts(town: Town) -> list[str]:
    return [read.fields["act"] for read in audit.entries(town.organisation, "desk")]


def witness(town: Town) -> None:
    """Let the log's publisher and the sweep run, as the worker does."""
    publish_all(town.organisation)
    stakes.sweep(town.organisation)


def agree(town: Town, name: str) -> bool:
    row = proposals.open_ones(town.organisation.pk).latest("id")
    return bool(town.desk(name).server.post("people/answer", {"proposal": row.pk, "agreed": True})["done"])


def test_somebody_new_is_invited_makes_keys_is_agreed_on_and_certified_and_then_opens_a_case(
    town: Town,
) -> None:
    nils, grete = town.desk("nils"), town.desk("grete")
    org = town.organisation.ref_bytes
    before = len(acts(town))
    una = enrol(nils.server.post("people/invite", NEW)["token"])
    desk = una.desk(declare=False)

    assert code_of(desk.cases) == "secrecy.needed"
    desk.server.post("secrecy", {"version": 1})
    assert duties(Staff.objects.get(ref=una.staff_id)) == set()
    agree(town, "berit")
    witness(town)
    assert duties(Staff.objects.get(ref=una.staff_id)) == {Duty.INVESTIGATOR}

    town.report("For Una.")
    case = town.open("berit")
    assert code_of(case.share, una.staff_id) == "client.person", "not certified: colleagues' clients refuse"
    assert certify(grete, org, {una.staff_id: [0] * 8}) == 0, "other words were heard"
    assert certify(grete, org, {una.staff_id: una.words(org)}) == 1
    case = town.open("berit", case=town.newest())
    case.share(una.staff_id)
    assert una.desk().open(town.newest().reference).messages[0].body["text"] == "For Una."
    story = acts(town)[before:]
    steps = [
        "staff.invited", "staff.enrolled", "staff.proposed", "secrecy.declared", "staff.agreed", "act.approved",
        "role.granted", "certificate.issued", "access.granted",
    ]  # fmt: skip
    assert [step for step in story if step in steps] == [*steps, "secrecy.declared"]


def test_link_works_once_and_not_after_a_week_nor_in_another_town(town: Town, other_town: Town) -> None:
    nils = town.desk("nils")
    token = nils.server.post("people/invite", NEW)["token"]
    stranger, elsewhere = Server(Inside(), "/desk/api/"), Server(Inside("/nordvik"), "/desk/api/")

    assert code_of(elsewhere.post, "enrol/open", {"token": token}) == "invitation.unknown"
    with clock.standing_at(clock.now() + timedelta(days=8)):
        assert code_of(stranger.post, "enrol/open", {"token": token}) == "invitation.unknown"
    enrol(token)
    assert code_of(stranger.post, "enrol/open", {"token": token}) == "invitation.unknown"
    assert code_of(enrol, token) == "invitation.unknown"
    assert code_of(nils.server.post, "people/invite", NEW) == "people.taken"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": "  "}, "people.name"),
        ({"username": "Una Dahl"}, "people.username"),
        ({"username": "u"}, "people.username"),
        ({"username": "una.dahl\n"}, "people.username"),
        ({"username": "amir.haddad"}, "people.taken"),
    ],
)
def test_nobody_is_invited_without_a_name_or_under_one_that_is_somebodys(
    town: Town, change: dict[str, str], code: str
) -> None:
    before = acts(town)

    assert code_of(town.desk("nils").server.post, "people/invite", {**NEW, **change}) == code

    assert not Invitation.objects.exists()
    assert [act for act in acts(town) if act == "staff.invited"] == [
        act for act in before if act == "staff.invited"
    ]


def test_a_link_is_not_used_up_by_keys_or_a_code_that_cannot_be_right(town: Town) -> None:
    token = town.desk("nils").server.post("people/invite", NEW)["token"]
    stranger = Server(Inside(), "/desk/api/")
    ref = stranger.post("enrol/open", {"token": token})["staff_id"]
    made = {"token": token, **material(ref, bytes(32), "six words", totp.new_secret())}
    wrong = {"code": "000000" if made["code"] != "000000" else "111111"}

    for part in ("salt", "auth", "unlock_share", "wrapped", "kem_pub", "sig_pub"):
        assert code_of(stranger.post, "enrol", {**made, part: "AAAA"}) == "enrol.malformed", part
    assert code_of(stranger.post, "enrol", {**made, **wrong}) == "enrol.code"
    assert not Staff.objects.filter(ref=ref).exists()
    assert "staff.enrolled" not in acts(town)

    stranger.post("enrol", made)
    assert Staff.objects.filter(ref=ref).exists()


def test_a_new_second_factor_that_shows_another_code_changes_nothing(town: Town) -> None:
    amir = town.people["amir"]
    token = town.desk("nils").server.post("people/renew", {"staff_id": amir.staff.ref, "code_only": True})[
        "token"
    ]
    stranger, secret = Server(Inside(), "/desk/api/"), totp.new_secret()
    salt = unb64(stranger.post("enrol/open", {"token": token})["salt"])
    auth = b64(staff.auth(staff.master(amir.passphrase, salt)))
    right = totp.now(secret, clock.now().timestamp())
    sent = {"token": token, "auth": auth, "totp_secret": secret}

    wrong = "000000" if right != "000000" else "111111"
    assert code_of(stranger.post, "enrol/code", {**sent, "code": wrong}) == "enrol.code"

    assert "staff.renewed" not in acts(town)
    assert town.new_desk("amir").cases() == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"old_auth": b64(bytes(32))}, "staff.refused"),
        ({"auth": "AAAA"}, "enrol.malformed"),
        ({"salt": "AAAA"}, "enrol.malformed"),
        ({"wrapped": "AAAA"}, "enrol.malformed"),
    ],
)
def test_a_passphrase_that_is_refused_leaves_the_old_one_and_the_keys(
    town: Town, change: dict[str, str], code: str
) -> None:
    amir = town.people["amir"]
    desk = town.desk("amir")
    old = staff.auth(staff.master(amir.passphrase, bytes(amir.staff.key.salt)))
    sent = {"old_auth": b64(old), "auth": b64(bytes(32)), "salt": b64(bytes(16)), "wrapped": b64(bytes(104))}

    assert code_of(desk.server.post, "passphrase", {**sent, **change}) == code

    assert bytes(StaffKey.objects.get(staff=amir.staff).wrapped) == bytes(amir.staff.key.wrapped)
    assert "staff.renewed" not in acts(town)
    assert town.new_desk("amir").cases() == []


def test_nobody_gives_a_role_alone_nor_to_themselves(town: Town) -> None:
    even, nils = town.people["even"].staff, town.people["nils"].staff
    berit, grete = town.people["berit"].staff, town.people["grete"].staff
    give = Proposal.Kind.GIVE

    for who in ("even", "randi", "amir"):
        sent = {"staff_id": even.ref, "kind": "give", "duty": "intake_officer"}
        assert code_of(town.desk(who).server.post, "people/propose", sent) == "duty.refused"
    assert code_of(proposals.propose, nils, give, by=nils, duty=Duty.ARCHIVIST) == "people.own"
    row = proposals.propose(even, give, by=nils, duty=Duty.INTAKE_OFFICER)
    assert code_of(proposals.answer, row.pk, second=nils, agreed=True) == "people.second"
    assert code_of(proposals.answer, row.pk, second=even, agreed=True) == "people.own"
    assert code_of(proposals.answer, row.pk, second=grete, agreed=True) == "duty.needs_leader", (
        "no leader among the two"
    )
    own = proposals.propose(berit, give, by=grete, duty=Duty.INTAKE_OFFICER)
    assert code_of(proposals.answer, own.pk, second=berit, agreed=True) == "people.own"
    assert code_of(proposals.propose, even, give, by=grete, duty=Duty.INTAKE_OFFICER) == "people.proposed"
    leave.answer(row.pk, second=berit, agreed=True)
    assert Duty.INTAKE_OFFICER not in duties(even), "nothing before the log has it"
    witness(town)
    assert Duty.INTAKE_OFFICER in duties(even)
    assert code_of(leave.answer, row.pk, second=berit, agreed=True) == "people.answered"


def test_declined_and_taken_back_proposals_change_nothing(town: Town) -> None:
    even = town.people["even"].staff
    for who in ("berit", "nils"):
        row = proposals.propose(
            even, Proposal.Kind.GIVE, by=town.people["nils"].staff, duty=Duty.INTAKE_OFFICER
        )
        sent = {"proposal": row.pk, "agreed": False}
        assert town.desk(who).server.post("people/answer", sent) == {"agreed": False, "done": False}
    witness(town)
    assert duties(even) == {Duty.INVESTIGATOR}
    assert acts(town).count("staff.declined") == 2


def test_account_is_closed_by_two_and_keys_revoked_by_two(town: Town) -> None:
    town.report()
    amir = town.people["amir"].staff
    nils = town.desk("nils").server
    for sent in ({"kind": "revoke"}, {"kind": "close", "why": "left"}):
        nils.post("people/propose", {"staff_id": amir.ref, **sent})
        assert Seal.objects.filter(staff_ref=amir.ref).exists() == (sent["kind"] == "revoke")
        assert agree(town, "berit")
        assert not Seal.objects.filter(staff_ref=amir.ref).exists()
    amir.refresh_from_db()
    assert not amir.is_active
    assert not Certificate.objects.filter(subject=amir.ref, revoked_at=None).exists()
    assert code_of(town.new_desk, "amir") == "sign_in.refused"


def test_when_the_act_fails_the_proposal_stays_open(town: Town) -> None:
    randi = town.people["randi"].staff
    row = proposals.propose(randi, Proposal.Kind.CLOSE, by=town.people["nils"].staff, why="left")

    assert code_of(leave.answer, row.pk, second=town.people["berit"].staff, agreed=True) == "duty.last"
    assert proposals.open_ones(town.organisation.pk).get().pk == row.pk
    randi.refresh_from_db()
    assert randi.is_active


def test_lost_second_factor_is_renewed_by_a_colleague_who_still_gets_nowhere(town: Town) -> None:
    amir = town.people["amir"]
    town.report("Before.")
    token = town.desk("nils").server.post("people/renew", {"staff_id": amir.staff.ref, "code_only": True})[
        "token"
    ]
    thief, secret = Server(Inside(), "/desk/api/"), totp.new_secret()
    shown = thief.post("enrol/open", {"token": token})
    sent = {"token": token, "totp_secret": secret, "code": totp.now(secret, clock.now().timestamp())}

    assert shown["code_only"]
    guess = staff.auth(staff.master("six words that are not right at all", bytes(16)))
    assert code_of(thief.post, "enrol/code", {**sent, "auth": b64(guess)}) == "enrol.passphrase"
    assert code_of(enrol, token) == "invitation.unknown", "no new keys through this link"
    held = bytes(StaffKey.objects.get(staff=amir.staff).wrapped)
    master = staff.master(amir.passphrase, bytes(amir.staff.key.salt))
    thief.post("enrol/code", {**sent, "auth": b64(staff.auth(master))})
    assert bytes(StaffKey.objects.get(staff=amir.staff).wrapped) == held
    assert not Device.objects.filter(staff=amir.staff).exists()
    assert code_of(town.new_desk, "amir") == "sign_in.refused", "the old authenticator is of no use"


def test_word_on_secrecy_is_asked_for_anew_each_year(town: Town) -> None:
    town.desk("ingrid").cases()
    with clock.standing_at(clock.now() + timedelta(days=364)):
        town.new_desk("ingrid").cases()
    with clock.standing_at(clock.now() + timedelta(days=367)):
        late = town.new_desk("ingrid")
        assert code_of(late.cases) == "secrecy.needed"
        assert code_of(late.server.post, "secrecy", {"version": 0}) == "secrecy.version"
        late.server.post("secrecy", {"version": 1})
        late.cases()


@pytest.mark.parametrize("name", ["nils", "grete"])
def test_those_who_look_after_people_and_keys_see_no_case(town: Town, name: str) -> None:
    town.report("Not for them.")
    assert town.desk(name).cases() == []
    reference = town.newest().reference
    assert code_of(town.desk(name).server.get, f"cases/{reference}") == "request.absent"
    assert not Seal.objects.filter(staff_ref=town.people[name].staff.ref).exists()
