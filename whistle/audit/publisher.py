"""From rows to a published log: check, write tiles, sign a checkpoint.  One publisher at a time.

What is published is a promise, so it is made only of rows that are committed and that this application wrote, and
never of fewer rows than were promised before.  What was promised is remembered twice: in the log's checkpoint, and
in a note of the publisher's own beside its key, so that a backup of the log's folder cannot make it forget.
"""

from collections.abc import Iterator

from django.conf import settings

from whistle.audit import policies
from whistle.audit.appending import settle
from whistle.audit.entries import entry_mac
from whistle.audit.folders import (
    LOGS,
    document_path,
    key_path,
    log_folder,
    memory_path,
    organisation_folder,
    origin,
    policy_path,
    verifier_key,
)
from whistle.audit.models import Document, Entry
from whistle.core import clock
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, keys, note, tree
from whistle.tlog.durable import Batch
from whistle.tlog.errors import TileError, TlogError
from whistle.tlog.note import COSIGNATURE_MLDSA44, ED25519
from whistle.tlog.tile_reader import TileReader, read_checkpoint
from whistle.tlog.tile_writer import TileWriter


class PublisherHalted(RuntimeError):  # noqa: N818  # the state has this name in the runbook
    """The rows are not what was promised.  Nothing is signed until a person has looked (RUNBOOK, "log halted").

    `code` is `lost`, `gap`, `injected`, `tiles` or `history`; `size` the number of entries that were promised.
    """

    def __init__(self, code: str, log: str, size: int, text: str) -> None:
        super().__init__(f"{log}: {text}")
        self.code, self.log, self.size = code, log, size


def start_log(organisation: Organisation, log: str) -> None:
    """Make the log's keys, once: Ed25519 for every verifier there is, ML-DSA-44 against tomorrow's forgers.

    Where only the publisher's user may, nothing is done: the publisher does it at its next look (`rounds`).
    """
    path = key_path(organisation, log)
    try:
        if path.exists():
            return
    except PermissionError:
        return
    folder = log_folder(organisation, log)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    # what is published is read by the other processes, which are other users of the same group
    organisation_folder(organisation).mkdir(parents=True, exist_ok=True, mode=0o755)
    folder.mkdir(exist_ok=True, mode=0o755)
    name = origin(organisation, log)
    private = [keys.generate(name, ED25519), keys.generate(name, COSIGNATURE_MLDSA44)]
    keys.write_key_file(path, private)
    (folder / "log.vkey").write_text(f"{keys.signer(private[0]).public}\n")
    (folder / "log.mldsa.vkey").write_text(f"{keys.signer(private[1]).public}\n")
    if all(verifier_key(organisation, one) for one in LOGS) and not policy_path(organisation).exists():
        policies.write(organisation, {})


def publish(organisation: Organisation, log: str, *, end: int | None = None) -> int:
    """Publish the committed entries (only those before `end`, when told) and return the signed size.

    Raises PublisherHalted when rows are missing, have gaps or were not written by this application; then the last
    checkpoint stays.  Returns without doing anything when another publisher is at work.
    """
    folder = log_folder(organisation, log)
    try:
        writer = TileWriter(folder)
    except TlogError as error:
        if error.code == "tiles.busy":
            return signed_size(organisation, log)
        raise PublisherHalted("tiles", log, signed_size(organisation, log), str(error)) from error
    with writer:
        before = writer.size
        promised = _promised(organisation, log, before)
        _refuse_lost_rows(organisation, log, promised.size)
        size, root = writer.append(_new_entries(organisation, log, before, end))
        if size == before and (folder / "checkpoint").exists():
            return size
        head = checkpoint.Checkpoint(origin(organisation, log), size, root)
        _refuse_other_history(organisation, promised, head)
        settle()  # what was read may be committed and not yet on the disk
        signers = keys.read_key_file(key_path(organisation, log))
        signed = checkpoint.sign(head, signers, at=int(clock.now().timestamp()))
        _remember(organisation, log, signed)  # first: what a crash then leaves is repeated, not contradicted
        writer.write_checkpoint(signed)
    return size


def publish_all(organisation: Organisation) -> dict[str, int]:
    """Publish both logs of an organisation, and the documents they name; return the logs' sizes."""
    publish_documents(organisation)
    return {log: publish(organisation, log) for log in LOGS}


def publish_documents(organisation: Organisation) -> None:
    """Lay plan versions and registries beside the logs, so that a lost database can be recovered from there."""
    batch = Batch()
    for document in Document.objects.filter(organisation=organisation).only("kind", "hash"):
        path = document_path(organisation, document.kind, document.hash)
        if not path.exists():
            batch.write(path, bytes(document.octets))
    batch.flush()


def signed_size(organisation: Organisation, log: str) -> int:
    """Return the size of the newest signed checkpoint, 0 before the first."""
    raw = read_checkpoint(log_folder(organisation, log))
    return checkpoint.parse(note.parse(raw).text).size if raw else 0


def _remember(organisation: Organisation, log: str, signed: str) -> None:
    batch = Batch()
    batch.write(memory_path(organisation, log), signed.encode())
    batch.flush()


def _promised(organisation: Organisation, log: str, size: int) -> checkpoint.Checkpoint:
    """Return the largest promise: the publisher's own note, or what the log's folder says when that is more."""
    path = memory_path(organisation, log)
    raw = path.read_bytes() if path.exists() else b""
    kept = checkpoint.parse(note.parse(raw).text) if raw else None
    if kept is not None and kept.size >= size:
        return kept
    raw = read_checkpoint(log_folder(organisation, log))
    if raw:
        return checkpoint.parse(note.parse(raw).text)
    return checkpoint.Checkpoint(origin(organisation, log), 0, b"")


def _refuse_lost_rows(organisation: Organisation, log: str, promised: int) -> None:
    rows = Entry.objects.filter(organisation=organisation, log=log, index__lt=promised).count()
    if rows < promised:
        text = f"{promised} entries were signed, the database has {rows} of them"
        raise PublisherHalted("lost", log, promised, text)


def _refuse_other_history(
    organisation: Organisation, promised: checkpoint.Checkpoint, head: checkpoint.Checkpoint
) -> None:
    """Halt when what is about to be signed does not begin with what was promised."""
    log = head.origin.split("/")[-2]
    if head.size < promised.size:
        text = f"size {promised.size} was signed, these are {head.size} entries"
        raise PublisherHalted("lost", log, promised.size, text)
    if not promised.size:
        return
    try:
        root = tree.root_at(TileReader(log_folder(organisation, log), head.size), promised.size)
    except TileError as error:
        raise PublisherHalted("tiles", log, promised.size, str(error)) from error
    if root != promised.root:
        text = f"the first {promised.size} entries are not those that were signed"
        raise PublisherHalted("history", log, promised.size, text)


def _new_entries(organisation: Organisation, log: str, first: int, end: int | None) -> Iterator[bytes]:
    expected = first
    rows = Entry.objects.filter(organisation=organisation, log=log, index__gte=first).order_by("index")
    if end is not None:
        rows = rows.filter(index__lt=end)
    for index, body, mac in rows.values_list("index", "body", "mac").iterator(chunk_size=2000):
        octets = bytes(body)
        if index != expected:
            raise PublisherHalted("gap", log, first, f"entry {expected} is missing")
        right = entry_mac(settings.ENTRY_KEY.encode(), organisation.ref, log, index, octets)
        if bytes(mac) != right:
            raise PublisherHalted(
                "injected", log, first, f"entry {index} was not written by this application"
            )
        expected += 1
        yield octets
