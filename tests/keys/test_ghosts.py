"""Ghosts: whoever the server names as a holder of a key, though no holder gave it to them, is named and gets nothing."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.keys.acts import key_of, ref, word
from tests.keys.rekeying import _seed
from tests.keys.test_hostile_about_keys import GHOST, forged, lying
from tests.town import Town
from whistle.access.services import vouches
from whistle.access.services.vouches import NewSeal
from whistle.client.errors import ClientError
from whistle.client.http import b64
from whistle.client.keys import KeyWork
from whistle.core.errors import DomainError
from whistle.store.models import Box, Vouch
from whistle.vault import vouch
from whistle.vault.keys import StaffKeys, key_id

Lie = Callable[[Any], None]


def left_by_amir(town: Town) -> str:
    town.report()
    reference = town.newest().reference
    KeyWork(town.desk("amir")).step_back(reference)
    return str(reference)


def even_stands_as_a_holder(town: Town) -> dict[str, Any]:
    return {
        "holder": "staff",
        "key_id": key_of(town, "even"),
        "staff_id": ref(town, "even"),
        "name": "Even",
    }


def own_word(town: Town, name: str, whom: str, epoch: int) -> dict[str, Any]:
    """Return a word that somebody signs with their own key, whatever they hold."""
    octets = word(town, name, whom, Box.objects.get(kind="mailbox"), epoch)
    return {"epoch": epoch, "key_id": key_of(town, whom), "vouch": b64(octets)}


def refused(town: Town, reference: str, lie: Lie, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Fail unless Berit's client makes no new key while the server lies, and says why."""
    sent = lying(town.desk("berit"), "/keys", lie, monkeypatch)
    with pytest.raises(ClientError) as said:
        KeyWork(town.desk("berit")).rekey(reference)
    assert said.value.code == code
    assert [path for path, _body in sent if path.endswith("/rekey")] == []
    assert Box.objects.get(kind="mailbox").epoch == 1


def test_certified_colleague_nobody_gave_a_key_to_gets_no_new_one(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = left_by_amir(town)

    def lie(wire: Any) -> None:
        wire["boxes"][0]["holders"].append(even_stands_as_a_holder(town))
        raw = wire["candidates"]
        wire["certificates"] += [row["certificate"] for row in raw if row["staff_id"] == ref(town, "even")]

    refused(town, reference, lie, monkeypatch, "client.ghost")


def test_stranger_with_a_forged_certificate_gets_none_either(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = left_by_amir(town)

    def lie(wire: Any) -> None:
        key = key_id(GHOST.public).hex()
        held = {"holder": "staff", "key_id": key, "staff_id": "f" * 32, "name": "Ghost"}
        wire["boxes"][0]["holders"].append(held)
        wire["certificates"].append(forged(town, wire["certificates"][0], who=b"\xff" * 16))

    refused(town, reference, lie, monkeypatch, "client.ghost")


def test_colleague_who_vouches_for_themselves_gets_none(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = left_by_amir(town)
    word = own_word(town, "even", "even", 1)

    def lie(wire: Any) -> None:
        wire["boxes"][0]["holders"].append(even_stands_as_a_holder(town))
        wire["boxes"][0]["vouches"].append(word)
        its = [row["certificate"] for row in wire["candidates"] if row["staff_id"] == ref(town, "even")]
        wire["certificates"] += its
        wire["givers"] += its

    refused(town, reference, lie, monkeypatch, "client.ghost")


def test_without_the_givers_words_no_new_key_is_made(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    reference = left_by_amir(town)

    refused(town, reference, lambda wire: wire["boxes"][0]["vouches"].clear(), monkeypatch, "client.ghost")


def test_words_about_another_case_are_worth_nothing(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.report()
    town.open("ingrid").share(ref(town, "even"))
    elsewhere = town.desk("ingrid").server.get(f"cases/{town.newest().reference}/sealed")["boxes"][0]
    Box.objects.all().update(kind="other")
    reference = left_by_amir(town)

    def lie(wire: Any) -> None:
        wire["boxes"][0]["holders"].append(even_stands_as_a_holder(town))
        wire["boxes"][0]["vouches"] += elsewhere["vouches"]

    refused(town, reference, lie, monkeypatch, "client.ghost")


def test_whoever_just_lost_the_key_does_not_stay(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.report()
    case = town.open("ingrid")
    case.share(ref(town, "even"))
    town.desk("berit").declare(case.reference)
    work = KeyWork(town.desk("berit"))

    def lie(wire: Any) -> None:
        for box in wire["boxes"]:
            box["holders"].append(even_stands_as_a_holder(town))

    sent = lying(work.desk, "/keys", lie, monkeypatch)
    with pytest.raises(ClientError, match=r"client\.stayed"):
        work.revoke(case.reference, ref(town, "even"))
    assert [path for path, _body in sent if path.endswith("/rekey")] == []


def test_who_opens_a_case_is_told_of_a_ghost_and_of_a_hidden_holder(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = town.report()
    case = town.open("ingrid")
    case.share(ref(town, "even"))
    KeyWork(town.desk("amir")).step_back(case.reference)
    KeyWork(town.desk("berit")).rekey(case.reference)
    case.refresh()
    case.acknowledge("Under the new key.")
    box = Box.objects.get(kind="mailbox")
    assert box.epoch == 2

    def ghost(wire: Any) -> None:
        wire["boxes"][0]["holders"].append({**even_stands_as_a_holder(town), "key_id": "0" * 32})

    def hidden(wire: Any) -> None:
        held = wire["boxes"][0]["holders"]
        held[:] = [row for row in held if row["staff_id"] != ref(town, "even")]

    for lie, code in ((ghost, r"client\.ghost"), (hidden, r"client\.hidden")):
        with monkeypatch.context() as patch:
            lying(case.desk, f"{case.reference}/sealed", lie, patch)
            with pytest.raises(ClientError, match=code):
                case.refresh()
    case.refresh()

    mailbox = town.mailbox(sent)
    honest = mailbox.reporter.server.post
    with monkeypatch.context() as patch:
        patch.setattr(
            mailbox.reporter.server,
            "post",
            lambda path, body: (
                {**honest(path, body), "holders": ["0" * 32]} if path.endswith("open") else honest(path, body)
            ),
        )
        with pytest.raises(ClientError, match=r"client\.ghost"):
            mailbox.refresh()


def test_word_of_somebody_who_left_opens_no_later_key_to_anybody(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    reference = left_by_amir(town)
    KeyWork(town.desk("berit")).rekey(reference)
    case = town.open("ingrid")
    word, theirs = own_word(town, "amir", "even", 2), even_stands_as_a_holder(town)

    def lie(wire: Any) -> None:
        wire["boxes"][0]["holders"].append(theirs)
        wire["boxes"][0]["vouches"].append(word)

    lying(case.desk, f"{reference}/sealed", lie, monkeypatch)
    with pytest.raises(ClientError, match=r"client\.ghost"):
        case.refresh()


def test_server_keeps_no_word_that_its_giver_did_not_sign(town: Town, other_town: Town) -> None:
    town.report()
    box = Box.objects.get()
    kept = Vouch.objects.count()
    strangers = StaffKeys(_seed(other_town.people["anne"]))
    whom = key_of(town, "even")
    place = (town.organisation.ref_bytes, bytes.fromhex(box.box_id), 1, bytes.fromhex(whom))
    for giver in (bytes.fromhex(key_of(town, "amir")), key_id(strangers.kem.public)):
        octets = vouch.give(*place, giver, strangers.sig)
        for said in (octets, octets[:40]):
            with pytest.raises(DomainError, match=r"grant\.vouch"):
                vouches.keep(box, [NewSeal(whom, 1, bytes(1168), said)])
    assert Vouch.objects.count() == kept


def test_key_that_nobody_answers_for_is_given_to_nobody(town: Town) -> None:
    town.report()
    case = town.open("ingrid")
    forged = case.desk.server.post

    def silent(path: str, sent: dict) -> dict:
        for box in sent.get("boxes", []):
            for seal in box["seals"]:
                seal["vouch"] = ""
        return forged(path, sent)

    case.desk.server.post = silent  # type: ignore[method-assign]
    with pytest.raises(ClientError, match=r"grant\.vouch"):
        case.share(town.people["even"].staff.ref)
    assert town.desk("even").cases() == []
    case.desk.server.post = forged  # type: ignore[method-assign]
    case.share(town.people["even"].staff.ref)
    assert town.open("even").messages, "and with it the box is whole"
