"""Which ones are looked at is not for anybody at the desk to choose, and anybody can draw them again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.plan.conftest import standing
from whistle.core.policy import Duty
from whistle.plan.models import ControlRun, Evidence
from whistle.plan.samples import random_sample, risk_sample

numbers = st.lists(st.text("0123456789", min_size=1, max_size=6), unique=True, max_size=60)


@given(st.text(max_size=20), numbers, st.integers(0, 70), st.randoms())
def test_the_same_seed_draws_the_same_whatever_the_order_of_the_list(seed, population, size, chance):
    drawn = random_sample(seed, population, size)
    chance.shuffle(population)
    assert random_sample(seed, population, size) == drawn
    assert len(drawn) == min(size, len(population))
    assert set(drawn) <= set(population)


def test_each_is_drawn_about_as_often_as_the_others_and_the_risky_more_often():
    plain = [random_sample(str(seed), "abcde", 1)[0] for seed in range(2000)]
    assert all(320 < plain.count(one) < 480 for one in "abcde")
    risky = [risk_sample(str(seed), {"a": 9, "b": 1}, 1)[0] for seed in range(2000)]
    assert 1700 < risky.count("a") < 1900


@pytest.mark.django_db
def test_kari_draws_a_sample_and_records_what_she_found(fjellvik, plan, person, sign_in):
    with standing("2026-09-20"):
        desk = sign_in(person(fjellvik, "kari", Duty.PLAN_OWNER))
        page = desk.post("/desk/plan/measures/1.3/control/", {"population": "900", "size": "25"})
        again = desk.post("/desk/plan/measures/1.3/control/", {"population": "900", "size": "25"})
        assert page.content.decode().count("<li>") >= 25
        assert page.context["drawn"] == again.context["drawn"]
        sent = {
            "population": "900",
            "sample": "25",
            "deviations": "2",
            "closed_in_time": "1",
            "seed": page.context["seed"],
            "for_due": "2026-09-30",
        }
        assert desk.post("/desk/plan/measures/1.3/control/record/", sent).status_code == 302
    assert (ControlRun.objects.get().sample, ControlRun.objects.get().seed) == (25, page.context["seed"])
    assert Evidence.objects.get().for_due.isoformat() == "2026-09-30"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "sent", [{}, {"population": "900", "size": "x"}, {"population": "K-1; høy", "size": "1"}]
)
def test_what_cannot_be_drawn_from_is_refused(fjellvik, plan, person, sign_in, sent):
    desk = sign_in(person(fjellvik, "kari", Duty.PLAN_OWNER))
    assert desk.post("/desk/plan/measures/1.3/control/", sent).status_code == 400
    record = {"population": "10", "sample": "25"}
    assert desk.post("/desk/plan/measures/1.3/control/record/", record).status_code == 400
    assert not ControlRun.objects.exists()


@pytest.mark.django_db
def test_a_stranger_and_a_measure_without_a_control_have_no_such_page(fjellvik, plan, person, sign_in):
    kari = sign_in(person(fjellvik, "kari", Duty.PLAN_OWNER))
    assert kari.get("/desk/plan/measures/1.2/control/").status_code == 404
    ivar = sign_in(person(fjellvik, "ivar", Duty.INVESTIGATOR))
    assert ivar.get("/desk/plan/measures/1.3/control/").status_code == 404
