"""What somebody who holds the ciphertexts may try with them. All of it must be refused, and all alike."""

import pytest

from tests.vault.cast import ADA, BO, BOX, BOX_KEY, ORG, OTHER_ORG, REPORTER, STRANGER, place
from tests.vectors.seeds import content_of, seed
from whistle.vault import box, item, seal, signed
from whistle.vault.errors import VaultError

CHUNK = 16_400
CONTENT = content_of(40_000)
HEADER, BODY = item.seal_item(BOX_KEY, place(), CONTENT)
FOREIGN_HEADER, FOREIGN_BODY = item.seal_item(BOX_KEY, place(seq=2), CONTENT)


def chunk(number: int, body: bytes = BODY) -> bytes:
    return body[number * CHUNK : (number + 1) * CHUNK]


def flipped(octets: bytes, at: int) -> bytes:
    changed = bytearray(octets)
    changed[at] ^= 1
    return bytes(changed)


BODIES = {
    "first bit flipped": flipped(BODY, 0),
    "last bit flipped": flipped(BODY, -1),
    "tag flipped": flipped(BODY, CHUNK - 1),
    "last chunk dropped": chunk(0) + chunk(1),
    "middle chunk dropped": chunk(0) + chunk(2),
    "first chunk dropped": chunk(1) + chunk(2),
    "chunks swapped": chunk(1) + chunk(0) + chunk(2),
    "chunk doubled": chunk(0) + chunk(0) + chunk(1) + chunk(2),
    "chunk doubled over another": chunk(0) + chunk(0) + chunk(2),
    "cut by one octet": BODY[:-1],
    "cut inside a chunk": BODY[: CHUNK + 100],
    "nothing left": b"",
    "octets added": BODY + bytes(16),
    "chunk added": BODY + chunk(0),
    "another item's chunk": chunk(0) + chunk(1, FOREIGN_BODY) + chunk(2),
    "another item's body": FOREIGN_BODY,
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
def test_changed_body_is_refused_whole_and_in_pieces(body):
    with pytest.raises(VaultError, match=r"^item\.refused$"):
        item.open_item(BOX_KEY, place(), HEADER, body)

    with pytest.raises(VaultError, match=r"^item\.refused$"):
        opener = item.Opener(BOX_KEY, place(), HEADER, len(BODY))
        for at in range(0, len(body), 5_000):
            opener.update(body[at : at + 5_000])
        opener.finalize()


@pytest.mark.parametrize(
    "header",
    [flipped(HEADER, 0), flipped(HEADER, 55), FOREIGN_HEADER, HEADER[:-1], b""],
    ids=["first byte", "last byte", "of another item", "cut short", "empty"],
)
def test_another_header_is_refused(header):
    with pytest.raises(VaultError, match=r"^item\.refused$"):
        item.open_item(BOX_KEY, place(), header, BODY)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"seq": 2},
        {"epoch": 2},
        {"role": 2},
        {"kind": 4},
        {"org": OTHER_ORG},
        {"box_id": seed("another box", 16)},
        {"item_id": seed("another item", 16)},
    ],
    ids=lambda elsewhere: next(iter(elsewhere)),
)
def test_item_moved_elsewhere_is_refused(elsewhere):
    with pytest.raises(VaultError, match=r"^item\.refused$"):
        item.open_item(BOX_KEY, place(**elsewhere), HEADER, BODY)


def test_strangers_box_key_is_refused():
    with pytest.raises(VaultError, match=r"^item\.refused$"):
        item.open_item(seed("stranger's box key"), place(), HEADER, BODY)


def frame(length: int, padding: bytes = b"\0") -> bytes:
    return b"hello" + padding * 4_083 + length.to_bytes(8, "big")


@pytest.mark.parametrize(
    ("lie", "claimed"),
    [
        (frame(4_090), 5),
        (frame(5, b"\1"), 5),
        (frame(5_000), 5_000),
        (frame(5), 5_000),
        (frame(2**64 - 1), 5),
    ],
    ids=["too long", "hidden octets", "longer than it is", "size of another", "absurd"],
)
def test_frame_that_lies_is_refused_though_a_member_of_the_box_made_it(lie, claimed):
    sealer = item.Sealer(BOX_KEY, place())
    body = sealer._encryptor.update(lie) + sealer._encryptor.finalize()
    opener = item.Opener(BOX_KEY, place(), sealer.header, item.body_size(claimed))

    with pytest.raises(VaultError, match=r"^item\.refused$"):
        opener.update(body)
        opener.finalize()


def test_officer_cannot_write_as_the_reporter():
    forged = signed.sign(place(), b"I take it all back", signed.FIRST, ADA.sig)

    with pytest.raises(VaultError, match=r"^signed\.author$"):
        signed.read(place(), forged, REPORTER.sig.public)


def test_officer_cannot_put_the_reporters_name_on_their_own_words():
    forged = signed.sign(place(), b"I take it all back", signed.FIRST, ADA.sig)
    renamed = forged[:64] + REPORTER.sig.public + forged[96:]

    with pytest.raises(VaultError, match=r"^signed\.signature$"):
        signed.read(place(), renamed, REPORTER.sig.public)


@pytest.mark.parametrize(
    "elsewhere", [{"box_id": seed("another box", 16)}, {"role": 2}, {"seq": 2}, {"epoch": 2}]
)
def test_signed_words_cannot_be_lifted_elsewhere(elsewhere):
    content = signed.sign(place(), b"{}", signed.FIRST, REPORTER.sig)

    with pytest.raises(VaultError, match=r"^signed\.signature$"):
        signed.read(place(**elsewhere), content, REPORTER.sig.public)


def test_what_the_author_had_seen_cannot_be_changed():
    content = signed.sign(place(), b"{}", seed("newest item"), REPORTER.sig)
    rewritten = content[:96] + signed.FIRST + content[128:]

    assert signed.read(place(), content, REPORTER.sig.public).prev == seed("newest item")
    with pytest.raises(VaultError, match=r"^signed\.signature$"):
        signed.read(place(), rewritten, REPORTER.sig.public)


@pytest.mark.parametrize("size", [0, 64, 127])
def test_content_too_short_to_be_signed_is_refused(size):
    with pytest.raises(VaultError, match=r"^signed\.malformed$"):
        signed.read(place(), bytes(size), None)


SEALED = seal.seal(BOX_KEY, ADA.kem.public, ORG, BOX, 1)


@pytest.mark.parametrize(
    ("sealed", "pair", "where"),
    [
        (SEALED, BO.kem, (ORG, BOX, 1)),
        (SEALED, STRANGER.kem, (ORG, BOX, 1)),
        (SEALED, ADA.kem, (ORG, BOX, 2)),
        (SEALED, ADA.kem, (OTHER_ORG, BOX, 1)),
        (SEALED, ADA.kem, (ORG, seed("another box", 16), 1)),
        (flipped(SEALED, 0), ADA.kem, (ORG, BOX, 1)),
        (flipped(SEALED, 1119), ADA.kem, (ORG, BOX, 1)),
        (flipped(SEALED, -1), ADA.kem, (ORG, BOX, 1)),
        (SEALED[:-1], ADA.kem, (ORG, BOX, 1)),
        (SEALED + b"\0", ADA.kem, (ORG, BOX, 1)),
        (b"", ADA.kem, (ORG, BOX, 1)),
    ],
    ids=[
        "colleague",
        "stranger",
        "epoch",
        "organisation",
        "box",
        "kem",
        "x25519",
        "tag",
        "cut",
        "added",
        "empty",
    ],
)
def test_seal_opens_for_one_person_in_one_place_only(sealed, pair, where):
    assert seal.open(SEALED, ADA.kem, ORG, BOX, 1) == BOX_KEY

    with pytest.raises(VaultError, match=r"^seal\.refused$"):
        seal.open(sealed, pair, *where)


def test_key_that_is_no_key_gets_no_seal():
    for malformed in (b"", bytes(32), bytes(1216), b"\xff" * 1216):
        with pytest.raises(VaultError, match=r"^key\.malformed$"):
            seal.seal(BOX_KEY, malformed, ORG, BOX, 1)


def test_server_cannot_pass_its_own_key_off_as_the_reporters():
    nonce = seed("nonce", 16)
    mailbox = box.reporter_box_id(ORG, REPORTER.kem.public, REPORTER.sig.public, nonce)

    assert box.reporter_box_id(ORG, STRANGER.kem.public, REPORTER.sig.public, nonce) != mailbox
    assert box.reporter_box_id(ORG, REPORTER.kem.public, STRANGER.sig.public, nonce) != mailbox
    assert box.reporter_box_id(OTHER_ORG, REPORTER.kem.public, REPORTER.sig.public, nonce) != mailbox


def test_half_of_a_key_is_worth_nothing():
    half, other = seal.split(BOX_KEY)

    assert seal.join(half, other) == BOX_KEY
    for part in (half, other):
        with pytest.raises(VaultError, match=r"^item\.refused$"):
            item.open_item(part, place(), HEADER, BODY)
