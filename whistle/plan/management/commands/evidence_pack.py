"""`manage.py evidence_pack DIR`: all that shows what the plan came to, in one folder that checks itself."""

from pathlib import Path

from whistle.audit.management.exporting import Export, ExportCommand
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.plan.pack import complete


class Command(ExportCommand):
    help = "Write the evidence of an organisation's plan to DIR.  The logs in it are an export, and logged as one."

    def fill(self, about: Organisation, directory: Path, write: Export) -> str:
        if directory.exists() and any(directory.iterdir()):
            raise DomainError("audit.export_there", status=409)
        write(directory / "log")
        complete(about, directory)
        return f"check it with python3 {directory / 'packverify.py'}"
