"""Sealed files in an S3-compatible store: a real one, on loopback."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.exceptions import ImproperlyConfigured
from moto.server import ThreadedMotoServer

from cases.services.sweep import sweep_files
from tests.town import Town
from whistle.client.box import File
from whistle.database import bucket_from_url
from whistle.store import blobs, remote
from whistle.store.models import Item
from whistle.store.services import inspection


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = ThreadedMotoServer("127.0.0.1", port, verbose=False)
    running.start()
    yield f"s3://id:key@127.0.0.1:{port}/sealed?tls=0&region=eu-north-1"
    running.stop()


@pytest.fixture
def bucket(server: str, settings: LazySettings, tmp_path: Path) -> None:
    settings.S3_URL = server
    settings.HEARTBEATS = tmp_path / "heartbeats"
    settings.STORAGES = {**settings.STORAGES, "blobs": bucket_from_url(server)}
    store = remote._store()
    store.connection.create_bucket(
        Bucket="sealed", CreateBucketConfiguration={"LocationConstraint": "eu-north-1"}
    ) if not any(
        one.name == "sealed" for one in store.connection.buckets.all()
    ) else store.bucket.objects.all().delete()


def yesterday(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is on the disk came before today."""
    tomorrow = blobs.clock.today() + blobs.clock.timedelta(days=1)
    monkeypatch.setattr(blobs.clock, "today", lambda: tomorrow)


def local(settings: LazySettings) -> list[Path]:
    return [path for path in settings.BLOBS.rglob("*") if path.is_file()]


def test_files_move_at_night_and_everybody_still_opens_them(
    town: Town, bucket: None, settings: LazySettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = os.urandom(300_000)
    sent = town.report("With a file.", files=[File("a.bin", "application/octet-stream", content)])
    count = len(local(settings))
    assert blobs.carry() == 0  # today's stay: their time would say when they came
    with monkeypatch.context() as patch:
        yesterday(patch)
        assert blobs.carry() == count == Item.objects.count()
    assert local(settings) == []
    mailbox = town.mailbox(sent)
    described, report = mailbox.messages
    assert report.body["text"] == "With a file."
    assert mailbox.file(described) == content
    assert inspection.look().damaged == ()


def test_nothing_in_the_store_is_in_clear(town: Town, bucket: None, monkeypatch: pytest.MonkeyPatch) -> None:
    town.report(
        "A stranger must not read this.", files=[File("kvittering.txt", "text/plain", b"kvittering" * 99)]
    )
    yesterday(monkeypatch)
    blobs.carry()
    kept = [(one.key, one.get()["Body"].read()) for one in remote._store().bucket.objects.all()]
    assert kept
    for key, octets in kept:
        assert b"stranger" not in octets
        assert b"kvittering" not in octets
        assert "kvittering" not in key


def test_a_store_that_is_away_keeps_no_report_out(town: Town, bucket: None, settings: LazySettings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "blobs": bucket_from_url("s3://id:key@127.0.0.1:9/sealed?tls=0"),
    }
    sent = town.report("The store is away.")
    assert town.mailbox(sent).messages[0].body["text"] == "The store is away."
    assert inspection.look().damaged == ()


def test_a_lost_object_is_named(town: Town, bucket: None, monkeypatch: pytest.MonkeyPatch) -> None:
    town.report("It will be lost.")
    yesterday(monkeypatch)
    blobs.carry()
    item = Item.objects.get()
    remote._store().delete(item.blob)
    assert inspection.look().damaged == (item.item_id,)


def test_objects_that_no_row_names_go_and_the_others_stay(
    town: Town, bucket: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.report("It stays.")
    orphan = blobs.keep([b"x" * 5000])
    with monkeypatch.context() as patch:
        yesterday(patch)
        blobs.carry()
    now = time.time()
    monkeypatch.setattr(blobs.time, "time", lambda: now + 2 * 24 * 3600)
    assert sweep_files() == 1
    assert not blobs.exists(orphan)
    assert blobs.exists(Item.objects.get().blob)


@pytest.mark.parametrize(
    "url", ["http://a:b@host/bucket", "s3://host/bucket", "s3://a:b@host/", "s3://a:b@host/b?acl=public"]
)
def test_an_odd_address_stops_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="WHISTLE_S3_URL"):
        bucket_from_url(url)
