"""A case is always left with somebody who can carry it on, and places pass only as they may."""

from datetime import timedelta

import pytest

from cases.services.leave import deactivate
from cases.services.revoke import expire
from cases.services.share import share
from tests.keys.acts import alone, lapse, noise, ref
from tests.keys.equal import assert_equal
from tests.keys.test_keys_are_taken import code_of
from tests.town import Town
from whistle.accounts.models import Certificate
from whistle.client.keys import KeyWork
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.vault.certificate import Role


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
    case = town.newest()
    given = {"reference": case.reference, "staff_id": ref(town, "even"), "announcement": None}

    with pytest.raises(DomainError, match=r"grant\.until"):
        share(**given, seals=noise(town, case, "even"), actor=town.people["ingrid"].staff)
    share(**given, seals=noise(town, case, "even"), actor=town.people["ingrid"].staff, until=clock.today())

    assert case.assignments.get(staff__ref=ref(town, "even")).part == "adviser"
