"""A measure's owner is told in time and when it is late, once each, in a mail that says nothing."""

import pytest

from cases.models import Notice
from cases.services.notices import remind_measure_owners, send_due
from tests.plan.conftest import KARI, standing
from whistle.core.policy import Duty
from whistle.plan.services import work

pytestmark = pytest.mark.django_db


@pytest.fixture
def kari(fjellvik, plan, person):
    """She is the head of procurement and answers for 1.1, 1.2 and 1.4."""
    kari = person(fjellvik, "kari", Duty.MEASURE_OWNER)
    kari.email = "kari@fjellvik.example"
    kari.save()
    work.hold_role(fjellvik, "IK", kari.ref)
    return kari


def told(organisation, day: str) -> list[str]:
    with standing(day):
        remind_measure_owners(organisation)
    return sorted(
        it for it in Notice.objects.values_list("occasion", flat=True) if not it.startswith("quarter.")
    )


def test_kari_is_told_two_weeks_before_and_when_it_is_late(kari, fjellvik):
    assert told(fjellvik, "2026-06-15") == []
    soon = ["measure.1.4.2026-06-30.soon"]
    assert told(fjellvik, "2026-06-16") == soon
    assert told(fjellvik, "2026-06-30") == soon
    assert told(fjellvik, "2026-07-01") == ["measure.1.4.2026-06-30.late0", *soon]
    assert len(told(fjellvik, "2026-07-29")) == 2
    assert "measure.1.4.2026-06-30.late1" in told(fjellvik, "2026-07-30")


def test_she_is_not_told_of_what_is_shown_already(kari, fjellvik, plan):
    with standing("2026-06-01"):
        measure = plan.measures.get(code="1.4")
        work.show(measure, "document", by=KARI, for_due=measure.due)
    assert told(fjellvik, "2026-07-01") == []


def test_the_mail_says_nothing_of_the_measure(kari, fjellvik, mailoutbox):
    told(fjellvik, "2026-07-01")
    with standing("2026-07-01"):
        assert send_due(at_any_hour=True) == 1
    text = mailoutbox[0].subject + mailoutbox[0].body
    assert not any(word in text.lower() for word in ("tiltak", "measure", "1.4", "frist", "forsinket"))


def test_somebody_who_left_and_a_stranger_are_not_told(kari, fjellvik, nordvik, person):
    stranger = person(nordvik, "nora", Duty.MEASURE_OWNER)
    work.hold_role(nordvik, "IK", stranger.ref)
    kari.is_active = False
    kari.save()
    assert told(fjellvik, "2026-07-01") == []
    assert told(nordvik, "2026-07-01") == []
