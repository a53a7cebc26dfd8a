"""The container files hang together: what one part names, another has; each part is one that systemd would run too."""

import re
import shlex
import subprocess
from typing import Any

import pytest
import yaml

from tests.deploy.programs import DEPLOY, HERE

COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, Any] = COMPOSE["services"]
OURS = sorted(name for name, one in SERVICES.items() if one.get("image") == "whistle")


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_what_a_part_names_is_there(name: str) -> None:
    one = SERVICES[name]
    assert set(one.get("depends_on", {})) <= set(SERVICES)
    assert set(one.get("secrets", [])) <= set(COMPOSE["secrets"])
    for volume in one.get("volumes", []):
        source = volume.partition(":")[0]
        assert source in COMPOSE["volumes"] or source.startswith("."), volume
        if source.startswith("./"):
            assert (DEPLOY / source).exists(), volume


@pytest.mark.parametrize("name", OURS)
def test_no_part_of_ours_may_more_than_it_needs(name: str) -> None:
    one = SERVICES[name]
    assert one["cap_drop"] == ["ALL"]
    assert one["read_only"] is True
    assert one["security_opt"] == ["no-new-privileges:true"]
    assert one["network_mode"] == "none" or name == "worker"  # mail


def test_the_reporters_part_is_another_user_with_another_secret_and_another_role() -> None:
    desk, reporters = SERVICES["web"], SERVICES["reporter"]
    assert reporters["user"] == "whistle_reporter"
    assert "secret_key" not in reporters["secrets"]
    assert "whistle_reporter@" in reporters["environment"]["WHISTLE_DATABASE_URL"]
    assert (desk["environment"]["WHISTLE_FACE"], reporters["environment"]["WHISTLE_FACE"]) == (
        "staff",
        "reporter",
    )


def test_only_the_publisher_reaches_the_logs_keys() -> None:
    holders = [
        name
        for name, one in SERVICES.items()
        if any("logkeys" in volume for volume in one.get("volumes", []))
    ]
    assert holders == ["publisher"]


def test_each_user_and_file_of_the_image_exists() -> None:
    text = (DEPLOY / "Containerfile").read_text()
    made = set(re.findall(r"useradd .* (whistle_\w+)", text))
    used = {one["user"] for one in SERVICES.values() if "user" in one}
    assert used <= made
    for line in re.findall(r"^COPY (?!--)(.+) \S+$", text, re.MULTILINE):
        for name in line.split():
            assert list(HERE.glob(name)), name


def steps() -> list[tuple[str, str]]:
    """Return each instruction of the image with its words, lines joined."""
    text = re.sub(r"\\\n", " ", (DEPLOY / "Containerfile").read_text())
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(line.split()[0], line.split(maxsplit=1)[1]) for line in lines]


def test_each_step_of_the_image_is_one_that_there_is_and_each_command_is_shell() -> None:
    known = {"FROM", "WORKDIR", "COPY", "RUN", "ENV", "USER", "CMD"}
    assert {name for name, _words in steps()} <= known
    assert steps()[0][0] == "FROM"
    for name, words in steps():
        if name == "RUN":
            subprocess.run(["sh", "-n", "-c", words], check=True)


def test_the_image_is_built_of_all_that_a_release_needs() -> None:
    copied = {word for name, words in steps() if name == "COPY" for word in words.split()[:-1]}
    settings = (HERE / "whistle/settings.py").read_text()
    for name in ("whistle", "cases", "templates", "deploy", "manage.py", "pyproject.toml", "package.json"):
        assert name in copied, name
    for folder in re.findall(r'BASE / "([a-z]+)"', settings):
        assert folder in copied or not (HERE / folder).exists() or folder == "var", folder


@pytest.mark.parametrize("name", ["web", "reporter", "worker", "publisher", "beat"])
def test_each_part_runs_what_its_unit_runs_and_shows_the_same_face(name: str) -> None:
    unit = (DEPLOY / f"systemd/whistle-{name}.service").read_text()
    started = re.search(r"^ExecStart=\S+python (.+)$", unit, re.MULTILINE)
    assert started
    image = next(words for step, words in reversed(steps()) if step == "CMD")
    command = SERVICES[name].get("command") or list(yaml.safe_load(image))
    same = [word for word in shlex.split(started.group(1)) if not word.startswith("/run/")]
    assert [word for word in command[1:] if not word.startswith("/tmp/")] == same
    face = re.search(r"^Environment=WHISTLE_FACE=(\w+)$", unit, re.MULTILINE)
    assert SERVICES[name].get("environment", {}).get("WHISTLE_FACE") == (face.group(1) if face else None)
