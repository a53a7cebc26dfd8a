"""The small installation: SQLite, a folder as broker, one web process and one worker, as `make run` starts them."""

import os
import shutil
import socket
import sqlite3
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.deploy.programs import HERE, Part, answers, free_port, until
from whistle.demo.serve import PYTHON, environment, parts


class Made:
    """Data folders as `migrate` and `demo` leave them, made once a run: the others begin with a copy."""

    def __init__(self, folder: Path) -> None:
        self.empty, self.peopled = folder / "empty", folder / "peopled"
        maker = Small()
        try:
            maker.manage("migrate", "--verbosity", "0")
            shutil.copytree(maker.data, self.empty)
            maker.manage("demo", "--without-cases")
            shutil.copytree(maker.data, self.peopled)
        finally:
            maker.close()


class Small:
    """The demo's own parts in a folder of their own; `like` is a data folder to begin with."""

    def __init__(self, like: Path | None = None) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="whistle-small-"))
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        self.begin_with(like)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.parts: dict[str, Part] = {}
        with pytest.MonkeyPatch.context() as patch:  # the tests' own settings must not reach the parts
            for name in [name for name in os.environ if name.startswith("WHISTLE_")]:
                patch.delenv(name)
            patch.setenv("DJANGO_SETTINGS_MODULE", "whistle.settings")
            self.env = environment(self.data)
        self.env |= {"WHISTLE_SWEEP_SECONDS": "3", "WHISTLE_PUBLISH_SECONDS": "2"}

    def begin_with(self, like: Path | None) -> None:
        """Copy what another installation has."""
        if like is not None:
            shutil.copytree(like, self.data, dirs_exist_ok=True)

    def fresh_codes(self) -> None:
        """Let every authenticator's present code count again, so that nobody waits half a minute for the next."""
        with sqlite3.connect(self.data / "whistle.sqlite3", timeout=20) as database:
            database.execute("UPDATE keystore_staffkey SET totp_counter = 0")
        database.close()

    def start(self) -> None:
        """Start its parts."""
        for name, command in parts(self.env, str(self.port)).items():
            self.parts[name] = Part(name, command, self.env, self.folder / f"{name}.log")
            self.parts[name].start()
        self.wait_for_web()

    def wait_for_web(self) -> None:
        """Wait until it answers."""
        until(lambda: answers(socket.AF_INET, ("127.0.0.1", self.port)), "the web process")

    def manage(self, *arguments: str) -> str:
        """Run a command of manage.py and return what it printed."""
        command = [PYTHON, "-W", "ignore", "manage.py", *arguments]
        done = subprocess.run(command, cwd=HERE, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"manage.py {arguments[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def stop(self) -> None:
        """Stop every part, all at the same time."""
        for part in self.parts.values():
            part.tell()
        for part in self.parts.values():
            part.stop()

    def close(self) -> None:
        """Stop every part and delete the folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
