"""The council's plan goes in as a document, comes out the same, and is adopted once."""

import copy
import hashlib

import pytest

from tests.plan.conftest import KARI
from whistle.audit import selectors as log_of
from whistle.core import canonical
from whistle.core.errors import DomainError
from whistle.plan.document import document_of
from whistle.plan.models import Measure, Plan
from whistle.plan.selectors import plan_in_force
from whistle.plan.services import plans


def test_the_demo_plan_has_all_its_goals_areas_and_measures_in_three_languages(plan):
    assert plan.goals.count() == 4
    assert plan.riskareas.count() == 9
    assert plan.measures.count() == 31
    for measure in plan.measures.all():
        assert set(measure.text) == {"nb", "nn", "en"}
        assert measure.indicators.exists()
    red = {risk.code for risk in plan.risks.all() if risk.score >= 15}
    assert red == {"R1", "R2"}


def test_what_is_read_in_comes_out_the_same(plan):
    assert document_of(plan) == plans.demo_document()


def test_the_adopted_plan_stands_in_both_logs_by_the_hash_of_its_document(plan, fjellvik):
    digest = hashlib.sha256(canonical.encode(document_of(plan))).hexdigest()
    assert plan.hash == digest
    for log in ("desk", "channel"):
        entry = next(log_of.entries(fjellvik, log, acts=("plan.adopted",)))
        assert entry.fields["d"]["hash"] == digest
    assert [bytes(kept.octets) for kept in log_of.documents(fjellvik)] == [
        canonical.encode(document_of(plan))
    ]


def test_a_strangers_municipality_has_no_plan_because_fjellvik_has_one(plan, nordvik):
    assert plan_in_force(nordvik) is None
    assert list(log_of.entries(nordvik, "desk")) == []


def test_a_plan_is_adopted_once(plan):
    with pytest.raises(DomainError, match=r"plan\.not_draft"):
        plans.adopt(plan, actor=KARI, role="plan_owner")


def test_a_revision_leaves_the_plan_in_force_until_the_council_adopts_it(plan, fjellvik):
    Measure.objects.filter(plan=plan, code="1.1").update(status="under_way")
    draft = plans.revise(plan)
    assert plan_in_force(fjellvik).version == 1
    assert plan_in_force(fjellvik).status == Plan.Status.UNDER_REVISION
    plans.adopt(draft, actor=KARI, role="plan_owner")
    now = plan_in_force(fjellvik)
    assert now.version == 2
    assert now.measures.get(code="1.1").status == "under_way"
    assert Plan.objects.get(pk=plan.pk).status == Plan.Status.CLOSED


def test_there_is_one_draft_at_a_time(plan):
    plans.revise(plan)
    with pytest.raises(DomainError, match=r"plan\.draft_exists"):
        plans.load_plan(plan.organisation, plans.demo_document())


def spoil(place, value):
    document = copy.deepcopy(plans.demo_document())
    at = document
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    return document


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("v",), 2),
        (("period",), ["2029-12-31", "2026-01-01"]),
        (("areas", 0, "likelihood"), 6),
        (("measures", 0, "text"), {"nb": "Bare bokmål"}),
        (("measures", 0, "area"), "R77"),
        (("measures", 0, "recurrence"), "sometimes"),
        (("measures", 0, "due"), "31.12.26"),
        (("measures", 1, "id"), "1.1"),
        (("measures", 0, "responsible"), ["NOBODY"]),
        (("rules", 0, "kind"), "guess"),
        (("goals",), None),
    ],
)
def test_a_document_with_a_fault_is_refused_whole(fjellvik, place, value):
    with pytest.raises(DomainError, match=r"plan\.malformed"):
        plans.load_plan(fjellvik, spoil(place, value))
    assert not Plan.objects.exists()
