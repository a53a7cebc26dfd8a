"""The policy of an organisation's logs: whose signatures count.  C2SP tlog-policy, one file for both logs.

An outsider takes the same file from printed minutes.  Ours carries the witnesses' addresses as well.
"""

from whistle.audit.folders import LOGS, log_folder, policy_path
from whistle.organisations.models import Organisation
from whistle.tlog import note, policy
from whistle.tlog.durable import Batch
from whistle.tlog.errors import TlogError

Witnesses = dict[str, tuple[str, str]]


def read(organisation: Organisation) -> policy.Policy:
    """Return the policy in force.  One without witnesses when there is no file yet."""
    path = policy_path(organisation)
    return policy.parse(path.read_bytes() if path.exists() else text(organisation, {}).encode())


def text(organisation: Organisation, witnesses: Witnesses, *, needed: int = 1) -> str:
    """Return a policy file: both logs' keys, `witnesses` (name → vkey, address), `needed` of them."""
    lines = [f"# {organisation.slug}: keys of both logs, and the witnesses that must have seen a checkpoint"]
    for log in LOGS:
        for name in ("log.vkey", "log.mldsa.vkey"):
            path = log_folder(organisation, log) / name
            if path.exists():
                lines.append(f"log {path.read_text().strip()}")
    lines += [f"witness {name} {vkey} {url}".rstrip() for name, (vkey, url) in witnesses.items()]
    if witnesses:
        lines.append(f"group witnesses {needed} {' '.join(witnesses)}")
    lines.append(f"quorum {'witnesses' if witnesses else 'none'}")
    return "\n".join(lines) + "\n"


def write(organisation: Organisation, witnesses: Witnesses, *, needed: int = 1) -> None:
    """Put a policy in force.  Raises PolicyError or NoteError, and then changes nothing."""
    octets = text(organisation, witnesses, needed=needed).encode()
    policy.parse(octets)
    batch = Batch()
    batch.write(policy_path(organisation), octets)
    batch.flush()


def has_witnesses(organisation: Organisation) -> bool:
    """Return whether anybody outside must have seen a checkpoint."""
    return read(organisation).quorum != policy.NONE


def cosigned_size(organisation: Organisation, raw: bytes) -> int:
    """Return the size of a signed checkpoint that meets the policy; 0 when it does not."""
    try:
        return read(organisation).open(raw).checkpoint.size if raw else 0
    except TlogError:
        return 0


def cosigners(organisation: Organisation, raw: bytes) -> dict[str, int]:
    """Return who cosigned a checkpoint and when (POSIX seconds), by their names in the policy."""
    try:
        return read(organisation).cosigned(note.parse(raw)) if raw else {}
    except TlogError:
        return {}
