"""`manage.py canary URL --logs DIR …`: does something write visitors down?  As root, so that every log can be searched."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.operations import canary

LOGS = [Path("/var/log"), Path("/run/log")]
SETTLE = 5  # seconds until a logger has written what it holds back


class Command(BaseCommand):
    help = "Visit URL with a word that nothing else contains, then look for it in every log.  Exit status 1 when it is there."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("url", metavar="URL", help="as visitors reach it")
        parser.add_argument("--logs", nargs="+", type=Path, default=LOGS, metavar="DIR")
        parser.add_argument("--settle", type=float, default=SETTLE, help="seconds to wait before looking")

    def handle(self, *, url: str, logs: list[Path], settle: float, **options: Any) -> None:
        mark = canary.word()
        try:
            status = canary.visit(url, mark)
        except OSError as error:
            raise CommandError(f"{url} could not be visited: {error}") from error
        time.sleep(settle)
        found = [str(path) for path in canary.search(logs, mark)]
        if found:
            raise CommandError("\n".join(["A visit was written down in:", *found]))
        self.stdout.write(f"The visit (answered {status}) is in no log here.")
        self.stdout.write(f"Let whoever runs firewall, proxy and DNS look for it in theirs: {mark}")
