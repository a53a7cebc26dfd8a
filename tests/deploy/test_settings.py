"""Every setting is described, every description is a setting, and an odd value stops the start with a sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.programs import DEPLOY, HERE

EXAMPLE = DEPLOY / "env.example"
SAFE = {
    "WHISTLE_SECRET_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-one",
    "WHISTLE_ENTRY_KEY": "0123456789abcdefghijklmnopqrstuvwxyz-two",
    "WHISTLE_HOSTS": "varsling.stranger.example",
}


def started(tmp_path: Path, *command: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """Run Python in production settings, as a stranger's machine would have them."""
    inherited = {
        name: value for name, value in os.environ.items() if not name.startswith(("WHISTLE_", "DJANGO_"))
    }
    return subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        cwd=HERE,
        env=inherited
        | {"DJANGO_SETTINGS_MODULE": "whistle.settings", "WHISTLE_DATA": str(tmp_path)}
        | SAFE
        | settings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_example_names_every_setting_and_no_other(tmp_path: Path) -> None:
    described = re.findall(r"^#(WHISTLE_[A-Z0-9_]+)=", EXAMPLE.read_text(), re.MULTILINE)
    assert len(described) == len(set(described))
    asked = started(tmp_path, "-c", "from whistle import env, settings; print(*env.asked)")
    assert set(described) == set(asked.stdout.split()), asked.stderr


def test_every_setting_in_the_example_is_described_above_it() -> None:
    lines = EXAMPLE.read_text().splitlines()
    for number, line in enumerate(lines):
        if line.startswith("#WHISTLE_"):
            above = next(text for text in reversed(lines[:number]) if not text.startswith("#WHISTLE_"))
            assert above.startswith("# "), line


def test_no_part_reads_the_environment_past_the_typed_readers() -> None:
    allowed = {"whistle/env.py", "whistle/demo/serve.py", "whistle/browser/build.py"}
    for path in [*HERE.glob("whistle/**/*.py"), *HERE.glob("cases/**/*.py")]:
        if str(path.relative_to(HERE)) not in allowed:
            assert not re.search(r"environ(\.get)?[\[(].WHISTLE_", path.read_text()), path


def test_the_defaults_of_the_example_start(tmp_path: Path) -> None:
    values = re.findall(r"^#(WHISTLE_[A-Z0-9_]+)=(.*)$", EXAMPLE.read_text(), re.MULTILINE)
    given = {name: value for name, value in values if value and "FILE" not in name and name not in SAFE}
    given |= {"WHISTLE_DATA": str(tmp_path)}
    done = started(
        tmp_path,
        "-c",
        "import django; django.setup(); from whistle.checks import refuse_to_start as go; go()",
        **given,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("WHISTLE_HTTPS", "perhaps", "WHISTLE_HTTPS must be true or false"),
        ("WHISTLE_FACE", "both sides", "WHISTLE_FACE must be one of"),
        ("WHISTLE_PUBLISH_SECONDS", "0", "WHISTLE_PUBLISH_SECONDS must be between 1 and"),
        ("WHISTLE_PUBLISH_SECONDS", "soon", "WHISTLE_PUBLISH_SECONDS must be a whole number"),
        ("WHISTLE_NOTICE_HOURS", "8,25", "WHISTLE_NOTICE_HOURS must be between 0 and 23"),
        ("WHISTLE_NOTICE_HOURS", "morning", "WHISTLE_NOTICE_HOURS must be a whole number"),
        ("WHISTLE_NOTICE_HOURS", " , ", "WHISTLE_NOTICE_HOURS must name at least one"),
        ("WHISTLE_HOSTS", "https://varsling.example.no", "without https:// and port"),
        ("WHISTLE_HOSTS", "varsling.example.no:8443", "without https:// and port"),
        ("WHISTLE_SMTP", "smtp://mail.example", "WHISTLE_SMTP must be"),
        ("WHISTLE_MAIL_FROM", "nobody", "WHISTLE_MAIL_FROM must be like"),
        ("WHISTLE_BROKER_URL", "amqp://guest@localhost", "WHISTLE_BROKER_URL must be like"),
        ("WHISTLE_CACHE_URL", "memcached://localhost", "WHISTLE_CACHE_URL must be like"),
        ("WHISTLE_TSA_URL", "freetsa", "WHISTLE_TSA_URL must be like"),
        ("WHISTLE_PROBE_URL", "varsling.example.no", "WHISTLE_PROBE_URL must be like"),
        ("WHISTLE_RELEASE_KEY", "abc", "WHISTLE_RELEASE_KEY must be like"),
        ("WHISTLE_WEB_BIND", "nonsense", "WHISTLE_WEB_BIND must be like"),
        ("WHISTLE_DEFAULT_ORGANISATION", "Ikke slik", "WHISTLE_DEFAULT_ORGANISATION must be like"),
        ("WHISTLE_DATABASE_URL", "sqlite:///", "WHISTLE_DATABASE_URL must name a database"),
        ("WHISTLE_SMTP", "mail example", "WHISTLE_SMTP must be like"),
        ("WHISTLE_SMTP", "mail.example:letters", "WHISTLE_SMTP must be a whole number"),
        ("WHISTLE_DATABASE_URL", "mysql://x", "WHISTLE_DATABASE_URL must start with"),
        (
            "WHISTLE_SECRET_KEY",
            "short",
            "WHISTLE_SECRET_KEY or WHISTLE_SECRET_KEY_FILE must hold at least 32",
        ),
        ("WHISTLE_ENTRY_KEY", "", "WHISTLE_ENTRY_KEY or WHISTLE_ENTRY_KEY_FILE must hold at least 32"),
        (
            "WHISTLE_SECRET_KEY_FILE",
            "/nowhere",
            "WHISTLE_SECRET_KEY and WHISTLE_SECRET_KEY_FILE are both set",
        ),
        ("WHISTLE_BROKER_URL_FILE", "/nowhere", "WHISTLE_BROKER_URL_FILE cannot be read"),
    ],
)
def test_an_odd_value_stops_the_start_and_names_the_setting(
    tmp_path: Path, name: str, value: str, sentence: str
) -> None:
    done = started(tmp_path, "-c", "import whistle.settings", **{name: value})
    assert done.returncode != 0
    assert sentence in done.stderr.splitlines()[-1]


def test_settings_that_are_wrong_together_stop_the_start_and_say_why(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    begin = (
        "import django; django.setup(); from whistle.checks import refuse_to_start as go; go(people=False)"
    )
    given = {
        "WHISTLE_DATA": str(tmp_path / "file"),
        "WHISTLE_LARGEST_FILE": "2000000",
        "WHISTLE_UPLOAD_BUDGET": "1100000",
        "WHISTLE_LANGUAGES": "pl:Polski",
        "WHISTLE_PUBLIC_LOG_MINUTES": "0",
    }
    done = started(tmp_path, "-c", begin, **given)
    assert done.returncode == 78
    for sentence in (
        "WHISTLE_DATA must be a folder",
        "WHISTLE_UPLOAD_BUDGET is less than one file",
        "WHISTLE_LANGUAGE_PACKS has no compiled pack",
        "sees to the second when somebody reported",
    ):
        assert sentence in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text(SAFE["WHISTLE_SECRET_KEY"] + "\n")
    ask = "from whistle import settings; print(settings.SECRET_KEY)"
    done = started(tmp_path, "-c", ask, WHISTLE_SECRET_KEY="", WHISTLE_SECRET_KEY_FILE=str(kept))
    assert done.stdout.strip() == SAFE["WHISTLE_SECRET_KEY"], done.stderr


@pytest.mark.parametrize(
    "command",
    [
        ("manage.py", "check"),
        ("-c", "import whistle.wsgi"),
        ("-m", "celery", "-A", "whistle", "worker", "-P", "solo"),
        ("-m", "celery", "-A", "whistle", "beat"),
        ("-m", "celery", "-A", "whistle.beat", "beat"),
        ("-m", "whistle.work", "celery"),
        ("-m", "whistle.beat", "/dev/null"),
        ("-m", "gunicorn", "whistle.wsgi:application", "--config", "deploy/gunicorn.conf.py"),
    ],
    ids=["command", "web", "worker", "beat", "beat-alone", "our-worker", "our-beat", "gunicorn"],
)
def test_no_process_starts_with_a_mistyped_setting(tmp_path: Path, command: tuple[str, ...]) -> None:
    done = started(tmp_path, *command, WHISTLE_DATABSE_URL="x", WHISTLE_WEB_BIND=f"unix:{tmp_path}/web.sock")
    assert done.returncode != 0
    assert "WHISTLE_DATABSE_URL is not a setting of Whistle." in done.stderr


def test_the_worker_loads_no_page_and_the_timetable_no_django(tmp_path: Path) -> None:
    """Memory is what a small server has least of."""
    worker = "from whistle.celery import app; app.loader.import_default_modules()"
    told = "import sys; print('whistle.urls' in sys.modules, 'ninja' in sys.modules, 'django.apps' in sys.modules)"
    assert started(tmp_path, "-c", f"{worker}; {told}").stdout.split() == ["False", "False", "True"]
    assert started(tmp_path, "-c", f"import whistle.beat; {told}").stdout.split() == [
        "False",
        "False",
        "False",
    ]


def test_the_reporters_process_loads_no_desk(tmp_path: Path) -> None:
    told = "import sys; print('whistle.urls' in sys.modules, 'cases' in sys.modules, 'whistle.urls_desk' in sys.modules)"
    web = "import whistle.wsgi; from django.urls import get_resolver; get_resolver().url_patterns"
    done = started(tmp_path, "-c", f"{web}; {told}", WHISTLE_FACE="reporter")
    assert done.stdout.split() == ["True", "False", "False"], done.stderr


def test_no_web_process_loads_what_few_pages_need(tmp_path: Path) -> None:
    heavy = ("openpyxl", "webauthn", "weasyprint", "holidays", "joserfc", "celery.bin")
    told = f"import sys; print([name for name in {heavy} if name in sys.modules])"
    web = "import whistle.wsgi; from django.urls import get_resolver; [one.url_patterns for one in get_resolver().url_patterns if hasattr(one, 'url_patterns')]"
    assert started(tmp_path, "-c", f"{web}; {told}").stdout.strip() == "[]"


def test_the_process_with_the_logs_keys_loads_the_log_alone(tmp_path: Path) -> None:
    worker = "from whistle.celery import app; app.loader.import_default_modules()"
    told = "import sys; print(*(name in sys.modules for name in ('cases', 'whistle.store.models', 'whistle.accounts.models')), 'audit.publish' in app.tasks)"
    done = started(tmp_path, "-c", f"{worker}; {told}", WHISTLE_FACE="publisher")
    assert done.stdout.split() == ["False", "False", "False", "True"], done.stderr
