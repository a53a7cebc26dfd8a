"""The log as a folder that anybody can check with programs we did not write.

    DIR/desk, DIR/channel    C2SP tlog-tiles: checkpoint, tile/…, log.vkey; earlier checkpoints, time stamps
    DIR/policy               whose signatures count (compare it with your minutes)
    DIR/plan, DIR/registry   the documents that entries name by hash
    DIR/auditverify.py       our verifier: one file, Python's standard library
    DIR/planverify.py        the same for the figures on the plan's public page
    DIR/README               how to check, also with tools of others

There is no content to give away: entries hold pseudonyms, codes, hashes and times.
"""

import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from whistle.audit import policies, stakes
from whistle.audit import services as audit
from whistle.audit.folders import LOGS, log_folder, outside_folder, policy_path
from whistle.audit.models import Document
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.tlog import checkpoint, note
from whistle.tlog.errors import TlogError
from whistle.tlog.tile_reader import TileReader, read_checkpoint
from whistle.tlog.tile_writer import TileWriter

PROGRAMS = Path(__file__).resolve().parents[2] / "deploy"
VERIFIERS = ("auditverify.py", "planverify.py")  # of the logs, and of the plan's published figures
README = """\
The logs of {name}, as far as witnesses have seen them: {sizes}.

Check them with the program beside this file (Python 3.9 or newer, nothing else):

    python3 auditverify.py . --policy YOUR_POLICY --older YOUR_LAST_CHECKPOINT

YOUR_POLICY is the file printed in your own minutes; `policy` here was written by those you check.  Keep the two
files named `checkpoint` until next time: they are what --older takes.

The figures on the plan's public page, from its "Download (JSON)":

    python3 planverify.py . plan.json

With a program others wrote (Go 1.24 or newer, and the internet):

    go run github.com/transparency-dev/tessera/cmd/fsck@latest -N 16 --storage_url=file://$PWD/desk/ \\
        --public_key=desk/log.vkey --origin={origin}/desk/1

Time stamps, where there are any, are in desk/timestamps and channel/timestamps:

    openssl ts -verify -data N.checkpoint -in N.tsr -CAfile AUTHORITY.pem
"""


def export(
    organisation: Organisation,
    directory: Path,
    *,
    actor: str = "system",
    role: str = "system",
    publish: Callable[[Organisation], object] | None = None,
    unwitnessed: bool = False,
    patience: float = stakes.PATIENCE,
) -> dict[str, int]:
    """Write both logs to `directory`, which must be empty or absent; return their sizes.

    A high-stake act: it is approved in the log, and happens once a witness has seen that.  `unwitnessed` is for an
    organisation without witnesses.  Raises `audit.export_there`, `audit.no_witness` or `audit.unwitnessed`.
    """
    if directory.exists() and any(directory.iterdir()):
        raise DomainError("audit.export_there", status=409)
    about: dict[str, Any] = {"organisation": organisation, "actor": actor, "role": role}
    approval = stakes.approve("log.exported", **about, alone=unwitnessed)
    stakes.await_witness(approval, publish=publish, seconds=patience)
    sizes = write(organisation, directory)
    with stakes.carrying_out(approval):
        audit.record("log.exported", **about, size=sizes["desk"], approval=approval.ref)
    return sizes


def write(organisation: Organisation, directory: Path) -> dict[str, int]:
    """Write what outsiders have been shown, with its entries; return the sizes.  Logs nothing."""
    directory.mkdir(parents=True, exist_ok=True)
    sizes = {log: _write_log(organisation, log, directory / log) for log in LOGS}
    path = policy_path(organisation)
    text = path.read_text() if path.exists() else policies.text(organisation, {})
    (directory / "policy").write_text(text)
    for document in Document.objects.filter(organisation=organisation):
        folder = directory / document.kind
        folder.mkdir(exist_ok=True)
        (folder / f"{document.hash}.json").write_bytes(bytes(document.octets))
    for name in VERIFIERS:
        shutil.copyfile(PROGRAMS / name, directory / name)
    shown = ", ".join(f"{log} {size} entries" for log, size in sizes.items())
    readme = README.format(name=organisation.name, sizes=shown, origin=organisation.log_origin)
    (directory / "README").write_text(readme)
    return sizes


def archive(directory: Path, name: str) -> bytes:
    """Return the folder as one .tar.gz, for a download."""
    octets = io.BytesIO()
    with tarfile.open(fileobj=octets, mode="w:gz", compresslevel=6) as tar:
        tar.add(directory, arcname=name)
    return octets.getvalue()


def newest_checkpoint(organisation: Organisation, log: str) -> bytes:
    """Return the checkpoint to hand out: the cosigned one; the inner one only where the policy asks for no witness."""
    raw = read_checkpoint(outside_folder(organisation, log))
    if raw and settings.PUBLIC_LOG_MINUTES:
        return raw
    inside = read_checkpoint(log_folder(organisation, log))
    if policies.has_witnesses(organisation):
        return raw or inside
    return raw if raw and _text(raw) == _text(inside) else inside


def _write_log(organisation: Organisation, log: str, target: Path) -> int:
    source = log_folder(organisation, log)
    raw = newest_checkpoint(organisation, log)
    if not raw:
        raise DomainError("audit.unpublished", status=409)
    size = checkpoint.parse(note.parse(raw).text).size
    try:
        with TileWriter(target) as writer:
            writer.append(TileReader(source, size).entries())
            writer.write_checkpoint(raw.decode())
    except TlogError as error:
        raise DomainError("audit.damaged", status=500, log=log) from error
    shutil.copyfile(source / "log.vkey", target / "log.vkey")
    for name in ("checkpoints", "timestamps"):
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name)
    return size


def _text(raw: bytes) -> str:
    return note.parse(raw).text if raw else ""
