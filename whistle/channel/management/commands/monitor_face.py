"""`manage.py monitor_face URL`: is what visitors get what was published?  For a timer, on another machine if possible."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.audit.management.chosen import add_argument, chosen
from whistle.channel import face
from whistle.core.errors import DomainError
from whistle.tlog.errors import NoteError


class Command(BaseCommand):
    help = "Compare every page, form and script at URL, workers included, with the manifest.  Fails when one differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", metavar="URL")
        parser.add_argument(
            "--manifest", type=Path, help="as publish_face wrote it (this release, unless given)"
        )
        add_argument(parser)

    def handle(self, *, url: str, organisation: str, manifest: Path | None, **options: Any) -> None:
        watched, fetch = chosen(organisation), face.over_http(url)
        try:
            wanted = face.expected(watched, manifest.read_bytes() if manifest else None)
        except NoteError as error:
            raise CommandError("The manifest is not signed by the organisation's log.") from error
        except DomainError as error:
            raise CommandError("Words are shown that the log knows no adoption of.") from error
        found = [
            *face.differences(wanted, fetch),
            *face.plain_faults(watched, fetch),
            *face.card_faults(watched, fetch),
        ]
        if found:
            raise CommandError("\n".join([f"{len(found)} of {len(wanted)} differ", *found]))
        self.stdout.write(
            f"{url}: {len(wanted)} files are as published, so are the forms without script, and the list of readers is signed"
        )
