"""Where each log's published files, its private key and its policy are."""

import os
from pathlib import Path

from django.conf import settings

from whistle.organisations.models import Organisation

LOGS = ("desk", "channel")


def organisation_folder(organisation: Organisation) -> Path:
    """Return the folder of everything an organisation has published inside the house."""
    return settings.LOGS / organisation.slug


def log_folder(organisation: Organisation, log: str) -> Path:
    """Return the folder of tiles, entry bundles and the newest checkpoint.  It grows with every publication."""
    return organisation_folder(organisation) / log


def outside_folder(organisation: Organisation, log: str) -> Path:
    """Return the folder that outsiders may see: cosigned checkpoint and hash tiles, on the fixed clock only."""
    return organisation_folder(organisation) / "outside" / log


def key_path(organisation: Organisation, log: str) -> Path:
    """Return the file of the log's private key, which only the publisher needs."""
    return settings.LOG_KEYS / organisation.slug / f"{log}.key"


def may_sign(organisation: Organisation) -> bool:
    """Return whether this process may read the private keys of both logs: only the publisher's user may."""
    return all(os.access(key_path(organisation, log), os.R_OK, effective_ids=True) for log in LOGS)


def memory_path(organisation: Organisation, log: str) -> Path:
    """Return the publisher's own copy of the newest note it signed, kept apart from database and log."""
    return settings.LOG_KEYS / organisation.slug / f"{log}.signed"


def policy_path(organisation: Organisation) -> Path:
    """Return the policy file: the logs' keys, the witnesses with their addresses, and how many must sign."""
    return organisation_folder(organisation) / "policy"


def halt_path(organisation: Organisation) -> Path:
    """Return the file that says why nothing is signed for this organisation; absent when all is well."""
    return organisation_folder(organisation) / "halted"


def document_path(organisation: Organisation, kind: str, digest: str) -> Path:
    """Return where a plan version or an event registry lies beside the published logs."""
    return organisation_folder(organisation) / kind / f"{digest}.json"


def origin(organisation: Organisation, log: str) -> str:
    """Return the log's name in checkpoints, such as `fjellvik.example/desk/1`."""
    return f"{organisation.log_origin}/{log}/1"


def verifier_key(organisation: Organisation, log: str) -> str:
    """Return the public verifier key (C2SP vkey), or nothing before the log was started."""
    path = log_folder(organisation, log) / "log.vkey"
    return path.read_text().strip() if path.exists() else ""
