"""The small installation: SQLite, a folder as broker, one web process and one worker, as `make run` starts them."""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import pytest

from tests.deploy.programs import HERE, Part, answers, free_port, until
from whistle.demo.serve import PYTHON, environment, parts


class Small:
    """The demo's own parts in a folder of their own, with people and plan and no case yet."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="whistle-small-"))
        self.data = self.folder / "data"
        self.data.mkdir(mode=0o700)
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.parts: dict[str, Part] = {}
        with pytest.MonkeyPatch.context() as patch:  # the tests' own settings must not reach the parts
            for name in [name for name in os.environ if name.startswith("WHISTLE_")]:
                patch.delenv(name)
            patch.setenv("DJANGO_SETTINGS_MODULE", "whistle.settings")
            self.env = environment(self.data)
        self.env |= {"WHISTLE_SWEEP_SECONDS": "3", "WHISTLE_PUBLISH_SECONDS": "2"}

    def start(self) -> None:
        """Make the demo and start its parts."""
        self.manage("migrate", "--verbosity", "0")
        self.manage("demo", "--without-cases")
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

    def close(self) -> None:
        """Stop every part and delete the folder."""
        for part in self.parts.values():
            part.tell()
        for part in self.parts.values():
            part.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
