"""Go's checksum-database library judges what `export_log` wrote of a lived-in town, not only what a test wrote."""

import os
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.tlog import test_go
from tests.tlog.test_go import MISSING, have_go, judge
from tests.town import Town
from whistle.audit.folders import verifier_key
from whistle.audit.tasks import publish_and_show
from whistle.tlog import keys

pytestmark = pytest.mark.skipif(not have_go() and not os.environ.get("CI"), reason=MISSING)
outside_checker = test_go.outside_checker


@pytest.fixture
def exported(watched: Town, tmp_path: Path, settings: object) -> Path:
    """Both logs after a case was worked on, published in several steps, padded as outsiders see them."""
    watched.open("ingrid").acknowledge("We have it.")
    settings.PUBLIC_LOG_MINUTES = 60  # type: ignore[attr-defined]
    for _ in range(2):
        publish_and_show(watched.organisation)
        watched.report("Another one.")
    call_command("export_log", str(tmp_path / "export"), organisation="fjellvik")
    return tmp_path / "export"


@pytest.mark.parametrize("log", ["desk", "channel"])
def test_go_accepts_both_logs_of_an_export(
    outside_checker: Path, exported: Path, watched: Town, log: str
) -> None:
    key = keys.verifier(verifier_key(watched.organisation, log)).public

    status, said = judge(outside_checker, exported / log, key)

    assert (status, said[:3]) == (0, "OK:"), said


def test_go_refuses_an_export_with_one_changed_entry(
    outside_checker: Path, exported: Path, watched: Town, other_town: Town
) -> None:
    bundle = next((exported / "desk" / "tile" / "entries").rglob("*.p/*"))
    bundle.write_bytes(bundle.read_bytes().replace(b'"act":"case.opened"', b'"act":"case.closed"', 1))
    key = keys.verifier(verifier_key(watched.organisation, "desk")).public
    theirs = keys.verifier(verifier_key(other_town.organisation, "desk")).public

    assert "ROOT MISMATCH" in judge(outside_checker, exported / "desk", key)[1]
    assert "SIGNATURE" in judge(outside_checker, exported / "desk", theirs)[1]
