"""Other people's vectors, shipped in PyPI cryptography-vectors: they would notice if a new version changed its bytes."""

import json
from pathlib import Path

import cryptography_vectors
import pytest
from cryptography.hazmat.primitives import hashes, hpke
from cryptography.hazmat.primitives.asymmetric import x25519
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from whistle.vault import keys

# The vectors have associated data, which the public interface leaves out; only the first message is single shot.
_decrypt_with_aad = hpke.rust_openssl.hpke._decrypt_with_aad
FOLDER = Path(cryptography_vectors.__file__).parent


def _blocks(path: str) -> list[dict[str, str]]:
    blocks = (FOLDER / path).read_text("utf-8").split("COUNT")[1:]
    lines = [[line.partition(" =") for line in block.splitlines()] for block in blocks]
    return [{name.strip().lower(): value.strip() for name, found, value in each if found} for each in lines]


def test_reporters_x_wing_key_opens_what_another_library_sealed():
    rows = json.loads((FOLDER / "HPKE/hpke-pq-test-vectors.json").read_text("utf-8"))
    row = next(row for row in rows if row["kem_id"] == 0x647A and row["kdf_id"] == 1)
    pair = keys.KemPair.from_seed(bytes.fromhex(row["skRm"]))

    assert pair.public.hex() == row["pkRm"]
    suite = hpke.Suite(hpke.KEM.MLKEM768_X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.CHACHA20_POLY1305)
    first = row["encryptions"][0]
    sealed, info = bytes.fromhex(row["enc"] + first["ct"]), bytes.fromhex(row["info"])
    opened = _decrypt_with_aad(suite, sealed, pair.private, info, bytes.fromhex(first["aad"]))
    assert opened.hex() == first["pt"]


def test_hpke_of_the_rfc_opens():
    rows = json.loads((FOLDER / "HPKE/test-vectors.json").read_text("utf-8"))
    suite = hpke.Suite(hpke.KEM.X25519, hpke.KDF.HKDF_SHA256, hpke.AEAD.AES_256_GCM)
    row = next(r for r in rows if (r["mode"], r["kem_id"], r["kdf_id"], r["aead_id"]) == (0, 0x20, 1, 2))
    private = x25519.X25519PrivateKey.from_private_bytes(bytes.fromhex(row["skRm"]))
    first = row["encryptions"][0]
    sealed = bytes.fromhex(row["enc"] + first["ct"])
    opened = _decrypt_with_aad(
        suite, sealed, private, bytes.fromhex(row["info"]), bytes.fromhex(first["aad"])
    )
    assert opened.hex() == first["pt"]


@pytest.mark.parametrize("row", _blocks("KDF/argon2id.txt"), ids=lambda row: f"{row['memcost']} KiB")
def test_argon2id(row):
    argon2 = Argon2id(
        salt=bytes.fromhex(row["salt"]),
        length=int(row["length"]),
        iterations=int(row["iter"]),
        lanes=int(row["lanes"]),
        memory_cost=int(row["memcost"]),
        ad=bytes.fromhex(row["ad"]) if "ad" in row else None,
        secret=bytes.fromhex(row["secret"]) if "secret" in row else None,
    )
    assert argon2.derive(bytes.fromhex(row["pass"])).hex() == row["output"]


def test_ed25519_signs_as_its_authors_do_and_a_stranger_signs_otherwise():
    lines = (FOLDER / "asymmetric/Ed25519/sign.input").read_text("ascii").split()[:200]
    for line in lines:
        secret, public, message, signed = (bytes.fromhex(part) for part in line.split(":")[:4])
        pair = keys.SigPair.from_seed(secret[:32])
        assert (pair.public, pair.sign(message)) == (public, signed[:64])
        assert keys.verify(public, signed[:64], message)
        assert not keys.verify(keys.SigPair.from_seed(bytes(32)).public, signed[:64], message)


def test_hkdf_is_the_rfcs():
    for row in _blocks("KDF/rfc-5869-HKDF-SHA256.txt"):
        hkdf = HKDF(
            algorithm=hashes.SHA256(),
            length=int(row["l"]),
            salt=bytes.fromhex(row["salt"]) or None,
            info=bytes.fromhex(row["info"]),
        )
        assert hkdf.derive(bytes.fromhex(row["ikm"])).hex() == row["okm"]
