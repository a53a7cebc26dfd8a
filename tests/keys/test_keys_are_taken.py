"""Keys are taken back whole: seal, permission, session, certificate, all at once or not at all."""

from datetime import timedelta

import pytest

from cases.services.leave import deactivate, revoke_certificates
from cases.services.revoke import expire
from tests.keys.equal import assert_equal
from tests.town import Town
from whistle.access.services.duties import take_duty
from whistle.accounts.models import Certificate
from whistle.audit.models import Entry
from whistle.client.errors import ClientError
from whistle.client.keys import KeyWork
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.store.models import Box, Seal


def code_of(act: object, *given: object, **named: object) -> str:
    """Do what must be refused; return the code, having checked that nothing was logged."""
    before = Entry.objects.count()
    with pytest.raises((ClientError, DomainError)) as refused:
        act(*given, **named)  # type: ignore[operator]
    assert Entry.objects.count() == before
    return str(refused.value.code)


def test_leader_takes_a_colleagues_key_and_what_follows_is_closed_to_them(town: Town) -> None:
    sent = town.report()
    even = town.people["even"].staff
    case = town.open("ingrid")
    case.share(even.ref)
    assert town.open("even").messages

    town.desk("berit").declare(case.reference)
    KeyWork(town.desk("berit")).revoke(case.reference, even.ref)

    assert town.desk("even").cases() == []
    assert Box.objects.get().epoch == 2
    case.refresh()
    case.acknowledge("Without Even.")
    assert town.mailbox(sent).messages[-1].body["text"] == "Without Even."
    assert_equal(town)


def test_nobody_but_who_decides_takes_a_key_and_nobody_their_own(town: Town, other_town: Town) -> None:
    town.report()
    reference = town.newest().reference
    ref = {name: town.people[name].staff.ref for name in ("amir", "berit", "ingrid", "randi")}
    town.desk("berit").declare(reference)

    assert code_of(KeyWork(town.desk("amir")).revoke, reference, ref["berit"]) == "step.refused"
    assert code_of(KeyWork(town.desk("berit")).revoke, reference, ref["berit"]) == "grant.own"
    assert code_of(KeyWork(town.desk("berit")).revoke, reference, ref["randi"]) == "grant.person"
    assert code_of(KeyWork(town.desk("nils")).revoke, reference, ref["berit"]) == "request.absent"
    assert code_of(KeyWork(other_town.desk("anne")).revoke, reference, ref["berit"]) == "request.absent"
    assert_equal(town)


def test_account_that_is_closed_loses_everything_at_once(town: Town) -> None:
    town.report()
    amir = town.people["amir"].staff
    desk = town.desk("amir")
    assert len(desk.cases()) == 1

    deactivate(staff_id=amir.ref, why="left", actor=town.people["berit"].staff)

    assert code_of(desk.cases) == "sign_in.needed"
    assert not Seal.objects.filter(staff_ref=amir.ref).exists()
    assert not Certificate.objects.filter(subject=amir.ref, revoked_at=None).exists()
    assert not amir.duties.exists()
    assert Box.objects.get().rekey_due
    with pytest.raises(ClientError, match=r"sign_in\.refused"):
        town.new_desk("amir")
    assert_equal(town)


def test_account_of_the_last_one_with_a_key_is_not_closed_and_nothing_is_changed(town: Town) -> None:
    town.report()
    reference = town.newest().reference
    for name in ("berit", "ingrid"):
        town.desk(name).declare(reference, "conflict")
    amir = town.people["amir"].staff

    code = code_of(deactivate, staff_id=amir.ref, why="left", actor=town.people["grete"].staff)

    amir.refresh_from_db()
    assert code == "grant.last"
    assert amir.is_active
    assert amir.duties.exists()
    assert Certificate.objects.filter(subject=amir.ref, revoked_at=None).exists()
    assert_equal(town)


def test_last_holder_of_a_duty_keeps_it(town: Town) -> None:
    randi, ingrid = town.people["randi"].staff, town.people["ingrid"].staff

    assert code_of(take_duty, randi, Duty.AUDITOR) == "duty.last"
    take_duty(ingrid, Duty.INTAKE_OFFICER)
    assert code_of(take_duty, town.people["amir"].staff, Duty.INTAKE_OFFICER) == "duty.last"


def test_officer_without_the_duty_closes_no_account(town: Town, other_town: Town) -> None:
    amir = town.people["amir"].staff
    for actor in (town.people["even"].staff, town.people["randi"].staff):
        assert code_of(deactivate, staff_id=amir.ref, why="left", actor=actor) == "duty.refused"
    anne = other_town.people["anne"].staff
    assert code_of(deactivate, staff_id=amir.ref, why="left", actor=anne) == "request.absent"


def test_revoked_certificate_takes_the_keys_and_gets_no_new_ones(town: Town) -> None:
    town.report("Before.")
    amir = town.people["amir"].staff

    revoke_certificates(staff_id=amir.ref, actor=town.people["grete"].staff)

    assert town.desk("amir").cases() == []
    assert_equal(town)
    case = town.open("berit")
    assert code_of(case.share, amir.ref) == "client.person"
    town.report("After.")
    assert town.desk("amir").cases() == []
    assert not Seal.objects.filter(staff_ref=amir.ref).exists()


def test_adviser_reads_until_the_day_is_over_and_only_reads(town: Town) -> None:
    town.report("For advice.")
    even = town.people["even"].staff
    case = town.open("ingrid")
    last = clock.today() + timedelta(days=3)

    case.share(even.ref, until=last.isoformat())

    assert town.open("even").messages[0].body["text"] == "For advice."
    assert code_of(town.open("even").answer, "Hello") == "step.refused"
    assert expire(town.organisation) == 0
    with clock.standing_at(clock.now() + timedelta(days=5)):
        assert expire(town.organisation) == 1
        assert expire(town.organisation) == 0
    assert not Seal.objects.filter(staff_ref=even.ref).exists()
    assert_equal(town)


def test_adviser_for_a_year_or_since_yesterday_is_refused(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    for days in (-1, 400):
        day = (clock.today() + timedelta(days=days)).isoformat()
        assert code_of(case.share, town.people["even"].staff.ref, until=day) == "grant.until"


def test_person_sees_their_sign_ins_and_ends_the_others(town: Town) -> None:
    first, second = town.new_desk("amir"), town.new_desk("amir")

    rows = second.server.get("sessions")
    ended = second.server.post("sessions/end-others", {})

    assert [row["here"] for row in rows] == [True, False]
    assert ended == {"ended": 1}
    assert code_of(first.cases) == "sign_in.needed"
    assert second.cases() == []
    assert town.desk("ingrid").server.get("sessions")[0]["here"]
