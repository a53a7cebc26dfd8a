"""Junk arrives; honest reporters get in all the same, and nobody is judged by an address."""

import hashlib
import json
import re
import secrets
from base64 import b64encode
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client

from tests.town import Town, photo
from whistle.channel.services import mailbox
from whistle.client.errors import ClientError
from whistle.core import clock
from whistle.core.errors import DomainError
from whistle.store import uploads
from whistle.vault.item import body_size

FILE = body_size(2**20)  # what a sealed file of 1 MiB weighs
ONE_ADDRESS = {"REMOTE_ADDR": "198.51.100.7", "HTTP_X_WHISTLE": "1"}


def post(client: Client, path: str, sent: object) -> int:
    return client.post(path, json.dumps(sent), content_type="application/json", **ONE_ADDRESS).status_code


def junk() -> dict[str, object]:
    """Looks like a report, and is sealed to nobody."""

    def some(n: int) -> str:
        return b64encode(secrets.token_bytes(n)).decode()

    item = {"item_id": secrets.token_hex(16), "kind": 1, "epoch": 1, "role": 1, "seq": 1, "header": some(56)}
    return {
        "lookup": some(16),
        "auth": some(32),
        "box": {
            "box_id": secrets.token_hex(16),
            "nonce": some(16),
            "kem_pub": some(1216),
            "sig_pub": some(32),
        },
        "seals": [{"key_id": secrets.token_hex(16), "epoch": 1, "sealed": some(1168), "vouch": some(80)}],
        "items": [{**item, "body": some(1000), "upload": None}],
    }


def test_fifteen_honest_reporters_behind_one_address_are_all_accepted_while_junk_arrives(
    town: Town, client: Client
) -> None:
    codes = []
    for n in range(15):
        for _ in range(10):
            assert post(client, "/api/reports", junk()) in (400, 422)
            assert (
                post(client, "/api/mailbox/open", {"lookup": "A" * 22 + "==", "auth": "A" * 43 + "="}) == 404
            )
        codes.append(town.report(f"Report {n}."))

    opened = [town.mailbox(sent).messages[0].body["text"] for sent in codes]

    assert opened == [f"Report {n}." for n in range(15)]


def test_a_strangers_guesses_do_not_lock_a_mailbox(town: Town, client: Client) -> None:
    sent = town.report("Still mine.")
    for _ in range(100):
        post(
            client,
            "/api/mailbox/open",
            {"lookup": b64encode(secrets.token_bytes(16)).decode(), "auth": "A" * 43 + "="},
        )

    assert town.mailbox(sent).messages[0].body["text"] == "Still mine."


def test_a_flood_of_files_uses_up_its_own_day_and_keeps_no_report_out(
    town: Town, other_town: Town, client: Client, settings: LazySettings
) -> None:
    settings.UPLOAD_BUDGET = 8 * FILE
    sizes = [post(client, "/api/uploads", {"size": FILE}) for _ in range(50)]

    assert sizes.count(201) == 4
    assert set(sizes) == {201, 503}
    assert town.mailbox(town.report("The text gets in.")).messages
    assert post(client, "/nordvik/api/uploads", {"size": FILE}) == 201

    too_odd = post(client, "/nordvik/api/uploads", {"size": FILE + 1})
    assert too_odd == 400  # no sealed file is as long as that


def test_announcing_the_largest_files_there_are_takes_no_room_from_others(
    town: Town, settings: LazySettings
) -> None:
    settings.UPLOAD_BUDGET = 20 * settings.LARGEST_FILE
    ref, largest = town.organisation.ref, body_size(settings.LARGEST_FILE)
    for _ in range(100):  # ten times the organisation's day, none of it sent
        uploads.begin(largest, ref)
    sent = uploads.begin(FILE, ref)
    part = secrets.token_bytes(2**20)
    assert uploads.add_part(sent, 0, part, hashlib.sha256(part).hexdigest()) == 2**20


def test_whoever_only_opens_uploads_pushes_out_their_own(
    town: Town, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "MOST_OPEN", 20)
    settings.UPLOAD_BUDGET = 20 * settings.LARGEST_FILE
    ref, part = town.organisation.ref, secrets.token_bytes(2**18)
    honest, offset = uploads.begin(FILE, ref), 0
    for _ in range(4):
        for _ in range(15):
            uploads.begin(FILE, ref)
        offset = uploads.add_part(honest, offset, part, hashlib.sha256(part).hexdigest())
    assert len(list(Path(settings.UPLOADS).glob("*.meta"))) <= 20


def test_what_has_arrived_counts_although_its_report_never_comes(town: Town, settings: LazySettings) -> None:
    settings.UPLOAD_BUDGET = 4 * FILE
    ref, part = town.organisation.ref, secrets.token_bytes(2**20)
    digest = hashlib.sha256(part).hexdigest()
    for _ in range(2):
        sent = uploads.begin(FILE, ref)
        uploads.add_part(sent, 0, part, digest)
        for left in Path(settings.UPLOADS).glob(f"{sent}.*"):
            left.unlink()
    with pytest.raises(DomainError, match=r"upload\.no_room"):
        uploads.begin(FILE, ref)


def test_room_that_junk_has_used_is_there_again_the_next_day(
    town: Town, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_BUDGET = 2 * FILE
    ref = town.organisation.ref
    first = uploads.begin(FILE, ref)
    with pytest.raises(DomainError, match=r"upload\.no_room"):
        uploads.begin(body_size(1), ref)

    tomorrow = clock.today().replace(year=clock.today().year + 1)
    monkeypatch.setattr(clock, "today", lambda: tomorrow)
    for left in Path(settings.UPLOADS).glob(f"{first}.*"):
        left.unlink()

    assert uploads.begin(FILE, ref)


@pytest.mark.parametrize("parts", [6, pytest.param(200, marks=pytest.mark.soak)])
def test_a_large_file_goes_on_where_the_connection_broke(
    town: Town, settings: LazySettings, parts: int
) -> None:
    """Five breaks: twice a part is cut off, twice the answer is lost, once the part is damaged."""
    settings.UPLOAD_BUDGET = 4 * 2**30
    size = body_size(parts * 2**20 * 19 // 20)
    block, whole = secrets.token_bytes(2**20), hashlib.sha256()
    upload, offset = uploads.begin(size, town.organisation.ref), 0
    for n in range(-(-size // 2**20)):
        part = block[: size - offset]
        digest = hashlib.sha256(part).hexdigest()
        if n in (1, 3):  # cut off: refused, nothing of it kept
            with pytest.raises(DomainError, match=r"upload\.damaged"):
                uploads.add_part(upload, offset, part[: 2**19], digest)
        if n in (2, 4):  # arrived, but the sender does not know: told where to go on
            uploads.add_part(upload, offset, part, digest)
            with pytest.raises(DomainError, match=r"upload\.offset") as told:
                uploads.add_part(upload, offset, part, digest)
            offset = told.value.details["offset"]
        elif n == 5:
            with pytest.raises(DomainError, match=r"upload\.damaged"):
                uploads.add_part(upload, offset, bytes([part[0] ^ 1]) + part[1:], digest)
            offset = uploads.add_part(upload, offset, part, digest)
        else:
            offset = uploads.add_part(upload, offset, part, digest)
        whole.update(part)

    with uploads.finished(upload).open("rb") as file:
        assert hashlib.file_digest(file, "sha256").digest() == whole.digest()


def test_one_code_cannot_fill_a_mailbox_until_nobody_can_open_it(
    town: Town, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "ROOM", 100_000)
    sent, other = town.report("Something is wrong."), town.report("Something else is wrong.")
    town.mailbox(sent).reply("With a large film.", [photo(300_000)])

    with pytest.raises(ClientError) as refused:
        for _number in range(20):
            town.mailbox(sent).reply("x" * 20_000)

    assert refused.value.code == "mailbox.full"
    assert 1 < len(town.mailbox(sent).messages) < 8
    town.mailbox(other).reply("An honest word.")
    last = "The last words. " * 1300
    answer = without_script(client, sent.code, last)
    assert "Send det som et nytt varsel" in answer
    assert f"{last}</textarea>" in answer
    town.open("ingrid", town.newest()).acknowledge("We write all the same.")


def without_script(client: Client, code: str, text: str) -> str:
    page = client.post("/plain/nb/mailbox/", {"code": code}).content.decode()
    seen = re.findall(r'name="seen" value="([^"]+)"', page)[0]
    answer = {"code": code, "act": "message", "seen": seen, "text": text, "end": "1"}
    return client.post("/plain/nb/mailbox/", answer).content.decode()


def test_no_number_of_small_messages_makes_a_mailbox_too_slow_to_open(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailbox, "ROOM", 20_000)
    box = town.mailbox(town.report("Something is wrong."))

    with pytest.raises(ClientError, match=r"mailbox\.full"):
        for _number in range(20):
            box.reply("?")

    assert len(box.messages) < 8
