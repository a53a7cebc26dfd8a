"""`manage.py papers DIR`: record of processing, impact assessment and list of suppliers, from the running configuration."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from whistle.audit.management.chosen import add_argument, chosen
from whistle.operations import papers


class Command(BaseCommand):
    help = "Write RECORD.md, DPIA.md and SUPPLIERS.md for an organisation; what must be filled in is marked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path)
        add_argument(parser)
        parser.add_argument("--language", choices=("nb", "nn", "en"), default="nb")

    def handle(self, *, directory: Path, organisation: str, language: str, **options: Any) -> None:
        for path in papers.write(chosen(organisation), directory, language):
            self.stdout.write(str(path))
