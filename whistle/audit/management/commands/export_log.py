"""`manage.py export_log DIR`: both logs, plan, registry, policy and a verifier in one folder."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.audit import stakes
from whistle.audit.export import export
from whistle.audit.folders import key_path
from whistle.audit.management.chosen import add_argument, chosen
from whistle.audit.tasks import publish_and_show
from whistle.core.errors import DomainError
from whistle.ui.messages import sentence


class Command(BaseCommand):
    help = "Write both logs of an organisation to DIR.  Logged, and done only when a witness has seen that."

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
            sizes = export(about, directory, publish=publish, unwitnessed=unwitnessed, patience=wait)
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error
        shown = ", ".join(f"{log} {size}" for log, size in sizes.items())
        self.stdout.write(
            f"{directory}: {shown}.  Check it: python3 {directory / 'auditverify.py'} {directory}"
        )
