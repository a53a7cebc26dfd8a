"""`manage.py restore [DIR]`: a backup into an empty installation.  `migrate` comes before, the other parts after."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.operations import restore
from whistle.operations.management.commands.backup import add_folder, chosen_folder
from whistle.operations.rows import ArchiveError

SAMPLE = 200


class Command(BaseCommand):
    requires_system_checks = [
        "whistle"
    ]  # not those of the running server: this one is run by the tables' owner
    help = "Put the newest backup (or --stamp) back, hold it against the log, delete again what was deleted since."

    def add_arguments(self, parser: CommandParser) -> None:
        add_folder(parser)
        parser.add_argument("--stamp", default="", help="which backup, as in 20260102T030405Z")

    def handle(self, *, directory: Path | None, stamp: str, **options: Any) -> None:
        try:
            done = restore.restore(chosen_folder(directory), stamp, self.stdout.write)
        except ArchiveError as error:
            raise CommandError(f"Nothing was restored: {error}") from error
        damaged = restore.sample(SAMPLE)
        for line in done.recovered:
            self.stdout.write(f"put back into the log from what was published: {line}")
        if done.shredded:
            self.stdout.write(f"deleted again, as the log says: {done.shredded} cases")
        if done.removed:
            self.stdout.write(f"removed again, as the log says: the content of {done.removed} items")
        if done.lost_reports:
            self.stdout.write(f"reports the log knows and this backup does not: {done.lost_reports}")
        for fault in [*done.faults, *(f"item {one} is damaged" for one in damaged)]:
            self.stderr.write(fault)
        if damaged or not done.whole:
            raise CommandError("The backup is back, but not whole; see above.")
        self.stdout.write("The log, the counts and a sample hold.")
