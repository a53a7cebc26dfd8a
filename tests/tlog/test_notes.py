"""Only the log's own key makes a checkpoint, and a note is one byte string."""

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whistle.tlog import checkpoint, cosignature, keys, note
from whistle.tlog.errors import CheckpointError, NoteError

from .conftest import ORIGIN

ROOT = bytes(range(32))
HEAD = checkpoint.Checkpoint(ORIGIN, 7, ROOT)


def test_a_checkpoint_signed_by_fjellvik_opens(fjellvik: note.Ed25519Signer) -> None:
    signed = checkpoint.sign(HEAD, [fjellvik], at=0)

    opened = checkpoint.open_checkpoint(signed.encode(), ORIGIN, [keys.verifier(str(fjellvik.public))])

    assert opened.checkpoint == HEAD


def test_a_checkpoint_signed_by_a_stranger_in_fjellviks_name_does_not_open(
    fjellvik: note.Ed25519Signer, stranger: note.Ed25519Signer
) -> None:
    signed = checkpoint.sign(HEAD, [stranger], at=0)

    with pytest.raises(NoteError, match=r"note\.unsigned"):
        checkpoint.open_checkpoint(signed.encode(), ORIGIN, [keys.verifier(str(fjellvik.public))])


def test_a_known_key_whose_line_does_not_hold_spoils_the_note_though_another_line_holds(
    fjellvik: note.Ed25519Signer, control_committee: cosignature.Ed25519Cosigner
) -> None:
    signed = note.sign(HEAD.text(), [fjellvik, control_committee], at=5)
    broken = note.Signature(control_committee.public.name, control_committee.public.key_id, bytes(72))
    known = [keys.verifier_of(fjellvik.public), keys.verifier_of(control_committee.public)]

    with pytest.raises(NoteError, match=r"note\.invalid"):
        note.open_note(note.Note(signed.text, (signed.signatures[0], broken)), known)


@pytest.mark.parametrize("kind", [note.ED25519, note.COSIGNATURE_ED25519, note.COSIGNATURE_MLDSA44])
def test_each_type_of_key_signs_and_its_strings_lead_back_to_it(kind: int) -> None:
    private = keys.generate("example.com/someone", kind)
    signer, other = keys.signer(private), keys.signer(keys.generate("example.com/someone", kind))
    verifier = keys.verifier(str(signer.public))

    signature = signer.sign(HEAD.text(), at=1_700_000_000)

    assert verifier.verify(HEAD.text(), signature)
    assert not verifier.verify(checkpoint.Checkpoint(ORIGIN, 8, ROOT).text(), signature)
    assert not keys.verifier(str(other.public)).verify(HEAD.text(), signature)


@pytest.mark.parametrize("kind", [note.COSIGNATURE_ED25519, note.COSIGNATURE_MLDSA44])
def test_nobody_can_move_the_time_of_a_cosignature(kind: int) -> None:
    signer = keys.signer(keys.generate("witness.example", kind))
    signature = signer.sign(HEAD.text(), at=1_700_000_000)
    later = (1_700_000_001).to_bytes(8, "big") + signature[8:]

    assert not keys.verifier_of(signer.public).verify(HEAD.text(), later)


@given(st.data())
def test_any_flipped_bit_of_a_signed_checkpoint_makes_it_refused(data: st.DataObject) -> None:
    log = note.Ed25519Signer(ORIGIN, bytes(32))
    raw = bytearray(checkpoint.sign(HEAD, [log], at=0).encode())
    bit = data.draw(st.integers(0, len(raw) * 8 - 1))
    raw[bit // 8] ^= 1 << bit % 8

    with pytest.raises((NoteError, CheckpointError)):
        checkpoint.open_checkpoint(bytes(raw), ORIGIN, [keys.verifier_of(log.public)])


def test_the_specifications_own_example_is_read_and_written_back_byte_for_byte() -> None:
    """The example of C2SP tlog-checkpoint."""
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    line = (
        "\u2014 example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
        "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
    )

    parsed = note.parse((text + "\n" + line).encode())

    assert str(parsed) == text + "\n" + line
    assert checkpoint.parse(parsed.text).size == 20_852_163


MALFORMED = {
    "no signature": "text\n",
    "no final newline": "text\n\n\u2014 a AAAAAAA=",
    "a tab": "te\txt\n\n\u2014 a AAAAAAA=\n",
    "another dash": "text\n\n- a AAAAAAA=\n",
    "a name with a plus": "text\n\n\u2014 a+b AAAAAAA=\n",
    "nothing after the identifier": "text\n\n\u2014 a AAAAAA==\n",
    "another spelling of base64": "text\n\n\u2014 a AAAAAAB=\n",
    "a line break in base64": "text\n\n\u2014 a AAAA\nAAA=\n",
    "too many lines": "text\n\n" + "\u2014 a AAAAAAA=\n" * 65,
}


@pytest.mark.parametrize("raw", MALFORMED.values(), ids=MALFORMED.keys())
def test_a_malformed_note_is_refused(raw: str) -> None:
    with pytest.raises(NoteError):
        note.parse(raw.encode())


CROOKED = {
    "two lines": "log\n1\n",
    "a leading zero": f"log\n07\n{base64.b64encode(ROOT).decode()}\n",
    "a negative size": f"log\n-1\n{base64.b64encode(ROOT).decode()}\n",
    "a short root": f"log\n1\n{base64.b64encode(ROOT[:31]).decode()}\n",
    "an empty extension": f"log\n1\n{base64.b64encode(ROOT).decode()}\n\n",
    "size 0 with the root of something": f"log\n0\n{base64.b64encode(ROOT).decode()}\n",
}


@pytest.mark.parametrize("text", CROOKED.values(), ids=CROOKED.keys())
def test_a_crooked_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(CheckpointError):
        checkpoint.parse(text)


def test_a_key_string_with_another_keys_identifier_is_refused(
    fjellvik: note.Ed25519Signer, stranger: note.Ed25519Signer
) -> None:
    mine, theirs = str(fjellvik.public).split("+", 2), str(stranger.public).split("+", 2)

    with pytest.raises(NoteError, match=r"key\.id"):
        note.parse_key("+".join((mine[0], mine[1], theirs[2])))


def test_a_key_file_is_for_its_owner_only_and_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "log.key"
    keys.write_key_file(path, [keys.generate(ORIGIN, note.ED25519)])

    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.read_key_file(path)[0].public.name == ORIGIN
    with pytest.raises(FileExistsError):
        keys.write_key_file(path, [])
    path.chmod(0o644)
    with pytest.raises(NoteError, match=r"key\.mode"):
        keys.read_key_file(path)
