"""What is installed: units that take away what is not needed, an installer that is safe to try."""

import configparser
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.deploy.programs import DEPLOY, HERE

UNITS = sorted(path.name for path in (DEPLOY / "systemd").glob("*.service"))
WORST = 2.5  # of systemd-analyze security, 0 (nothing exposed) to 10
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and not os.environ.get("CI"), reason="no systemd-analyze"
)


VARIANTS = [
    *((name, "") for name in UNITS),
    *((f"{path.stem}.service", "small") for path in sorted((DEPLOY / "systemd/small").glob("*.conf"))),
    ("whistle-web.service", "work-accounts"),
]


@needs_systemd
@pytest.mark.parametrize(("unit", "variant"), VARIANTS)
def test_each_unit_is_closed(unit: str, variant: str, tmp_path: Path) -> None:
    target = tmp_path / "etc/systemd/system"
    shutil.copytree(DEPLOY / "systemd", target)
    if variant:
        (target / f"{unit}.d").mkdir(exist_ok=True)
        shutil.copy(DEPLOY / f"systemd/{variant}/{unit.removesuffix('.service')}.conf", target / f"{unit}.d")
    command = ["systemd-analyze", "security", "--offline=true", f"--root={tmp_path}", "--no-pager", unit]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    score = re.search(r"Overall exposure level for \S+: ([0-9.]+)", done.stdout)
    assert score, done.stderr
    print(f"{unit} {variant}: {score.group(1)}")
    assert float(score.group(1)) < WORST


@pytest.mark.parametrize("unit", UNITS)
def test_each_command_of_a_unit_exists(unit: str) -> None:
    text = (DEPLOY / "systemd" / unit).read_text()
    command = re.search(r"^ExecStart=(.*)$", text, re.MULTILINE)
    assert command
    for word in command.group(1).split():
        if word.startswith("deploy/"):
            assert (HERE / word).exists(), word


def test_only_the_publisher_can_reach_the_log_keys() -> None:
    for unit in UNITS:
        assert ("logkeys" in (DEPLOY / "systemd" / unit).read_text()) == (unit == "whistle-publisher.service")
    hardening = (DEPLOY / "systemd/whistle-.service.d/hardening.conf").read_text()
    assert "TemporaryFileSystem=/var/lib" in hardening  # what a unit does not name, it does not see


def test_the_web_process_has_no_network() -> None:
    text = (DEPLOY / "systemd/whistle-web.service").read_text()
    assert "PrivateNetwork=yes" in text
    assert "RestrictAddressFamilies=AF_UNIX\n" in text


def test_memory_reaches_no_disk() -> None:
    for path in ("whistle-.service.d/hardening.conf", "nginx.service.d/whistle.conf"):
        parser = configparser.RawConfigParser(strict=False)
        parser.read_string((DEPLOY / "systemd" / path).read_text())
        assert (parser["Service"]["limitcore"], parser["Service"]["memoryswapmax"]) == ("0", "0")


def dry(*options: str) -> "subprocess.CompletedProcess[str]":
    """Run the installer without letting it do anything."""
    command = ["sh", str(DEPLOY / "install.sh"), "--dry-run", *options]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_small_installation_has_no_process_of_its_own_for_the_time() -> None:
    text = (DEPLOY / "systemd/small/whistle-worker.conf").read_text()
    large = re.search(r"^ExecStart=(.+)$", (DEPLOY / "systemd/whistle-worker.service").read_text(), re.M)
    assert large
    assert (
        f"ExecStart=\nExecStart={large.group(1).replace('whistle.work', 'whistle.work --timetable')}\n"
        in text
    )
    assert "1whistle-beat.*" in (DEPLOY / "install.sh").read_text()


@pytest.mark.parametrize(
    "options", [(), ("--small",), ("--onion", "stranger.onion"), ("--work-accounts", "/dev/null")]
)
def test_the_installer_can_be_tried_without_changing_anything(options: tuple[str, ...]) -> None:
    done = dry("--host", "varsling.stranger.example", *options)
    assert done.returncode == 0, done.stderr
    assert "write /etc/nginx/conf.d/whistle.conf" in done.stdout
    assert ("psql" in done.stdout) == ("--small" not in options)
    assert ("whistle-web.service.d/work-accounts.conf" in done.stdout) == ("--work-accounts" in options)
    assert not Path("/opt/whistle").exists() or os.environ.get("WHISTLE_TEST_INSTALLED")


def test_the_installer_fills_in_every_name_of_the_templates() -> None:
    script = (DEPLOY / "install.sh").read_text()
    for path in [*(DEPLOY / "nginx").glob("*.conf"), DEPLOY / "redis/whistle.conf"]:
        for name in set(re.findall(r"@([A-Z_]+)@", path.read_text())):
            assert f"{name}=" in script, f"{path.name}: {name}"


def test_the_installer_without_a_host_says_what_is_missing() -> None:
    done = dry()
    assert done.returncode != 0
    assert "--host" in done.stderr


def test_no_log_line_of_nginx_can_hold_an_address() -> None:
    """Each server says so itself, whatever the http context around it says."""
    for name in ("whistle.conf", "onion.conf"):
        text = (DEPLOY / "nginx" / name).read_text()
        servers = text.split("\nserver {")[1:]
        assert servers
        for server in servers:
            assert "access_log off;" in server
            assert "error_log /dev/null crit;" in server
    everything = "".join(path.read_text() for path in (DEPLOY / "nginx").glob("*.conf"))
    for forbidden in (
        "$remote_addr",
        "$proxy_add_x_forwarded_for",
        "real_ip",
        "$binary_remote_addr",
        "log_format",
    ):
        assert forbidden not in everything


def test_what_browser_and_application_say_to_each_other_passes_nginx() -> None:
    """The proxy hands on a list of headers; whoever reads a new one has to add it there."""
    listed = {
        name.lower()
        for name in re.findall(r"proxy_set_header (\S+)", (DEPLOY / "nginx/proxy.conf").read_text())
    }
    read = set()
    for path in [*HERE.glob("whistle/**/*.py"), *HERE.glob("cases/**/*.py")]:
        if "client" not in path.parts:
            text = path.read_text()
            read |= set(re.findall(r"request\.headers(?:\.get\(|\[)\"([A-Za-z-]+)\"", text))
            read |= set(re.findall(r"Header\(alias=\"([A-Za-z0-9-]+)\"", text))
    assert {"Origin", "X-Part-SHA256"} <= read
    assert {name.lower() for name in read} <= listed


def test_commands_run_with_what_the_units_have(tmp_path: Path) -> None:
    """`whistle-manage` hands over the same settings and secrets, none of them on the command line."""
    stand_in = tmp_path / "systemd-run"
    stand_in.write_text('#!/bin/sh\nprintf "%s\\n" "$@"\n')
    stand_in.chmod(0o755)
    env = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = ["sh", str(DEPLOY / "whistle-manage"), "--as", "whistle_owner", "restore", "/a b"]
    told = subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.splitlines()
    assert told[-4:] == [".venv/bin/python", "manage.py", "restore", "/a b"]
    assert "--property=User=whistle_owner" in told
    hardening = (DEPLOY / "systemd/whistle-.service.d/hardening.conf").read_text()
    for line in hardening.splitlines():
        if line.startswith(("LoadCredential=", "EnvironmentFile=")):
            assert f"--property={line}" in told
        if line.startswith("Environment=WHISTLE_"):
            assert any(line.removeprefix("Environment=") in one for one in told)
    done = subprocess.run(command[:2], env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, "whistle-manage watch" in done.stdout) == (2, True)


def test_the_way_back_from_a_provider_fits_through_nginx_and_gunicorn() -> None:
    """Entra ID's codes are long; a limit below them would refuse everybody."""
    longest = len("/kommune/desk/gate/back/?code=&state=&session_state=&iss=") + 2000 + 43 + 36 + 120
    gunicorn = re.search(r"^limit_request_line = (\d+)$", (DEPLOY / "gunicorn.conf.py").read_text(), re.M)
    nginx = re.search(r"large_client_header_buffers \d+ (\d+)k;", (DEPLOY / "nginx/faces.conf").read_text())
    assert gunicorn
    assert nginx
    assert int(gunicorn.group(1)) > longest
    assert int(nginx.group(1)) * 1024 > longest
