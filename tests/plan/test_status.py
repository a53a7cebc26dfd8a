"""The chief executive sees after four months what is late and who answers for it; nobody else sees the page."""

from datetime import date

import pytest

from tests.plan.conftest import KARI, PER, standing
from whistle.core.policy import Duty
from whistle.plan import pdf
from whistle.plan.models import MeasureUpdate, SentStatus
from whistle.plan.reminders import reminders
from whistle.plan.selectors import plan_in_force
from whistle.plan.services import work
from whistle.plan.services.demo import load_demo
from whistle.plan.services.proposals import learn
from whistle.plan.status import period_of, signals_of, status_document

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


# ——— sent to the chief executive ———


@pytest.fixture
def marit(chief, fjellvik, person):
    """The chief executive."""
    who = person(fjellvik, "marit", Duty.MEASURE_OWNER)
    work.hold_role(fjellvik, "KD", who.ref)
    return who


def test_the_chief_executive_gets_what_was_sent_and_nothing_before(marit, chief, fjellvik, person, sign_in):
    assert "Ingen status er sendt" in sign_in(marit).get(f"{PAGE}sent/").content.decode()
    olga = sign_in(person(fjellvik, "oda", Duty.PLAN_OWNER))
    assert olga.post(f"{PAGE}send/").status_code == 302
    assert olga.post(f"{PAGE}send/").status_code == 409  # nothing has changed
    page = sign_in(marit).get(f"{PAGE}sent/").content.decode()
    assert "6 av 31 tiltak er forsinket" in page
    assert "Lars" not in page
    number = SentStatus.objects.get().pk
    assert sign_in(marit).get(f"{PAGE}sent/?number={number + 1}").status_code == 404


def test_the_chief_executive_may_be_whom_a_case_is_about_and_hears_nothing_of_it(marit, chief, fjellvik):
    plan = plan_in_force(fjellvik)
    period = period_of(date(2026, 11, 23))
    before = status_document(plan, period)
    learn(fjellvik, "R1", "control_bypassed", "new_measure", failed=("1.2",))
    assert signals_of(plan).failed == ["1.2"]
    assert signals_of(plan).lessons_waiting == 1
    assert status_document(plan, period) == before


def test_the_plan_owner_is_told_beside_the_status_what_is_not_sent(chief, fjellvik):
    learn(fjellvik, "R1", "control_bypassed", "new_measure", failed=("1.2",))
    page = chief.get(PAGE).content.decode()
    assert "Bare du ser dette" in page
    assert "Bare du ser dette" not in page[page.index('class="w-sheet"') :]


def test_another_measure_owner_does_not_get_the_chief_executives_status(
    marit, chief, fjellvik, person, sign_in
):
    kari = person(fjellvik, "kari", Duty.MEASURE_OWNER)
    work.hold_role(fjellvik, "IK", kari.ref)
    assert sign_in(kari).get(f"{PAGE}sent/").status_code == 404
    assert sign_in(kari).post(f"{PAGE}send/").status_code == 404


# ——— the quarterly status ———


def test_kari_says_how_her_measures_go_and_it_reaches_the_status(chief, fjellvik, person, sign_in):
    kari = person(fjellvik, "kari", Duty.MEASURE_OWNER)
    work.hold_role(fjellvik, "IK", kari.ref)
    desk = sign_in(kari)
    assert "Ett tiltak mangler" not in desk.get("/desk/plan/mine/quarter/").content.decode()  # 1.1 has a word
    sent = {"words-1.1": "Alle etater er koblet på.", "words-2.1": "Ikke mitt.", "status-1.1": "under_way"}
    assert desk.post("/desk/plan/mine/quarter/", sent).status_code == 302
    assert not MeasureUpdate.objects.filter(comment="Ikke mitt.").exists()
    assert desk.post("/desk/plan/mine/quarter/", {"words-1.1": "x", "status-1.1": "done"}).status_code == 400
    olga = sign_in(person(fjellvik, "oda", Duty.PLAN_OWNER))
    assert "Alle etater er koblet på." in olga.get(PAGE).content.decode()


def test_who_has_said_nothing_is_reminded_once_when_the_quarter_ends(fjellvik, plan, person):
    kari = person(fjellvik, "kari", Duty.MEASURE_OWNER)
    work.hold_role(fjellvik, "IK", kari.ref)

    def told(day: str) -> list[str]:
        with standing(day):
            return [what for who, what, _day in reminders(fjellvik) if who == kari and "quarter" in what]

    assert told("2026-06-15") == []
    assert told("2026-06-16") == ["quarter.2026-06-30"]
    with standing("2026-06-17"):
        for code in ("1.1", "1.2", "1.4"):
            work.update(plan.measures.get(code=code), "under_way", by=kari.log_name, comment="Går bra.")
    assert told("2026-06-18") == []


def test_whoever_is_new_to_a_measure_can_read_how_it_is_done(chief, fjellvik, person, sign_in):
    desk = sign_in(person(fjellvik, "kari", Duty.MEASURE_OWNER))
    assert desk.get("/desk/plan/mine/guide/").status_code == 200
    stranger = sign_in(person(fjellvik, "ivar", Duty.INVESTIGATOR))
    assert stranger.get("/desk/plan/mine/guide/").status_code == 404
