"""`python -m tests.on_postgres [pytest words]`: the tests of database code once more, on a real PostgreSQL.

The server is the machine's own or a wheel's, started for this run on a socket in a folder of its own.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.deploy.programs import give_away, postgresql, unprivileged

ROOT = Path(__file__).resolve().parent.parent
WHAT = ["tests/domain", "tests/plan"]


@contextmanager
def server() -> Iterator[str]:
    """Start a throwaway PostgreSQL and yield its database URL."""
    folder = Path(tempfile.mkdtemp(prefix="whistle-pg-"))
    folder.chmod(0o755)
    give_away(folder)
    programs, words = postgresql(), unprivileged()
    subprocess.run(
        [*words, programs / "initdb", "-D", folder / "cluster", "-U", "whistle", "-A", "trust", "-E", "UTF8", "--no-sync"],
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip
    options = f"-c listen_addresses= -c unix_socket_directories={folder} -c fsync=off"
    start = [
        *words,
        programs / "pg_ctl",
        "-D",
        folder / "cluster",
        "-w",
        "-o",
        options,
        "-l",
        folder / "log",
        "start",
    ]
    subprocess.run(start, check=True, capture_output=True, cwd="/")
    try:
        yield f"postgresql://whistle@/postgres?host={folder}"
    finally:
        stop = [*words, programs / "pg_ctl", "-D", folder / "cluster", "-m", "immediate", "stop"]
        subprocess.run(stop, check=False, capture_output=True, cwd="/")
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Run the tests and return pytest's exit status."""
    with server() as url:
        environment = {**os.environ, "WHISTLE_TEST_DATABASE_URL": url}
        where = [] if any(word.startswith("tests/") for word in sys.argv) else WHAT
        return subprocess.run(
            [sys.executable, "-m", "pytest", *where, *sys.argv[1:]], cwd=ROOT, env=environment, check=False
        ).returncode


if __name__ == "__main__":
    sys.exit(main())
