"""One code, more than one report: what was done to a reporter lies apart, and a server that hides something is found out."""

import pytest

from tests.town import Town
from whistle.channel.questions import answered
from whistle.client.errors import ClientError
from whistle.client.reporter import Mailbox
from whistle.store.models import Box, ReporterAccess


def test_punishment_becomes_a_report_that_the_handler_gets_no_key_to_and_the_same_code_opens_it(
    town: Town,
) -> None:
    sent = town.report("The first.")
    first = town.open("berit")
    first.acknowledge("We have it.")
    mailbox = town.mailbox(sent)

    mailbox.retaliation(1, "I was moved.", [town.people["berit"].staff.ref])
    town.worker()

    second = town.newest()
    assert second.reference != first.reference
    assert town.open("ingrid", second).messages[0].body["text"] == "I was moved."
    with pytest.raises(ClientError, match=r"request\.absent"):
        town.open("berit", second)
    assert [message.body["text"] for message in town.mailbox(sent).further(1).messages] == ["I was moved."]


def test_nothing_that_is_stored_connects_the_two_and_a_stranger_finds_no_further_one(town: Town) -> None:
    sent, strangers = town.report("The first."), town.report("A stranger's.")
    town.mailbox(sent).retaliation(1, "I was moved.", [])

    for column in ("kem_pub", "sig_pub", "nonce"):
        values = [bytes(value) for value in Box.objects.filter(kind="mailbox").values_list(column, flat=True)]
        assert len(set(values)) == len(values) == 3
    assert ReporterAccess.objects.values("lookup_hash").distinct().count() == 3
    with pytest.raises(ClientError, match=r"mailbox\.unknown"):
        town.mailbox(strangers).further(1)
    with pytest.raises(ClientError, match=r"mailbox\.unknown"):
        town.mailbox(sent).further(2)


def hiding(town: Town, sent_code: str, monkeypatch: pytest.MonkeyPatch, change: object) -> Mailbox:
    """Open a mailbox through a server that changes its answer."""
    reporter = town.reporter()
    whole = reporter.server.post

    def post(path: str, body: object) -> dict[str, object]:
        said = whole(path, body)  # type: ignore[arg-type]
        if path == "mailbox/open":
            change(said)  # type: ignore[operator]
        return said

    monkeypatch.setattr(reporter.server, "post", post)
    return reporter.mailbox(sent_code)


def test_a_last_message_that_was_taken_away_is_missed(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = town.report("The first.")
    town.mailbox(sent).reply("The last.")

    with pytest.raises(ClientError, match=r"client\.dropped"):
        hiding(town, sent.code, monkeypatch, lambda said: said["items"].pop())


def test_a_mailbox_that_goes_back_to_an_older_key_is_refused(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = town.report("The first.")
    town.open("ingrid")
    town.open("berit")
    town.desk("berit").declare(town.newest().reference, "conflict")
    town.open("ingrid").rekey()
    assert town.mailbox(sent).wire["box"]["epoch"] == 2

    def back(said: dict[str, object]) -> None:
        said["box"]["epoch"] = 1  # type: ignore[index]

    with pytest.raises(ClientError, match=r"client\.epoch"):
        hiding(town, sent.code, monkeypatch, back)


def test_answers_without_script_are_those_of_the_form_and_unknown_ones_are_left_out() -> None:
    from django.http import QueryDict

    sent = QueryDict("danger=yes&category=A1&category=Z9&fear=yes&fear_text=My+leader&talk=shout&name=+Kari+")

    assert answered(sent) == {
        "who": "confidential",
        "name": "Kari",
        "danger": "yes",
        "category": ["A1"],
        "fear": "yes",
        "fear_text": "My leader",
    }
