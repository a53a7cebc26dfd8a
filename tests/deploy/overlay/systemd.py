#!/usr/bin/python3
"""Stands in for systemctl and systemd-run where there is no systemd: does what the units say, without the sandbox.

It understands what deploy/ uses: users, environment files, credentials, sockets handed over, drop-ins, timers (which it
only remembers).  Installed under both names in front of everything else by tests/deploy/overlay/run.sh.
"""

import grp
import os
import pwd
import shlex
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

UNITS = Path("/etc/systemd/system")
STATE = Path("/run/stand-in")
DEBIAN = {
    "postgresql": (["pg_ctlcluster", "15", "main", "start"], ["pg_ctlcluster", "15", "main", "stop"]),
    "redis-server@whistle": (
        [
            "setpriv",
            "--reuid=redis",
            "--regid=redis",
            "--init-groups",
            "redis-server",
            "/etc/redis/redis-whistle.conf",
            "--daemonize",
            "yes",
        ],
        [],
    ),
    "nginx": (["nginx"], ["nginx", "-s", "stop"]),
}


class Settings(dict):
    """A section of a unit: a name may come more than once."""

    def __init__(self, lines):
        super().__init__()
        section = ""
        for line in lines:
            line = line.strip()
            if line.startswith("["):
                section = line.strip("[]")
            elif "=" in line and not line.startswith("#"):
                name, _sign, value = line.partition("=")
                self.setdefault(f"{section}.{name}", []).append(value)

    def last(self, name, otherwise=""):
        return self.get(name, [otherwise])[-1]


def unit(name):
    """Return the settings of a unit, drop-ins in the order of their names."""
    stem = name.rpartition(".")[0]
    folders = [UNITS / f"{name}.d"] + [
        UNITS / f"{stem[: at + 1]}.service.d" for at, sign in enumerate(stem) if sign == "-"
    ]
    drops = sorted(
        (path for folder in folders if folder.is_dir() for path in folder.glob("*.conf")),
        key=lambda path: path.name,
    )
    lines = (UNITS / name).read_text().splitlines()
    for path in drops:
        lines += path.read_text().splitlines()
    return Settings(lines)


def environment(files, credentials, pairs, folder):
    """Return the environment of a process, its credentials laid into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for pair in credentials:
        name, _sign, path = pair.partition(":")
        if Path(path).exists():
            (folder / name).write_bytes(Path(path).read_bytes())
            (folder / name).chmod(0o444)
    env = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8", "HOME": "/"}
    for pair in pairs:  # a later one goes before an earlier one, a file before both (systemd.exec)
        for word in shlex.split(pair):
            name, _sign, value = word.partition("=")
            env[name] = value.replace("%d", str(folder))
    for file in files:
        for line in Path(file).read_text().splitlines():
            if "=" in line and not line.startswith("#"):
                name, _sign, value = line.partition("=")
                env[name] = value
    return env


def become(user, group):
    """Return what a child does first."""

    def first():
        os.umask(0o007)
        if user:
            person, gid = pwd.getpwnam(user), grp.getgrnam(group).gr_gid
            os.initgroups(user, gid)
            os.setgid(gid)
            os.setuid(person.pw_uid)

    return first


def launch(name):
    """Start a service and remember its process."""
    one = unit(name)
    kind = one.last("Service.Type", "simple")
    folder = STATE / name
    env = environment(
        one.get("Service.EnvironmentFile", []),
        one.get("Service.LoadCredential", []),
        one.get("Service.Environment", []),
        folder,
    )
    sockets = (
        unit(f"{name.rpartition('.')[0]}.socket")
        if (UNITS / f"{name.rpartition('.')[0]}.socket").exists()
        else None
    )
    passed = []
    if runtime := one.last("Service.RuntimeDirectory"):
        Path("/run", runtime).mkdir(exist_ok=True)
        os.chown(f"/run/{runtime}", pwd.getpwnam(one.last("Service.User")).pw_uid, -1)
    if sockets:
        path = Path(sockets.last("Socket.ListenStream"))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        line = socket.socket(socket.AF_UNIX)
        line.bind(str(path))
        line.listen(512)
        os.chown(path, 0, grp.getgrnam(sockets.last("Socket.SocketGroup")).gr_gid)
        path.chmod(int(sockets.last("Socket.SocketMode"), 8))
        passed.append(line)

    def first():
        if passed:
            os.dup2(passed[0].fileno(), 3)
            os.set_inheritable(3, True)
            os.environ["LISTEN_PID"] = str(os.getpid())
        become(one.last("Service.User"), one.last("Service.Group"))()

    own = STATE / f"{name}.tmp"  # in place of PrivateTmp
    own.mkdir(exist_ok=True)
    os.chown(
        own, pwd.getpwnam(one.last("Service.User")).pw_uid, grp.getgrnam(one.last("Service.Group")).gr_gid
    )
    own.chmod(0o700)
    env["TMPDIR"] = str(own)
    command = shlex.split(one.last("Service.ExecStart"))
    if passed:
        command = ["/bin/sh", "-c", 'LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"', "sh", *command]
    log = (STATE / f"{name}.log").open("ab")
    child = subprocess.Popen(
        command,
        cwd=one.last("Service.WorkingDirectory"),
        env=env,
        preexec_fn=first,
        close_fds=False,
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    if kind == "oneshot":
        sys.exit(child.wait())
    (STATE / f"{name}.pid").write_text(str(child.pid))


def stop(name):
    path = STATE / f"{name}.pid"
    if not path.exists():
        return
    pid = int(path.read_text())
    path.unlink()
    try:
        os.killpg(pid, signal.SIGTERM)
        for _ in range(100):
            os.killpg(pid, 0)
            time.sleep(0.1)
        os.killpg(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass


def systemctl(words):
    verb, names = "", []
    now = "--now" in words
    for word in words:
        if not word.startswith("-"):
            verb, names = (word, names) if not verb else (verb, [*names, word])
    if verb in ("daemon-reload", "is-active") or (verb == "enable" and not now):
        return
    for name in names:
        if name.removesuffix(".service") in DEBIAN:
            debian(verb, name.removesuffix(".service"))
        elif not name.endswith((".timer", ".target", ".socket")):
            ours(verb, name if name.endswith(".service") else f"{name}.service")


def debian(verb, name):
    """Do something with a service of Debian's."""
    start, end = DEBIAN[name]
    if name == "redis-server@whistle":
        Path("/run/redis-whistle").mkdir(exist_ok=True)
        os.chown("/run/redis-whistle", pwd.getpwnam("redis").pw_uid, grp.getgrnam("redis").gr_gid)
        Path("/run/redis-whistle").chmod(0o2755)
    if verb in ("stop", "restart", "reload-or-restart") and end:
        subprocess.run(end, capture_output=True, check=False)
        time.sleep(1)
    if verb != "stop":
        done = subprocess.run(start, capture_output=True, text=True, check=False)
        if done.returncode and name != "postgresql":
            print(done.stdout + done.stderr, file=sys.stderr)


def ours(verb, name):
    """Do something with a service of Whistle's."""
    if verb in ("stop", "restart"):
        stop(name)
    if verb in ("start", "restart"):
        launch(name)


def systemd_run(words):
    properties, command = {}, []
    for at, word in enumerate(words):
        if word.startswith("--property="):
            name, _sign, value = word.removeprefix("--property=").partition("=")
            properties.setdefault(name, []).append(value)
        elif not word.startswith("--"):
            command = words[at:]
            break
    env = environment(
        properties.get("EnvironmentFile", []),
        properties.get("LoadCredential", []),
        properties.get("Environment", []),
        STATE / f"run-{os.getpid()}",
    )
    user, group, first = properties["User"][0], properties["Group"][0], None
    if ambient := properties.get("AmbientCapabilities"):
        caps = ",".join(f"+{one.removeprefix('CAP_').lower()}" for one in ambient[0].split())
        who = [f"--reuid={user}", f"--regid={group}", "--init-groups"]
        command = ["setpriv", *who, f"--inh-caps={caps}", f"--ambient-caps={caps}", "--", *command]
    else:
        first = become(user, group)
    done = subprocess.run(
        command, cwd=properties["WorkingDirectory"][0], env=env, check=False, umask=0o007, preexec_fn=first
    )
    sys.exit(done.returncode)


if __name__ == "__main__":
    STATE.mkdir(parents=True, exist_ok=True)
    STATE.chmod(0o755)
    {"systemctl": systemctl, "systemd-run": systemd_run}[Path(sys.argv[0]).name](sys.argv[1:])
