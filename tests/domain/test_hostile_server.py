"""A server that cheats: the client names what it did."""

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.town import Town
from whistle.accounts.models import StaffKey
from whistle.client.desk import Desk
from whistle.client.errors import ClientError
from whistle.client.http import Network, Server, b64, unb64
from whistle.client.keys import KeyWork
from whistle.client.reporter import Mailbox, Reporter
from whistle.demo.inside import Inside
from whistle.vault.keys import KemPair, SigPair

Trick = Callable[[dict[str, Any]], None]


def cheated(town: Town, trick: Trick, monkeypatch: pytest.MonkeyPatch) -> ClientError:
    """Let the reporter return to a server that plays a trick; return what the client says."""
    sent = town.report("First.")
    town.open("ingrid").acknowledge("We have it.")
    town.open("ingrid").answer("When did it begin?")
    reporter = town.reporter()
    honest = reporter.server.post

    def post(path: str, body: object) -> Any:
        answer = copy.deepcopy(honest(path, body))
        trick(answer)
        return answer

    monkeypatch.setattr(reporter.server, "post", post)
    with pytest.raises(ClientError) as named:
        reporter.mailbox(sent.code)
    return named.value


def drop_middle(answer: dict[str, Any]) -> None:
    del answer["items"][1]


def reorder(answer: dict[str, Any]) -> None:
    answer["items"][1], answer["items"][2] = answer["items"][2], answer["items"][1]


def flip(answer: dict[str, Any]) -> None:
    body = answer["items"][1]["body"]
    answer["items"][1]["body"] = ("B" if body[100] == "A" else "A").join([body[:100], body[101:]])


def relabel(answer: dict[str, Any]) -> None:
    answer["items"][1]["role"] = 1


def repeat(answer: dict[str, Any]) -> None:
    answer["items"].append(copy.deepcopy(answer["items"][-1]))


def swap_reporter(answer: dict[str, Any]) -> None:
    answer["box"]["kem_pub"] = b64(KemPair.from_seed(bytes(32)).public)


def swap_author(answer: dict[str, Any]) -> None:
    answer["box"]["sig_pub"] = b64(SigPair.from_seed(bytes(32)).public)


def lose_certificates(answer: dict[str, Any]) -> None:
    answer["certificates"] = []


def lose_body(answer: dict[str, Any]) -> None:
    answer["items"][1]["body"] = None


@pytest.mark.parametrize(
    ("trick", "code"),
    [
        (drop_middle, "client.chain"),
        (reorder, "client.chain"),
        (flip, "client.item"),
        (relabel, "client."),
        (repeat, "client.chain"),
        (swap_reporter, "client.box"),
        (swap_author, "client.box"),
        (lose_certificates, "client.author"),
        (lose_body, "client.item"),
    ],
)
def test_reporter_is_told_what_the_server_did(
    town: Town, trick: Trick, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cheated(town, trick, monkeypatch).code.startswith(code)


def test_ghost_reader_without_certificate_gets_no_key(town: Town) -> None:
    reporter = town.reporter()
    ghost = KemPair.from_seed(bytes(32))
    forged = bytearray(unb64(reporter.card["certificates"][0]))
    forged[53 : 53 + 1216] = ghost.public
    reporter.card["certificates"].append(b64(bytes(forged)))

    assert ghost.public not in [
        cert.kem_pub for cert in reporter.trust.recipients(reporter.card["certificates"]).values()
    ]


def test_roster_that_the_root_key_did_not_sign_is_refused(town: Town) -> None:
    class Lying(Inside):
        def __call__(
            self, method: str, path: str, body: bytes | None, headers: dict[str, str]
        ) -> tuple[int, bytes]:
            status, answer = super().__call__(method, path, body, headers)
            card = json.loads(answer)
            card["roster"]["document"] = b64(unb64(card["roster"]["document"]).replace(b"Amir", b"Evil"))
            return status, json.dumps(card).encode()

    with pytest.raises(ClientError, match=r"client\.roster"):
        Reporter("", transport=Lying())


def test_other_root_key_than_the_one_on_the_poster_is_refused(town: Town, other_town: Town) -> None:
    poster = bytes(other_town.organisation.root_key or b"")

    with pytest.raises(ClientError, match=r"client\.root_key"):
        Reporter("", transport=town.reporter().server.transport, root_key=poster)


def test_last_message_held_back_is_seen_at_the_next_one(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = town.report("First.")
    case = town.open("ingrid")
    case.acknowledge("We have it.")
    mailbox: Mailbox = town.mailbox(sent)
    assert len(mailbox.messages) == 2

    mailbox.reply("And more.")
    case.refresh()
    wire = copy.deepcopy(case.wire)
    wire["boxes"][0]["items"] = [item for item in wire["boxes"][0]["items"] if item["role"] == 1]

    from whistle.client.box import Box

    row = wire["boxes"][0]
    box = Box.open(town.desk("ingrid").trust, row, row["seals"], town.desk("ingrid").keys.kem)
    with pytest.raises(ClientError, match=r"client\.chain"):
        box.read(row["items"], wire["certificates"])


def lying(desk: Desk, end: str, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Let the server show another root key at one address; return where things are sent to meanwhile."""
    honest_get, honest_post, sent = desk.server.get, desk.server.post, []

    def get(path: str) -> Any:
        answer = honest_get(path)
        return {**answer, "root_key": b64(bytes(32))} if path.endswith(end) else answer

    def post(path: str, body: object) -> Any:
        sent.append(path)
        return honest_post(path, body)

    monkeypatch.setattr(desk.server, "get", get)
    monkeypatch.setattr(desk.server, "post", post)
    return sent


@pytest.mark.parametrize(
    ("end", "act"),
    [
        ("/sealed", lambda desk, reference: desk.open(reference).acknowledge("We have it.")),
        ("/keys", lambda desk, reference: KeyWork(desk).rekey(reference)),
    ],
    ids=["a case", "its keys"],
)
def test_root_key_that_is_another_after_the_sign_in_gets_nothing_sealed(
    town: Town, end: str, act: Callable[[Desk, str], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    town.report("First.")
    desk, reference = town.desk("ingrid"), town.newest().reference
    desk.open(reference)
    town.desk("amir").declare(reference, "conflict")  # its key waits to be changed
    sent = lying(desk, end, monkeypatch)

    with pytest.raises(ClientError, match=r"client\.root_key"):
        act(desk, reference)

    assert [path for path in sent if not path.endswith("/declare")] == []


def test_keys_that_were_exchanged_at_the_server_do_not_open(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = town.people["ingrid"].staff
    StaffKey.objects.filter(staff=person).update(wrapped=bytes(104))

    with pytest.raises(ClientError, match=r"client\.unlock"):
        town.new_desk("ingrid")


@pytest.mark.parametrize("answer", [b"<html>Bad gateway</html>", b"[]", b"{}"])
def test_an_answer_that_is_not_the_servers_own_is_named_and_nothing_of_it_is_shown(answer: bytes) -> None:
    server = Server(lambda *_asked: (502, answer), "/api/")

    with pytest.raises(ClientError, match=r"client\.answer") as refused:
        server.get("org.json")

    assert (refused.value.status, "Bad gateway" in str(refused.value)) == (502, False)


@pytest.mark.parametrize("address", ["file:///etc/passwd", "ftp://fjellvik.example", "fjellvik.example"])
def test_nothing_is_fetched_from_what_is_no_web_address(address: str) -> None:
    with pytest.raises(ClientError, match=r"client\.url"):
        Network(address)
