"""A server that is not safe does not start, and says why."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.contrib.auth.backends import ModelBackend
from django.core.checks import CheckMessage
from django.db import connection

from whistle import checks
from whistle.accounts.backends import StaffBackend
from whistle.database import from_url

GOOD = "0123456789abcdefghijklmnopqrstuvwxyz-good"


class Lenient(ModelBackend):
    """A backend as Django brings it: whoever is a superuser may do everything."""


@pytest.fixture(autouse=True)
def production(settings: Any, tmp_path: Path) -> Any:
    """Settings as a stranger's server would have them, all in order."""
    tmp_path.chmod(0o755)
    settings.DEMO, settings.DEBUG = False, False
    settings.SECRET_KEY, settings.ENTRY_KEY = GOOD, GOOD[::-1]
    settings.HTTPS = settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    settings.ALLOWED_HOSTS = ["varsling.stranger.example"]
    settings.DATA, settings.BLOBS, settings.UPLOADS = tmp_path, tmp_path / "blobs", tmp_path / "uploads"
    settings.LOG_KEYS, settings.PUBLIC_LOG_MINUTES = tmp_path / "logkeys", 60
    return settings


def found(*which: Any) -> list[str]:
    """Return the ids that these checks give."""
    messages: list[CheckMessage] = [message for check in which for message in check()]
    assert all(message.is_serious() for message in messages)
    return sorted({str(message.id) for message in messages})


def all_checks() -> list[str]:
    """Return what all checks that need no database give."""
    names = ("debugging", "secrets", "administrators", "database", "folders", "transport", "oddities")
    return found(*(getattr(checks, name) for name in names))


def test_a_server_in_order_starts() -> None:
    assert all_checks() == []


def test_debug_is_refused(production: Any) -> None:
    production.DEBUG = True
    assert all_checks() == ["whistle.E001"]


@pytest.mark.parametrize(
    "secret", ["", "short", "a" * 60, "abcabcabc" * 8, "django-insecure-0123456789-abcdefghijkl"]
)
def test_a_missing_short_or_made_up_secret_is_refused(production: Any, secret: str) -> None:
    production.ENTRY_KEY = secret
    assert all_checks() == ["whistle.E002"]


def test_one_secret_for_two_purposes_is_refused(production: Any) -> None:
    production.ENTRY_KEY = production.SECRET_KEY
    assert all_checks() == ["whistle.E003"]


def test_an_admin_site_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apps, "is_installed", lambda name: name == "django.contrib.admin")
    assert all_checks() == ["whistle.E004"]


@pytest.mark.parametrize(
    "backend",
    [
        "django.contrib.auth.backends.ModelBackend",
        "guardian.backends.ObjectPermissionBackend",
        "tests.deploy.test_checks.Lenient",
    ],
)
def test_a_second_way_to_sign_in_is_refused(production: Any, backend: str) -> None:
    production.AUTHENTICATION_BACKENDS = [checks.BACKEND, backend]
    assert all_checks() == ["whistle.E005"]


def test_our_own_backend_that_learned_to_bow_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(StaffBackend, "has_perm", lambda self, person, perm, obj=None: person.is_superuser)
    assert all_checks() == ["whistle.E005"]


@pytest.mark.parametrize("worse", ["synchronous=NORMAL", "synchronous=OFF"])
def test_sqlite_that_confirms_before_it_writes_is_refused(
    monkeypatch: pytest.MonkeyPatch, worse: str
) -> None:
    configured = from_url("sqlite:////srv/whistle.sqlite3")
    options = configured["OPTIONS"]
    monkeypatch.setattr(checks, "settings", SimpleNamespace(DATABASES={"default": configured}))
    assert checks.database() == []
    options["init_command"] = options["init_command"].replace("synchronous=FULL", worse)
    assert found(checks.database) == ["whistle.E006"]
    options["transaction_mode"] = "DEFERRED"
    assert len(checks.database()) == 2


@pytest.mark.django_db
def test_the_open_database_is_asked_itself() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            assert list(checks._sqlite(cursor)) == []
            cursor.execute("PRAGMA synchronous")
            assert cursor.fetchone() == (2,)
        else:
            assert "whistle.E006" not in {message.id for message in checks._postgresql(cursor)}


@pytest.mark.parametrize("name", ["blobs", "uploads", "mail", "broker"])
def test_a_folder_that_strangers_can_read_is_refused(production: Any, tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir(mode=0o755)
    assert all_checks() == ["whistle.E007"]
    (tmp_path / name).chmod(0o770)
    assert all_checks() == []


def test_log_keys_that_the_group_can_read_are_refused(tmp_path: Path) -> None:
    (tmp_path / "logkeys").mkdir(mode=0o750)
    assert all_checks() == ["whistle.E007"]


def test_a_closed_folder_above_closes_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "blobs").mkdir(mode=0o755)
    tmp_path.chmod(0o700)
    assert all_checks() == []


def test_the_demo_is_only_warned_of_open_folders(production: Any, tmp_path: Path) -> None:
    production.DEMO = True
    (tmp_path / "blobs").mkdir(mode=0o755)
    assert [(message.id, message.is_serious()) for message in checks.folders()] == [("whistle.W007", False)]


def test_no_tls_is_refused_but_in_the_demo(production: Any) -> None:
    production.HTTPS = production.SESSION_COOKIE_SECURE = production.CSRF_COOKIE_SECURE = False
    assert all_checks() == ["whistle.E008"]
    production.DEMO = True
    assert all_checks() == []


def test_a_cookie_without_tls_is_refused(production: Any) -> None:
    production.SESSION_COOKIE_SECURE = False
    assert all_checks() == ["whistle.E008"]


@pytest.mark.parametrize("hosts", [[], ["*"], ["varsling.example", "*"]])
def test_any_host_is_refused(production: Any, hosts: list[str]) -> None:
    production.ALLOWED_HOSTS = hosts
    assert all_checks() == ["whistle.E009"]


@pytest.mark.parametrize(("name", "safe"), sorted(checks.FIXED.items()), ids=sorted(checks.FIXED))
def test_a_setting_somebody_loosened_is_refused(production: Any, name: str, safe: object) -> None:
    loosened = not safe if isinstance(safe, bool) else [("a", "a@b.example")] if safe == [] else "/"
    setattr(production, name, loosened)
    assert all_checks() == ["whistle.E010"]


def test_a_setting_nobody_reads_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHISTLE_DATABSE_URL", "x")
    messages = checks.oddities()
    assert [message.msg for message in messages] == ["WHISTLE_DATABSE_URL is not a setting of Whistle."]


def test_a_log_of_paths_and_mails_with_variables_are_refused(production: Any) -> None:
    logging = {**production.LOGGING, "handlers": {"mail": {"class": "django.utils.log.AdminEmailHandler"}}}
    production.LOGGING = logging
    assert all_checks() == ["whistle.E012"]
    # no handler at all is not silence: Python's last resort prints the line
    loggers = {**production.LOGGING["loggers"], "django.request": {"handlers": [], "propagate": False}}
    production.LOGGING = {"handlers": {}, "loggers": loggers}
    assert all_checks() == ["whistle.E012"]


class Answers:
    """A cursor of PostgreSQL that answers as told."""

    def __init__(self, **answers: object) -> None:
        self.answers, self.asked = answers, ""

    def execute(self, statement: str) -> None:
        """Remember what was asked."""
        self.asked = statement

    def fetchone(self) -> tuple[object]:
        """Return the answer to a question that begins with SHOW, or whether the role is mighty."""
        word = self.asked.removeprefix("SHOW ")
        return (
            self.answers.get(word if word != self.asked else "mighty", "on" if word != self.asked else False),
        )

    def fetchall(self) -> list[object]:
        """Return the tables that may be changed."""
        return list(self.answers.get("tables", []))  # type: ignore[call-overload]


@pytest.mark.parametrize(
    ("answers", "ids"),
    [
        ({}, []),
        ({"fsync": "off"}, ["whistle.E006"]),
        ({"synchronous_commit": "off"}, ["whistle.E006"]),
        ({"mighty": True}, ["whistle.E013"]),
        ({"tables": [("audit_entry",)]}, ["whistle.E013"]),
    ],
)
def test_postgresql_that_forgets_or_allows_too_much_is_refused(
    answers: dict[str, object], ids: list[str]
) -> None:
    assert [message.id for message in checks._postgresql(Answers(**answers))] == ids


def test_the_process_ends_with_the_status_of_a_wrong_configuration(
    production: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    production.DEBUG = True
    with pytest.raises(SystemExit) as ended, pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "run_checks", lambda **_asked: checks.debugging())
        checks.refuse_to_start()
    assert ended.value.code == 78
    assert "whistle.E001" in capsys.readouterr().err
