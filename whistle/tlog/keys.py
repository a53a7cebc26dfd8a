"""Key strings: which signature type a key is for decides how it signs and how it is checked.

Public keys are vkeys (C2SP signed-note "Verifier keys"). Private keys are written as the Go `note` package
writes them, `PRIVATE+KEY+<name>+<id>+base64(type || 32-byte seed)`, extended to the two cosignature types.
"""

import base64
import os
from collections.abc import Callable, Iterable
from pathlib import Path

from whistle.tlog import cosignature, note
from whistle.tlog.errors import NoteError
from whistle.tlog.note import COSIGNATURE_ED25519, COSIGNATURE_MLDSA44, ED25519, Signer, Verifier

PRIVATE = "PRIVATE+KEY+"

SIGNERS: dict[int, Callable[[str, bytes], Signer]] = {
    ED25519: note.Ed25519Signer,
    COSIGNATURE_ED25519: cosignature.Ed25519Cosigner,
    COSIGNATURE_MLDSA44: cosignature.MLDSA44Cosigner,
}
VERIFIERS: dict[int, Callable[[note.PublicKey], Verifier]] = {
    ED25519: note.Ed25519Verifier,
    COSIGNATURE_ED25519: cosignature.Ed25519CosignatureVerifier,
    COSIGNATURE_MLDSA44: cosignature.MLDSA44Verifier,
}


def generate(name: str, kind: int) -> str:
    """Return a new private key string for `name`; NoteError when the name or the type is not usable."""
    if kind not in SIGNERS or not note.valid_name(name):
        raise NoteError("key.malformed")
    seed = os.urandom(32)
    public = SIGNERS[kind](name, seed).public
    return f"{PRIVATE}{name}+{public.key_id.hex()}+{base64.b64encode(bytes([kind]) + seed).decode()}"


def signer(text: str) -> Signer:
    """Return the signer of a private key string; NoteError when it is malformed.

    >>> one = signer(generate("example.com/log", ED25519))
    >>> one.public.name, one.public.kind
    ('example.com/log', 1)
    """
    parts = text.strip().removeprefix(PRIVATE).split("+", 2)
    if not text.startswith(PRIVATE) or len(parts) != 3 or not note.valid_name(parts[0]):
        raise NoteError("key.malformed")
    material = note.decode_base64(parts[2])
    if len(material) != 33 or material[0] not in SIGNERS:
        raise NoteError("key.malformed")
    found = SIGNERS[material[0]](parts[0], material[1:])
    if found.public.key_id.hex() != parts[1]:
        raise NoteError("key.id")
    return found


def verifier(text: str) -> Verifier:
    """Return the verifier of a vkey string; NoteError when it is malformed or of a type we do not know.

    >>> one = signer(generate("example.com/log", COSIGNATURE_MLDSA44))
    >>> verifier(str(one.public)).public == one.public
    True
    """
    return verifier_of(note.parse_key(text))


def verifier_of(public: note.PublicKey) -> Verifier:
    """Return the verifier of a public key; NoteError for a type we do not know."""
    if public.kind not in VERIFIERS:
        raise NoteError("key.type")
    return VERIFIERS[public.kind](public)


def write_key_file(path: Path, private_keys: Iterable[str]) -> None:
    """Write private key strings to a new file, mode 0600; FileExistsError when there is one."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.writelines(key + "\n" for key in private_keys)
        file.flush()
        os.fsync(descriptor)


def read_key_file(path: Path) -> list[Signer]:
    """Return the signers of a key file; NoteError when it is empty or others can read it."""
    if path.stat().st_mode & 0o077:
        raise NoteError("key.mode", "others than the owner may read the key file")
    found = [signer(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    if not found:
        raise NoteError("key.none")
    return found
