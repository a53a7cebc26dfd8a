"""From rows to a published log: check, write tiles, sign a checkpoint.  One publisher at a time.

What is published is a promise, so it is made only of rows that are committed and that this application wrote, and
never of fewer rows than were promised before.
"""

from collections.abc import Iterator

from django.conf import settings
from django.db import transaction

from whistle.audit.entries import entry_mac
from whistle.audit.folders import LOGS, key_path, log_folder, origin
from whistle.audit.models import Entry, InForce
from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, keys
from whistle.tlog.errors import TileError
from whistle.tlog.note import COSIGNATURE_MLDSA44, ED25519
from whistle.tlog.tile_writer import TileWriter


class PublisherHalted(RuntimeError):
    """The rows are not what was promised.  Nothing is signed until a person has looked (RUNBOOK, "log halted")."""


def start_log(organisation: Organisation, log: str) -> None:
    """Make the log's keys, once: Ed25519 for every verifier there is, ML-DSA-44 against tomorrow's forgers."""
    path = key_path(organisation, log)
    if path.exists():
        return
    folder = log_folder(organisation, log)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.mkdir(parents=True, exist_ok=True)  # public: the web process and monitors read it
    name = origin(organisation, log)
    private = [keys.generate(name, ED25519), keys.generate(name, COSIGNATURE_MLDSA44)]
    keys.write_key_file(path, private)
    (folder / "log.vkey").write_text(f"{keys.signer(private[0]).public}\n")
    (folder / "log.mldsa.vkey").write_text(f"{keys.signer(private[1]).public}\n")


def publish(organisation: Organisation, log: str) -> int:
    """Publish all committed entries and return the signed size.

    Raises PublisherHalted when rows are missing, have gaps or were not written by this application; then the last
    checkpoint stays.  Returns without doing anything when another publisher is at work.
    """
    folder = log_folder(organisation, log)
    try:
        writer = TileWriter(folder)
    except TileError as error:
        if error.code == "tiles.busy":
            return _signed_size(organisation, log)
        raise PublisherHalted(f"{log}: {error}") from error
    with writer:
        before = writer.size
        _refuse_lost_rows(organisation, log, before)
        size, root = writer.append(_new_entries(organisation, log, before))
        if size != before or not (folder / "checkpoint").exists():
            signers = keys.read_key_file(key_path(organisation, log))
            head = checkpoint.Checkpoint(origin(organisation, log), size, root)
            writer.write_checkpoint(checkpoint.sign(head, signers, at=int(clock.now().timestamp())))
    if log == "desk" and size != before:
        with transaction.atomic():
            InForce.objects.filter(organisation=organisation, desk_size__lt=size).update(desk_size=size)
    return size


def publish_all(organisation: Organisation) -> dict[str, int]:
    """Publish both logs of an organisation; return their sizes."""
    return {log: publish(organisation, log) for log in LOGS}


def _signed_size(organisation: Organisation, log: str) -> int:
    path = log_folder(organisation, log) / "checkpoint"
    return int(path.read_text().split("\n")[1]) if path.exists() else 0


def _refuse_lost_rows(organisation: Organisation, log: str, signed: int) -> None:
    rows = Entry.objects.filter(organisation=organisation, log=log, index__lt=signed).count()
    if rows < signed:
        raise PublisherHalted(f"{log}: {signed} entries were signed, the database has {rows} of them")


def _new_entries(organisation: Organisation, log: str, first: int) -> Iterator[bytes]:
    expected = first
    rows = Entry.objects.filter(organisation=organisation, log=log, index__gte=first).order_by("index")
    for index, body, mac in rows.values_list("index", "body", "mac").iterator(chunk_size=2000):
        octets = bytes(body)
        if index != expected:
            raise PublisherHalted(f"{log}: entry {expected} is missing")
        right = entry_mac(settings.ENTRY_KEY.encode(), organisation.ref, log, index, octets)
        if bytes(mac) != right:
            raise PublisherHalted(f"{log}: entry {index} was not written by this application")
        expected += 1
        yield octets
