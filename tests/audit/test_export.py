"""What leaves the house can be judged by strangers."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.town import Town
from tests.watching import Watcher, be_watched
from whistle.audit import selectors
from whistle.audit.export import export
from whistle.audit.folders import log_folder
from whistle.audit.outside import anchor
from whistle.audit.tasks import publish_and_show
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation

ROOT = Path(__file__).parents[2]


def outsider(directory: Path, *more: str) -> tuple[int, dict[str, object]]:
    """Run the verifier as a stranger would: another process, the copy in the export."""
    done = subprocess.run(
        [sys.executable, "-I", str(directory / "auditverify.py"), str(directory), "--json", *more],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, json.loads(done.stdout)


def test_a_stranger_finds_no_fault_in_an_export(watched: Town, other_town: Town, tmp_path: Path) -> None:
    """Nordvik is on the same machine, and nothing of it is in Fjellvik's export."""
    case = watched.open("ingrid")
    case.acknowledge("We have it.")
    anchor(watched.organisation)
    target = tmp_path / "export"

    call_command("export_log", str(target), organisation="fjellvik")

    status, found = outsider(target)
    assert (status, found["faults"]) == (0, [])
    logs = found["logs"]
    assert {log["origin"].split("/")[0] for log in logs.values()} == {watched.organisation.log_origin}
    assert all("committee" in log["cosigned"] for log in logs.values())
    assert (target / "auditverify.py").read_bytes() == (ROOT / "deploy/auditverify.py").read_bytes()
    assert other_town.organisation.log_origin not in (target / "policy").read_text()


def test_an_export_stands_in_the_log_as_two_acts(watched: Town, tmp_path: Path) -> None:
    call_command("export_log", str(tmp_path / "export"), organisation="fjellvik")

    acts = [read.fields["act"] for read in selectors.entries(watched.organisation, "desk")]
    assert acts[-2:] == ["act.approved", "log.exported"]


def test_a_damaged_log_is_not_taken_home_and_no_export_stands_in_the_log(
    watched: Town, tmp_path: Path
) -> None:
    def publish_and_break(organisation: Organisation) -> None:
        publish_and_show(organisation)
        for path in (log_folder(organisation, "channel") / "tile" / "entries").rglob("*"):
            if path.is_file():
                path.chmod(0o600)
                path.write_bytes(path.read_bytes()[:10])

    with pytest.raises(DomainError, match=r"audit\.damaged"):
        export(watched.organisation, tmp_path / "export", publish=publish_and_break)

    acts = [read.fields["act"] for read in selectors.entries(watched.organisation, "desk")]
    assert "log.exported" not in acts


def test_a_stranger_finds_no_fault_in_the_next_export_against_what_he_kept(
    watched: Town, tmp_path: Path
) -> None:
    call_command("export_log", str(tmp_path / "first"), organisation="fjellvik")
    watched.report("Another one.")
    publish_and_show(watched.organisation)
    call_command("export_log", str(tmp_path / "second"), organisation="fjellvik")

    kept = [f"--older={tmp_path / 'first' / log / 'checkpoint'}" for log in ("desk", "channel")]
    status, found = outsider(tmp_path / "second", *kept)
    assert (status, found["faults"]) == (0, [])


def test_nothing_is_exported_while_no_witness_answers(
    watched: Town, watcher: Watcher, tmp_path: Path
) -> None:
    watcher.stop()

    with pytest.raises(CommandError, match=r"witness|vitne"):
        call_command("export_log", str(tmp_path / "export"), organisation="fjellvik", wait=0.3)

    assert not (tmp_path / "export").exists()
    acts = [read.fields["act"] for read in selectors.entries(watched.organisation, "desk")]
    assert "log.exported" not in acts
    assert acts[-1] == "act.approved"


def test_a_town_without_witnesses_must_say_so(town: Town, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"witness|vitne"):
        call_command("export_log", str(tmp_path / "export"), organisation="fjellvik")

    call_command("export_log", str(tmp_path / "export"), organisation="fjellvik", unwitnessed=True)
    status, found = outsider(tmp_path / "export")
    assert (status, found["faults"]) == (0, [])


def test_a_town_with_witnesses_cannot_go_around_them(watched: Town, watcher: Watcher, tmp_path: Path) -> None:
    watcher.stop()

    with pytest.raises(CommandError):
        call_command(
            "export_log", str(tmp_path / "export"), organisation="fjellvik", unwitnessed=True, wait=0.2
        )


def test_an_export_does_not_write_into_what_is_there(watched: Town, tmp_path: Path) -> None:
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "mine").touch()

    with pytest.raises(CommandError, match=r"empty|tom"):
        call_command("export_log", str(tmp_path / "export"), organisation="fjellvik")


def test_two_witnesses_of_two_must_both_have_seen_it(town: Town, watcher: Watcher, tmp_path: Path) -> None:
    second = Watcher(tmp_path / "neighbour", "neighbour")
    be_watched(town.organisation, watcher, second, needed=2)
    second.stop()

    with pytest.raises(CommandError):
        call_command("export_log", str(tmp_path / "export"), organisation="fjellvik", wait=0.2)
