"""Anybody can follow the logs from outside; nobody learns from them what happened inside."""

import re
from pathlib import Path

import pytest
from django.test import Client

from tests.town import Town
from tests.watching import Watcher
from whistle.audit import export, policies
from whistle.audit.folders import log_folder, outside_folder, verifier_key
from whistle.audit.outside import outside_checkpoint
from whistle.audit.tasks import publish_and_show
from whistle.tlog import checkpoint, tree
from whistle.tlog.tile_reader import TileReader


@pytest.fixture
def stranger(client: Client) -> Client:
    """Somebody with a browser and no account."""
    return client


def mirror(stranger: Client, town: Town, log: str, folder: Path) -> int:
    """Copy a public log the way a monitor does: checkpoint first, then the tiles it asks for."""
    for name in ("checkpoint", "log.vkey"):
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(stranger.get(f"/log/{log}/{name}").content)
    size = int((folder / "checkpoint").read_text().split("\n")[1])
    outside = outside_folder(town.organisation, log)
    for path in (path.relative_to(outside) for path in outside.rglob("tile/**/*") if path.is_file()):
        answer = stranger.get(f"/log/{log}/{path}")
        assert answer.status_code == 200
        assert "immutable" in answer["Cache-Control"]
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(answer.content)
    return size


def test_a_stranger_copies_the_log_and_gets_the_signed_root(
    watched: Town, stranger: Client, tmp_path: Path
) -> None:
    for log in ("desk", "channel"):
        folder = tmp_path / log
        size = mirror(stranger, watched, log, folder)

        trusted = policies.policy.parse(stranger.get("/log/policy").content)
        head = trusted.open((folder / "checkpoint").read_bytes()).checkpoint
        assert head == outside_checkpoint(watched.organisation, log)
        assert tree.root_at(TileReader(folder, size), size) == head.root


def test_a_stranger_gets_no_entry_and_no_file_beside(watched: Town, stranger: Client) -> None:
    organisation = watched.organisation
    assert next(log_folder(organisation, "desk").glob("tile/entries/**/*"), None) is not None
    for path in (
        "desk/tile/entries/000", "desk/tile/entries/000.p/7", "desk/../policy", "desk/tile/0/../../checkpoint",
        "desk/checkpoints/2026-11-23", "desk/tile/0", "desk/tile", "halted", "plan/", "desk/", "other/checkpoint",
        "desk/log.key", "../desk/checkpoint", "desk/tile/0/000.p", "desk/checkpoint%00",
    ):  # fmt: skip
        assert stranger.get(f"/log/{path}").status_code == 404, path


def test_the_public_log_sets_no_cookie_and_takes_nothing(watched: Town, stranger: Client) -> None:
    answer = stranger.get("/log/desk/checkpoint")

    assert (answer.status_code, answer.cookies) == (200, {})
    assert stranger.post("/log/desk/checkpoint").status_code in (403, 405)


def test_the_witnesses_addresses_stay_in_the_house(watched: Town, stranger: Client, watcher: Watcher) -> None:
    shown = stranger.get("/log/policy").content.decode()

    assert watcher.server.url not in shown
    assert watcher.vkey in shown
    assert verifier_key(watched.organisation, "desk") in shown


def test_an_entry_of_the_last_minute_does_not_show(watched: Town, stranger: Client, settings: object) -> None:
    settings.PUBLIC_LOG_MINUTES = 60  # type: ignore[attr-defined]
    publish_and_show(watched.organisation)
    before = stranger.get("/log/channel/checkpoint").content
    watched.report("Just now.")
    publish_and_show(watched.organisation)

    assert stranger.get("/log/channel/checkpoint").content == before
    assert checkpoint.parse(
        export.note.parse((log_folder(watched.organisation, "channel") / "checkpoint").read_bytes()).text
    ).size > int(before.split(b"\n")[1])


def test_each_town_has_its_own(watched: Town, other_town: Town, stranger: Client) -> None:
    publish_and_show(other_town.organisation)

    ours, theirs = (stranger.get(f"{prefix}/log/desk/log.vkey").content for prefix in ("", "/nordvik"))

    assert ours != theirs
    assert theirs.decode().startswith(other_town.organisation.log_origin)


def test_a_witness_that_only_has_the_address_can_check_consistency(
    watched: Town, stranger: Client, tmp_path: Path
) -> None:
    before = mirror(stranger, watched, "desk", tmp_path / "first")
    watched.open("ingrid")
    publish_and_show(watched.organisation)
    after = mirror(stranger, watched, "desk", tmp_path / "second")

    assert after > before
    assert tree.root_at(TileReader(tmp_path / "second", after), before) == tree.root_at(
        TileReader(tmp_path / "first", before), before
    )


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_a_reporter_is_led_to_the_checkpoints_and_to_whose_signatures_count(
    watched: Town, stranger: Client, language: str
) -> None:
    pages = f"/{language}/sealing/"
    assert f'href="{pages}#log"' in stranger.get(f"/{language}/").content.decode(), (
        "from the foot of every page"
    )

    addresses = re.findall(r'href="(/log/[^"]*)"', stranger.get(pages).content.decode())

    assert addresses == ["/log/channel/checkpoint", "/log/desk/checkpoint", "/log/policy"]
    for address in addresses:
        answer = stranger.get(address)
        assert answer.status_code == 200, address
        assert watched.organisation.log_origin in answer.content.decode()
