"""The verifier is one file that runs on an auditor's old machine and shares nothing with those it checks."""

import ast
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from whistle.core import canonical
from whistle.tlog import cosignature, note

from .histories import PROGRAM, WITNESS, Key, Municipality, found, live, load_verifier, run, verify

SOURCE = PROGRAM.read_text(encoding="utf-8")


def test_it_is_written_for_python_3_9() -> None:
    ast.parse(SOURCE, feature_version=(3, 9))


def test_it_imports_the_standard_library_only_and_nothing_of_ours() -> None:
    """The one exception is looked for and done without: post-quantum signatures need a library."""
    imported = set()
    for node in ast.walk(ast.parse(SOURCE)):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").split(".")[0])

    assert imported - set(sys.stdlib_module_names) == {"cryptography"}
    assert "whistle." not in SOURCE


def test_it_runs_alone_without_any_installed_package(tmp_path: Path) -> None:
    directory = Municipality(tmp_path / "export").export()
    alone = shutil.copy(PROGRAM, tmp_path / "verify.py")

    done = subprocess.run([sys.executable, "-I", "-S", alone, directory, "--json"],
                          capture_output=True, text=True, check=False, timeout=60)  # fmt: skip

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["ok"] is True


def test_faults_set_the_exit_status_to_1_and_unreadable_input_to_2(tmp_path: Path) -> None:
    place = Municipality(tmp_path / "export")
    place.record("desk", "case.read", m=[])
    directory = place.export()

    assert run(directory)[0] == 1
    assert run(tmp_path / "nowhere")[0] == 2
    assert run(directory, "--policy", tmp_path / "nowhere")[0] == 2
    assert run(directory, "--older", tmp_path / "nowhere")[0] == 2


def test_the_auditors_own_policy_stands_above_the_one_in_the_directory(tmp_path: Path) -> None:
    place = Municipality(tmp_path / "export")
    directory = place.export()
    mine = place.write_policy(tmp_path / "minutes")
    (directory / "policy").write_text("quorum none\n", encoding="utf-8")

    assert "checkpoint.unsigned" in {kind for _, _, kind in found(verify(directory))}
    assert found(verify(directory, "--policy", mine)) == set()


def test_without_a_policy_it_says_whose_word_it_took(tmp_path: Path) -> None:
    directory = Municipality(tmp_path / "export").export()
    (directory / "policy").unlink()

    result = verify(directory)

    assert result["ok"]
    assert any("no policy" in notice for notice in result["notices"])


@pytest.mark.parametrize(
    "text", ["quorum somebody\n", "log x\nquorum none\n", "", "quorum none\nquorum none\n", "trust me\n"]
)
def test_a_crooked_policy_is_refused(tmp_path: Path, text: str) -> None:
    directory = Municipality(tmp_path / "export").export()
    (tmp_path / "crooked").write_text(text, encoding="utf-8")

    assert run(directory, "--policy", tmp_path / "crooked")[0] == 2


def test_a_checkpoint_signed_with_the_post_quantum_key_alone_holds(tmp_path: Path) -> None:
    place = Municipality(tmp_path / "export")
    directory = place.export()
    raw = (directory / "desk/checkpoint").read_text(encoding="utf-8")
    text = raw.partition("\n\n")[0] + "\n"
    signer = cosignature.MLDSA44Cosigner("fjellvik.example/desk/1", bytes(32))
    (directory / "desk/checkpoint").write_text(
        str(note.sign(text, [signer, WITNESS], 1_780_000_000)), encoding="utf-8"
    )
    policy = (directory / "policy").read_text(encoding="utf-8")
    (directory / "policy").write_text(f"log {signer.public}\n{policy}", encoding="utf-8")

    assert found(verify(directory)) == set()


def test_a_large_log_is_shared_between_processes_with_the_same_result(tmp_path: Path) -> None:
    place = Municipality(tmp_path / "export")
    verifier = load_verifier()
    for _ in range(verifier.SMALL + 100):
        place.record("desk", "case.read", at="2026-03-01")
    place.record("desk", "case.read", at="2026-02-28")
    directory = place.export()

    alone, shared = verify(directory, "--jobs", "1"), verify(directory, "--jobs", "2")

    assert alone == shared
    assert found(alone) == {("desk", verifier.SMALL + 102, "time.backwards")}


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100), st.integers(0, 511))
def test_its_signature_check_agrees_with_the_library_on_true_and_false_signatures(
    seed: bytes, message: bytes, bit: int
) -> None:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = key.public_key().public_bytes_raw(), bytearray(key.sign(message))
    holds = load_verifier().ed25519_holds

    assert holds(public, message, bytes(signature))
    signature[bit // 8] ^= 1 << bit % 8
    assert not holds(public, message, bytes(signature))
    assert not holds(Key(200).log("stranger").public.raw, message, key.sign(message))


def test_a_signature_with_a_scalar_beyond_the_group_order_is_refused() -> None:
    """RFC 8032 section 5.1.7: else anybody could make a second signature from the first."""
    verifier = load_verifier()
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    signature, public = key.sign(b"text"), key.public_key().public_bytes_raw()
    larger = (int.from_bytes(signature[32:], "little") + verifier.ORDER).to_bytes(32, "little")

    assert verifier.ed25519_holds(public, b"text", signature)
    assert not verifier.ed25519_holds(public, b"text", signature[:32] + larger)


keys = st.text(st.characters(codec="ascii"), max_size=8)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
)


@given(documents)
def test_three_canonical_forms_are_one(document: object) -> None:
    raw = rfc8785.dumps(document)  # type: ignore[arg-type]

    assert canonical.encode(document) == raw
    assert load_verifier().parse_canonical(raw) == document


def test_lawful_histories_raise_no_alarm(tmp_path: Path) -> None:
    for seed in range(12):
        place = Municipality(tmp_path / str(seed), seed)
        live(place, steps=50)

        assert found(verify(place.export())) == set(), f"seed {seed}"


@pytest.mark.soak
def test_ten_thousand_lawful_histories_raise_no_alarm(tmp_path: Path) -> None:
    for seed in range(1000, 11_000):
        place = Municipality(tmp_path / "export", seed)
        live(place, steps=30)

        assert found(verify(place.export())) == set(), f"seed {seed}"
        shutil.rmtree(tmp_path / "export")
