"""`manage.py evidence_pack DIR`: all that shows what the plan came to, in one folder that checks itself."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.audit import stakes
from whistle.audit.export import export
from whistle.audit.folders import key_path
from whistle.audit.management.chosen import add_argument, chosen
from whistle.audit.tasks import publish_and_show
from whistle.core.errors import DomainError
from whistle.plan.pack import complete
from whistle.ui.messages import sentence


class Command(BaseCommand):
    help = "Write the evidence of an organisation's plan to DIR.  The logs in it are an export, and logged as one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path)
        add_argument(parser)
        parser.add_argument(
            "--unwitnessed", action="store_true", help="for an organisation without witnesses"
        )
        parser.add_argument("--wait", type=float, default=stakes.PATIENCE, metavar="SECONDS")

    def handle(
        self, *, directory: Path, organisation: str, unwitnessed: bool, wait: float, **options: Any
    ) -> None:
        about = chosen(organisation)
        publish = publish_and_show if key_path(about, "desk").exists() else None
        try:
            if directory.exists() and any(directory.iterdir()):
                raise DomainError("audit.export_there", status=409)
            export(about, directory / "log", publish=publish, unwitnessed=unwitnessed, patience=wait)
            complete(about, directory)
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error
        self.stdout.write(f"{directory}: check it with python3 {directory / 'packverify.py'}")
