"""A witness cosigns a log that only grows, and refuses its owner everything else, also across restarts."""

import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from whistle.tlog import checkpoint, keys, note
from whistle.tlog.errors import WitnessError
from whistle.tlog.hashing import leaf_hash
from whistle.tlog.proof import prove_consistency
from whistle.tlog.tree import MemoryTree, root_at
from whistle.tlog.witness.client import cosign, cosign_log
from whistle.tlog.witness.core import Request, Witness
from whistle.tlog.witness.server import Server, open_witness

from .conftest import ORIGIN

NAME = "kontroll.example/witness"
AT = 1_700_000_000


class Growing:
    """A log in memory: any checkpoint and proof of it."""

    def __init__(self, key: note.Signer, *, changed: int | None = None) -> None:
        self.key = key
        self.size = 400
        leaves = [leaf_hash(b"%d" % number) for number in range(self.size)]
        if changed is not None:
            leaves[changed] = leaf_hash(b"rewritten")
        self.tree = MemoryTree(leaves)

    def signed(self, size: int) -> str:
        return checkpoint.sign(
            checkpoint.Checkpoint(ORIGIN, size, root_at(self.tree, size)), [self.key], at=0
        )

    def request(self, old: int, size: int) -> bytes:
        proof = prove_consistency(self.tree, old, size) if 0 < old < size else []
        return Request(old, tuple(proof), self.signed(size).encode()).octets()

    def prove_consistency(self, older: int) -> list[bytes]:
        return prove_consistency(self.tree, older, self.size)


@pytest.fixture
def log(fjellvik: note.Signer) -> Growing:
    return Growing(fjellvik)


@pytest.fixture
def witness(tmp_path: Path, fjellvik: note.Signer) -> Witness:
    made = open_witness(tmp_path / "memory", tmp_path / "key", NAME)
    made.follow(str(fjellvik.public))
    return made


def again(witness: Witness) -> Witness:
    """The same witness after a restart."""
    return Witness(witness.memory, witness.signers)


def test_a_log_that_grows_is_cosigned_each_time(witness: Witness, log: Growing) -> None:
    for old, size in ((0, 1), (1, 1), (1, 200), (200, 400)):
        answer = witness.add_checkpoint(log.request(old, size), AT)

        assert answer.status == 200
        lines = tuple(note.parse_signature(line) for line in answer.body.splitlines())
        opened = note.open_note(
            note.Note(note.parse(log.signed(size).encode()).text, lines),
            [keys.verifier_of(one.public) for one in witness.signers],
        )
        assert len(opened.verified) == 2
    assert witness.logs() == {ORIGIN: 400}


def test_history_rewritten_with_the_logs_own_key_is_refused_and_kept_as_evidence(
    witness: Witness, log: Growing, fjellvik: note.Signer
) -> None:
    witness.add_checkpoint(log.request(0, 200), AT)
    fork = Growing(fjellvik, changed=7).request(200, 400)

    assert again(witness).add_checkpoint(fork, AT).status == 422
    assert witness.logs() == {ORIGIN: 200}
    assert [(origin, request) for origin, _, _, request in witness.evidence()] == [(ORIGIN, fork)]


def test_another_root_for_the_same_size_is_refused_and_kept_as_evidence(
    witness: Witness, log: Growing, fjellvik: note.Signer
) -> None:
    witness.add_checkpoint(log.request(0, 200), AT)

    answer = witness.add_checkpoint(Growing(fjellvik, changed=7).request(200, 200), AT)

    assert (answer.status, answer.kind) == (409, "text/plain; charset=utf-8")
    assert len(witness.evidence()) == 1


def test_a_rollback_is_refused_with_the_size_the_witness_has(witness: Witness, log: Growing) -> None:
    witness.add_checkpoint(log.request(0, 200), AT)

    for old, size in ((0, 100), (100, 150), (0, 400)):
        answer = again(witness).add_checkpoint(log.request(old, size), AT)
        assert (answer.status, answer.body, answer.kind) == (409, "200\n", "text/x.tlog.size")
    assert witness.add_checkpoint(log.request(200, 100), AT).status == 400


def test_a_strangers_signature_is_refused(witness: Witness, stranger: note.Signer) -> None:
    assert witness.add_checkpoint(Growing(stranger).request(0, 5), AT).status == 403
    assert witness.evidence() == [], "a stranger's word against the log is no evidence"


def test_a_log_nobody_asked_it_to_follow_is_unknown(tmp_path: Path, log: Growing) -> None:
    lonely = open_witness(tmp_path / "memory", tmp_path / "key", NAME)

    assert lonely.add_checkpoint(log.request(0, 5), AT).status == 404


def malformed(log: Growing) -> dict[str, bytes]:
    good = log.request(1, 5)
    return {
        "nothing": b"",
        "no old line": good.partition(b"\n")[2],
        "a leading zero": good.replace(b"old 1", b"old 01"),
        "a negative size": good.replace(b"old 1", b"old -1"),
        "too many hashes": b"old 1\n" + b"A" * 43 + b"=\n" * 64 + b"\n" + log.signed(5).encode(),
        "no base64": b"old 1\n!\n\n" + log.signed(5).encode(),
        "no checkpoint": b"old 0\n\n",
        "too long": b"old 0\n\n" + b"x" * 300_000,
        "not ASCII": b"old \xff\n\n",
    }


@pytest.mark.parametrize("what", malformed(Growing(note.Ed25519Signer(ORIGIN, bytes(32)))))
def test_a_malformed_request_is_refused(witness: Witness, log: Growing, what: str) -> None:
    assert witness.add_checkpoint(malformed(log)[what], AT).status == 400


def test_hashes_where_there_is_nothing_to_prove_are_refused(witness: Witness, log: Growing) -> None:
    request = Request(0, (bytes(32),), log.signed(5).encode()).octets()

    assert witness.add_checkpoint(request, AT).status == 422


def test_of_two_forks_racing_to_the_witness_only_one_is_ever_cosigned(
    witness: Witness, log: Growing, fjellvik: note.Signer
) -> None:
    witness.add_checkpoint(log.request(0, 100), AT)
    forks = [log.request(100, 200), Growing(fjellvik, changed=150).request(100, 200)]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: again(witness).add_checkpoint(forks[n % 2], AT).status, range(16)))

    assert answers.count(200) == 1


def test_its_key_is_for_its_owner_only(witness: Witness, tmp_path: Path) -> None:
    assert stat.S_IMODE((tmp_path / "key").stat().st_mode) == 0o600


@pytest.mark.parametrize("lost", ["memory", "key"])
def test_a_witness_that_lost_its_memory_or_its_key_does_not_start(
    witness: Witness, tmp_path: Path, lost: str
) -> None:
    (tmp_path / lost).unlink()

    with pytest.raises(WitnessError, match=r"witness\.lost"):
        open_witness(tmp_path / "memory", tmp_path / "key", NAME)


@pytest.fixture
def served(witness: Witness) -> Iterator[Server]:
    """The witness on a free port of this machine."""
    with Server("127.0.0.1", 0, witness) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def test_over_http_the_client_finds_its_way_from_a_size_it_did_not_know(
    served: Server, witness: Witness, log: Growing
) -> None:
    verifiers = [keys.verifier_of(one.public) for one in witness.signers]
    witness.add_checkpoint(log.request(0, 100), AT)

    lines = cosign_log(served.url, log, log.signed(400), verifiers)

    assert {line.name for line in lines} == {NAME}
    cosigned = note.with_signatures(log.signed(400), lines)
    assert len(note.open_note(cosigned.encode(), verifiers).verified) == 2


@pytest.mark.parametrize(
    ("request_from", "status"),
    [((200, 100), 400), ((0, 400), 409)],
)
def test_over_http_a_refusal_keeps_its_status(
    served: Server, witness: Witness, log: Growing, request_from: tuple[int, int], status: int
) -> None:
    witness.add_checkpoint(log.request(0, 200), AT)
    old, size = request_from

    with pytest.raises(WitnessError) as refused:
        cosign(served.url, old, [], log.signed(size))

    assert refused.value.status == status


def test_over_http_a_fork_and_a_rollback_are_errors_the_publisher_can_tell_apart(
    served: Server, witness: Witness, log: Growing, fjellvik: note.Signer
) -> None:
    verifiers = [keys.verifier_of(one.public) for one in witness.signers]
    witness.add_checkpoint(log.request(0, 300), AT)
    fork = Growing(fjellvik, changed=7)
    short = Growing(fjellvik)
    short.size = 200

    with pytest.raises(WitnessError) as forked:
        cosign_log(served.url, fork, fork.signed(400), verifiers)
    with pytest.raises(WitnessError) as rolled_back:
        cosign_log(served.url, short, short.signed(200), verifiers)

    assert (forked.value.code, forked.value.status) == ("witness.refused", 422)
    assert rolled_back.value.code == "witness.ahead"


def test_a_stranger_on_the_witnesss_address_is_not_taken_for_the_witness(
    served: Server, log: Growing
) -> None:
    expected = keys.signer(keys.generate(NAME, note.COSIGNATURE_ED25519))

    with pytest.raises(WitnessError, match=r"witness\.unsigned"):
        cosign_log(served.url, log, log.signed(400), [keys.verifier_of(expected.public)])


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "ftp://127.0.0.1/", "nonsense"])
def test_a_witness_out_of_reach_is_an_error_not_a_hang(url: str, log: Growing) -> None:
    with pytest.raises(WitnessError):
        cosign(url, 0, [], log.signed(400), timeout=2)


def start(*arguments: str | Path) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "whistle.tlog.witness", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture
def program(tmp_path: Path, fjellvik: note.Signer) -> Iterator[Callable[[], str]]:
    """Start the program on a free port; returns its address. A second call kills it and starts it again."""
    running: list[subprocess.Popen[str]] = []

    def run() -> str:
        for one in running:
            one.kill()
            one.communicate()
        running.clear()
        named = () if (tmp_path / "memory").exists() else ("--name", NAME, "--log", str(fjellvik.public))
        running.append(start("--listen", "127.0.0.1:0", "--state", tmp_path / "memory", *named))
        assert running[0].stdout
        for line in running[0].stdout:
            if line.startswith("listening on "):
                return line.split()[-1]
        pytest.fail(running[0].communicate()[1])

    yield run
    for one in running:
        one.kill()
        one.communicate()


def test_the_program_remembers_across_kill_9(program: Callable[[], str], log: Growing) -> None:
    url = program()
    cosign(url, 0, [], log.signed(300))
    url = program()

    with pytest.raises(WitnessError) as refused:
        cosign(url, 0, [], log.signed(100))

    assert refused.value.size == 300


def test_the_program_says_why_it_does_not_start(tmp_path: Path) -> None:
    started = start("--state", tmp_path / "memory", "--listen", "127.0.0.1:0")

    _, words = started.communicate(timeout=30)

    assert started.returncode == 2
    assert "needs a name" in words
    assert not (tmp_path / "memory").exists()
