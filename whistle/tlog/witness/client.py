"""Asking witnesses for cosignatures. Source: C2SP tlog-witness "add-checkpoint"."""

import http.client
from collections.abc import Sequence
from typing import Protocol
from urllib.parse import urlsplit

from whistle.tlog import note
from whistle.tlog.errors import NoteError, WitnessError
from whistle.tlog.witness.core import SIZE, Request

MAX_ANSWER = 64_000


class Log(Protocol):
    """What `cosign_log` needs of a log: `tile_reader.TileReader` has it."""

    size: int

    def prove_consistency(self, older: int) -> list[bytes]:
        """Return the proof from `older` to `size`."""
        ...


def cosign(
    url: str, old_size: int, proof: Sequence[bytes], checkpoint: str, timeout: float = 10
) -> list[note.Signature]:
    """Return the cosignature lines of the witness at `url` for a signed checkpoint; not yet verified.

    Raises WitnessError: "witness.conflict" with the `size` the witness has (409), "witness.refused" with its
    `status`, "witness.unreachable". `timeout` in seconds.
    """
    status, kind, body = _post(url, Request(old_size, tuple(proof), checkpoint.encode()).octets(), timeout)
    if status == 200:
        try:
            return [note.parse_signature(line) for line in body.decode().splitlines()]
        except (NoteError, UnicodeDecodeError):
            raise WitnessError("witness.answer", "the answer is no signature line", status) from None
    words = body[:200].decode("utf-8", "replace").strip()
    if status == 409 and kind == SIZE and words.isdecimal():
        raise WitnessError("witness.conflict", f"the witness has size {words}", status, int(words))
    raise WitnessError("witness.refused", words, status)


def cosign_log(
    url: str,
    log: Log,
    checkpoint: str,
    verifiers: Sequence[note.Verifier],
    last: int = 0,
    timeout: float = 10,
) -> list[note.Signature]:
    """Return the lines of `verifiers` for a log's checkpoint, asking again from the size the witness has.

    `last` is the size this witness is believed to have. Raises WitnessError as `cosign` does, and
    "witness.ahead" when the witness has seen more than this checkpoint, "witness.unsigned" when none of the
    lines holds.
    """
    for _ in range(3):  # between question and answer another publisher may have moved the witness on
        proof = log.prove_consistency(last) if last else []
        try:
            lines = cosign(url, last, proof, checkpoint, timeout)
            break
        except WitnessError as error:
            if error.size is None or error.size == last:
                raise
            last = error.size
            if last > log.size:
                raise WitnessError("witness.ahead", f"it has size {last}", error.status, last) from None
    else:
        raise WitnessError("witness.conflict", "the witness keeps moving", 409)
    text = note.parse(checkpoint.encode()).text
    try:
        return list(note.open_note(note.Note(text, tuple(lines)), verifiers).verified)
    except NoteError as error:
        raise WitnessError("witness.unsigned", str(error), 200) from None


def _post(url: str, body: bytes, timeout: float) -> tuple[int, str, bytes]:
    parts = urlsplit(url)
    kinds = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}
    if parts.scheme not in kinds or not parts.hostname:
        raise WitnessError("witness.url", url)
    connection = kinds[parts.scheme](parts.hostname, parts.port, timeout=timeout)
    try:
        connection.request(
            "POST", parts.path.rstrip("/") + "/add-checkpoint", body, {"Content-Type": "text/plain"}
        )
        response = connection.getresponse()
        return response.status, response.headers.get_content_type(), response.read(MAX_ANSWER)
    except (OSError, http.client.HTTPException) as error:
        raise WitnessError("witness.unreachable", str(error)) from None
    finally:
        connection.close()
