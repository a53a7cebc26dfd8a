"""Where each log's published files and its private key are."""

from pathlib import Path

from django.conf import settings

from whistle.organisations.models import Organisation

LOGS = ("desk", "channel")


def log_folder(organisation: Organisation, log: str) -> Path:
    """Return the folder of tiles, entry bundles and the checkpoint: what anyone may be given."""
    return settings.LOGS / organisation.slug / log


def key_path(organisation: Organisation, log: str) -> Path:
    """Return the file of the log's private key, which only the publisher needs."""
    return settings.LOG_KEYS / organisation.slug / f"{log}.key"


def halt_path(organisation: Organisation) -> Path:
    """Return the file that says why nothing is signed for this organisation; absent when all is well."""
    return settings.LOGS / organisation.slug / "halted"


def origin(organisation: Organisation, log: str) -> str:
    """Return the log's name in checkpoints, such as `fjellvik.example/desk/1`."""
    return f"{organisation.log_origin}/{log}/1"


def verifier_key(organisation: Organisation, log: str) -> str:
    """Return the public verifier key (C2SP vkey), or nothing before the log was started."""
    path = log_folder(organisation, log) / "log.vkey"
    return path.read_text().strip() if path.exists() else ""
