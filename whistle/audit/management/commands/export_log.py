"""`manage.py export_log DIR`: both logs, plan, registry, policy and a verifier in one folder."""

from pathlib import Path

from whistle.audit.management.exporting import Export, ExportCommand
from whistle.organisations.models import Organisation


class Command(ExportCommand):
    help = "Write both logs of an organisation to DIR.  Logged, and done only when a witness has seen that."

    def fill(self, about: Organisation, directory: Path, write: Export) -> str:
        shown = ", ".join(f"{log} {size}" for log, size in write(directory).items())
        return f"{shown}.  Check it: python3 {directory / 'auditverify.py'} {directory}"
