"""A reporter's receipt holds offline under the policy they were given, and under no other."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import whistle.tlog
from whistle.tlog import checkpoint, cosignature, keys, note, policy, receipt
from whistle.tlog.errors import NoteError, PolicyError, ProofError, ReceiptError, TlogError
from whistle.tlog.hashing import leaf_hash
from whistle.tlog.proof import prove_inclusion
from whistle.tlog.tree import MemoryTree, root_at

from .conftest import ORIGIN

ENTRIES = [b"entry %d" % number for number in range(9)]
README = Path(whistle.tlog.__file__).with_name("README.md").read_text(encoding="utf-8")


def receipt_for(index: int, *signers: note.Signer, at: int = 1_700_000_000) -> receipt.Receipt:
    tree = MemoryTree(map(leaf_hash, ENTRIES))
    head = checkpoint.Checkpoint(ORIGIN, len(ENTRIES), root_at(tree, len(ENTRIES)))
    proof = tuple(prove_inclusion(tree, index, len(ENTRIES)))
    return receipt.Receipt(index, proof, checkpoint.sign(head, signers, at))


@pytest.fixture
def trusted(fjellvik: note.Signer, control_committee: note.Signer) -> policy.Policy:
    """What the reporter was told: Fjellvik's log, and the control committee must have cosigned."""
    lines = [f"log {fjellvik.public}", f"witness committee {control_committee.public}", "quorum committee"]
    return policy.parse("\n".join([*lines, ""]).encode())


def test_a_cosigned_receipt_holds_and_tells_who_saw_it_when(
    trusted: policy.Policy, fjellvik: note.Signer, control_committee: note.Signer
) -> None:
    given = receipt_for(4, fjellvik, control_committee)

    judged = receipt.parse(given.text()).verify(ENTRIES[4], trusted)

    assert judged.checkpoint.size == 9
    assert judged.witnesses == {"committee": 1_700_000_000}


def test_a_receipt_does_not_hold_for_another_entry_or_another_place(
    trusted: policy.Policy, fjellvik: note.Signer, control_committee: note.Signer
) -> None:
    given = receipt_for(4, fjellvik, control_committee)

    with pytest.raises(ProofError):
        given.verify(ENTRIES[5], trusted)
    with pytest.raises(ProofError):
        replace(given, index=5).verify(ENTRIES[4], trusted)


def test_a_receipt_nobody_cosigned_does_not_meet_the_policy(
    trusted: policy.Policy, fjellvik: note.Signer
) -> None:
    with pytest.raises(PolicyError, match=r"policy\.quorum"):
        receipt_for(4, fjellvik).verify(ENTRIES[4], trusted)


def test_a_strangers_receipt_does_not_hold(
    trusted: policy.Policy, stranger: note.Signer, control_committee: note.Signer
) -> None:
    with pytest.raises(NoteError, match=r"note\.unsigned"):
        receipt_for(4, stranger, control_committee).verify(ENTRIES[4], trusted)


def test_extra_context_is_carried_and_vouched_for_by_nobody(fjellvik: note.Signer) -> None:
    given = replace(receipt_for(0, fjellvik), extra="årsrapport".encode())

    assert receipt.parse(given.text()) == given


TORN = [
    "", "c2sp.org/tlog-proof@v1\n", "c2sp.org/tlog-proof@v2\nindex 0\n\n", "c2sp.org/tlog-proof@v1\nindex 00\n\n",
    "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex 0\nAAAA\n\n",
]  # fmt: skip


@pytest.mark.parametrize("text", TORN)
def test_a_torn_receipt_is_refused(text: str) -> None:
    with pytest.raises(ReceiptError):
        receipt.parse(text)


def vkeys(names: str, kind: int = note.COSIGNATURE_ED25519) -> list[str]:
    return [str(keys.signer(keys.generate(name, kind)).public) for name in names]


def test_nested_groups_are_counted_as_the_file_says() -> None:
    lines = [f"witness {name} {key}" for name, key in zip("abcxyz", vkeys("abcxyz"), strict=True)]
    lines += [
        "group inside 2 a b c",
        "group outside any x y z",
        "group both all inside outside",
        "quorum both",
    ]
    both = policy.parse("\n".join(["# who must have seen it", *lines, ""]).encode())

    assert both.met_by(["a", "c", "z"])
    assert not both.met_by(["a", "b", "c"])
    assert not both.met_by(["a", "x", "y", "z"])
    assert not both.met_by(["a", "stranger", "z"])


A, B = vkeys("ab")
LOG = vkeys("l", note.ED25519)[0]
REFUSED = {
    "no quorum": f"witness a {A}\n",
    "two quorums": "quorum none\nquorum none\n",
    "unknown quorum": "quorum a\n",
    "name used before it stands": f"group g any a\nwitness a {A}\nquorum g\n",
    "a member counted twice": f"witness a {A}\ngroup g any a\ngroup h any a\nquorum g\n",
    "more than there are": f"witness a {A}\ngroup g 2 a\nquorum g\n",
    "none needed": f"witness a {A}\ngroup g 0 a\nquorum g\n",
    "an empty group": "group g any\nquorum g\n",
    "one key under two names": f"witness a {A}\nwitness b {A}\nquorum none\n",
    "one name for two keys": f"witness a {A}\nwitness a {B}\nquorum none\n",
    "a witness called none": f"witness none {A}\nquorum none\n",
    "a log's key as a witness": f"witness a {LOG}\nquorum none\n",
    "a witness's key as a log": f"log {A}\nquorum none\n",
    "a word too many": "quorum none none\n",
    "an unknown line": "trust everybody\nquorum none\n",
    "a carriage return": "quorum none\r\n",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED.keys())
def test_an_ambiguous_policy_is_refused(text: str) -> None:
    with pytest.raises(TlogError):
        policy.parse(text.encode())


def block(name: str) -> str:
    found = re.search(rf"```{name}\n(.*?)```", README, re.DOTALL)
    assert found
    return found.group(1)


def test_the_formats_page_shows_bytes_that_verify() -> None:
    trusted = policy.parse(block("policy").encode())

    judged = receipt.parse(block("receipt")).verify(b"second", trusted)

    assert (judged.checkpoint.size, judged.witnesses) == (3, {"kontrollutvalg": 1_700_000_000})
    assert receipt.parse(block("receipt")).checkpoint == block("checkpoint")


def test_the_formats_pages_bytes_are_what_this_code_writes(
    fjellvik: note.Signer, control_committee: cosignature.Ed25519Cosigner
) -> None:
    tree = MemoryTree(map(leaf_hash, [b"first", b"second", b"third"]))
    head = checkpoint.Checkpoint(ORIGIN, 3, root_at(tree, 3))

    assert checkpoint.sign(head, [fjellvik, control_committee], at=1_700_000_000) == block("checkpoint")
