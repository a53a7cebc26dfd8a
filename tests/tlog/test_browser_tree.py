"""The browser's half reads the same notes as everybody else, those for tomorrow's computers too."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from whistle.tlog import checkpoint, cosignature, note, tree
from whistle.tlog.hashing import leaf_hash

from .conftest import ORIGIN

HERE = Path(__file__).parents[2]
SCRIPT = """
import { readFileSync } from "node:fs";
import { parseCheckpoint, parseKey, parsePolicy, rootOf, leafHash, signedBy, witnessed } from "MODULE";
const given = JSON.parse(readFileSync(0, "utf8"));
const head = parseCheckpoint(given.note);
const answers = {};
for (const [name, vkey] of Object.entries(given.keys)) answers[name] = await signedBy(head, parseKey(vkey));
const leaves = await Promise.all(given.entries.map((entry) => leafHash(new TextEncoder().encode(entry))));
const policy = parsePolicy(given.policy);
console.log(JSON.stringify({ answers, root: Buffer.from(await rootOf(leaves)).toString("hex"), ...(await witnessed(head, policy)) }));
"""

pytestmark = pytest.mark.skipif(
    not shutil.which("node") or not (HERE / "node_modules").is_dir(), reason="no node"
)


@pytest.fixture
def quantum() -> cosignature.MLDSA44Cosigner:
    """The log's second key."""
    return cosignature.MLDSA44Cosigner(ORIGIN, bytes([7]) * 32)


@pytest.fixture
def committee() -> list[note.Signer]:
    """A witness with a key of each kind."""
    return [
        cosignature.Ed25519Cosigner("committee.example/witness", bytes([8]) * 32),
        cosignature.MLDSA44Cosigner("committee.example/quantum", bytes([9]) * 32),
    ]


def browser(**given: Any) -> dict[str, Any]:
    script = SCRIPT.replace("MODULE", str(HERE / "whistle" / "browser" / "desk" / "log-tree.js"))
    done = subprocess.run(
        ["node", "--input-type=module", "-e", script], input=json.dumps(given), capture_output=True, text=True,
        check=False, cwd=HERE,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)  # type: ignore[no-any-return]


@pytest.fixture
def given(
    fjellvik: note.Signer, quantum: note.Signer, committee: list[note.Signer], stranger: note.Signer
) -> dict[str, Any]:
    """Three entries under four signatures; a stranger's key beside those that signed."""
    entries = ["one", "two", "three"]
    head = checkpoint.Checkpoint(ORIGIN, 3, tree.root_of([leaf_hash(entry.encode()) for entry in entries]))
    policy = [f"witness w{n} {one.public}" for n, one in enumerate(committee)]
    return {
        "note": checkpoint.sign(head, [fjellvik, quantum, *committee], at=1_700_000_000),
        "keys": {
            "log": str(fjellvik.public), "quantum": str(quantum.public), "stranger": str(stranger.public),
            "later": str(committee[1].public),
        },
        "entries": entries,
        "policy": "\n".join([*policy, "group both all w0 w1", "quorum both", ""]),
    }  # fmt: skip


def test_the_browser_believes_both_kinds_of_signature(given: dict[str, Any]) -> None:
    found = browser(**given)

    assert found["answers"] == {"log": True, "quantum": True, "stranger": None, "later": True}
    assert (found["names"], found["enough"]) == (["w0", "w1"], True)
    assert found["root"] == checkpoint.parse(note.parse(given["note"].encode()).text).root.hex()


def test_the_browser_believes_neither_once_the_size_was_changed(given: dict[str, Any]) -> None:
    changed = given["note"].replace("\n3\n", "\n4\n", 1)
    assert changed != given["note"]

    found = browser(**{**given, "note": changed})

    assert found["answers"] == {"log": False, "quantum": False, "stranger": None, "later": False}
    assert (found["names"], found["enough"]) == ([], False)


def test_a_witnesss_word_on_the_time_cannot_be_moved(given: dict[str, Any], quantum: note.Signer) -> None:
    """The time stands in the signature line: eight octets behind the key's identifier."""
    import base64

    lines = given["note"].split("\n")
    place = next(at for at, line in enumerate(lines) if line.startswith("\u2014 committee.example/quantum"))
    dash, name, encoded = lines[place].split(" ")
    raw = bytearray(base64.b64decode(encoded))
    raw[11] ^= 1
    lines[place] = " ".join([dash, name, base64.b64encode(raw).decode()])

    assert browser(**{**given, "note": "\n".join(lines)})["answers"]["later"] is False
