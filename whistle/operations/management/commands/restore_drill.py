"""`manage.py restore_drill [DIR]`: would the newest backup help us?  In a scratch folder, beside the running server."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from whistle.operations.management.commands.backup import add_folder, chosen_folder
from whistle.operations.watch import sign


class Command(BaseCommand):
    help = "Restore the newest backup into a scratch database, verify log, counts and a sample, and say how long it took."

    def add_arguments(self, parser: CommandParser) -> None:
        add_folder(parser)

    def handle(self, *, directory: Path | None, **options: Any) -> None:
        folder = chosen_folder(directory).resolve()
        began = time.monotonic()
        with tempfile.TemporaryDirectory(prefix="whistle-drill-") as scratch:
            env = self._environment(Path(scratch))
            for words in (["migrate", "--verbosity", "0"], ["restore", str(folder)]):
                done = subprocess.run(
                    [sys.executable, "-W", "ignore", str(settings.BASE / "manage.py"), *words],
                    env=env,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.stdout.write(done.stdout, ending="")
                if done.returncode:
                    raise CommandError(f"The drill failed: {done.stderr.strip()[-2000:]}")
        sign("drill")
        self.stdout.write(f"The backup can be restored; the drill took {time.monotonic() - began:.0f} s.")

    @staticmethod
    def _environment(scratch: Path) -> dict[str, str]:
        """Return our settings, but with a database and folders of the drill's own: nothing of ours is touched."""
        left = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("WHISTLE_DATABASE_URL", "WHISTLE_S3", "WHISTLE_BROKER", "WHISTLE_CACHE"))
        }
        places = {
            "BLOBS": "blobs",
            "UPLOADS": "uploads",
            "LOGS": "logs",
            "LOG_KEYS": "keys",
            "HEARTBEATS": "alive",
        }
        return left | {
            "WHISTLE_DATA": str(scratch),
            "WHISTLE_DATABASE_URL": f"sqlite:///{scratch}/drill.sqlite3",
            **{f"WHISTLE_{name}": str(scratch / place) for name, place in places.items()},
        }
