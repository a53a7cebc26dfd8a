"""Proofs hold for what is in the log and for nothing else; outsiders' vectors and libraries agree."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import pymerkle
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whistle.tlog.errors import ProofError
from whistle.tlog.hashing import EMPTY_ROOT, leaf_hash, node_hash
from whistle.tlog.proof import prove_consistency, prove_inclusion, verify_consistency, verify_inclusion
from whistle.tlog.tree import CompactRange, MemoryTree, root_at, root_of, split

VECTORS = os.environ.get("WHISTLE_MERKLE_VECTORS", "")


def outside_vectors(name: str) -> list[Any]:
    """The cases of one file of vectors that this project did not write; one skipped case when they are absent."""
    if not VECTORS:
        reason = "WHISTLE_MERKLE_VECTORS names no folder: outside vectors were not tried"
        return [pytest.param({}, marks=pytest.mark.skip(reason=reason))]
    cases = json.loads((Path(VECTORS) / name).read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["file"]) for case in cases]


def octets(encoded: str | None) -> bytes:
    return base64.b64decode(encoded or "")


@pytest.mark.parametrize("case", outside_vectors("inclusion.json"))
def test_strangers_inclusion_vectors_are_judged_as_their_authors_judge_them(case: dict[str, Any]) -> None:
    proof = [octets(one) for one in case["proof"] or []]
    arguments = (octets(case["leafHash"]), case["leafIdx"], case["treeSize"], proof, octets(case["root"]))

    if case["wantErr"]:
        with pytest.raises(ProofError):
            verify_inclusion(*arguments)
    else:
        verify_inclusion(*arguments)


@pytest.mark.parametrize("case", outside_vectors("consistency.json"))
def test_strangers_consistency_vectors_are_judged_as_their_authors_judge_them(case: dict[str, Any]) -> None:
    proof = [octets(one) for one in case["proof"] or []]
    arguments = (case["size1"], case["size2"], proof, octets(case["root1"]), octets(case["root2"]))

    if case["wantErr"]:
        with pytest.raises(ProofError):
            verify_consistency(*arguments)
    else:
        verify_consistency(*arguments)


def defined_root(leaves: list[bytes]) -> bytes:
    """The root exactly as RFC 6962 section 2.1 defines it: slow, recursive, and beyond doubt."""
    if not leaves:
        return EMPTY_ROOT
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node_hash(defined_root(leaves[:k]), defined_root(leaves[k:]))


def test_every_tree_of_up_to_64_leaves_proves_every_leaf_and_every_beginning() -> None:
    leaves = [leaf_hash(bytes([number])) for number in range(64)]
    tree, grown, roots = MemoryTree(), CompactRange(), [EMPTY_ROOT]

    for size, leaf in enumerate(leaves, start=1):
        tree.push(leaf)
        grown.push(leaf)
        root = root_at(tree, size)
        roots.append(root)
        assert root == grown.root() == root_of(leaves[:size]) == defined_root(leaves[:size])
        for index in range(size):
            verify_inclusion(leaves[index], index, size, prove_inclusion(tree, index, size), root)
        for older in range(1, size + 1):
            verify_consistency(older, size, prove_consistency(tree, older, size), roots[older], root)


def test_another_library_finds_the_same_root_and_the_same_proofs() -> None:
    entries = [b"entry %d" % number for number in range(300)]
    theirs = pymerkle.InmemoryTree(algorithm="sha256")
    for entry in entries:
        theirs.append_entry(entry)
    ours = MemoryTree(map(leaf_hash, entries))

    assert theirs.get_root() == root_at(ours, 300)
    for index in (0, 1, 127, 128, 255, 256, 298, 299):
        path = theirs.prove_inclusion(index + 1, 300).serialize()["path"]
        assert [bytes.fromhex(one) for one in path[1:]] == prove_inclusion(ours, index, 300)


sizes = st.integers(1, 200)


@given(sizes, sizes, st.data())
def test_any_beginning_proves_consistent_and_any_flipped_bit_of_its_proof_fails(
    first: int, second: int, data: st.DataObject
) -> None:
    older, size = sorted((first, second))
    tree = MemoryTree(leaf_hash(b"%d" % number) for number in range(size))
    proof, root1, root2 = prove_consistency(tree, older, size), root_at(tree, older), root_at(tree, size)

    verify_consistency(older, size, proof, root1, root2)

    parts = [*proof, root1, root2]
    flipped = flip(parts, data)
    if (older, root1) == (size, root2):
        return  # one tree against itself: two flipped roots could agree, and one flipped is caught below
    with pytest.raises(ProofError):
        verify_consistency(older, size, flipped[:-2], flipped[-2], flipped[-1])


@given(sizes, st.data())
def test_any_flipped_bit_of_leaf_proof_or_root_fails(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    tree = MemoryTree(leaf_hash(b"%d" % number) for number in range(size))
    leaf, proof, root = leaf_hash(b"%d" % index), prove_inclusion(tree, index, size), root_at(tree, size)

    flipped = flip([leaf, *proof, root], data)

    with pytest.raises(ProofError):
        verify_inclusion(flipped[0], index, size, flipped[1:-1], flipped[-1])


@given(st.integers(2, 200), st.data())
def test_a_leaf_is_proved_at_its_own_place_only(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    elsewhere = data.draw(st.integers(0, size - 1).filter(lambda other: other != index))
    tree = MemoryTree(leaf_hash(b"%d" % number) for number in range(size))
    proof = prove_inclusion(tree, index, size)

    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(b"%d" % index), elsewhere, size, proof, root_at(tree, size))


def flip(parts: list[bytes], data: st.DataObject) -> list[bytes]:
    """The parts with one bit of one of them turned."""
    which = data.draw(st.integers(0, len(parts) - 1))
    bit = data.draw(st.integers(0, 255))
    changed = bytearray(parts[which])
    changed[bit // 8] ^= 1 << bit % 8
    return [*parts[:which], bytes(changed), *parts[which + 1 :]]


def test_a_stranger_cannot_pass_an_inner_node_off_as_an_entry() -> None:
    tree = MemoryTree(leaf_hash(bytes([number])) for number in range(4))
    inner = tree.read_hashes([(0, 0), (0, 1)])
    root = root_at(tree, 4)

    with pytest.raises(ProofError):
        verify_inclusion(leaf_hash(b"".join(inner)), 0, 2, tree.read_hashes([(1, 1)]), root)


def test_a_proof_from_the_empty_tree_is_refused_because_it_says_nothing() -> None:
    with pytest.raises(ProofError, match=r"proof\.range"):
        verify_consistency(0, 5, [], EMPTY_ROOT, bytes(32))
