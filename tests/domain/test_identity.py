"""A name that was sealed apart opens for two people together, after a witness has seen it, and not for anybody else."""

import json

import pytest

from cases.models.unsealing import Unsealing
from tests.town import Town, make_town
from tests.watching import Watcher
from whistle.audit import selectors as audit
from whistle.audit import stakes
from whistle.audit.tasks import publish_and_show
from whistle.client import identity
from whistle.client.errors import ClientError
from whistle.client.reporter import Sent
from whistle.demo.people import NORDVIK
from whistle.store.models import Identity, IdentityHalf

NAME = "Kari Nordmann"
TOLD = "We ask for your name, because a court has ordered it."


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The custodian's page does not wait: the tests publish when it is time."""
    monkeypatch.setattr("cases.services.identity.PATIENCE", 0.0)


def named(town: Town) -> Sent:
    return town.report("It is about the purchase.", name=NAME, answers={"who": "named"})


def opened(town: Town, ref: str) -> None:
    """A custodian agrees, and the witness gets to see it."""
    identity.agree(town.desk("solveig"), ref)
    publish_and_show(town.organisation)
    stakes.sweep(town.organisation)


def test_one_asks_a_custodian_agrees_a_witness_sees_it_and_then_the_name_opens(watched_town: Town) -> None:
    sent = named(watched_town)
    case = watched_town.open("berit")

    ref = identity.ask(case, "court", "The court wants to hear a witness.", TOLD)
    assert identity.reason(watched_town.desk("solveig"), ref) == "The court wants to hear a witness."
    with pytest.raises(ClientError, match=r"identity\.waiting"):
        identity.name(case, ref)
    opened(watched_town, ref)

    assert identity.name(case, ref)["name"] == NAME
    mailbox = watched_town.mailbox(sent)
    assert [row["act"] for row in mailbox.wire["identity"]] == ["asked", "opened"]
    assert mailbox.messages[-1].body["text"] == TOLD
    acts = [
        row.fields["act"]
        for row in audit.entries(watched_town.organisation, "desk", case=watched_town.newest().log_ref)
    ]
    assert [act for act in acts if "identity" in act or "approved" in act] == [
        "identity.asked",
        "act.approved",
        "identity.unsealed",
    ]


def test_until_a_witness_has_seen_it_nothing_is_handed_out(
    watched_town: Town,
    watcher: Watcher,
) -> None:
    sent = named(watched_town)
    case = watched_town.open("berit")
    ref = identity.ask(case, "law", "Why.", TOLD)
    watcher.stop()

    said = identity.agree(watched_town.desk("solveig"), ref)

    assert (said["agreed"], said["opened"]) == (True, False)
    with pytest.raises(ClientError, match=r"identity\.waiting"):
        identity.name(case, ref)
    assert [row["act"] for row in watched_town.mailbox(sent).wire["identity"]] == ["asked"]


def test_nobody_opens_a_name_alone_and_strangers_do_not_even_see_the_request(watched_town: Town) -> None:
    named(watched_town)
    case = watched_town.open("berit")
    ref = identity.ask(case, "life", "Why.", TOLD)
    even, amir = watched_town.desk("even"), watched_town.open("amir")

    for stranger in (
        even,
        watched_town.desk("randi"),
        watched_town.desk("ingrid"),
        make_town("nordvik", NORDVIK).desk("anne"),
    ):
        with pytest.raises(ClientError, match=r"request\.absent|sign_in\.needed"):
            identity.reason(stranger, ref)
    with pytest.raises(ClientError):
        identity.agree(watched_town.desk("berit"), ref)  # the one who asked
    with pytest.raises(ClientError, match=r"step\.refused|identity\.absent"):
        identity.ask(amir, "life", "Why.", TOLD)  # reads the case, decides nothing
    opened(watched_town, ref)
    with pytest.raises(ClientError, match=r"identity\.absent"):
        identity.name(watched_town.open("ingrid"), ref)  # a leader too, but somebody else asked


def test_a_refusal_stands_in_the_log_and_the_reporter_sees_it(watched_town: Town) -> None:
    sent = named(watched_town)
    case = watched_town.open("berit")
    ref = identity.ask(case, "law", "Why.", TOLD)

    identity.refuse(watched_town.desk("solveig"), ref)

    assert [row["act"] for row in watched_town.mailbox(sent).wire["identity"]] == ["asked", "refused"]
    with pytest.raises(ClientError, match=r"identity\.answered"):
        identity.agree(watched_town.desk("solveig"), ref)
    with pytest.raises(ClientError, match=r"identity\.waiting"):
        identity.name(case, ref)


def test_from_outside_nobody_can_tell_who_gave_a_name(town: Town) -> None:
    town.report("Anonymous.")
    named(town)
    first, second = Identity.objects.order_by("box__made_on", "pk")

    assert len(bytes(first.body)) == len(bytes(second.body))
    shapes = [sorted((half.half, half.staff_ref) for half in row.halves.all()) for row in (first, second)]
    assert shapes[0] == shapes[1]
    assert NAME.encode() not in bytes(first.body) + bytes(second.body)


def test_halves_go_to_custodians_and_leaders_only_and_leave_with_the_key(town: Town) -> None:
    named(town)
    berit, solveig = town.people["berit"].staff.ref, town.people["solveig"].staff.ref
    held = {(half.half, half.staff_ref) for half in IdentityHalf.objects.all()}

    assert ("a", solveig) in held
    assert ("b", berit) in held
    assert ("b", town.people["amir"].staff.ref) not in held
    assert {ref for half, ref in held if half == "a"} == {solveig}

    town.open("ingrid")
    town.open("berit")
    town.desk("berit").declare(town.newest().reference, "conflict")

    assert not IdentityHalf.objects.filter(staff_ref=berit).exists()


def test_a_custodian_whom_the_report_concerns_gets_no_half(town: Town) -> None:
    town.report("About the lawyers.", about=["legal"], name=NAME)

    assert not Identity.objects.exists()  # there is nobody to keep it apart; the form does not offer it


def test_a_request_names_only_codes_and_what_was_written_is_sealed(watched_town: Town) -> None:
    named(watched_town)
    identity.ask(watched_town.open("berit"), "consent", "A reason nobody else may read.", TOLD)

    row = Unsealing.objects.get()
    log = json.dumps([read.fields for read in audit.entries(watched_town.organisation, "desk")])

    assert b"nobody else" not in bytes(row.reason_body)
    assert "consent" in log
    assert "nobody else" not in log
