"""Time stamps by an outsider (RFC 3161): a stamping authority signs that it saw a checkpoint at a moment.

A cosignature says the same for people who trust the witness; a qualified time stamp says it in court.  Needs the
optional package `rfc3161-client` and an address in WHISTLE_TSA_URL.  The raw answer is kept: whoever doubts our
reading of it runs

    openssl ts -verify -data CHECKPOINT -in TOKEN.tsr -CAfile AUTHORITY.pem
"""

import hashlib
import logging
import urllib.error
import urllib.request

from django.conf import settings

from whistle.audit import services as audit
from whistle.audit.folders import LOGS, log_folder, outside_folder
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, note
from whistle.tlog.durable import Batch
from whistle.tlog.tile_reader import read_checkpoint

log_ = logging.getLogger("whistle.audit")
TIMEOUT = 10  # seconds
LARGEST = 100_000  # octets of an answer


def stamp(organisation: Organisation) -> bool:
    """Have what outsiders see of both logs stamped, keep the answers and log their hashes.

    Returns False, without an error, when there is no authority or it does not answer: the next tick asks again.
    """
    if not settings.TSA_URL:
        return False
    kept: list[tuple[str, int, bytes]] = []
    for log in LOGS:
        raw = read_checkpoint(outside_folder(organisation, log))
        if not raw or (answer := ask(raw)) is None:
            return False
        size = checkpoint.parse(note.parse(raw).text).size
        folder = log_folder(organisation, log) / "timestamps"
        batch = Batch()
        batch.write(folder / f"{size}.checkpoint", raw)
        batch.write(folder / f"{size}.tsr", answer)
        batch.flush()
        kept.append((log, size, answer))
    with audit.atomic():
        for log, size, answer in kept:
            about = {"log": log, "size": size, "token": hashlib.sha256(answer).hexdigest()}
            audit.record("log.stamped", organisation=organisation, log=log, coarse=True, detail=about)
    return True


def ask(octets: bytes) -> bytes | None:
    """Return the authority's answer (DER) for these bytes; None when it refused or could not be reached."""
    try:
        from rfc3161_client import TimestampRequestBuilder, decode_timestamp_response
    except ImportError:
        log_.error("WHISTLE_TSA_URL is set, but the package rfc3161-client is not installed")
        return None
    wanted = TimestampRequestBuilder().data(octets).build()
    request = urllib.request.Request(  # the address is the operator's, of the settings
        settings.TSA_URL,
        data=wanted.as_bytes(),
        headers={"Content-Type": "application/timestamp-query"},
    )
    try:
        with urllib.request.urlopen(request, timeout=TIMEOUT) as response:
            answer = bytes(response.read(LARGEST))
        decoded = decode_timestamp_response(answer)
    except (urllib.error.URLError, OSError, ValueError) as error:
        log_.error("the time stamping authority did not answer: %s", type(error).__name__)
        return None
    if decoded.status not in (0, 1) or decoded.tst_info.message_imprint.message != _imprint(decoded, octets):
        log_.error("the time stamping authority stamped something else")
        return None
    return answer


def _imprint(decoded: object, octets: bytes) -> bytes:
    names = {
        "2.16.840.1.101.3.4.2.1": "sha256",
        "2.16.840.1.101.3.4.2.2": "sha384",
        "2.16.840.1.101.3.4.2.3": "sha512",
    }
    oid = decoded.tst_info.message_imprint.hash_algorithm.dotted_string  # type: ignore[attr-defined]
    return hashlib.new(names.get(oid, "sha512"), octets).digest()
