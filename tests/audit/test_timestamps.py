"""An outsider's clock on the log: a stamping authority made with `openssl ts`."""

import hashlib
import shutil
import subprocess
import threading
from collections.abc import Iterator
from datetime import datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.audit.test_export import outsider
from tests.town import Town
from whistle.audit import selectors, timestamps
from whistle.audit.export import write
from whistle.audit.folders import log_folder
from whistle.audit.tasks import publish_and_show
from whistle.audit.verify import verify

pytestmark = pytest.mark.skipif(not shutil.which("openssl"), reason="openssl is not here")

CONFIGURATION = """
[tsa]
default_tsa = tsa_config
[tsa_config]
dir = {folder}
serial = $dir/serial
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha512
accuracy = secs:1
ess_cert_id_alg = sha256
ordering = yes
tsa_name = no
[usage]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
"""


class Authority:
    """A stamping authority on this machine; `mood` lets it misbehave."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.mood = folder, "honest"
        folder.mkdir()
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
        (folder / "serial").write_text("01\n")
        self.openssl("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key",
                     "-out", "ca.pem", "-days", "30", "-subj", "/CN=Authority")  # fmt: skip
        self.openssl("req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "tsa.key",
                     "-out", "tsa.csr", "-subj", "/CN=Stamp")  # fmt: skip
        self.openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out",
                     "tsa.pem", "-days", "30", "-extfile", "tsa.cnf", "-extensions", "usage")  # fmt: skip
        authority = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                answer = authority.answer(self.rfile.read(int(self.headers["Content-Length"])))
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_given: object) -> None:
                return

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(
            target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def openssl(self, *words: str) -> bytes:
        return subprocess.run(["openssl", *words], cwd=self.folder, check=True, capture_output=True).stdout

    def answer(self, query: bytes) -> bytes:
        if self.mood == "garbage":
            return b"no"
        if self.mood == "stamps something else":
            (self.folder / "other").write_bytes(b"another document")
            self.openssl("ts", "-query", "-data", "other", "-sha512", "-cert", "-out", "query.tsq")
        else:
            (self.folder / "query.tsq").write_bytes(query)
        self.openssl("ts", "-reply", "-config", "tsa.cnf", "-section", "tsa_config", "-queryfile", "query.tsq", "-inkey",
                     "tsa.key", "-signer", "tsa.pem", "-out", "answer.tsr")  # fmt: skip
        return (self.folder / "answer.tsr").read_bytes()


@pytest.fixture
def authority(tmp_path: Path, settings: Any) -> Iterator[Authority]:
    it = Authority(tmp_path / "authority")
    settings.TSA_URL = f"http://127.0.0.1:{it.server.server_port}/"
    yield it
    it.server.shutdown()
    it.server.server_close()


def test_both_logs_are_stamped_and_openssl_agrees(watched: Town, authority: Authority) -> None:
    assert timestamps.stamp(watched.organisation)

    for log in ("desk", "channel"):
        folder = log_folder(watched.organisation, log) / "timestamps"
        stamp = next(folder.glob("*.tsr"))
        checked = subprocess.run(
            ["openssl", "ts", "-verify", "-data", stamp.with_suffix(".checkpoint"), "-in", stamp, "-CAfile",
             authority.folder / "ca.pem", "-untrusted", authority.folder / "tsa.pem"],
            capture_output=True, check=False,
        )  # fmt: skip
        assert checked.returncode == 0, checked.stderr
        entry = list(selectors.entries(watched.organisation, log, acts=("log.stamped",)))[-1]
        assert entry.fields["d"]["token"] == hashlib.sha256(stamp.read_bytes()).hexdigest()
    assert verify(watched.organisation).faults == []


@pytest.fixture
def stamped(watched: Town, authority: Authority, settings: Any, tmp_path: Path) -> Path:
    """An export whose logs were stamped once, and say so."""
    assert timestamps.stamp(watched.organisation)
    settings.TSA_URL = ""
    publish_and_show(watched.organisation)
    write(watched.organisation, tmp_path / "export")
    return tmp_path / "export"


def test_a_stranger_reads_the_stamps_without_our_programs(stamped: Path, authority: Authority) -> None:
    status, found = outsider(stamped)

    assert (status, found["faults"]) == (0, [])
    for log in ("desk", "channel"):
        stamps = found["logs"][log]["time_stamps"]
        assert stamps
        for stamp in stamps:
            said = authority.openssl("ts", "-reply", "-in", str(stamped / stamp["file"]), "-text").decode()
            due = datetime.strptime(said.split("Time stamp: ")[1].split("\n")[0], "%b %d %H:%M:%S %Y %Z")
            assert stamp["at"] == due.strftime("%Y-%m-%dT%H:%M:%SZ")


def spoil(stamped: Path, way: str) -> None:
    """Do something to the stamp of the desk's log that a stranger must notice."""
    token = next((stamped / "desk" / "timestamps").glob("*.tsr"))
    raw = token.read_bytes()
    other = next((stamped / "channel" / "timestamps").glob("*.tsr")).read_bytes()
    spoilt = {
        "torn": raw[:-100],
        "of another log": other,
        "dated otherwise": raw.replace(b"\x18\x0f20", b"\x18\x0f19", 1),
        "no token": b"\x30\x03\x02\x01\x00",
    }
    if way == "gone":
        token.unlink()
    else:
        assert spoilt[way] != raw
        token.write_bytes(spoilt[way])


@pytest.mark.parametrize("way", ["torn", "of another log", "dated otherwise", "no token", "gone"])
def test_a_stranger_notices_a_stamp_that_was_spoilt(stamped: Path, way: str) -> None:
    spoil(stamped, way)

    status, found = outsider(stamped)

    kinds = {(fault["log"], fault["kind"]) for fault in found["faults"]}
    assert status == 1
    assert kinds == {("desk", "stamp.missing")} | (set() if way == "gone" else {("desk", "stamp.unreadable")})


@pytest.mark.parametrize("mood", ["garbage", "stamps something else"])
def test_a_stamp_on_something_else_is_not_taken(watched: Town, authority: Authority, mood: str) -> None:
    authority.mood = mood

    assert not timestamps.stamp(watched.organisation)

    assert list(selectors.entries(watched.organisation, "desk", acts=("log.stamped",))) == []


def test_an_authority_that_is_away_stops_nobody(watched: Town, settings: Any) -> None:
    settings.TSA_URL = "http://127.0.0.1:9/"

    assert not timestamps.stamp(watched.organisation)


def test_a_town_without_an_authority_has_no_stamps(watched: Town, other_town: Town) -> None:
    assert not timestamps.stamp(watched.organisation)
    assert not timestamps.stamp(other_town.organisation)
