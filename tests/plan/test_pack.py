"""The control committee gets a folder that checks itself, and says so when one thing in it was changed."""

import csv
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.plan.conftest import KARI, PER, Life, standing, tell
from tests.plan.test_report import WORDS, close
from tests.town import make_town
from whistle.audit.publisher import publish_all
from whistle.core.errors import DomainError
from whistle.plan import pdf
from whistle.plan.pack import complete
from whistle.plan.services import documents, effect, work
from whistle.plan.services.demo import load_demo
from whistle.plan.services.readings import publish
from whistle.plan.services.reports import draft_report, publish_report


@pytest.fixture
def pack(db, own_folders, tmp_path) -> Path:
    """Fjellvik's pack in April 2027: an edition, a yearly report, a year of log."""
    with standing("2025-11-01"):
        organisation = make_town("fjellvik").organisation
        plan = load_demo(organisation, by=KARI, approved_by=PER)
    good = [Life(f"2026-03-{day}", f"2026-03-{day}", "2026-05-01") for day in range(10, 29)]
    tell(organisation, *good, Life("2026-03-29", "2026-04-20"), Life("2026-04-01", form="probe"))
    with standing("2026-11-01"):
        for outcome in ["substantiated"] * 6 + ["unfounded"] * 5:
            close(organisation, outcome=outcome, risk_area="r1", lesson="training")
        publish(organisation)
        work.show(plan.measures.get(code="1.2"), "document", by=KARI, sha256="a" * 64, note="=1+1")
        documents.add(
            plan.measures.get(code="1.3"), "rutine.pdf", b"%PDF-1.7 rutine", by=KARI, note="Rutinen"
        )
        effect.review(plan.measures.get(code="9.1"), "works", "Alle fikk svar.", by=PER)
    with standing("2027-03-01"):
        report = draft_report(organisation, 2026, WORDS, by=KARI)
    with standing("2027-04-29"):
        publish_report(report, by=PER, role="plan_owner")
        publish_all(organisation)
        call_command(
            "evidence_pack", str(tmp_path / "pack"), organisation="fjellvik", unwitnessed=True, wait=5
        )
    return tmp_path / "pack"


def check(pack: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-I", pack / "packverify.py"], capture_output=True, text=True, check=False
    )


def repaired(pack: Path, name: str) -> None:
    """Put a changed file's new hash in the list, as a forger would."""
    lines = (pack / "SHA256SUMS").read_text().splitlines()
    digest = hashlib.sha256((pack / name).read_bytes()).hexdigest()
    kept = [f"{digest}  {name}" if line.endswith(f"  {name}") else line for line in lines]
    (pack / "SHA256SUMS").write_text("\n".join(kept) + "\n")


def test_the_pack_agrees_with_itself_and_holds_what_the_committee_asks_for(pack):
    done = check(pack)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("agrees") >= 5 + 5 + 1  # figures of the edition, of the report, and all of it
    assert sum(1 for _ in (pack / "proofs").iterdir()) >= 3
    table = (pack / "measures.csv").read_text(encoding="utf-8-sig").splitlines()
    assert len(list(csv.reader(table, delimiter=";"))) == 1 + 31
    assert [path.read_bytes() for path in (pack / "documents").iterdir()] == [b"%PDF-1.7 rutine"]
    assert "Alle fikk svar." in (pack / "effect.csv").read_text(encoding="utf-8-sig")
    papers = {path.name for path in (pack / "reports").glob("*.pdf")}
    assert papers == ({f"2026-1.{lang}.pdf" for lang in WORDS} if pdf.available() else set())
    assert "'=1+1" in (pack / "evidence.csv").read_text(encoding="utf-8-sig")
    texts = "".join(path.read_text(encoding="utf-8-sig") for path in pack.glob("*.csv"))
    assert KARI not in texts
    assert PER not in texts


def test_one_entry_changed_is_found_although_the_list_was_changed_too(pack):
    bundle = max(
        (path for path in (pack / "log/desk/tile/entries").rglob("*") if path.is_file()),
        key=lambda path: path.stat().st_size,
    )
    octets = bundle.read_bytes()
    bundle.write_bytes(octets.replace(b"2026-04-20T", b"2026-04-02T"))
    assert octets != bundle.read_bytes()
    assert "was changed" in check(pack).stdout
    repaired(pack, bundle.relative_to(pack).as_posix())
    done = check(pack)
    assert done.returncode == 1
    assert "NOT everything agrees" in done.stdout


@pytest.mark.parametrize("name", ["editions/2026-11-01.json", "reports/2026-1.json"])
def test_a_document_made_prettier_is_not_the_one_in_the_log(pack, name):
    document = json.loads((pack / name).read_text())
    document["v"] = 2
    (pack / name).write_text(json.dumps(document))
    repaired(pack, name)
    done = check(pack)
    assert done.returncode == 1
    assert f"{name}: the log does not name it" in done.stdout


def test_a_report_that_counts_one_less_is_found_by_the_log(pack):
    document = json.loads((pack / "reports/2026-1.json").read_text())
    document["figures"]["received"][-1]["count"] -= 1
    (pack / "reports/2026-1.json").write_text(json.dumps(document))
    assert "the log has another number of reports" in check(pack).stdout


def test_a_document_put_in_the_place_of_another_is_found_although_the_list_was_changed_too(pack):
    path = next((pack / "documents").iterdir())
    path.write_bytes(b"%PDF-1.7 another")
    repaired(pack, path.relative_to(pack).as_posix())
    done = check(pack)
    assert done.returncode == 1
    assert "is not the document of that hash" in done.stdout


@pytest.mark.parametrize("act", ["added", "removed"])
def test_a_file_added_or_removed_is_found(pack, act):
    if act == "added":
        (pack / "reports" / "note.txt").write_text("!")
    else:
        (pack / "measures.csv").unlink()
    assert check(pack).returncode == 1


def test_a_folder_in_use_is_left_alone_and_a_stranger_without_a_plan_gets_none(pack, nordvik, tmp_path):
    with pytest.raises(CommandError):
        call_command("evidence_pack", str(pack), organisation="fjellvik", unwitnessed=True)
    with pytest.raises(DomainError, match=r"plan\.not_in_force"):
        complete(nordvik, tmp_path)
