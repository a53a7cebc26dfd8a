"""The chief executive sees after four months what is late and who answers for it; nobody else sees the page."""

import pytest

from tests.plan.conftest import KARI, PER, standing
from whistle.core.policy import Duty
from whistle.plan import pdf
from whistle.plan.selectors import plan_in_force
from whistle.plan.services import work
from whistle.plan.services.demo import load_demo

pytestmark = pytest.mark.django_db
PAGE = "/desk/plan/status/"


@pytest.fixture
def chief(fjellvik, person, sign_in):
    """Olga at her desk, in November 2026."""
    with standing("2026-11-23"):
        load_demo(fjellvik, by=KARI, approved_by=PER)
        yield sign_in(person(fjellvik, "olga", Duty.PLAN_OWNER))


def test_olga_sees_what_is_late_and_who_answers_for_it(chief):
    page = chief.get(PAGE).content.decode()
    assert "er forsinket" in page
    assert "1. september" in page.replace("\N{NO-BREAK SPACE}", " ")
    assert "Innkjøpssjef" in page or "innkjøpssjef" in page


def test_what_was_finished_in_another_period_stands_there(chief, fjellvik):
    measure = plan_in_force(fjellvik).measures.exclude(status="done").get(code="2.4")
    with standing("2026-06-10"):
        work.show(measure, "document", by=KARI)
        work.update(measure, "done", by=KARI, approved_by=PER)
    line = f"2.4 {measure.text['nb']}: gjennomført"
    assert line in chief.get(f"{PAGE}?on=2026-06-01").content.decode()
    assert line not in chief.get(PAGE).content.decode()
    assert chief.get(f"{PAGE}?on=tull").status_code == 404


@pytest.mark.skipif(not pdf.available(), reason="Pango is not installed")
def test_it_prints(chief):
    octets = chief.get(f"{PAGE}status.pdf").content
    assert octets.startswith(b"%PDF-")


@pytest.mark.parametrize("duty", [Duty.MEASURE_OWNER, Duty.AUDITOR, Duty.INVESTIGATOR])
def test_others_have_no_such_page(chief, fjellvik, person, sign_in, duty):
    assert sign_in(person(fjellvik, "ivar", duty)).get(PAGE).status_code == 404


def test_a_stranger_sees_their_own_municipality_or_nothing(chief, nordvik, person, sign_in):
    assert sign_in(person(nordvik, "nora", Duty.PLAN_OWNER)).get(PAGE).status_code != 200
