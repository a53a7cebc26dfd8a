"""`manage.py publish_face DIR`: the reporter's pages as files, with a signed manifest."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.audit.management.chosen import add_argument, chosen
from whistle.channel import face


class Command(BaseCommand):
    help = "Write the reporter's pages and their scripts to DIR, with a manifest signed by the log.  Logged."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", metavar="DIR", type=Path)
        add_argument(parser)

    def handle(self, *, directory: Path, organisation: str, **options: Any) -> None:
        try:
            digest = face.publish(chosen(organisation), directory)
        except (FileNotFoundError, PermissionError) as error:
            raise CommandError(
                "The log's key is not here, or not for this user.  Run this where the publisher runs, and as its user."
            ) from error
        self.stdout.write(f"{directory / face.MANIFEST}: {digest}")
