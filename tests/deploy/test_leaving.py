"""A municipality leaves for good: nobody else opens its package, and nothing is deleted before it says that it lives there."""

import json
import tarfile
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.core import serializers
from django.core.management import CommandError, call_command
from django.test import Client

from tests.town import Town, photo
from whistle.audit.publisher import publish_all
from whistle.channel.plain_box import opened
from whistle.channel.plain_seal import finished_report, new_report
from whistle.channel.services import mailbox, submit
from whistle.client import sign_leave
from whistle.client.http import unb64
from whistle.core.errors import DomainError
from whistle.operations import backup, leaving, moving
from whistle.operations.rows import ArchiveError
from whistle.organisations.models import Departure, Organisation
from whistle.organisations.selectors import every
from whistle.store.models import Box
from whistle.vault.item import Author
from whistle.vault.keys import SigPair


@pytest.fixture
def gone(town: Town, other_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Nordvik has packed; a case lies in each of the two municipalities.  Returns its package's folder."""
    monkeypatch.setattr(backup, "snapshot", nullcontext)  # the test's own transaction is one
    for one in (town, other_town):
        one.report("Something is wrong.", files=[photo()])
        publish_all(one.organisation)
    leaving.leave(other_town.organisation, tmp_path / "box", moved_to="https://varsling.nordvik.example/")
    return tmp_path / "box"


def signed(town: Town, manifest: Path, root: SigPair | None = None) -> tuple[bytes, bytes]:
    said = sign_leave.sign(manifest.read_bytes(), root or town.ceremony.root)
    return unb64(said["document"]), unb64(said["signature"])


def rows_of(one: Organisation) -> dict[str, int]:
    return {
        model._meta.db_table: model._base_manager.filter(**{way: one.pk}).count()
        for model, way in moving.scoped()
    }


def test_what_has_left_is_served_to_nobody_and_says_where_it_is(
    gone: Path, town: Town, other_town: Town
) -> None:
    for path in (
        "/nordvik/",
        "/nordvik/nn/",
        "/nordvik/api/org.json",
        "/nordvik/desk/sign-in/",
        "/nordvik/plan/",
    ):
        answer = Client().get(path)
        assert answer.status_code == 410, path
        assert b"https://varsling.nordvik.example/" in answer.content
    assert Client().post("/nordvik/api/reports", {}, content_type="application/json").status_code == 410
    assert Client().get("/").status_code == 200
    assert town.mailbox(town.reports[0]).messages
    assert [one.slug for one in every()] == ["fjellvik"]  # no task looks at it any more


def test_a_packing_that_cannot_be_whole_is_refused_and_its_door_stays_open(
    other_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A user who may not read the logs' keys, and a disk that breaks: nobody is left before a closed door for that."""
    monkeypatch.setattr(leaving, "may_sign", lambda _one: False)
    with pytest.raises(ArchiveError, match="--whole"):
        leaving.leave(other_town.organisation, tmp_path / "box", moved_to="")
    monkeypatch.setattr(leaving, "may_sign", lambda _one: True)
    monkeypatch.setattr(backup, "snapshot", nullcontext)

    def broken(*_given: object, **_named: object) -> None:
        raise OSError("no room")

    monkeypatch.setattr(moving.rows, "write", broken)
    with pytest.raises(OSError, match="no room"):
        leaving.leave(other_town.organisation, tmp_path / "box", moved_to="")
    assert not (tmp_path / "box").exists()
    other_town.organisation.refresh_from_db()
    assert other_town.organisation.live
    assert Client().get("/nordvik/nb/").status_code == 200
    other_town.report("Still here")


def test_only_the_receiver_opens_the_package(gone: Path, tmp_path: Path) -> None:
    receiver, stranger = tmp_path / "receiver.key", tmp_path / "stranger.key"
    to = leaving.new_receiver(receiver)
    leaving.new_receiver(stranger)
    assert receiver.stat().st_mode & 0o077 == 0
    before = {path.relative_to(gone): path.read_bytes() for path in gone.rglob("*") if path.is_file()}
    package = tmp_path / "nordvik.age"
    leaving.seal(gone, package, to)
    assert not gone.exists()
    octets = package.read_bytes()
    assert octets.startswith(b"age-encryption.org/v1\n")
    assert b"nordvik" not in octets
    with pytest.raises(ArchiveError):
        leaving.unseal(package, tmp_path / "a", stranger)
    for damaged in (octets[:-20], octets[:2000] + bytes([octets[2000] ^ 1]) + octets[2001:]):
        (tmp_path / "damaged.age").write_bytes(damaged)
        with pytest.raises(ArchiveError):
            leaving.unseal(tmp_path / "damaged.age", tmp_path / "b", receiver)
    assert not (tmp_path / "a").exists()
    assert not (tmp_path / "b").exists()
    leaving.unseal(package, tmp_path / "c", receiver)
    after = {
        path.relative_to(tmp_path / "c"): path.read_bytes()
        for path in (tmp_path / "c").rglob("*")
        if path.is_file()
    }
    assert after == before
    with pytest.raises(ArchiveError):
        leaving.seal(tmp_path / "c", tmp_path / "again.age", "age1nobody")


def test_nothing_is_deleted_without_the_word_of_the_municipality(
    gone: Path, town: Town, other_town: Town
) -> None:
    one, manifest = other_town.organisation, gone / moving.MANIFEST
    one.refresh_from_db()
    right = signed(other_town, manifest)
    other = gone / "other.json"
    other.write_bytes(manifest.read_bytes().replace(b'"v":1', b'"v":2'))
    before = rows_of(one)
    for said, about in (
        ((right[0], bytes(64)), manifest),
        (signed(town, manifest), manifest),  # the root key of another municipality
        (signed(other_town, manifest, SigPair.from_seed(bytes(32))), manifest),
        ((right[0].replace(b"leave", b"stays"), right[1]), manifest),
        (signed(other_town, other), manifest),
        (right, other),
    ):
        with pytest.raises(ArchiveError):
            leaving.remove(one, about, *said)
    with pytest.raises(ArchiveError):
        leaving.remove(town.organisation, manifest, *right)
    assert rows_of(one) == before


def test_what_was_logged_after_the_packing_stops_the_deletion(gone: Path, other_town: Town) -> None:
    one = other_town.organisation
    leaving.stay(one)
    one.refresh_from_db()
    assert (one.left_on, one.live) == (None, False)
    Organisation.objects.filter(pk=one.pk).update(
        left_on="2026-11-02", package=leaving._digest(gone / moving.MANIFEST)
    )
    one.refresh_from_db()
    with pytest.raises(ArchiveError, match="pack it again"):
        leaving.remove(one, gone / moving.MANIFEST, *signed(other_town, gone / moving.MANIFEST))


def test_deleted_here_it_lives_there_and_nobody_else_notices(
    gone: Path,
    town: Town,
    other_town: Town,
    settings: LazySettings,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one, stays = other_town.organisation, rows_of(town.organisation)
    one.refresh_from_db()
    statement = tmp_path / "leave.json"
    statement.write_text(
        json.dumps(sign_leave.sign((gone / moving.MANIFEST).read_bytes(), other_town.ceremony.root))
    )
    words = (
        "municipality",
        "remove",
        "nordvik",
        "--manifest",
        str(gone / moving.MANIFEST),
        "--statement",
        str(statement),
    )
    call_command(*words)

    left = "".join(
        serializers.serialize("json", model._base_manager.all())
        for model in apps.get_models(include_auto_created=True)
        if model is not Departure
    )
    for trace in (one.ref, "nordvik", "Anne Lie"):
        assert trace not in left, trace
    assert not any((folder / "nordvik").exists() for folder in (settings.LOGS, settings.LOG_KEYS))
    kept = {path.name for path in settings.BLOBS.rglob("*") if path.is_file()}
    assert kept
    assert not kept & {path.name for path in (gone / "blobs").rglob("*")}
    assert rows_of(town.organisation) == stays
    assert town.mailbox(town.reports[0]).messages
    call_command("verify_log", "--organisation", "fjellvik")
    assert Client().get("/nordvik/nb/").status_code == 410
    with pytest.raises(CommandError):
        call_command(
            "municipality",
            "add",
            "nordvik",
            "--name",
            "N",
            "--root-key",
            "ab" * 32,
            "--log-origin",
            "n.example",
        )
    with pytest.raises(CommandError):
        call_command(*words)  # it is gone
    Departure.objects.update(
        host="varsling.nordvik.example"
    )  # one that had a host of its own is nobody else there
    settings.ALLOWED_HOSTS = ["varsling.nordvik.example", "testserver", "localhost"]
    for path in ("/", "/nb/", "/api/org.json", "/desk/sign-in/"):
        assert Client(headers={"host": "varsling.nordvik.example"}).get(path).status_code == 410

    Departure.objects.all().delete()  # as at the other installation
    moving.bring_in(gone)
    call_command("verify_log", "--organisation", "nordvik")
    assert "no fault" in capsys.readouterr().out
    assert other_town.mailbox(other_town.reports[0]).messages


def test_folder_that_cannot_be_read_whole_stays_and_no_package_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = leaving.new_receiver(tmp_path / "key")
    folder = tmp_path / "box"
    folder.mkdir()
    for name in ("a", "z"):
        (folder / name).write_bytes(bytes(100_000))
    whole = tarfile.TarFile.add

    def add(archive: tarfile.TarFile, path: Path, *how: Any, **more: Any) -> None:
        if path.name == "z":
            raise OSError("the disk")
        whole(archive, path, *how, **more)

    monkeypatch.setattr(tarfile.TarFile, "add", add)
    with pytest.raises(ArchiveError):
        leaving.seal(folder, tmp_path / "box.age", to)
    assert (folder / "z").exists()
    assert not (tmp_path / "box.age").exists()


def test_report_on_its_way_while_the_municipality_leaves_is_refused_and_not_left_behind(
    other_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "snapshot", nullcontext)
    asked = Organisation.objects.get(pk=other_town.organisation.pk)  # as the request found it
    sealer, nonce, _code = new_report(asked)
    items = sealer.items({"type": "report", "text": "On its way.", "about": []})
    report = finished_report(sealer, nonce, items, [], [])
    leaving.leave(other_town.organisation, tmp_path / "box", moved_to="")
    with pytest.raises(DomainError, match=r"channel\.closed"):
        submit.submit(asked, report)
    assert not Box.objects.filter(organisation=asked).exists()


def test_word_on_its_way_while_the_municipality_leaves_is_refused_too(
    other_town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "snapshot", nullcontext)
    asked = Organisation.objects.get(pk=other_town.organisation.pk)
    sent = other_town.report()
    before = opened(asked, sent.code)[0]
    leaving.leave(other_town.organisation, tmp_path / "box", moved_to="")
    items = before.sealer.items({"type": "message", "text": "On its way."})
    with pytest.raises(DomainError, match=r"channel\.closed"):
        mailbox.write(asked, before.access, items, roles=frozenset({Author.SERVER}))
