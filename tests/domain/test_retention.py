"""The archivist: sees what is kept how long and nothing of what it is about, proposes what is due, and never decides."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cases.models import Case, KeptOut, Notice, Proposal
from cases.selectors import retention
from cases.services.clocks import remind
from cases.services.needs import lacking
from cases.services.notices import remind_of_people
from cases.services.retention import propose
from cases.services.shred import put_back
from cases.workflow import Need, step
from tests.domain.test_clocks import on
from tests.domain.test_desk import acts, refusal
from tests.town import Town
from tests.watching import Watcher, be_watched
from whistle.accounts.models import Staff
from whistle.audit import services as audit
from whistle.audit.tasks import carry_out_witnessed, publish_and_show
from whistle.client.desk import OpenCase
from whistle.core import clock
from whistle.core.errors import DomainError

SECRET = "A dinner for everybody at the quarry"


def unni(town: Town) -> Staff:
    return town.people["unni"].staff


def over(town: Town, **how: Any) -> OpenCase:
    """Return a closed case whose time is over."""
    town.report(SECRET)
    case = town.open("ingrid")
    case.record("title", {}, title=SECRET)
    case.record("retention", {"class": "unfounded", "basis": "own_rule", **how}, reason="Six months.")
    past = clock.today().replace(year=clock.today().year - 2)
    Case.objects.filter(pk=town.newest().pk).update(state="closed", outcome="unfounded", closed_on=past)
    case.refresh()
    case.record(
        "task", {"state": "done"}, what="Looked at."
    )  # whatever is written has the clocks worked out anew
    return case


def page(town: Town, name: str = "unni") -> Any:
    browser = Client()
    browser.force_login(town.people[name].staff)
    return browser.get("/desk/retention/")


def test_archivist_sees_dates_and_rules_and_no_word_of_the_case_and_opens_nothing(town: Town) -> None:
    case = over(town)
    said = page(town).content.decode()
    assert case.reference in said
    assert SECRET not in said
    browser = Client()
    browser.force_login(unni(town))
    assert browser.get(f"/desk/cases/{case.reference}/").status_code == 404
    assert browser.get(f"/desk/api/cases/{case.reference}/sealed").status_code == 404


def test_archivist_proposes_and_a_leader_decides_and_the_witnessed_end_leaves_a_tombstone(
    town: Town,
    watcher: Watcher,
    django_capture_on_commit_callbacks: Any,
) -> None:
    be_watched(town.organisation, watcher)
    publish_and_show(town.organisation)
    case = over(town)
    assert refusal(case.step, "delete").details["needs"] == ["archivist"], "it is theirs to propose"
    browser = Client()
    browser.force_login(unni(town))
    answer = browser.post("/desk/retention/propose/", {"reference": [case.reference, "XX-XX-XX"]})
    assert answer["Location"].endswith(f"?proposed={case.reference}&refused=XX-XX-XX")
    assert acts(town)[-1] == "step.proposed"
    assert [row.proposed_by for row in retention.overview(unni(town))["waiting"]] == [unni(town)]
    assert retention.due(unni(town)) == 0
    with django_capture_on_commit_callbacks(execute=True):
        town.open("berit").decide()
        publish_and_show(town.organisation)
        carry_out_witnessed()
    assert not Case.objects.exists()
    [stone] = retention.tombstones(unni(town))
    assert (stone["ground"], stone["day"]) == ("unfounded", clock.today())
    assert "6 m" in page(town).content.decode()


def test_nothing_held_unruled_asked_for_or_too_young_can_be_proposed(town: Town) -> None:
    held, unruled, young = over(town), over(town, basis="missing"), over(town)
    held.record("hold", {"why": "court", "state": "on"}, due_on="2027-01-31", reason="In court.")
    Case.objects.filter(reference=young.reference).update(closed_on=clock.today())
    young.refresh()
    young.record("task", {"state": "done"}, what="Looked at.")
    found = retention.overview(unni(town))
    assert [row.case.reference for row in found["held"]] == [held.reference]
    assert [row.case.reference for row in found["unruled"]] == [unruled.reference]
    assert found["due"] == []
    for case, lacks in ((held, "no_hold"), (unruled, "basis"), (young, "expired")):
        with pytest.raises(DomainError) as refused:
            propose(reference=case.reference, actor=unni(town))
        assert refused.value.details["needs"] == [lacks]
        assert len(str(refused.value.details["message"])) > 30
    assert not Proposal.objects.exists()


def test_case_that_was_kept_from_the_archivist_is_not_there_for_them(town: Town) -> None:
    case = over(town)
    KeptOut.objects.create(case=town.newest(), staff=unni(town))
    assert case.reference not in page(town).content.decode()
    with pytest.raises(DomainError) as hidden:
        propose(reference=case.reference, actor=unni(town))
    assert hidden.value.status == 404


def test_archivist_is_told_once_a_week_that_something_is_due_and_nobody_when_nothing_is(
    town: Town,
) -> None:
    def told() -> int:
        remind_of_people(town.organisation)
        return Notice.objects.filter(occasion__startswith="retention/").count()

    assert told() == 0
    over(town)
    assert (told(), told()) == (1, 1)


def test_strangers_leaders_and_the_other_towns_archivist_see_and_propose_nothing(
    town: Town, other_town: Town
) -> None:
    case = over(town)
    for name in ("ingrid", "nils", "randi"):
        assert page(town, name).status_code == 404
    with pytest.raises(DomainError):
        propose(reference=case.reference, actor=town.people["berit"].staff)
    with pytest.raises(DomainError):
        propose(reference=case.reference, actor=other_town.people["anne"].staff)
    assert not Proposal.objects.exists()


def test_junk_is_not_kept_for_ever_and_comes_back_by_a_word_until_then(town: Town) -> None:
    sent = town.report("Buy pills.")
    case = town.open("ingrid")
    case.record("retention", {"class": "outside", "basis": "archive_rule"}, reason="Junk.")
    reference = case.reference
    town.desk("ingrid").server.post("set-aside", {"references": [reference]})
    town.desk("berit").server.post(
        "set-aside/decide", {"references": [reference], "confirm": True, "impartial": True}
    )
    with pytest.raises(DomainError) as young:
        propose(reference=reference, actor=unni(town))
    assert young.value.details["needs"] == ["expired"]
    with on((clock.today() + timedelta(days=61)).isoformat()):
        assert [row.case.reference for row in retention.overview(unni(town))["due"]] == [reference]
        propose(reference=reference, actor=unni(town))
        town.mailbox(sent).reply("It was no junk.")
        town.worker()
        assert town.newest().state == "received"
        assert refusal(town.new_desk("berit").open(reference).decide).code in (
            "step.unknown",
            "step.lacks",
        )


def test_nothing_is_deleted_over_a_word_of_its_reporter_that_nobody_has_answered(
    town: Town,
    watcher: Watcher,
    django_capture_on_commit_callbacks: Any,
) -> None:
    be_watched(town.organisation, watcher)
    publish_and_show(town.organisation)
    case = over(town)
    propose(reference=case.reference, actor=unni(town))
    town.open("berit").decide()
    assert town.newest().state == "deleted", "decided, and not witnessed yet"
    Case.objects.filter(pk=town.newest().pk).update(reporter_waits_since=clock.today())
    with django_capture_on_commit_callbacks(execute=True):
        publish_and_show(town.organisation)
        carry_out_witnessed()
    assert town.newest().reference == case.reference, "it is still there"
    put_back(town.organisation)
    assert town.newest().state in ("closed", "deleted")
    other = waiting(town)
    with pytest.raises(DomainError) as refused:
        propose(reference=other, actor=unni(town))
    assert refused.value.details["needs"] == ["answered"]


def waiting(town: Town) -> str:
    """Return a case whose time is over and whose reporter waits for an answer."""
    case = over(town)
    Case.objects.filter(reference=case.reference).update(reporter_waits_since=clock.today())
    return case.reference


def test_proposal_that_came_to_nothing_does_not_let_two_leaders_delete_later(town: Town) -> None:
    over(town)
    case = town.newest()
    made = propose(reference=case.reference, actor=unni(town))
    with audit.atomic():  # agreed to, and the witness never came
        Proposal.objects.filter(pk=made.pk).update(confirmed=True, decided_at=clock.now())
        Case.objects.filter(pk=case.pk).update(state="deleted")
        audit.record("pad", organisation=town.organisation)
    assert put_back(town.organisation) == 1
    case.refresh_from_db()

    assert Need.ARCHIVIST in lacking(step(case.state, "delete"), case)


def test_that_a_case_is_to_be_deleted_stands_in_the_log_once_and_again_when_it_was_held(
    town: Town,
) -> None:
    case = over(town)
    for _ in range(2):
        remind(town.organisation)
    assert acts(town).count("retention.due") == 1
    held = {"why": "police", "state": "on"}
    case.record("hold", held, due_on=clock.today().isoformat(), reason="They asked.")
    case.refresh()
    day = clock.today().isoformat()
    case.record("hold", {**held, "state": "lifted"}, number=1, due_on=day, reason="They are done.")
    town.open("berit").agree("hold")
    remind(town.organisation)
    assert acts(town).count("retention.due") == 2
