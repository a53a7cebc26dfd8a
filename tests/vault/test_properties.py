"""What holds for all contents, lengths and ways of cutting them."""

import ast
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import whistle.vault
from tests.vault.cast import ADA, BOX, BOX_KEY, ORG, STRANGER, place
from tests.vectors.seeds import content_of
from whistle.vault import item, padding, seal, signed
from whistle.vault.errors import VaultError

SOURCES = sorted(Path(whistle.vault.__file__).parent.glob("*.py"))


@settings(deadline=None)
@given(st.binary(max_size=70_000), st.lists(st.integers(1, 40_000), max_size=6), st.integers(1, 2**32 - 1))
def test_opening_inverts_sealing_however_it_is_cut(content, cuts, seq):
    ctx = place(seq=seq)
    sealer = item.Sealer(BOX_KEY, ctx)
    body = b"".join(sealer.update(piece) for piece in pieces(content, cuts)) + sealer.finalize()

    assert len(body) == item.body_size(len(content))
    assert item.plausible_body(len(body))
    assert item.open_item(BOX_KEY, ctx, sealer.header, body) == content
    opener = item.Opener(BOX_KEY, ctx, sealer.header, len(body))
    assert b"".join(opener.update(piece) for piece in pieces(body, cuts)) + opener.finalize() == content
    running = item.ItemHash(ctx, sealer.header)
    for piece in pieces(body, cuts):
        running.update(piece)
    assert running.digest() == item.item_hash(ctx, sealer.header, body)


def pieces(octets: bytes, cuts: list[int]) -> list[bytes]:
    borders = sorted({0, len(octets), *(cut for cut in cuts if cut < len(octets))})
    return [octets[start:end] for start, end in pairwise(borders)]


@given(st.binary(max_size=300), st.integers(0, 4_111), st.integers(0, 7))
def test_any_flipped_bit_is_refused(content, at, bit):
    header, body = item.seal_item(BOX_KEY, place(), content)
    changed = bytearray(body)
    changed[at] ^= 1 << bit

    with pytest.raises(VaultError, match=r"^item\.refused$"):
        item.open_item(BOX_KEY, place(), header, bytes(changed))


@given(st.integers(0, 2**48))
def test_a_length_says_little_and_costs_little(length):
    frame = item.padded_size(length)

    assert frame >= length + 8
    assert frame <= max(4_096, (length + 8) * 1.12)
    assert padding.padme(frame) == frame
    assert padding.frame_size(item.body_size(length)) == frame
    smallest = padding.smallest_content(frame)
    assert smallest <= length
    assert item.padded_size(smallest) == frame
    assert smallest == 0 or item.padded_size(smallest - 1) < frame


@given(st.integers(0, 10**6))
def test_a_body_no_item_can_have_is_known(size):
    frame = padding.frame_size(size)

    assert item.plausible_body(size) == (frame is not None)
    if frame is not None:
        assert item.body_size(padding.smallest_content(frame)) == size


@given(st.binary(min_size=32, max_size=32), st.integers(1, 2**32 - 1))
def test_recipient_opens_every_seal_and_a_stranger_none(box_key, epoch):
    sealed = seal.seal(box_key, ADA.kem.public, ORG, BOX, epoch)

    assert seal.open(sealed, ADA.kem, ORG, BOX, epoch) == box_key
    with pytest.raises(VaultError, match=r"^seal\.refused$"):
        seal.open(sealed, STRANGER.kem, ORG, BOX, epoch)


@given(st.binary(), st.binary(min_size=32, max_size=32))
def test_reading_inverts_signing(body, prev):
    found = signed.read(place(), signed.sign(place(), body, prev, ADA.sig), ADA.sig.public)

    assert found == signed.Signed(body=body, prev=prev, author_sig_pub=ADA.sig.public)


def test_the_same_words_never_look_the_same():
    made = {item.seal_item(BOX_KEY, place(), b"hello") for _ in range(20)}

    assert len({header for header, _ in made}) == len({body for _, body in made}) == 20


def test_large_file_is_sealed_and_opened_a_piece_at_a_time():
    sealer = item.Sealer(BOX_KEY, place(kind=2))
    piece = content_of(1 << 20)
    parts = [sealer.update(piece) for _ in range(9)] + list(sealer.closing())
    assert max(len(part) for part in parts) < (1 << 20) + 20_000
    opener = item.Opener(BOX_KEY, place(kind=2), sealer.header, sum(map(len, parts)))

    at_once = b"".join(opener.update(part) for part in parts)

    assert len(at_once) > 8 << 20
    assert at_once + opener.finalize() == piece * 9


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": 0},
        {"kind": 6},
        {"role": 4},
        {"seq": 0},
        {"epoch": 0},
        {"epoch": 2**32},
        {"org": b""},
        {"item_id": bytes(15)},
    ],
    ids=str,
)
def test_place_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(VaultError, match=r"^item\.context$"):
        place(**wrong)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_vault_knows_no_stranger_and_no_weak_chance(path):
    """Only `secrets`, `os.urandom` and the library's own randomness; no Django, no network, nothing above it."""
    tree = ast.parse(path.read_text("utf-8"))
    names = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    roots = {name.split(".")[0] for name in names}

    assert not roots & {"random", "django", "celery", "requests", "socket", "urllib", "guardian"}
    assert all(
        name.startswith(("whistle.vault", "whistle.core")) for name in names if name.startswith("whistle")
    )
