"""`manage.py schema --save FILE` before an upgrade, `--to FILE` to go back: the tables as an earlier release knows them."""

import json
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.db.migrations.exceptions import IrreversibleError
from django.db.migrations.loader import MigrationLoader

LOST = "This upgrade cannot be taken back in place.  Restore the backup that was made before it (BACKUP.md)."


class Command(BaseCommand):
    help = "Remember how far each app's tables were migrated, or take them back to that."
    requires_system_checks = ["whistle"]

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--save", type=Path, metavar="FILE")
        what.add_argument("--to", type=Path, metavar="FILE")

    def handle(self, *, save: Path | None, to: Path | None, **options: Any) -> None:
        if save:
            save.write_text(json.dumps(applied(), indent=1))
        elif to:
            self._go_back(json.loads(to.read_text()))

    def _go_back(self, wanted: dict[str, str]) -> None:
        now = applied()
        loader = MigrationLoader(connection)
        for app, name in wanted.items():
            if (app, name) not in loader.graph.nodes:
                raise CommandError(f"This release does not know {app}.{name}: run the newer one's command.")
        for app in sorted(now):
            if now[app] != wanted.get(app):
                try:
                    call_command("migrate", app, wanted.get(app, "zero"), verbosity=0)
                except IrreversibleError as error:
                    raise CommandError(LOST) from error
                self.stdout.write(f"{app}: {now[app]} → {wanted.get(app, 'nothing')}")


def applied() -> dict[str, str]:
    """Return the last applied migration of each app."""
    loader = MigrationLoader(connection)
    found: dict[str, str] = {}
    for app, name in sorted(loader.applied_migrations):
        found[app] = max(found.get(app, ""), name)
    return found
