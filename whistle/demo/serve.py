"""`python -m whistle.demo.serve`: sets the demo up and runs web process and worker until Ctrl-C.

Progress is shown; what is done already is not done again.  PORT and WHISTLE_DATA are honoured.
"""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from whistle.demo import unfinished
from whistle.demo.watch import appoint

HERE = Path(__file__).resolve().parent.parent.parent
PYTHON = sys.executable


def environment(folder: Path) -> dict[str, str]:
    """Return the environment of all parts; secrets are made once and kept in the data folder."""
    kept = folder / "secrets"
    kept.mkdir(parents=True, exist_ok=True, mode=0o700)
    settings = {
        "WHISTLE_DATA": str(folder),
        "WHISTLE_DEMO": "1",
        "WHISTLE_HTTPS": "0",
        "WHISTLE_DEFAULT_ORGANISATION": "fjellvik",
        # Celery's word to root is right in production; a demo in a container is root's and shows nobody's case
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    for name in ("WHISTLE_SECRET_KEY", "WHISTLE_ENTRY_KEY"):
        path = kept / name.lower()
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(48))
        settings[f"{name}_FILE"] = str(path)
    return {**settings, **{name: value for name, value in os.environ.items() if value}}


def prepare(env: dict[str, str]) -> None:
    """Build the browser's half, compile translations, migrate, make the demo.  Stops at the first failure."""
    folder = Path(env["WHISTLE_DATA"])
    if unfinished.interrupted(folder) and "WHISTLE_DATABASE_URL" not in env:
        print("· The demo was interrupted while it was made; beginning anew", flush=True)
        unfinished.forget(folder)
    steps = (
        ("Browser's half", [PYTHON, "-m", "whistle.browser.build"]),
        ("Translations", [PYTHON, "-m", "whistle.ui.translations"]),
        ("Database", [PYTHON, "manage.py", "migrate", "--verbosity", "0"]),
        ("Demo", [PYTHON, "manage.py", "demo"]),
    )
    for name, command in steps:
        print(f"· {name}", flush=True)
        # a session of its own: Ctrl-C is answered here, once, in words
        if subprocess.run(command, cwd=HERE, env=env, check=False, start_new_session=True).returncode:
            sys.exit(f"{name} failed; see the message above.")


def parts(env: dict[str, str], port: str) -> dict[str, list[str]]:
    """Return the commands of the running parts."""
    return {
        "web": [
            PYTHON, "-m", "gunicorn", "whistle.wsgi:application", "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--threads", "4", "--worker-class", "gthread", "--worker-tmp-dir", env["WHISTLE_DATA"],
            "--log-level", "warning", "--preload", "--graceful-timeout", "5",
        ],
        "worker": [PYTHON, "-m", "whistle.work", "--timetable"],
        "witness": appoint(env),
    }  # fmt: skip


def refuse_busy_port(port: str) -> None:
    """Stop with a sentence when the port is no number or somebody listens there."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not “{port}”.")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", int(port)))
        except OSError:
            sys.exit(f"Port {port} is in use. Stop what runs there, or choose another: make run PORT=8001")


def announce(folder: Path, port: str) -> None:
    """Say where it is and who can sign in."""
    root = f"http://127.0.0.1:{port}"
    print(
        f"\nFjellvik kommune is open.  Ctrl-C stops it.\n"
        f"  reporter   {root}/        (another municipality: {root}/nordvik/)\n"
        f"  desk       {root}/desk/\n"
        f"  plan       {root}/plan/\n"
        f"  people     {folder / 'demo.json'} (user name, passphrase, second factor)\n"
        f"             a code for the second factor: python -m whistle.demo.code {folder / 'demo.json'} ingrid.solvang\n",
        flush=True,
    )


def run(env: dict[str, str], port: str) -> int:
    """Run all parts until one ends or a signal comes; then stop all of them."""
    running = {
        name: subprocess.Popen(
            command,
            cwd=HERE,
            env=env,
            start_new_session=True,
            stdout=subprocess.DEVNULL if name == "witness" else None,  # its public keys, for a policy file
        )
        for name, command in parts(env, port).items()
    }
    stopping: list[int] = []
    _on_stop(lambda received, _frame: stopping.append(received))
    announced = False
    while not stopping and all(part.poll() is None for part in running.values()):
        if not announced and _answers(port):
            announce(Path(env["WHISTLE_DATA"]), port)
            announced = True
        time.sleep(0.2)
    ended = [name for name, part in running.items() if part.poll() is not None]
    for part in running.values():
        if part.poll() is None:
            part.terminate()
    for part in running.values():
        try:
            part.wait(timeout=8)
        except subprocess.TimeoutExpired:
            part.kill()
    if ended:
        print(f"Stopped: {', '.join(ended)} ended by itself.", file=sys.stderr)
    return 1 if ended and not stopping else 0


def _answers(port: str) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(port))) == 0


def _on_stop(act: Callable[[int, object], None]) -> None:
    """Let `act` answer Ctrl-C and its like, and a window that is closed unless `nohup` said not to mind it."""
    minds = signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN
    for number in (signal.SIGINT, signal.SIGTERM, *([signal.SIGHUP] if minds else [])):
        signal.signal(number, act)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main() -> int:
    """Prepare and run, until Ctrl-C or its like."""
    _on_stop(_interrupt)
    folder = Path(os.environ.get("WHISTLE_DATA") or HERE / "var").expanduser().resolve()
    (folder / "static").mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    port = os.environ.get("PORT") or "8000"
    refuse_busy_port(port)
    env = environment(folder)
    try:
        prepare(env)
    except KeyboardInterrupt:
        sys.exit("\nStopped before it was ready. The next start begins anew where it has to.")
    return run(env, port)


if __name__ == "__main__":
    sys.exit(main())
