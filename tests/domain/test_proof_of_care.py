"""How somebody who feared retaliation was looked after stays to be proved, as long as a claim can be made."""

import pytest

from cases.selectors import retention
from cases.services.needs import Facts
from cases.services.retention import propose
from tests.domain.test_retention import over, unni
from tests.town import Town
from whistle.core import clock, deadlines
from whistle.core.errors import DomainError


@pytest.mark.parametrize("fear", ["protection", "concern"])
def test_how_somebody_who_feared_retaliation_was_looked_after_can_be_proved_for_three_years(
    town: Town,
    fear: str,
) -> None:
    case = over(town)
    assert [row.case.reference for row in retention.overview(unni(town))["due"]] == [case.reference]
    if fear == "protection":
        codes = {"whom": "reporter", "help": "contact", "state": "over"}
        case.record("protection", codes, what="She reports to another leader.")
    else:
        case.record("care", {"check": "between", "state": "concern"}, what="He is left out of meetings.")
    kept = Facts(town.newest()).kept_until()
    assert kept == deadlines.add_months(clock.today(), 36)
    assert retention.overview(unni(town))["due"] == []
    with pytest.raises(DomainError) as refused:
        propose(reference=case.reference, actor=unni(town))
    assert refused.value.details["needs"] == ["expired"]


def test_talk_in_which_all_was_well_keeps_nothing_longer(town: Town) -> None:
    case = over(town)
    case.record("care", {"check": "between", "state": "well"}, what="All is well.")
    assert [row.case.reference for row in retention.overview(unni(town))["due"]] == [case.reference]
