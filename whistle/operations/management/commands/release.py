"""`manage.py release`: are the installed files those that were installed?  `--sign KEYFILE` writes the list."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.operations import release
from whistle.tlog import keys
from whistle.tlog.note import ED25519


class Command(BaseCommand):
    help = "Compare the installed files with their signed list; with --sign, write that list and print its public key."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--sign", type=Path, metavar="KEYFILE", help="made when it is not there")

    def handle(self, *, sign: Path | None, **options: Any) -> None:
        if sign:
            if not sign.exists():
                keys.write_key_file(sign, [keys.generate("whistle.release", ED25519)])
            self.stdout.write(release.sign(settings.BASE, sign))
            return
        wrong = release.wrong()
        if wrong is None:
            raise CommandError("There is no key to check with: set WHISTLE_RELEASE_KEY")
        if wrong:
            raise CommandError("\n".join([f"{len(wrong)} files are not as they were installed", *wrong[:50]]))
        self.stdout.write("Every installed file is as it was signed.")
