"""Real databases for tests that need several processes: a SQLite file, and a PostgreSQL server of their own."""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from tests.deploy.programs import HERE, give_away, postgresql, unprivileged, until


@dataclass(frozen=True)
class Place:
    """A migrated database with a folder of its own."""

    kind: str
    url: str
    folder: Path

    @property
    def env(self) -> dict[str, str]:
        """The environment of programs that work here."""
        return {
            **{name: value for name, value in os.environ.items() if not name.startswith("WHISTLE_")},
            "DJANGO_SETTINGS_MODULE": "whistle.settings",
            "WHISTLE_SECRET_KEY": "lab-secret-key-lab-secret-key-lab-secret-0",
            "WHISTLE_ENTRY_KEY": "lab-entry-key-lab-entry-key-lab-entry-key-1",
            "WHISTLE_DATA": str(self.folder),
            "WHISTLE_DEMO": "1",
            "WHISTLE_HTTPS": "0",
            "WHISTLE_DATABASE_URL": self.url,
            "PYTHONPATH": str(HERE),
        }

    def run(self, *command: str, timeout: float = 120) -> Any:
        """Run `python -m tests.audit.lab …` here and return the JSON it prints; its errors fail the test."""
        done = subprocess.run(
            [sys.executable, "-W", "ignore", "-m", "tests.audit.lab", *command],
            cwd=HERE, env=self.env, capture_output=True, text=True, check=False, timeout=timeout,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)


class Postgres:
    """A server with a folder of its own; durable, as in production.  It can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.data = folder, folder / "data"
        folder.chmod(0o755)
        self.data.mkdir()
        give_away(self.data)
        give_away(folder)
        subprocess.run(
            [*unprivileged(), postgresql() / "initdb", "-D", self.data, "-U", "whistle", "-A", "trust", "-E", "UTF8",
             "--no-locale"],
            check=True, capture_output=True,
        )  # fmt: skip
        self.start()

    def start(self) -> None:
        """Start it, or start it again; recovery from what is on the disk comes first."""
        options = [
            "-c",
            "listen_addresses=",
            "-c",
            f"unix_socket_directories={self.folder}",
            "-c",
            "fsync=on",
        ]
        self.running = subprocess.Popen(
            [*unprivileged(), postgresql() / "postgres", "-D", self.data, *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
        until(lambda: _answers(self.folder), "PostgreSQL answers")

    def kill(self) -> None:
        """End all its processes at once, as a crash would: what it had not written is gone."""
        os.killpg(self.running.pid, signal.SIGKILL)
        self.running.wait(20)

    def stop(self) -> None:
        """End it quickly: nothing of it is kept."""
        self.running.send_signal(signal.SIGQUIT)
        self.running.wait(20)


@contextmanager
def postgres_server() -> Iterator[str]:
    """Run a server until the block ends; yields its socket's folder."""
    with tempfile.TemporaryDirectory(prefix="pg-") as name:
        server = Postgres(Path(name))
        try:
            yield name
        finally:
            server.stop()


def _answers(folder: Path) -> bool:
    import psycopg

    try:
        psycopg.connect(host=str(folder), user="whistle", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def new_postgres(host: str, folder: Path, template: str = "template1") -> Place:
    """Return a new database on the server, copied from `template`."""
    import psycopg

    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(host=host, user="whistle", dbname="postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
    return Place("postgresql", f"postgresql://whistle@/{name}?host={host}", folder)


def new_sqlite(folder: Path) -> Place:
    """Return a new database in a file."""
    return Place("sqlite", f"sqlite:///{folder / 'lab.sqlite3'}", folder)
