"""The panel: each member votes once, for themselves; the decision is what the votes say; dissent and recusal stay to be read."""

from datetime import timedelta

import pytest

from tests.domain.test_desk import refusal
from tests.domain.test_needs_me import asked_of
from tests.town import Town
from whistle.client.desk import OpenCase
from whistle.core import clock

MEMBERS = ("ingrid", "berit", "even")


@pytest.fixture
def case(town: Town) -> OpenCase:
    """A case whose question stands on the agenda; Even, from outside, has a key until a day."""
    opened = town.confirmed()
    opened.note("The room.")
    opened.share(town.people["even"].staff.ref, until=(clock.today() + timedelta(days=20)).isoformat())
    members = [town.people[name].staff.ref for name in MEMBERS]
    day = (clock.today() + timedelta(days=20)).isoformat()
    opened.record("agenda", {"members": members, "state": "open"}, due_on=day, question="Investigate?")
    return opened


def ref(town: Town, name: str) -> str:
    return str(town.people[name].staff.ref)


def votes(town: Town, name: str, vote: str, reason: str, **more: int) -> None:
    town.open(name).record("vote", {"agenda": "1", "vote": vote}, reason=reason, **more)


def decided(town: Town, decision: str) -> None:
    opened = town.open("ingrid")
    opened.record("agenda", {"state": "decided", "decision": decision}, number=1, question="Investigate?")


def test_panel_votes_each_once_and_nobody_else_does(town: Town) -> None:
    case = town.confirmed()
    case.note("The room.")
    members = [town.people[name].staff.ref for name in ("ingrid", "berit")]
    day = (clock.today() + timedelta(days=20)).isoformat()
    town.open("berit")

    case.record("agenda", {"members": members, "state": "open"}, due_on=day, question="Investigate?")

    assert list(asked_of(town, "berit").values()) == ["panel"]
    town.open("berit").record("vote", {"agenda": "1", "vote": "no"}, reason="Too little to go on.")
    assert asked_of(town, "berit") == {}
    outsider = town.open("amir")
    assert (
        refusal(outsider.record, "vote", {"agenda": "1", "vote": "yes"}, reason="Yes.").code == "step.refused"
    )
    case.refresh()
    case.record("vote", {"agenda": "1", "vote": "recused"}, reason="I know her.")
    case.record("agenda", {"state": "decided", "decision": "no"}, number=1, question="Investigate?")
    late = town.open("berit")
    assert (
        refusal(late.record, "vote", {"agenda": "1", "vote": "yes"}, reason="After all.").code
        == "step.refused"
    )
    assert [record.body["reason"] for record in late.records if record.kind == "vote"] == [
        "Too little to go on.",
        "I know her.",
    ]


def test_decision_is_what_most_of_those_who_may_vote_have_said(town: Town, case: OpenCase) -> None:
    assert refusal(decided, town, "yes").code == "panel.quorum", "nobody has voted"
    votes(town, "even", "yes", "It can be checked.")
    assert refusal(decided, town, "yes").code == "panel.quorum", "one of three"
    votes(town, "berit", "no", "Too little to go on.")
    assert refusal(decided, town, "yes").code == "panel.majority", "one against one carries nothing"
    votes(town, "ingrid", "yes", "The invoices exist.")
    refused = refusal(decided, town, "no")
    assert refused.code == "panel.majority"
    decided(town, "yes")
    kept = {record.body["reason"] for record in town.open("even").records if record.kind == "vote"}
    assert "Too little to go on." in kept, "dissent stands with its reason"


def test_who_is_not_impartial_counts_for_no_majority(town: Town, case: OpenCase) -> None:
    votes(town, "ingrid", "recused", "I know her.")
    votes(town, "even", "yes", "It can be checked.")
    assert refusal(decided, town, "yes").code == "panel.quorum", "one of two"
    votes(town, "berit", "abstain", "I cannot say.")
    decided(town, "yes")


def test_nobody_votes_twice_or_in_anothers_name_or_drops_who_has_voted(town: Town, case: OpenCase) -> None:
    votes(town, "berit", "no", "Too little to go on.")
    assert refusal(votes, town, "berit", "no", "Once more.").code == "panel.voted"
    stolen = refusal(votes, town, "ingrid", "yes", "She meant yes.", number=1)
    assert stolen.code == "step.refused", "another's vote"
    votes(town, "berit", "abstain", "I cannot say.", number=1)
    fewer = [town.people[name].staff.ref for name in ("ingrid", "even")]
    without = {"members": fewer, "state": "open"}
    assert (
        refusal(town.open("ingrid").record, "agenda", without, number=1, question="?").code == "panel.members"
    )
    kept = [record.codes["vote"] for record in town.open("even").records if record.kind == "vote"]
    assert kept == ["abstain"]


@pytest.mark.parametrize(("hers", "carried"), [("yes", "yes"), ("no", "no")])
def test_where_the_votes_are_even_the_one_who_leads_the_panel_decides(
    town: Town, case: OpenCase, hers: str, carried: str
) -> None:
    case.record("agenda", {"chair": ref(town, "berit")}, number=1, question="Investigate?")
    votes(town, "berit", hers, "As I see it.")
    votes(town, "even", "no" if hers == "yes" else "yes", "As I see it, from outside.")
    votes(town, "ingrid", "abstain", "I cannot say.")
    other = "no" if carried == "yes" else "yes"
    assert refusal(decided, town, other).code == "panel.majority"
    decided(town, carried)
    kept = {record.body["reason"] for record in town.open("even").records if record.kind == "vote"}
    assert "As I see it, from outside." in kept, "dissent stands with its reason"


def test_even_votes_carry_nothing_where_nobody_leads_or_the_leader_abstains(
    town: Town, case: OpenCase
) -> None:
    case.record("agenda", {"chair": ref(town, "ingrid")}, number=1, question="Investigate?")
    votes(town, "berit", "yes", "It can be checked.")
    votes(town, "even", "no", "Too little to go on.")
    votes(town, "ingrid", "abstain", "I cannot say.")
    assert refusal(decided, town, "yes").code == "panel.majority"
    decided(town, "no")


def test_leader_of_the_panel_is_a_member_and_named_before_the_first_vote(town: Town, case: OpenCase) -> None:
    town.open("amir")
    for chair in ("amir", "nils"):
        codes = {"chair": ref(town, chair)}
        refused = refusal(case.record, "agenda", codes, number=1, question="?")
        assert refused.code in ("panel.chair", "record.codes"), chair
    votes(town, "berit", "no", "Too little to go on.")
    late = refusal(
        town.open("ingrid").record, "agenda", {"chair": ref(town, "berit")}, number=1, question="?"
    )
    assert late.code == "panel.chair", "when it is known how she votes"


def test_stranger_votes_on_nothing(town: Town, case: OpenCase) -> None:
    sent = {"kind": "vote", "number": 1, "version": 1, "codes": {"agenda": "1", "vote": "yes"}, "items": []}
    assert refusal(town.desk("nils").server.post, f"cases/{case.reference}/records", sent).status == 404


def test_what_the_panel_has_decided_is_not_opened_again_nor_decided_otherwise(
    town: Town, case: OpenCase
) -> None:
    votes(town, "berit", "no", "Too little to go on.")
    votes(town, "even", "no", "Too little to go on.")
    decided(town, "no")
    for changed in (
        {"state": "open"},
        {"state": "withdrawn"},
        {"decision": "other"},
        {"chair": ref(town, "even")},
    ):
        refused = refusal(town.open("ingrid").record, "agenda", changed, number=1, question="Investigate?")
        assert refused.code == "panel.decided", changed
    town.open("ingrid").record(
        "agenda", {}, number=1, question="Investigate?", reason="As two of three said."
    )


@pytest.mark.parametrize("chair", ["berit", ""])
def test_when_all_have_voted_the_leader_is_asked_to_write_it_down_or_whoever_put_the_question(
    town: Town, case: OpenCase, chair: str
) -> None:
    if chair:
        case.record("agenda", {"chair": ref(town, chair)}, number=1, question="Investigate?")
    votes(town, "even", "yes", "It can be checked.")
    votes(town, "berit", "no", "Too little to go on.")
    assert "panel_ends" not in {*asked_of(town, "ingrid").values(), *asked_of(town, "berit").values()}
    votes(town, "ingrid", "recused", "I know her.")
    writes, waits = ("berit", "ingrid") if chair else ("ingrid", "berit")
    assert "panel_ends" in asked_of(town, writes).values()
    assert "panel_ends" not in asked_of(town, waits).values()
    decided(town, "no")
    assert "panel_ends" not in asked_of(town, writes).values()
