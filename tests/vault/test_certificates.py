"""Whose keys the organisation vouches for, and whose it does not."""

import json

import pytest

from tests.vault.cast import ADA, NOON, ORG, OTHER_ORG, ROOT, STRANGER
from tests.vectors.seeds import seed
from whistle.vault import certificate
from whistle.vault.errors import VaultError

STAFF_ID = seed("ada id", 16)


def issue(root=ROOT, *, org=ORG, role=1, start=NOON, end=NOON + 100, kem=None):
    kem_pub = kem or ADA.kem.public
    return certificate.issue(root, org, 1, role, start, end, STAFF_ID, kem_pub, ADA.sig.public)


def test_certified_officer_is_known_by_both_keys():
    found = certificate.read(issue(), ROOT.public, ORG, NOON)

    assert (found.staff_id, found.kem_pub, found.sig_pub) == (STAFF_ID, ADA.kem.public, ADA.sig.public)
    assert found.key_id != found.sig_key_id


def test_strangers_key_in_an_officers_certificate_is_refused():
    raw = issue()
    swapped = raw[:53] + STRANGER.kem.public + raw[53 + 1216 :]

    with pytest.raises(VaultError, match=r"^certificate\.signature$"):
        certificate.read(swapped, ROOT.public, ORG, NOON)


def test_certificate_by_a_strangers_root_is_refused():
    with pytest.raises(VaultError, match=r"^certificate\.signature$"):
        certificate.read(issue(STRANGER.sig), ROOT.public, ORG, NOON)


def test_another_organisations_certificate_is_refused():
    with pytest.raises(VaultError, match=r"^certificate\.organisation$"):
        certificate.read(issue(org=OTHER_ORG), ROOT.public, ORG, NOON)


@pytest.mark.parametrize(
    ("at", "code"),
    [(NOON - 1, "early"), (NOON, None), (NOON + 100, None), (NOON + 101, "expired"), (None, None)],
)
def test_certificate_holds_from_its_first_second_to_its_last(at, code):
    if code is None:
        assert certificate.read(issue(), ROOT.public, ORG, at).serial == 1
    else:
        with pytest.raises(VaultError, match=rf"^certificate\.{code}$"):
            certificate.read(issue(), ROOT.public, ORG, at)


@pytest.mark.parametrize("at", [0, 16, 20, 21, 29, 37, 53, 1269, 1301, 1364])
def test_every_field_is_signed(at):
    raw = bytearray(issue())
    raw[at] ^= 1

    with pytest.raises(VaultError, match=r"^certificate\.signature$"):
        certificate.read(bytes(raw), ROOT.public, ORG, NOON)


@pytest.mark.parametrize(
    "wrong", [{"role": 0}, {"role": 6}, {"start": NOON + 200}, {"org": b"short"}, {"kem": bytes(32)}]
)
def test_certificate_that_makes_no_sense_is_not_issued(wrong):
    with pytest.raises(VaultError, match=r"^certificate\.malformed$"):
        issue(**wrong)


@pytest.mark.parametrize("raw", [b"", bytes(1364), bytes(1366)])
def test_octets_of_another_length_are_no_certificate(raw):
    with pytest.raises(VaultError, match=r"^certificate\.malformed$"):
        certificate.read(raw, ROOT.public, ORG, NOON)


def document(**other):
    return json.dumps({"v": 1, "org": ORG.hex(), "version": 1, **other}).encode()


def test_roster_signed_by_the_root_is_read():
    signature = certificate.sign_roster(ROOT, ORG, document())

    assert certificate.read_roster(document(), signature, ROOT.public, ORG)["version"] == 1


@pytest.mark.parametrize("forger", ["stranger", "officer", "changed", "another organisation"])
def test_rogue_roster_is_refused(forger):
    signature = {
        "stranger": certificate.sign_roster(STRANGER.sig, ORG, document()),
        "officer": certificate.sign_roster(ADA.sig, ORG, document()),
        "changed": certificate.sign_roster(ROOT, ORG, document(version=2)),
        "another organisation": certificate.sign_roster(ROOT, OTHER_ORG, document()),
    }[forger]

    with pytest.raises(VaultError, match=r"^roster\.signature$"):
        certificate.read_roster(document(), signature, ROOT.public, ORG)


@pytest.mark.parametrize(
    ("signed", "code"),
    [
        (b"{", "malformed"),
        (b"[]", "malformed"),
        (document(v=2), "malformed"),
        (document(org="00"), "organisation"),
    ],
)
def test_roster_that_makes_no_sense_is_refused_though_signed(signed, code):
    signature = certificate.sign_roster(ROOT, ORG, signed)

    with pytest.raises(VaultError, match=rf"^roster\.{code}$"):
        certificate.read_roster(signed, signature, ROOT.public, ORG)


def test_a_certificates_signature_is_no_rosters():
    raw = issue()

    with pytest.raises(VaultError, match=r"^roster\.signature$"):
        certificate.read_roster(raw[:-64], raw[-64:], ROOT.public, ORG)
