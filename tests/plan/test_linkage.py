"""One more case, told from first word to closing, changes nothing for anybody without access to cases.

The one reviewed list of what may change, and for whom, is `AGGREGATES`: pages of the two who answer for the plan.
"""

import re
from datetime import timedelta

import pytest

from tests.plan.conftest import KARI, PER, Life, standing, tell
from tests.plan.test_report import WORDS
from tests.town import Town, make_town
from whistle.client import paperwork
from whistle.core.policy import PART_OF, Duty
from whistle.plan.selectors import plan_in_force
from whistle.plan.services.demo import load_demo
from whistle.plan.services.readings import publish
from whistle.plan.services.reports import draft_report, publish_report

WITHOUT_CASES = sorted(set(Duty) - set(PART_OF) - {Duty.PLAN_OWNER})
MARK = re.compile(r"\b[0-9A-Za-z]{64}\b(?<![0-9a-f]{64})")  # a mark against forgery, never a hash
PUBLIC = [
    f"/plan/{lang}/{rest}" for lang in WORDS for rest in ("", "plan.json", "plan.csv", "report/2026/")
] + [
    "/plan/nb/report/2026/report.json",
    "/plan/nb/report/2026/report.csv",
    *(f"/plan/nb/proof/{code}/" for code in ("9.1-1", "9.1-2", "9.4-1", "8.4-1")),
]
MEASURES = ("1.2", "2.2", "9.1", "9.4")
DESK = [
    f"/desk/plan/{rest}"
    for rest in (
        "",
        "?only=late",
        "report/",
        "review/",
        "status/",
        "mine/",
        "mine/quarter/",
        "mine/guide/",
        "import/",
        "history/",
        "document.json",
        "revision/",
        "status/sent/",
        "review/risks/R1/",
        "gifts/",
        "interests/",
        "proof/9.4-1/",
        *(f"measures/{code}/" for code in MEASURES),
    )
]
AGGREGATES = {  # for the plan owner, who has signed for it: live shares, lessons, risks that wait, what failed
    "/desk/plan/",
    "/desk/plan/?only=late",
    "/desk/plan/review/",
    "/desk/plan/review/risks/R1/",
    "/desk/plan/status/",
    "/desk/plan/proof/9.4-1/",
    "/desk/plan/measures/1.2/",
    "/desk/plan/measures/9.1/",
    "/desk/plan/measures/9.4/",
}


@pytest.fixture
def town(db, own_folders, monkeypatch) -> Town:
    """Fjellvik in May 2027, with an edition and a report published."""
    monkeypatch.setattr("whistle.demo.ceremony.LIFETIME", timedelta(days=400))  # keys that last the story
    with standing("2026-05-20"):
        town = make_town("fjellvik")
        plan = load_demo(town.organisation, by=KARI, approved_by=PER)
        plan.measures.filter(code="1.2").update(status="done")
    tell(
        town.organisation, *[Life(f"2026-06-{day}", f"2026-06-{day}", "2026-08-01") for day in range(10, 29)]
    )
    with standing("2027-03-01"):
        publish(town.organisation)
        report = draft_report(town.organisation, 2026, WORDS, by=KARI)
        publish_report(report, by=PER, role="plan_owner")
    with standing("2027-05-10"):
        yield town


def seen(client, pages) -> dict[str, str]:
    """What somebody sees, marks against forgery left out."""
    shown = {}
    for page in pages:
        answer = client.get(page)
        text = MARK.sub("", answer.content.decode())
        shown[page] = f"{answer.status_code} {text}"
    return shown


def one_case_more(town: Town) -> None:
    town.report("Bestillinger deles opp.")
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    case.give_feedback("This is what we did.")
    paperwork.before(case, "close_unfounded")
    case.step(
        "close_unfounded",
        outcome="substantiated",
        cause="control_bypassed",
        risk_area="r1",
        lesson="new_measure",
        failed="1.2",
    )
    town.open("berit").decide()
    town.worker()


def test_residents_see_the_same_before_and_after(town, client):
    before = seen(client, PUBLIC)
    assert sum(page.startswith("200") for page in before.values()) > len(WORDS) * 4
    one_case_more(town)
    with standing("2027-05-11"):
        publish(town.organisation)
    assert seen(client, PUBLIC) == before


def test_colleagues_without_cases_see_the_same_before_and_after(town, person, sign_in):
    people = {duty: person(town.organisation, f"x-{duty.value}", duty) for duty in WITHOUT_CASES}
    before = {duty: seen(sign_in(who), DESK) for duty, who in people.items()}
    assert before[Duty.MEASURE_OWNER]["/desk/plan/"].startswith("200")
    assert before[Duty.AUDITOR]["/desk/plan/measures/1.2/"].startswith("200")
    one_case_more(town)
    assert plan_in_force(town.organisation).measures.get(code="1.2").contradicted
    for duty, who in people.items():
        assert seen(sign_in(who), DESK) == before[duty], duty


def test_the_plan_owner_sees_the_reviewed_aggregates_change_and_nothing_that_names_the_case(
    town, person, sign_in
):
    olga = person(town.organisation, "olga", Duty.PLAN_OWNER)
    before = seen(sign_in(olga), DESK)
    one_case_more(town)
    after = seen(sign_in(olga), DESK)
    changed = {page for page in DESK if before[page] != after[page]}
    assert "/desk/plan/review/" in changed
    assert changed <= AGGREGATES
    case = town.newest()
    for text in after.values():
        assert case.reference not in text
        assert case.log_ref not in text


def test_the_stranger_hears_nothing(town, person, sign_in, nordvik, client):
    nora = person(nordvik, "nora", Duty.PLAN_OWNER)
    before = seen(sign_in(nora), DESK)
    one_case_more(town)
    assert seen(sign_in(nora), DESK) == before
