"""High-stake acts: what is approved, happens once, after a witness has seen it, and only as it was approved."""

from contextlib import suppress
from typing import Any

import pytest
from django.db import transaction

from tests.audit.test_recovery import damage
from tests.audit.visitor import Visitor
from tests.town import Town
from whistle.audit import alarms, selectors, stakes
from whistle.audit import services as audit
from whistle.audit.models import Approval
from whistle.audit.stakes import State
from whistle.audit.tasks import carry_out_witnessed, publish_and_show
from whistle.core import clock
from whistle.core.errors import DomainError

ACT, SOMEBODY, CASE, TOLD = "identity.unsealed", "ab" * 16, "cd" * 16, "ef" * 16


class Box:
    """Something that is opened once, to somebody."""

    def __init__(self) -> None:
        self.opened_to: list[str] = []
        self.refuses = ""

    def open(self, approval: Approval) -> None:
        if self.refuses:
            raise DomainError(self.refuses, status=409)
        self.opened_to.append(approval.terms["to"])
        audit.record(
            ACT,
            organisation=approval.organisation,
            actor=approval.actor,
            role=approval.role,
            case=approval.case,
            to=approval.terms["to"],
            approval=approval.ref,
        )


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Box:
    it = Box()
    monkeypatch.setattr(stakes, "_effects", {})
    stakes.effect(ACT)(it.open)
    return it


def approve(town: Town, **given: Any) -> Approval:
    about = {"actor": SOMEBODY, "role": "identity_custodian", "case": CASE, "terms": {"to": TOLD}}
    return stakes.approve(ACT, organisation=town.organisation, **(about | given))


def said(town: Town, act: str) -> list[dict[str, Any]]:
    return [read.fields["d"] for read in selectors.entries(town.organisation, "desk", acts=(act,))]


def test_nothing_happens_before_a_witness_has_seen_the_approval(watched_town: Town, box: Box) -> None:
    approval = approve(watched_town)

    carry_out_witnessed()

    assert stakes.settle(approval, seconds=0) is State.WAITING
    assert (box.opened_to, said(watched_town, ACT)) == ([], [])
    with pytest.raises(DomainError, match=r"audit\.unwitnessed"):
        stakes.carry_out(approval)


def test_the_sweep_does_what_a_witness_has_seen_and_does_it_once(watched_town: Town, box: Box) -> None:
    approval = approve(watched_town)
    publish_and_show(watched_town.organisation)
    assert stakes.state(approval) is State.WITNESSED

    for _ in range(3):
        carry_out_witnessed()

    assert box.opened_to == [TOLD]
    assert [d["approval"] for d in said(watched_town, ACT)] == [approval.ref]
    assert stakes.state(approval) is State.DONE
    assert stakes.carry_out(approval) is False
    assert stakes.pending(watched_town.organisation) == []


def test_the_page_that_waits_does_it_itself(watched_town: Town, box: Box) -> None:
    approval = approve(watched_town)
    publish_and_show(watched_town.organisation)

    assert stakes.settle(approval, seconds=1) is State.DONE
    assert box.opened_to == [TOLD]


def test_who_changes_the_row_after_the_approval_gets_nothing_and_raises_an_alarm(
    watched_town: Town, box: Box
) -> None:
    approval = approve(watched_town)
    publish_and_show(watched_town.organisation)
    Approval.objects.filter(pk=approval.pk).update(terms={"to": "00" * 16})

    assert stakes.carry_out(approval) is False

    assert box.opened_to == []
    assert said(watched_town, "act.ended") == [{"act": ACT, "ref": approval.ref, "why": "audit.other_terms"}]
    assert [one.kind for one in alarms.waiting(watched_town.organisation)] == ["fault"]


def test_while_the_published_log_is_damaged_nothing_happens_and_the_act_still_waits(
    watched_town: Town, box: Box
) -> None:
    approval = approve(watched_town)
    publish_and_show(watched_town.organisation)
    damage(watched_town, cut=True)

    with pytest.raises(DomainError, match=r"audit\.damaged"):
        stakes.carry_out(approval)

    assert (box.opened_to, said(watched_town, ACT), said(watched_town, "act.ended")) == ([], [], [])
    assert stakes.pending(watched_town.organisation) == [approval]


def test_an_approval_opens_to_the_asker_once(watched_town: Town) -> None:
    approval = approve(watched_town)
    publish_and_show(watched_town.organisation)
    opened = 0

    for _ in range(2):
        with suppress(DomainError), stakes.carrying_out(approval):
            opened += 1

    assert opened == 1
    with pytest.raises(DomainError, match=r"audit\.done"), stakes.carrying_out(approval):
        pass


def test_an_act_that_is_no_longer_right_ends_and_the_log_says_why(watched_town: Town, box: Box) -> None:
    approval = approve(watched_town)
    publish_and_show(watched_town.organisation)
    box.refuses = "case.closed"

    carry_out_witnessed()
    box.refuses = ""
    carry_out_witnessed()

    assert (box.opened_to, stakes.state(approval)) == ([], State.ENDED)
    assert said(watched_town, "act.ended")[0]["why"] == "case.closed"


def test_an_effect_that_forgets_to_log_itself_did_not_happen(watched_town: Town, box: Box) -> None:
    stakes.effect(ACT)(lambda approval: None)
    approval = approve(watched_town)
    publish_and_show(watched_town.organisation)

    with pytest.raises(RuntimeError, match="did not record"):
        stakes.carry_out(approval)

    assert stakes.state(approval) is State.WITNESSED


def test_one_effect_that_fails_does_not_hold_up_another(
    watched_town: Town, box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = approve(watched_town), approve(watched_town)
    publish_and_show(watched_town.organisation)
    opened = box.open

    def fails_on_the_first(approval: Approval) -> None:
        if approval.pk == first.pk:
            raise OSError("disk full")
        opened(approval)

    stakes.effect(ACT)(fails_on_the_first)
    carry_out_witnessed()

    assert (stakes.state(first), stakes.state(second)) == (State.WITNESSED, State.DONE)


def test_an_approval_that_is_taken_back_or_lapses_never_happens(watched_town: Town, box: Box) -> None:
    taken, lapsed = approve(watched_town), approve(watched_town)
    assert stakes.withdraw(taken, actor=SOMEBODY, role="identity_custodian")
    assert not stakes.withdraw(taken, actor=SOMEBODY, role="identity_custodian")
    with clock.standing_at(clock.now() + stakes.LAPSES + stakes.RECENT):
        carry_out_witnessed()
    publish_and_show(watched_town.organisation)

    carry_out_witnessed()

    assert box.opened_to == []
    assert [d["why"] for d in said(watched_town, "act.ended")] == ["withdrawn", "lapsed"]
    assert (stakes.state(taken), stakes.state(lapsed)) == (State.ENDED, State.ENDED)


def test_what_a_case_is_about_stays_out_of_the_log(watched_town: Town, box: Box) -> None:
    approval = approve(watched_town, terms={"to": TOLD, "word": "Kongepuddelen"})

    entry = next(iter(selectors.entries(watched_town.organisation, "desk", acts=("act.approved",))))

    assert b"Kongepuddelen" not in entry.octets
    assert set(entry.fields["d"]) == {"act", "ref", "terms"}
    publish_and_show(watched_town.organisation)
    stakes.carry_out(approval)
    assert Approval.objects.get(pk=approval.pk).terms == {}


def test_without_a_witness_the_act_is_refused_unless_it_reveals_nothing(town: Town, box: Box) -> None:
    with pytest.raises(DomainError, match="no_witness"):
        approve(town)
    stakes.effect(ACT, alone=True)(box.open)
    approval = approve(town)
    assert stakes.state(approval) is State.WAITING

    publish_and_show(town.organisation)

    assert stakes.settle(approval, seconds=0) is State.DONE


def test_an_approval_that_is_rolled_back_leaves_nothing_to_do(watched_town: Town, box: Box) -> None:
    with pytest.raises(KeyError), audit.atomic():
        approve(watched_town)
        raise KeyError
    with transaction.atomic():
        assert stakes.pending(watched_town.organisation) == []


def test_a_stranger_cannot_make_up_an_act(watched_town: Town) -> None:
    for act in ("note.written", "gold.given"):
        with pytest.raises(LookupError):
            stakes.approve(act, organisation=watched_town.organisation, actor=SOMEBODY, role="staff")


def test_the_auditor_sees_what_was_approved_and_has_not_happened(watched_town: Town, box: Box) -> None:
    auditor = Visitor(watched_town, "randi")
    approval = approve(watched_town)
    _status, page = auditor.get("/desk/log/")
    assert f">{ACT}</code>" in page
    assert approval.case[:8] in page
    assert TOLD not in page

    publish_and_show(watched_town.organisation)
    stakes.carry_out(approval)

    assert 'id="pending"' in page
    assert 'id="pending"' not in auditor.get("/desk/log/")[1]
