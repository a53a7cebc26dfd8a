"""The papers say what runs, and admit what they do not know."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from tests.town import Town
from whistle.core.providers import Provider
from whistle.operations.papers import OPEN


def papers(folder: Path, language: str = "en") -> dict[str, str]:
    call_command("papers", str(folder), organisation="fjellvik", language=language)
    return {path.name: path.read_text() for path in folder.glob("*.md")}


def test_each_paper_names_the_municipality_its_readers_and_its_days(
    town: Town, settings: LazySettings, tmp_path: Path
) -> None:
    settings.BACKUP, settings.BACKUP_KEY_DAYS = Path("/srv/kept"), 9
    told = papers(tmp_path)
    assert set(told) == {"RECORD.md", "DPIA.md", "SUPPLIERS.md"}
    assert "Ingrid Solvang" in told["RECORD.md"]
    assert "unreadable after 9 days" in told["RECORD.md"]
    assert "| allegations of crime, also unproven | art. 10 " in told["RECORD.md"]
    assert "/srv/kept" in told["SUPPLIERS.md"]
    assert all(town.organisation.name in text for text in told.values())


@pytest.mark.parametrize(
    ("name", "value", "paper", "words"),
    [
        ("BACKUP", None, "DPIA.md", "no backup is set up"),
        ("PROBE_URL", "", "DPIA.md", "no probe is set up"),
        ("HTTPS", False, "RECORD.md", "NO TLS"),
        (
            "S3_URL",
            "s3://id:a-secret@files.stranger.example/bucket",
            "SUPPLIERS.md",
            "| files.stranger.example |",
        ),
        (
            "WORK_ACCOUNTS",
            {"fjellvik": Provider("https://id.stranger.example/t", "w", "a-secret", "An account")},
            "SUPPLIERS.md",
            "| id.stranger.example |",
        ),
        ("EMAIL_HOST", "post.stranger.example", "SUPPLIERS.md", "post.stranger.example"),
    ],
)
def test_what_is_configured_stands_there(
    town: Town, settings: LazySettings, tmp_path: Path, name: str, value: object, paper: str, words: str
) -> None:
    setattr(settings, name, value)
    told = papers(tmp_path)
    assert words in told[paper]
    assert "a-secret" not in "".join(told.values())


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nb", ("Protokoll over behandling", "Vurdering av personvernkonsekvenser", "Leverandører")),
        ("nn", ("kommunelova § 25-1", "korleis varslaren har det", "maskina")),
    ],
)
def test_a_norwegian_officer_reads_them_in_norwegian_all_through(
    town: Town, tmp_path: Path, language: str, words: tuple[str, ...]
) -> None:
    told = "".join(papers(tmp_path, language).values())
    assert all(word in told for word in words)
    for english in (" the ", " and ", " of ", "Act §", "reporter"):
        assert english not in told


def test_the_list_of_suppliers_does_not_promise_more_than_holds(town: Town, tmp_path: Path) -> None:
    told = papers(tmp_path)["SUPPLIERS.md"]
    assert "without script can be read by whoever controls the machine" in told
    assert "that can be detected, not prevented" in told


def test_an_unfinished_paper_says_so(town: Town, tmp_path: Path) -> None:
    for text in papers(tmp_path).values():
        assert f"{text.count(OPEN)} places to fill in." in text


def test_no_secret_of_a_stranger_to_papers_stands_in_them(
    town: Town, settings: LazySettings, tmp_path: Path
) -> None:
    for text in papers(tmp_path).values():
        assert settings.SECRET_KEY not in text
        assert settings.ENTRY_KEY not in text
