"""Gifts and interests: everybody registers their own, somebody else decides, the log bears no name and no word of it."""

from datetime import date

import pytest

from tests.plan.conftest import standing
from whistle.audit import selectors as log_of
from whistle.audit import services as audit
from whistle.core.errors import DomainError
from whistle.core.policy import Duty
from whistle.plan.figures import known_figures
from whistle.plan.indicators import agrees, figures_of, whole_sizes
from whistle.plan.models import Gift, Interest, Reading
from whistle.plan.rules import Figure, Period
from whistle.plan.services import given, registers
from whistle.plan.services.readings import publish

pytestmark = pytest.mark.django_db
YEAR = Period(date(2026, 1, 1), date(2026, 12, 31))
BASKET = {
    "kind": "gift",
    "giver": "Kontorpartner AS",
    "what": "Fruktkurv",
    "value": 350,
    "answer": "declined",
}


@pytest.fixture
def kari(fjellvik, nordvik, plan, settings, person):
    settings.DEFAULT_ORGANISATION = "fjellvik"
    with standing("2026-11-02"):
        yield person(fjellvik, "kari", Duty.MEASURE_OWNER)


@pytest.fixture
def lars(kari, fjellvik, person):
    """The plan owner."""
    return person(fjellvik, "lars", Duty.PLAN_OWNER)


def give(who, **more):
    return registers.register_gift(who, **{**BASKET, "on_date": date(2026, 11, 20), **more})


def test_kari_registers_a_gift_and_lars_decides_about_it(kari, lars, sign_in):
    desk = sign_in(kari)
    sent = {**BASKET, "on_date": "2026-11-01"}
    assert desk.post("/desk/plan/gifts/", sent).status_code == 302
    gift = Gift.objects.get()
    assert desk.post(f"/desk/plan/gifts/{gift.pk}/", {"decision": "allowed"}).status_code == 404
    desk = sign_in(lars)
    assert "Fruktkurv" in desk.get("/desk/plan/gifts/").content.decode()
    assert desk.post(f"/desk/plan/gifts/{gift.pk}/", {"decision": "to_return"}).status_code == 400  # why?
    done = desk.post(f"/desk/plan/gifts/{gift.pk}/", {"decision": "to_return", "reason": "Over grensen."})
    assert done.status_code == 302
    assert desk.post(f"/desk/plan/gifts/{gift.pk}/", {"decision": "allowed"}).status_code == 409
    assert "Over grensen." in sign_in(kari).get("/desk/plan/gifts/").content.decode()


@pytest.mark.parametrize(
    "wrong",
    [{"value": "mye"}, {"on_date": ""}, {"what": " "}, {"kind": "bribe"}, {"answer": ""}, {"value": "-1"}],
)
def test_an_entry_that_lacks_something_is_not_stored_and_what_was_typed_stays(kari, sign_in, wrong):
    answer = sign_in(kari).post("/desk/plan/gifts/", {**BASKET, "on_date": "2026-11-01", **wrong})
    assert answer.status_code == 400
    assert 'value="Kontorpartner AS"' in answer.content.decode()
    assert not Gift.objects.exists()
    assert not list(log_of.entries(kari.organisation, "desk", acts=("gift.registered",)))


def test_nobody_decides_about_their_own_gift(lars, sign_in):
    gift = give(lars)
    assert sign_in(lars).post(f"/desk/plan/gifts/{gift.pk}/", {"decision": "allowed"}).status_code == 403
    gift.refresh_from_db()
    assert gift.decision == ""


def test_the_log_has_the_acts_and_not_a_word_of_the_gift(kari, lars, fjellvik):
    gift = give(kari)
    registers.decide(gift, "allowed", person=lars)
    lines = [it.fields for it in log_of.entries(fjellvik, "desk", acts=("gift.registered", "gift.decided"))]
    assert [it["d"] for it in lines] == [{"gift": gift.ref}, {"gift": gift.ref, "answer": "allowed"}]
    assert "Fruktkurv" not in str(lines)
    assert "Kontorpartner" not in str(lines)


def test_the_share_decided_in_two_weeks_is_computed_from_the_log(kari, lars, plan, fjellvik):
    gifts = [give(kari, what=f"Gave {n}") for n in range(3)]
    registers.decide(gifts[0], "allowed", person=lars)
    with standing("2026-11-16"):
        registers.decide(gifts[1], "allowed", person=lars)
    with standing("2026-11-17"):
        registers.decide(gifts[2], "allowed", person=lars)
    figure = figures_of(plan, YEAR, sizes=whole_sizes(fjellvik))["5.1-3"].figure
    assert figure == Figure(counted=3, met=2, median_days=14)


def test_a_journey_counts_when_it_was_allowed_before_it_began(kari, lars, plan):
    early, late = (
        give(kari, kind="travel", answer="accepted", on_date=date(2026, 11, day)) for day in (20, 10)
    )
    registers.decide(early, "allowed", person=lars)
    with standing("2026-11-12"):
        registers.decide(late, "allowed", person=lars)
    give(kari, kind="travel", answer="declined")  # stayed at home
    known = known_figures(plan, YEAR)["5.2-1"]
    assert (known.met, known.counted) == (1, 2)


def test_kari_declares_and_the_newest_word_counts(kari, lars, plan, sign_in):
    desk = sign_in(kari)
    sent = {"year": "2026", "text": "Styremedlem i borettslaget"}
    assert desk.post("/desk/plan/interests/", sent).status_code == 302
    assert desk.post("/desk/plan/interests/", {"year": "2026", "nothing": "yes"}).status_code == 302
    assert registers.declaration_of(kari, 2026).nothing
    page = sign_in(lars).get("/desk/plan/interests/").content.decode()
    assert "Ingenting å melde" in page
    assert "borettslaget" not in page
    known = known_figures(plan, YEAR)["4.2-1"]
    assert (known.met, known.counted) == (1, 2)  # she and not he


@pytest.mark.parametrize(
    "sent",
    [
        {"year": "2026"},
        {"year": "2026", "text": "Verv", "nothing": "yes"},
        {"year": "2020", "nothing": "yes"},
        {"year": "snart", "nothing": "yes"},
    ],
)
def test_a_declaration_says_one_thing_about_a_year_that_is_open(kari, sign_in, sent):
    assert sign_in(kari).post("/desk/plan/interests/", sent).status_code == 400
    assert not Interest.objects.exists()


def test_a_colleague_reads_their_own_only_and_a_stranger_nothing(kari, nordvik, fjellvik, person, sign_in):
    gift = give(kari, what="Klokke")
    registers.declare(kari, 2026, "Eier 12 % av et firma", nothing=False)
    ivar = sign_in(person(fjellvik, "ivar", Duty.INVESTIGATOR))
    for page in ("gifts", "interests"):
        text = ivar.get(f"/desk/plan/{page}/").content.decode()
        assert "Klokke" not in text
        assert "12 %" not in text
    nora = sign_in(person(nordvik, "nora", Duty.PLAN_OWNER))
    assert nora.post(f"/desk/plan/gifts/{gift.pk}/", {"decision": "allowed"}).status_code != 302 or not (
        Gift.objects.get().decision
    )


def test_a_choice_that_is_none_is_refused(kari, lars):
    with pytest.raises(DomainError, match=r"gift\.choice"):
        registers.decide(give(kari), "perhaps", person=lars)


def test_what_the_registers_come_to_stands_in_the_log_before_the_page_shows_it(kari, lars, fjellvik, plan):
    with standing("2027-02-10"):
        registers.declare(kari, 2027, "", nothing=True)
    with standing("2027-03-01"):
        edition = publish(fjellvik)
        publish(fjellvik)
    told = [read.fields["d"] for read in log_of.entries(fjellvik, "desk", acts=("figure.given",))]
    assert [(d["indicator"], d["met"], d["counted"], d["source"]) for d in told] == [
        ("4.2-1", 1, 2, "register")
    ]
    measure = next(it for it in edition.document["measures"] if it["id"] == "4.2")
    assert measure["figures"][0]["shown"] == "few"  # one of two: people
    assert all(agrees(reading) for reading in Reading.objects.filter(organisation=fjellvik))
    with standing("2027-03-02"):
        file = given.Given("4.2-1", 480, 494, (date(2027, 1, 1), date(2027, 3, 1)), "import")
        with audit.atomic():
            given.give(plan.measures.get(code="4.2"), file, by="1" * 32)
    known = known_figures(plan, Period(date(2027, 1, 1), date(2027, 3, 2)))["4.2-1"]
    assert (known.met, known.counted) == (480, 494)  # another system's file goes before our register
