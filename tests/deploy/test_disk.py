"""The disk is full: reports are refused with a sentence, nothing half is kept, and all goes on when there is room."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.deploy.programs import until
from tests.deploy.small import Made, Small
from tests.deploy.story import adopted, word
from whistle.client.box import File
from whistle.client.errors import ClientError
from whistle.client.http import Network
from whistle.client.reporter import Reporter
from whistle.client.steps import Steps

SIZE = 96  # megabytes

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(
        os.geteuid() != 0 or shutil.which("mount") is None, reason="needs root, for a small disk"
    ),
]


class SmallDisk(Small):
    """A small installation on a disk of its own."""

    def begin_with(self, like: Path | None) -> None:
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={SIZE}m,mode=700", "tmpfs", self.data], check=True
        )
        super().begin_with(like)

    def fill(self) -> None:
        """Leave less than a page."""
        with (self.data / "filler").open("wb", buffering=0) as filler:
            for size in (2**20, 2**12, 1):
                try:
                    while filler.write(b"x" * size):
                        pass
                except OSError:
                    continue

    def close(self) -> None:
        self.stop()
        subprocess.run(["umount", "-l", self.data], check=False)
        super().close()


@pytest.fixture(scope="module")
def full(made: Made) -> Iterator[SmallDisk]:
    try:
        running = SmallDisk(made.peopled)
    except subprocess.CalledProcessError:
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no disk may be mounted here")
    try:
        running.start()
        yield running
    finally:
        running.close()


def health(it: SmallDisk) -> str:
    _status, body = Network(it.url)("GET", "/health/", None, {})
    return body.decode()


def test_a_full_disk_refuses_and_keeps_what_was_confirmed(full: SmallDisk, tmp_path: Path) -> None:
    url, before, after = f"{full.url}/nordvik", word("before"), word("after")
    sent = Reporter(url).report(before)
    full.fill()
    refused = Reporter(url)
    for files in ([], [File("a.bin", "application/octet-stream", os.urandom(200_000))]):
        with pytest.raises(ClientError) as why:
            refused.report(word("full"), files=files)
        assert why.value.code.partition(".")[0] in ("request", "upload", "server"), why.value.code
        assert str(why.value)
    assert '"disk": "down"' in health(full)

    (full.data / "filler").unlink()
    assert Reporter(url).mailbox(sent.code).messages[0].body["text"] == before
    second = Reporter(url).report(after)
    assert Reporter(url).mailbox(second.code).messages[0].body["text"] == after
    rows = json.loads((full.data / "demo-nordvik.json").read_text())
    leader = next(row for row in rows if "compliance_leader" in row["roles"])
    desk = Steps(url, rows).desk(leader)
    for text in (before, after):
        assert adopted(desk, text)
    assert len(desk.cases()) == 2  # nothing of what was refused became a case
    until(lambda: "down" not in health(full), "every part works again", 60)
    assert "no fault" in full.manage("verify_log", "--organisation", "nordvik")
