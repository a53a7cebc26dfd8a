"""The server burns down; what was kept comes back, and what was deleted does not."""

import gzip
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.deploy.programs import HERE, until
from tests.deploy.small import Made, Small
from tests.deploy.stack import Stack
from tests.deploy.story import Story, adopted, word
from tests.keys.test_shredding import deleted, ready
from tests.town import Town
from whistle.audit.tasks import publish_and_show
from whistle.client.box import File
from whistle.client.desk import Desk
from whistle.client.reporter import Reporter
from whistle.client.steps import Steps
from whistle.operations import backup

pytestmark = [pytest.mark.stack]

# what of a backup stands in the tables; everything in it belongs to an organisation
ANYTHING = "from whistle.organisations.models import Organisation; print(Organisation.objects.count())"


class Burnt:
    """A small installation with a case each in two municipalities, a backup of it, and then nothing but the backup."""

    def __init__(self, made: Made, folder: Path) -> None:
        self.empty, self.server = made.empty, Small(made.peopled)
        self.kept, self.safe = folder / "backup", folder / "safe"
        self.server.env["WHISTLE_BACKUP"] = str(self.kept)

    def begin(self) -> None:
        """Let people report, make the backup, let somebody report afterwards."""
        self.server.start()
        self.text, self.content = word("before-the-fire"), os.urandom(400_000)
        file = File("kvittering.bin", "application/octet-stream", self.content)
        self.sent = Reporter(f"{self.server.url}/nordvik").report(self.text, files=[file])
        self.reference = adopted(self.desk(), self.text)
        self.made = self.server.manage("backup")
        self.after = word("after-the-backup")
        self.sent_after = Reporter(f"{self.server.url}/nordvik").report(self.after)
        adopted(self.desk(), self.after)
        head = self.server.data / "logs" / "nordvik" / "channel" / "checkpoint"
        size = self.sent_after.receipt["index"]
        until(lambda: int(head.read_text().splitlines()[1]) > size, "the log is published")

    def desk(self) -> Desk:
        rows = json.loads((self.server.data / "demo-nordvik.json").read_text())
        row = next(row for row in rows if "compliance_leader" in row["roles"])
        self.server.fresh_codes()
        return Steps(f"{self.server.url}/nordvik", rows).desk(row)

    def burn(self) -> None:
        """Lose everything but the backup and what lies in the safe: secrets, the logs' keys, people's own papers."""
        self.server.stop()
        self.server.manage("backup", "--log")  # as its timer does every few minutes
        self.safe.mkdir()
        for name in ("secrets", "logkeys", "demo.json", "demo-nordvik.json", "offline"):
            shutil.move(self.server.data / name, self.safe / name)
        shutil.rmtree(self.server.data)
        shutil.copytree(self.safe, self.server.data)
        for path in self.empty.glob("whistle.sqlite3*"):  # as `migrate` leaves it: the write-ahead log too
            shutil.copy(path, self.server.data)


@pytest.fixture(scope="module")
def burnt(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Burnt]:
    it = Burnt(made, tmp_path_factory.mktemp("burnt"))
    try:
        it.begin()
        yield it
    finally:
        it.server.close()


def run(server: Small, *words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-W", "ignore", "manage.py", *words]
    return subprocess.run(command, cwd=HERE, env=server.env, capture_output=True, text=True, check=False)


def test_the_drill_says_that_the_backup_would_help(burnt: Burnt) -> None:
    told = burnt.server.manage("restore_drill")
    assert "The log, the counts and a sample hold." in told
    assert "The backup can be restored; the drill took" in told
    assert (burnt.server.data / "heartbeats" / "drill").exists()


def test_the_drill_names_a_backup_that_would_not_help(burnt: Burnt) -> None:
    blob = next((burnt.kept / "blobs").glob("??/*"))
    octets = blob.read_bytes()
    blob.write_bytes(octets[:-1] + bytes([octets[-1] ^ 1]))
    done = run(burnt.server, "restore_drill")
    blob.write_bytes(octets)
    assert done.returncode != 0
    assert "is damaged" in done.stderr


@pytest.fixture(scope="module")
def bare(made: Made) -> Iterator[Small]:
    """An installation with tables and nothing in them."""
    it = Small(made.empty)
    try:
        yield it
    finally:
        it.close()


@pytest.mark.parametrize("store", ["records", "keys"])
def test_a_changed_archive_is_refused_and_named(burnt: Burnt, bare: Small, store: str) -> None:
    path = next((burnt.kept / store).glob("*.gz"))
    octets = path.read_bytes()
    lines = gzip.decompress(octets).splitlines(keepends=True)
    path.write_bytes(gzip.compress(b"".join(lines[:-2] + lines[-1:])))
    done = run(bare, "restore", str(burnt.kept))
    path.write_bytes(octets)
    assert done.returncode != 0
    assert f"{store}/{path.name} is not what was written" in done.stderr
    assert bare.manage("shell", "-c", ANYTHING).split()[-1] == "0"


def test_a_backup_never_goes_into_an_installation_that_is_in_use(burnt: Burnt) -> None:
    done = run(burnt.server, "restore")
    assert done.returncode != 0
    assert "into an empty installation only" in done.stderr


def test_records_hold_no_key_and_keys_no_record(burnt: Burnt) -> None:
    records = gzip.decompress(next((burnt.kept / "records").glob("*.gz")).read_bytes())
    keys = gzip.decompress(next((burnt.kept / "keys").glob("*.gz")).read_bytes())
    assert b'"table":"keystore_' not in records
    assert b'"table":"store_item"' in records
    tables = [json.loads(line)["table"] for line in keys.splitlines() if line.startswith(b'{"table"')]
    assert {"keystore_seal", "keystore_header", "keystore_staffkey", "keystore_reporter"} <= set(tables)
    assert all(name.startswith("keystore_") for name in tables)
    assert b"django_session" not in records


def test_nobody_else_on_the_machine_may_read_a_backup(burnt: Burnt) -> None:
    for path in burnt.kept.rglob("*.gz"):
        if path.parent.name in ("records", "keys"):
            assert path.stat().st_mode & 0o077 == 0, path
    for name in ("records", "keys", "blobs", "log"):
        assert (burnt.kept / name).stat().st_mode & 0o077 == 0


def test_a_stranger_who_finds_the_backup_reads_nothing(burnt: Burnt) -> None:
    for path in burnt.kept.rglob("*"):
        if path.is_file():
            octets = path.read_bytes()
            octets += gzip.decompress(octets) if path.suffix == ".gz" else b""
            for secret in (burnt.text.encode(), burnt.content[:64], burnt.sent.code.encode(), b"kvittering"):
                assert secret not in octets, path


def test_after_the_fire_everything_of_the_backup_is_back(burnt: Burnt) -> None:
    """The installation of the other tests burns, and serves them again afterwards."""
    burnt.burn()
    told = burnt.server.manage("restore")
    assert "The log, the counts and a sample hold." in told
    assert "put back into the log from what was published: nordvik/channel: 1 entries" in told
    assert "reports the log knows and this backup does not: 1" in told
    for organisation in ("fjellvik", "nordvik"):
        assert "no fault" in burnt.server.manage("verify_log", "--organisation", organisation)
    for part in burnt.server.parts.values():
        part.start()
    burnt.server.wait_for_web()

    mailbox = Reporter(f"{burnt.server.url}/nordvik").mailbox(burnt.sent.code)
    described, report = mailbox.messages
    assert report.body["text"] == burnt.text
    assert mailbox.file(described) == burnt.content
    assert burnt.desk().open(burnt.reference).messages[-1].body["text"] == burnt.text
    burnt.server.fresh_codes()
    command = [
        "-m",
        "whistle.client.rehearse",
        burnt.server.url,
        "--people",
        str(burnt.server.data / "demo.json"),
    ]
    rehearsed = subprocess.run(
        [sys.executable, *command], cwd=HERE, capture_output=True, text=True, check=False
    )
    assert rehearsed.returncode == 0, rehearsed.stdout


def test_a_deleted_case_does_not_come_back_with_an_older_backup(
    watched_town: Town,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    _sent, case = ready(watched_town)
    watched_town.report("This one stays.")
    monkeypatch.setattr(backup, "snapshot", nullcontext)  # the test's own transaction is one
    backup.make(tmp_path / "kept")
    deleted(watched_town, case)
    publish_and_show(watched_town.organisation)
    backup.copy_log(tmp_path / "kept")

    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "whistle.settings")
    call_command("restore_drill", str(tmp_path / "kept"))
    told = capfd.readouterr().out
    assert "deleted again, as the log says: 1 cases" in told
    assert "The log, the counts and a sample hold." in told
    assert "reports the log knows and this backup does not" not in told


def test_a_backup_of_postgresql_goes_into_another_postgresql(
    stack: Stack, story: Story, tmp_path: Path
) -> None:
    """As the roles of production: the server's makes it, the owner's restores it, the server's may then read it."""
    kept, data = tmp_path / "kept", tmp_path / "data"
    stack.manage("backup", str(kept), role="whistle_web")
    stack.sql_file("roles.sql", "-v", "database=again", role="postgres", database="postgres")
    places = {
        name: str(data / name.lower()) for name in ("BLOBS", "UPLOADS", "LOGS", "LOG_KEYS", "HEARTBEATS")
    }
    env = {"WHISTLE_DATA": str(data), **{f"WHISTLE_{name}": path for name, path in places.items()}}

    def run(role: str, *words: str) -> str:
        url = stack.database(role).replace("/whistle?", "/again?")
        return stack.manage(*words, role=role, **env, WHISTLE_DATABASE_URL=url)

    run("whistle_owner", "migrate", "--verbosity", "0")
    told = run("whistle_owner", "restore", str(kept))
    assert "The log, the counts and a sample hold." in told
    run("whistle_owner", "grants")
    for organisation in ("fjellvik", "nordvik"):
        assert "no fault" in run("whistle_web", "verify_log", "--organisation", organisation)
    counted = "from cases.models import Case; print(Case.objects.count())"
    assert run("whistle_web", "shell", "-c", counted) == stack.manage("shell", "-c", counted)
    # numbers go on where they were: a new row takes none that is taken
    more = "from whistle.audit import services as a; from whistle.organisations.selectors import by_slug\n"
    more += "with a.atomic(): a.record('note.written', organisation=by_slug('nordvik'), actor='a' * 32, role='handler', item='0' * 64)"
    run("whistle_web", "shell", "-c", more)
