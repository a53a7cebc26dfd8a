"""What the commands that write logs to a folder have in common."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.audit import stakes
from whistle.audit.export import export
from whistle.audit.folders import may_sign
from whistle.audit.management.chosen import add_argument, chosen
from whistle.audit.tasks import publish_and_show
from whistle.core.errors import DomainError
from whistle.organisations.models import Organisation
from whistle.ui.messages import sentence

#: Exports the logs to a folder and returns their sizes.
Export = Callable[[Path], dict[str, int]]


class ExportCommand(BaseCommand):
    """A command that exports the logs of an organisation to `DIR` and may add to them; a subclass writes `fill`."""

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
        publish = publish_and_show if may_sign(about) else None

        def write(folder: Path) -> dict[str, int]:
            return export(about, folder, publish=publish, unwitnessed=unwitnessed, patience=wait)

        try:
            self.stdout.write(f"{directory}: {self.fill(about, directory, write)}")
        except DomainError as error:
            raise CommandError(sentence(error.code)) from error

    def fill(self, about: Organisation, directory: Path, write: Export) -> str:
        """Fill the folder with what `write` exports; return what to say of it."""
        raise NotImplementedError
