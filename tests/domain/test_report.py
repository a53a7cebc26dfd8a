"""A report arrives: what is stored, who can read it, and what is refused."""

import base64
import copy
import json
from typing import Any

import pytest

from tests.town import Town, photo
from whistle.accounts.models import Staff
from whistle.audit import selectors as audit
from whistle.audit.models import Entry
from whistle.client.errors import ClientError
from whistle.client.http import Server
from whistle.client.reporter import Reporter
from whistle.demo.inside import Inside
from whistle.store.models import Box, Identity, Item, ReporterAccess, Seal
from whistle.vault.item import body_size


class Recorder(Inside):
    """A transport that lets a test change what is sent."""

    def __init__(self, prefix: str = "") -> None:
        super().__init__(prefix)
        self.change: Any = None

    def __call__(
        self, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, bytes]:
        if self.change and path.endswith("/reports"):
            sent = json.loads(body or b"")
            body = json.dumps(self.change(sent) or sent).encode()
        return super().__call__(method, path, body, headers)


def altered(town: Town, change: Any) -> ClientError:
    """Send a report that was changed on the way and return the refusal."""
    transport = Recorder(town.prefix)
    reporter = Reporter("", transport=transport)
    transport.change = change
    with pytest.raises(ClientError) as refused:
        reporter.report("A secret.", files=[])
    return refused.value


def nothing_is_stored() -> bool:
    return not (
        Box.objects.exists()
        or Seal.objects.exists()
        or Item.objects.exists()
        or ReporterAccess.objects.exists()
    )


def test_reporter_sends_and_officer_reads_text_and_file(town: Town) -> None:
    sent = town.report("The invoices were split.", files=[photo()])

    case = town.open("ingrid")

    assert case.messages[0].body["text"] == "The invoices were split."
    described = next(item for item in case.boxes["mailbox"].opened if item.kind == 3)
    assert case.file(described) == photo().octets
    assert town.mailbox(sent).messages[-1].body["text"] == "The invoices were split."


def test_stranger_of_another_town_sees_neither_list_nor_case(town: Town, other_town: Town) -> None:
    town.report()
    reference = town.newest().reference

    stranger = other_town.desk("anne")

    assert stranger.cases() == []
    absent = [_status(stranger.server, f"cases/{name}") for name in (reference, "AA-AA-AA")]
    assert absent[0] == absent[1]
    assert absent[0][0] == 404


def _status(server: Server, path: str) -> tuple[int, bytes]:
    return server.transport("GET", server.base + path, None, server.headers)


def test_reader_taken_off_the_list_has_no_seal_and_finds_nothing_by_any_route(town: Town) -> None:
    town.report(exclude=["amir.haddad"])
    case = town.newest()
    mailbox = Box.objects.get(of_case__case=case)
    amir = town.people["amir"].staff

    desk = town.desk("amir")

    assert not Seal.objects.filter(box=mailbox, staff_ref=amir.ref).exists()
    assert desk.cases() == []
    item = mailbox.items.first()
    assert item is not None
    for path in (
        f"cases/{case.reference}",
        f"cases/{case.reference}/sealed",
        f"cases/{case.reference}/candidates",
        f"boxes/{mailbox.box_id}/items/{item.item_id}/body",
    ):
        assert _status(desk.server, path)[0] == 404, path
    for path in ("declare", "acknowledge", "answer", "feedback", "notes", "decide"):
        body = {"answer": "impartial", "items": [], "version": 1, "confirm": True}
        with pytest.raises(ClientError) as refused:
            desk.server.post(f"cases/{case.reference}/{path}", body)
        assert refused.value.status == 404, path


def test_report_about_the_chief_executive_is_sealed_to_nobody_in_the_administration(town: Town) -> None:
    town.report(about=["chief_executive"])
    mailbox = Box.objects.get()

    readers = set(Seal.objects.filter(box=mailbox, holder="staff").values_list("staff_ref", flat=True))

    assert readers == {town.people[name].staff.ref for name in ("hanne", "sissel", "tor")}


def test_report_stands_once_in_the_channel_log_with_its_date_only(town: Town) -> None:
    sent = town.report()

    entries = list(audit.entries(town.organisation, "channel", acts=("report.received",)))

    assert len(entries) == 1
    assert len(entries[0].fields["at"]) == len("2026-11-23")
    assert base64.b64decode(sent.receipt["entry"]) == entries[0].octets
    assert sent.receipt["index"] == entries[0].index


def test_same_report_sent_twice_is_stored_once_and_gets_the_same_receipt(town: Town) -> None:
    bodies: list[bytes] = []

    class Remember(Inside):
        def __call__(
            self, method: str, path: str, body: bytes | None, headers: dict[str, str]
        ) -> tuple[int, bytes]:
            if path.endswith("/reports"):
                bodies.append(body or b"")
            return super().__call__(method, path, body, headers)

    transport = Remember(town.prefix)
    sent = Reporter("", transport=transport).report("Twice.")

    status, again = transport(
        "POST", "/api/reports", bodies[0], {"X-Whistle": "1", "Content-Type": "application/json"}
    )

    assert status == 201
    assert json.loads(again)["receipt"] == sent.receipt
    assert Box.objects.count() == 1
    assert Entry.objects.filter(act="report.received").count() == 1


def give_twice(sent: dict[str, Any], field: str) -> None:
    sent[field].append(copy.deepcopy(sent[field][0]))


def swap_words(sent: dict[str, Any]) -> None:
    first, second = sent["seals"][:2]
    first["vouch"], second["vouch"] = second["vouch"], first["vouch"]


@pytest.mark.parametrize(
    ("name", "change", "code"),
    [
        (
            "plain text for a body",
            lambda s: s["items"][0].update(body=base64.b64encode(b"hello").decode()),
            "item.malformed",
        ),
        ("a header cut short", lambda s: s["items"][0].update(header="AAAA"), "item.malformed"),
        ("neither body nor upload", lambda s: s["items"][0].update(body=None), "item.malformed"),
        ("an officer's hand", lambda s: s["items"][0].update(role=2), "item.malformed"),
        ("an internal note", lambda s: s["items"][0].update(kind=4), "item.malformed"),
        ("no message", lambda s: s.update(items=[]), "item.malformed"),
        ("a later epoch", lambda s: s["items"][0].update(epoch=2), "box.wrong"),
        ("the same item twice", lambda s: give_twice(s, "items"), "item.order"),
        ("too many items", lambda s: s.update(items=s["items"] * 42), "report.too_many"),
        ("no seal for the reporter", lambda s: s.update(seals=s["seals"][:-1]), "report.not_sealed"),
        ("a seal cut short", lambda s: s["seals"][0].update(sealed="AAAA"), "report.not_sealed"),
        ("a seal of a later epoch", lambda s: s["seals"][0].update(epoch=2), "report.not_sealed"),
        ("a short lookup", lambda s: s.update(lookup="AAAA"), "report.not_sealed"),
        ("another box id", lambda s: s["box"].update(box_id="0" * 32), "report.not_sealed"),
        (
            "another reporter's key",
            lambda s: s["box"].update(nonce=base64.b64encode(bytes(16)).decode()),
            "report.not_sealed",
        ),
        ("an unknown reader", lambda s: s["seals"][0].update(key_id="0" * 32), "report.readers"),
        ("no reader at all", lambda s: s.update(seals=s["seals"][-1:]), "report.readers"),
        ("a reader twice", lambda s: give_twice(s, "seals"), "report.readers"),
        ("a real reader of a rehearsal", lambda s: s.update(probe=True), "report.readers"),
        ("a key that nobody answers for", lambda s: s["seals"][0].update(vouch=""), "grant.vouch"),
        ("words for other keys", swap_words, "grant.vouch"),
        ("an unknown upload", lambda s: s["items"][0].update(body=None, upload="0" * 32), "upload.unknown"),
        ("a body that is not JSON", lambda s: "nonsense", "request.malformed"),
        ("a missing field", lambda s: s.__delitem__("auth"), "request.malformed"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_a_sealed_report_is_refused_with_a_sentence_and_nothing_is_stored(
    town: Town, name: str, change: Any, code: str
) -> None:
    entries = Entry.objects.count()

    refused = altered(town, change)

    assert refused.code == code
    assert refused.message.endswith(".") or refused.message.endswith("!")
    assert refused.status in (400, 404, 409, 413, 422)
    assert nothing_is_stored()
    assert Entry.objects.count() == entries


def sealed(length: int) -> str:
    """Return what might be `length` octets of content, sealed."""
    return base64.b64encode(bytes(body_size(length))).decode()


def half(sent: dict[str, Any], which: str) -> dict[str, Any]:
    """Return one of the halves of the key to the name."""
    found: dict[str, Any] = next(each for each in sent["identity"]["halves"] if each["half"] == which)
    return found


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda s: s["identity"].update(header="AAAA"), "item.malformed"),
        (lambda s: s["identity"].update(body=sealed(5000)), "item.malformed"),
        (lambda s: s["identity"].update(halves=[half(s, "a")]), "report.readers"),
        (lambda s: s["identity"].update(halves=[half(s, "b")]), "report.readers"),
        (lambda s: half(s, "a").update(key_id="0" * 32), "report.readers"),
        (lambda s: half(s, "a").update(key_id=half(s, "b")["key_id"]), "report.readers"),
        (lambda s: half(s, "b").update(key_id=half(s, "a")["key_id"]), "report.readers"),
        (lambda s: half(s, "a").update(sealed="AAAA"), "report.readers"),
        (lambda s: give_twice(s["identity"], "halves"), "report.readers"),
    ],
    ids=[
        "header cut short",
        "another size than every name",
        "custodians alone",
        "leaders alone",
        "a stranger",
        "a leader for a custodian",
        "a custodian for a leader",
        "half cut short",
        "the same twice",
    ],
)
def test_a_name_that_two_people_do_not_keep_apart_takes_the_whole_report_back(
    town: Town, change: Any, code: str
) -> None:
    entries = Entry.objects.count()

    assert altered(town, change).code == code

    assert nothing_is_stored()
    assert not Identity.objects.exists()
    assert Entry.objects.count() == entries


def test_a_reader_whose_account_was_closed_on_the_way_gets_no_key(town: Town) -> None:
    def close(_sent: dict[str, Any]) -> None:
        Staff.objects.filter(pk=town.people["amir"].staff.pk).update(is_active=False)

    assert altered(town, close).code == "report.readers"
    assert nothing_is_stored()


@pytest.mark.parametrize("what", ["lookup", "auth"])
def test_nobody_gets_the_receipt_or_the_place_of_a_report_that_is_there(town: Town, what: str) -> None:
    """`auth`: somebody knows by what the mailbox is found; `lookup`: somebody gives the box another way in."""
    transport = Recorder(town.prefix)
    bodies: list[dict[str, Any]] = []
    transport.change = bodies.append
    reporter = Reporter("", transport=transport)
    sent = reporter.report("First.")
    entries = Entry.objects.count()
    size = len(base64.b64decode(bodies[0][what]))

    with pytest.raises(ClientError) as refused:
        reporter.server.post("reports", {**bodies[0], what: base64.b64encode(bytes(size)).decode()})

    assert (refused.value.code, refused.value.status) == ("report.taken", 409)
    assert "receipt" not in refused.value.details
    assert (Box.objects.count(), ReporterAccess.objects.count(), Entry.objects.count()) == (1, 1, entries)
    assert reporter.mailbox(sent.code).messages[0].body["text"] == "First."


def test_closed_channel_refuses_and_stores_nothing(town: Town) -> None:
    town.organisation.live = False
    town.organisation.save()

    with pytest.raises(ClientError, match=r"channel\.closed"):
        town.reporter().report("Hello.")

    assert nothing_is_stored()
