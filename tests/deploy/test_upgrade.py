"""From the release before to this one, back, and forward again, with data: nothing is lost and everybody still gets in."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from pathlib import Path

import pytest

from tests.deploy.programs import HERE, Part
from tests.deploy.small import Small
from tests.deploy.story import adopted, word
from whistle.client.http import Network
from whistle.client.reporter import Reporter, Sent
from whistle.client.steps import Steps

pytestmark = [pytest.mark.stack]
ROUTES = HERE / "tests/architecture/routes.txt"
TRIES = 4
MIGRATIONS = ("whistle/*/migrations/0*.py", "cases/migrations/0*.py")  # for git and for pathlib alike


def git(*words: str) -> bytes:
    return subprocess.run(["git", *words], cwd=HERE, capture_output=True, check=True).stdout


def before() -> Iterator[str]:
    """Yield the commits whose tables were others than now, the newest first; nothing when history does not go that far."""
    now = {path.relative_to(HERE).as_posix() for pattern in MIGRATIONS for path in HERE.glob(pattern)}
    try:
        for commit in git("log", "--format=%H", "-50", "--diff-filter=A", "--", *MIGRATIONS).decode().split():
            kept = set(git("ls-tree", "-r", "--name-only", f"{commit}^").decode().split())
            if not now <= kept:
                yield f"{commit}^"
    except (subprocess.CalledProcessError, FileNotFoundError):
        return


class Upgraded(Small):
    """A small installation whose parts run from one folder of sources or from another."""

    def __init__(self, old: Path) -> None:
        super().__init__()
        self.old, self.sources = old, old

    def manage(self, *arguments: str) -> str:
        command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=self.sources, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"manage.py {arguments[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def own_parts(self) -> dict[str, list[str]]:
        """The commands of the parts, as these sources themselves say."""
        ask = "import json, os, sys; from whistle.demo.serve import parts; print(json.dumps(parts(dict(os.environ), sys.argv[1])))"
        command = [sys.executable, "-W", "ignore", "-c", ask, str(self.port)]
        done = subprocess.run(
            command, cwd=self.sources, env=self.env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        commands: dict[str, list[str]] = json.loads(done.stdout.splitlines()[-1])
        return commands

    def serve(self, sources: Path) -> None:
        """Run everything from a folder of sources."""
        self.stop()
        self.sources = sources
        for name, command in self.own_parts().items():
            self.parts[name] = Part(name, command, self.env, self.folder / f"{name}.log")
            self.parts[name].folder = sources
            self.parts[name].start()
        self.wait_for_web()


@pytest.fixture(scope="module")
def upgraded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Upgraded]:
    """An installation of the release before, with its tables; of an older one where that one does not start."""
    for commit in islice(before(), TRIES):
        it = Upgraded(sources(commit, tmp_path_factory.mktemp("old") / "whistle"))
        try:
            it.manage("migrate", "--verbosity", "0")
        except AssertionError:  # a commit that lacked something the next one brought
            it.close()
            continue
        try:
            yield it
        finally:
            it.close()
            shutil.rmtree(it.old, ignore_errors=True)
        return
    # a clone may lack its history on somebody's machine; where it counts, nothing is left out in silence
    (pytest.fail if os.environ.get("CI") else pytest.skip)("no history to upgrade from")


def sources(commit: str, folder: Path) -> Path:
    """Return a folder with a commit's files, built."""
    with tarfile.open(fileobj=BytesIO(git("archive", commit))) as archive:
        archive.extractall(folder, filter="data")
    (folder / "node_modules").symlink_to(HERE / "node_modules")
    for module in ("whistle.browser.build", "whistle.ui.translations"):
        subprocess.run([sys.executable, "-m", module], cwd=folder, check=True, capture_output=True)
    return folder


def opens(it: Upgraded, sent: Sent, text: str) -> bool:
    return Reporter(f"{it.url}/nordvik").mailbox(sent.code).messages[0].body["text"] == text


def test_up_back_and_up_again_with_data(upgraded: Upgraded) -> None:
    it, text, between = upgraded, word("before-the-upgrade"), word("between")
    it.manage("demo", "--without-cases")
    it.serve(it.old)
    sent = Reporter(f"{it.url}/nordvik").report(text)

    it.stop()
    it.sources = HERE
    schema = it.folder / "schema.json"
    it.manage("schema", "--save", str(schema))
    it.manage("migrate", "--verbosity", "0")
    it.serve(HERE)
    assert opens(it, sent, text)
    second = Reporter(f"{it.url}/nordvik").report(between)
    rows = json.loads((it.data / "demo-nordvik.json").read_text())
    leader = next(row for row in rows if "compliance_leader" in row["roles"])
    desk = Steps(f"{it.url}/nordvik", rows).desk(leader)
    assert adopted(desk, text)  # what the old release took in
    assert adopted(desk, between)
    assert broken(it) == []

    it.stop()
    assert "→" in it.manage("schema", "--to", str(schema))
    it.serve(it.old)
    assert opens(it, sent, text)
    assert opens(it, second, between)

    it.stop()
    it.sources = HERE
    it.manage("migrate", "--verbosity", "0")
    for slug in ("fjellvik", "nordvik"):
        assert "no fault" in it.manage("verify_log", "--organisation", slug)


def broken(it: Upgraded) -> list[str]:
    """Return every page, of every role and of a stranger, that answers with a fault."""
    paths = [line.partition("  ")[0] for line in ROUTES.read_text().splitlines() if line and "<" not in line]
    people = json.loads((it.data / "demo.json").read_text())
    steps, found = Steps(it.url, people), []
    askers = {"a stranger": Network(it.url)} | {
        row["username"]: steps.desk(row).server.transport for row in people
    }
    for who, ask in askers.items():
        for path in paths:
            status, _page = ask("GET", f"/{path}", None, {})
            if status >= 500:
                found.append(f"{who}: /{path} {status}")
    return found
