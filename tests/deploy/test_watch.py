"""What people are told when something is wrong, and that the figures tell nothing about anybody."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client

from tests.deploy.programs import HERE
from tests.deploy.small import Small
from tests.town import Town
from whistle.access.services.alarms import tell
from whistle.accounts.models import Certificate
from whistle.audit.alarms import Kind
from whistle.audit.models import Alarm
from whistle.core import clock
from whistle.operations import canary, leaks, release, watch
from whistle.tlog import keys
from whistle.tlog.errors import NoteError
from whistle.tlog.note import ED25519

STRANGER = "203.0.113.77"


@pytest.fixture(autouse=True)
def own_signs(settings: LazySettings, tmp_path: Path) -> None:
    settings.HEARTBEATS = tmp_path / "heartbeats"


def kinds() -> set[str]:
    return {found.kind.value for found in watch.findings()}


def test_the_figures_do_not_move_when_somebody_reports(town: Town, settings: LazySettings) -> None:
    settings.BACKUP = Path("/nowhere")
    before = watch.metrics()
    for n in range(12):
        town.report(f"Report {n}.")
    assert watch.metrics() == before
    assert "whistle_disk_free_ratio" in before
    assert 'whistle_finding{kind="backup"} 1' in before


def test_a_proxy_that_tells_who_asks_is_noticed_and_not_what_it_said(town: Town, client: Client) -> None:
    assert leaks.noted() == []
    assert (
        client.get("/", headers={"X-Forwarded-For": STRANGER, "Forwarded": f"for={STRANGER}"}).status_code
        == 200
    )
    assert leaks.noted() == ["Forwarded", "X-Forwarded-For"]
    for path in watch.settings.HEARTBEATS.iterdir():
        assert STRANGER not in path.read_text()
    assert 'whistle_finding{kind="leak"} 1' in watch.metrics()


def test_a_connection_from_elsewhere_is_noticed_too(town: Town, client: Client) -> None:
    client.get("/", REMOTE_ADDR=STRANGER)
    assert leaks.noted() == ["the address of the connection itself"]


def test_two_roles_hear_of_it_once_and_the_administrator_does_not(town: Town, client: Client) -> None:
    client.get("/", headers={"X-Real-Ip": STRANGER})
    watch.raise_alarms()
    watch.raise_alarms()
    assert list(Alarm.objects.values_list("kind", flat=True)) == [Kind.LEAK]
    tell()
    told = {address.partition("@")[0] for one in mail.outbox for address in one.to}
    assert {"randi.moe", "ingrid.solvang"} <= told  # the auditor and the compliance leader
    assert "nils.berg" not in told
    assert all(STRANGER not in one.body and "X-Real" not in one.body for one in mail.outbox)
    assert watch.raise_alarms() == 0


@pytest.mark.parametrize(("name", "kind"), [("backup", "backup"), ("drill", "backup"), ("probe", "probe")])
def test_what_was_not_done_in_time_is_missed(db: None, settings: LazySettings, name: str, kind: str) -> None:
    settings.BACKUP, settings.PROBE_URL = Path("/nowhere"), "https://nowhere.example"
    for one in watch.OLDEST:
        watch.sign(one)
    assert kind not in kinds()
    old = time.time() - watch.OLDEST[name] - 60
    os.utime(settings.HEARTBEATS / name, (old, old))
    assert kind in kinds()


def test_on_its_first_days_nobody_is_woken_for_a_backup_that_is_not_due_yet_and_later_they_are(
    town: Town, settings: LazySettings
) -> None:
    settings.BACKUP = Path("/nowhere")
    assert watch.raise_alarms() == 0
    assert not Alarm.objects.exists()
    long_ago = time.time() - max(watch.OLDEST.values()) - 60
    os.utime(settings.HEARTBEATS / watch.BEGAN, (long_ago, long_ago))
    assert watch.raise_alarms() == 1
    assert list(Alarm.objects.values_list("kind", flat=True)) == ["backup"]


def test_a_changed_an_added_and_a_missing_file_are_named(tmp_path: Path) -> None:
    for name in ("whistle/a.py", "cases/b.py", "templates/c.html", "manage.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    keys.write_key_file(tmp_path / "key", [keys.generate("whistle.release", ED25519)])
    vkey = release.sign(tmp_path, tmp_path / "key")
    assert release.differences(tmp_path, vkey) == []
    (tmp_path / "whistle/a.py").write_text("x")
    (tmp_path / "whistle/new.js").write_text("x")
    (tmp_path / "cases/b.py").unlink()
    assert release.differences(tmp_path, vkey) == [
        "whistle/a.py: changed",
        "cases/b.py: gone",
        "whistle/new.js: added",
    ]


def test_a_stranger_cannot_sign_the_list_of_files(tmp_path: Path) -> None:
    (tmp_path / "manage.py").write_text("x")
    for name in ("ours", "theirs"):
        keys.write_key_file(tmp_path / name, [keys.generate("whistle.release", ED25519)])
    ours = release.sign(tmp_path, tmp_path / "ours")
    release.sign(tmp_path, tmp_path / "theirs")
    with pytest.raises(NoteError):
        release.differences(tmp_path, ours)


def test_a_certificate_that_ends_soon_is_announced(town: Town) -> None:
    assert list(watch.findings_of(town.organisation)) == []
    last = Certificate.objects.filter(organisation=town.organisation).latest("serial")
    Certificate.objects.filter(pk=last.pk).update(not_after=clock.now() + watch.EXPIRES / 2)
    assert [one.kind for one in watch.findings_of(town.organisation)] == [Kind.CERTIFICATE]


def told_of_new(small: Small) -> str:
    """How many times somebody was told of a new case."""
    asked = (
        "from cases.models import Notice; print(Notice.objects.filter(occasion__startswith='new').count())"
    )
    return small.manage("shell", "-v", "0", "-c", asked).split()[-1]


@pytest.mark.stack
def test_the_daily_probe_passes_and_nobody_at_the_desk_hears_of_it(small: Small) -> None:
    rows = json.loads((small.data / "demo.json").read_text())
    assert [row["roles"] for row in rows].count(["probe"]) == 1
    before = told_of_new(small)
    told = small.manage("probe", small.url, "--people", str(small.data / "demo.json"))
    assert "The story holds." in told
    assert (small.data / "heartbeats" / "probe").exists()
    listed = small.manage(
        "shell",
        "-c",
        "from cases.models import Assignment as A; print([a.staff.username for a in A.objects.filter(case__probe=True)])",
    )
    assert listed.strip().endswith("['daglig.prove']")
    assert told_of_new(small) == before


@pytest.mark.stack
def test_a_probe_that_breaks_becomes_an_alarm(small: Small) -> None:
    command = [
        sys.executable,
        "-W",
        "ignore",
        "manage.py",
        "probe",
        "http://127.0.0.1:9",
        "--people",
        str(small.data / "demo.json"),
        "--patience",
        "1",
    ]
    done = subprocess.run(command, cwd=HERE, env=small.env, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    kinds_ = small.manage(
        "shell",
        "-c",
        "from whistle.audit.models import Alarm; print(list(Alarm.objects.values_list('kind', flat=True)))",
    )
    assert "'probe'" in kinds_


def test_a_probe_without_a_name_says_what_is_missing(town: Town) -> None:
    with pytest.raises(CommandError, match="WHISTLE_PROBE_PEOPLE"):
        call_command("probe", "http://127.0.0.1:9", organisation="fjellvik")


@pytest.mark.stack
def test_a_log_that_writes_visitors_down_is_found(small: Small, tmp_path: Path) -> None:
    assert "is in no log here" in small.manage(
        "canary", small.url, "--logs", str(small.folder), "--settle", "0.5"
    )
    told = word_of(small)
    careless = tmp_path / "logs" / "access.log"
    careless.parent.mkdir()
    careless.write_bytes(b"\0" * 5000 + told.encode())
    assert list(canary.search([tmp_path / "logs"], told)) == [careless]
    assert list(canary.search([tmp_path / "logs"], canary.word())) == []


def word_of(small: Small) -> str:
    mark = canary.word()
    assert canary.visit(small.url, mark) == 200
    return mark
