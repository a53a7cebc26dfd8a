"""A server that lies about keys: no key is sealed to whom the root key does not vouch for, and the lie is named."""

import copy
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest

from tests.town import Town
from whistle.client.desk import Desk
from whistle.client.errors import ClientError
from whistle.client.http import b64, unb64
from whistle.client.keys import KeyWork
from whistle.core import clock
from whistle.vault import certificate
from whistle.vault.certificate import Role
from whistle.vault.keys import KemPair, SigPair, key_id

GHOST, STRANGER = KemPair.from_seed(b"\x07" * 32), SigPair.from_seed(b"\x08" * 32)
Lie = Callable[[Town, Any], None]


def forged(
    town: Town, raw: str, *, root: SigPair | None = None, ended: bool = False, who: bytes = b""
) -> str:
    """Return a certificate like this one for the ghost's key, or one that has run out."""
    read = certificate.read(unb64(raw), town.ceremony.root.public, town.organisation.ref_bytes, None)
    now = int(clock.now().timestamp())
    octets = certificate.issue(
        root or STRANGER,
        town.organisation.ref_bytes,
        read.serial,
        read.role,
        now - 200 * 86400 if ended else read.not_before,
        now - 3600 if ended else read.not_after,
        who or read.staff_id,
        read.kem_pub if ended else GHOST.public,
        read.sig_pub,
    )
    return b64(octets)


def swapped_key(town: Town, rows: Any) -> None:
    rows[0]["certificate"] = forged(town, rows[0]["certificate"])


def replayed(town: Town, rows: Any) -> None:
    rows[0]["certificate"] = forged(town, rows[0]["certificate"], root=town.ceremony.root, ended=True)


def anothers(town: Town, rows: Any) -> None:
    rows[0]["certificate"] = b64(bytes(_certificate(town, "amir")))


def recovery_key(town: Town, rows: Any) -> None:
    org, root = town.organisation.ref_bytes, town.ceremony.root
    now = int(clock.now().timestamp())
    who = bytes.fromhex(rows[0]["staff_id"])
    octets = certificate.issue(
        root, org, 99, Role.RECOVERY, now - 60, now + 999, who, GHOST.public, STRANGER.public
    )
    rows[0]["certificate"] = b64(octets)


def _certificate(town: Town, name: str) -> bytes:
    from whistle.accounts.models import Certificate

    return bytes(Certificate.objects.get(subject=town.people[name].staff.ref, role=Role.READER).octets)


LIES: dict[str, Lie] = {
    "another key under the colleague's name": swapped_key,
    "an old certificate again": replayed,
    "somebody else's certificate": anothers,
    "a recovery key's certificate for a person": recovery_key,
}


def lying(desk: Desk, end: str, lie: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let the server lie at one address; return what is sent to it meanwhile."""
    honest_get, honest_post, sent = desk.server.get, desk.server.post, []

    def get(path: str) -> Any:
        answer = copy.deepcopy(honest_get(path))
        if path.endswith(end):
            lie(answer)
        return answer

    def post(path: str, body: Any) -> Any:
        sent.append((path, body))
        return honest_post(path, body)

    monkeypatch.setattr(desk.server, "get", get)
    monkeypatch.setattr(desk.server, "post", post)
    return sent


@pytest.mark.parametrize("what", LIES)
def test_no_key_is_given_to_a_key_the_root_key_does_not_vouch_for(
    town: Town, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.report()
    even, reference = town.people["even"].staff.ref, town.newest().reference
    ingrid = town.desk("ingrid")
    case = town.open("ingrid")

    def lie(rows: Any) -> None:
        rows.sort(key=lambda row: row["staff_id"] != even)
        LIES[what](town, rows)

    sent = lying(ingrid, "/candidates", lie, monkeypatch)
    with pytest.raises(ClientError, match=r"client\.certificate"):
        case.share(even)
    assert sent == []

    sent = lying(ingrid, "/keys", lambda wire: lie(wire["candidates"]), monkeypatch)
    with pytest.raises(ClientError, match=r"client\.certificate"):
        KeyWork(ingrid)._hand_one(reference, ingrid.staff_id, even)
    assert sent == []


def renewed(town: Town, lie: Callable[[Any], None], monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return to which keys a colleague seals anew while the server lies about a case's keys."""
    town.report()
    reference = town.newest().reference
    KeyWork(town.desk("amir")).step_back(reference)
    sent = lying(town.desk("berit"), "/keys", lie, monkeypatch)
    with suppress(ClientError):  # the honest server refuses what the lie leads to; a lying one would not
        KeyWork(town.desk("berit")).rekey(reference)
    return {
        each["key_id"]
        for path, body in sent
        if path.endswith("/rekey")
        for box in body["boxes"]
        for each in box["seals"]
    }


def test_recovery_key_that_the_signed_list_does_not_name_gets_no_new_key(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lie(wire: Any) -> None:
        for held in wire["boxes"][0]["holders"]:
            if held["holder"] == "recovery":
                held["key_id"] = key_id(GHOST.public).hex()

    assert renewed(town, lie, monkeypatch) == set()


def test_list_of_readers_the_root_key_did_not_sign_stops_a_renewal(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lie(wire: Any) -> None:
        octets = unb64(wire["roster"]["document"]).replace(b'"quorum":2', b'"quorum":3')
        wire["roster"]["document"] = b64(octets)

    assert renewed(town, lie, monkeypatch) == set()


def test_reporters_key_is_taken_from_the_boxs_own_name(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    def lie(wire: Any) -> None:
        wire["boxes"][0]["kem_pub"] = b64(GHOST.public)

    assert renewed(town, lie, monkeypatch) == set()


def test_ghost_alternate_gets_no_key_when_the_last_one_steps_back(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.report()
    reference = town.newest().reference
    for name in ("amir", "berit"):
        KeyWork(town.desk(name)).step_back(reference)

    def lie(wire: Any) -> None:
        swapped_key(town, wire["alternates"])

    sent = lying(town.desk("ingrid"), "/keys", lie, monkeypatch)
    with pytest.raises(ClientError, match=r"client\.certificate"):
        KeyWork(town.desk("ingrid")).step_back(reference)
    assert not [body for _path, body in sent if body.get("alternates")]


def test_items_of_another_case_and_a_reordered_case_are_named(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.report("The one.")
    one = town.newest()
    town.report("The other.")
    other = town.newest()
    desk = town.desk("ingrid")
    for case in (one, other):
        desk.open(case.reference).acknowledge("Seen.")
    theirs = desk.server.get(f"cases/{other.reference}/sealed")["boxes"][0]

    def foreign(wire: Any) -> None:
        wire["boxes"][0]["items"] = theirs["items"]

    def backwards(wire: Any) -> None:
        wire["boxes"][0]["items"].reverse()

    def whole(wire: Any) -> None:
        wire["boxes"][0] = {**theirs, "box_id": wire["boxes"][0]["box_id"]}

    for lie, code in ((foreign, r"client\.item"), (backwards, r"client\.chain"), (whole, r"client\.box")):
        with monkeypatch.context() as patch:
            lying(desk, f"{one.reference}/sealed", lie, patch)
            with pytest.raises(ClientError, match=code):
                desk.open(one.reference)


def test_old_certificate_lets_nobody_in_after_it_ran_out(town: Town) -> None:
    with clock.standing_at(clock.now() + timedelta(days=400)):
        assert town.reporter().trust.recipients(town.reporter().card["certificates"]) == {}


def test_stranger_from_another_town_is_vouched_for_by_another_root(town: Town, other_town: Town) -> None:
    raw = _certificate(other_town, "anne")

    assert town.reporter().trust.recipients([b64(raw)]) == {}
