"""`manage.py backup [DIR]`: one backup, and what is too old thrown away.  For a timer."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.operations import backup
from whistle.operations.rows import ArchiveError


def add_folder(parser: CommandParser) -> None:
    """Add DIR, which WHISTLE_BACKUP names otherwise."""
    parser.add_argument("directory", metavar="DIR", nargs="?", type=Path, help="instead of WHISTLE_BACKUP")


def chosen_folder(directory: Path | None) -> Path:
    """Return the folder of the backups.  Raises CommandError when nobody named one."""
    folder = directory or settings.BACKUP
    if folder is None:
        raise CommandError("Say where: name a folder, or set WHISTLE_BACKUP")
    return Path(folder)


class Command(BaseCommand):
    help = (
        "Write records, keys, sealed files and the log to DIR, each apart; throw away what is past its days."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_folder(parser)
        parser.add_argument(
            "--log", action="store_true", help="copy what is new of the published logs, and no more"
        )

    def handle(self, *, directory: Path | None, log: bool, **options: Any) -> None:
        folder = chosen_folder(directory)
        try:
            if log:
                backup.copy_log(folder)
                return
            done = backup.make(folder)
        except (ArchiveError, OSError) as error:
            raise CommandError(f"No backup was made: {error}") from error
        gone = backup.expire(folder)
        self.stdout.write(
            f"{done.stamp}: {done.rows} rows, {done.blobs} sealed files ({done.new_blobs} new); "
            f"thrown away: {', '.join(f'{count} {name}' for name, count in gone.items()) or 'nothing'}"
        )
        if done.missing:
            raise CommandError(f"{len(done.missing)} sealed files are named by rows and are not there")
