"""Who may do what stands in one table; what guardian holds is worked out from it, and put right from it."""

import pytest

from cases.models import CaseGrant
from cases.services.people import regrant
from tests.keys.equal import assert_equal
from tests.keys.test_keys_are_taken import code_of
from tests.town import Town
from whistle.access.services.duties import give_duty
from whistle.core.policy import APART, MATRIX, PART_OF, RANK, Duty, Part, Perm, at_most, conflicts, part_of


@pytest.mark.parametrize("part", list(Part))
def test_part_of_lower_rank_may_nothing_that_a_higher_one_may_not(part: Part) -> None:
    for higher in RANK[: RANK.index(part)]:
        assert MATRIX[part] <= MATRIX[higher]
        assert at_most(higher, part) == at_most(part, higher) == part


def test_whoever_decides_on_cases_may_not_run_the_machine_or_audit_it() -> None:
    for duty in PART_OF:
        if duty is not Duty.PROBE:
            assert conflicts({duty, Duty.SYSTEM_ADMINISTRATOR}), duty
        if Perm.DECIDE in MATRIX[PART_OF[duty]] and duty is not Duty.PROBE:
            assert conflicts({duty, Duty.AUDITOR}), duty
    assert conflicts({Duty.IDENTITY_CUSTODIAN, Duty.INVESTIGATOR})
    assert all(len(pair) == 2 for pair in APART)


def test_duties_that_are_no_part_of_a_case_give_none() -> None:
    outside = set(Duty) - set(PART_OF)
    assert {Duty.AUDITOR, Duty.SYSTEM_ADMINISTRATOR, Duty.KEY_CUSTODIAN, Duty.ARCHIVIST} <= outside
    assert part_of(outside) == Part.ADVISER, "the least there is, and only with a key"


def test_rights_that_somebody_put_in_by_hand_are_put_right_from_the_matrix(town: Town) -> None:
    town.report()
    town.open("ingrid").share(town.people["even"].staff.ref)
    case = town.newest()
    decide = CaseGrant.objects.filter(permission__codename="decide_case").first()
    assert decide is not None
    CaseGrant.objects.create(
        user=town.people["even"].staff, permission=decide.permission, content_object=case
    )
    CaseGrant.objects.filter(user=town.people["berit"].staff, permission__codename="read_case").delete()

    assert regrant(case) == 2

    assert_equal(town)
    assert regrant(case) == 0


def test_stranger_is_given_no_duty_that_one_person_may_not_hold_beside_theirs(town: Town) -> None:
    assert code_of(give_duty, town.people["nils"].staff, Duty.INTAKE_OFFICER) == "duty.apart"
    assert code_of(give_duty, town.people["randi"].staff, Duty.DEPUTY) == "duty.apart"
