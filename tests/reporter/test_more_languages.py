"""A further language is a file and a setting: no line of code is changed for it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import polib
import pytest

from whistle.ui import translations

ASK = """
import json, django
django.setup()
from django.urls import resolve
from whistle.channel.pages import PAGES, render, word_list
from whistle.organisations.languages import INSTALLED
from whistle.organisations.models import Organisation
town = Organisation(slug="fjellvik", name="Fjellvik", ref="0" * 32, root_key=bytes(32), live=True)
own = {"contacts": {}, "hours": {}, "word": {}, "took_part": "", "decided_on": "",
       "routine": {"nb": dict.fromkeys(("encourage", "how", "handling"), "Vi vil vite.")}}
pages = {f"/{code}/{tail}": render(town, code, page, own).decode()
         for code in ("se", "ar") for page, tail in PAGES.items()}
for path in (*pages, "/plain/se/", "/plain/ar/mailbox/"):
    resolve(path, "whistle.urls")
print(json.dumps({"pages": pages, "languages": INSTALLED, "words": word_list("se")}))
"""


def pack(folder: Path, code: str, leave_out: str = "") -> Path:
    """Write a pack whose words are the English ones with a mark before them."""
    made = polib.POFile()
    made.metadata = {"Content-Type": "text/plain; charset=utf-8"}
    for (context, english), place in translations.wanted().items():
        if place.startswith(translations.REPORTERS) and english != leave_out:
            made.append(polib.POEntry(msgid=english, msgctxt=context, msgstr=f"◆{english}"))
    path = folder / code / "LC_MESSAGES" / "django.po"
    path.parent.mkdir(parents=True)
    made.save(str(path))
    return path


def run(folder: Path, *command: str) -> subprocess.CompletedProcess[str]:
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
        "WHISTLE_LANGUAGES": "se:Davvisámegiella,ar:العربية",
        "WHISTLE_LANGUAGE_PACKS": str(folder),
    }
    return subprocess.run([sys.executable, *command], env=env, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("packs")
    for code in ("se", "ar"):
        pack(folder, code)
    checked = run(folder, "-m", "whistle.ui.translations", "--packs", str(folder))
    assert checked.returncode == 0, checked.stdout
    asked = run(folder, "-c", ASK)
    assert asked.returncode == 0, asked.stderr
    return dict(json.loads(asked.stdout))


def test_every_page_is_there_in_the_new_language_and_leads_to_the_others(said: dict[str, object]) -> None:
    pages: dict[str, str] = said["pages"]  # type: ignore[assignment]

    assert len(pages) == 16
    assert list(said["languages"]) == ["nb", "nn", "en", "se", "ar"]  # type: ignore[call-overload]
    for path, html in pages.items():
        assert f'<html lang="{path[1:3]}"' in html
        assert "Davvisámegiella" in html
        assert "العربية" in html
        assert 'href="/nb/' in html
        assert "◆Leave the page" in html
        assert "Forlat siden" not in html


def test_a_language_from_right_to_left_says_so_and_others_do_not(said: dict[str, object]) -> None:
    for path, html in said["pages"].items():  # type: ignore[attr-defined]
        assert ('dir="rtl"' in html.partition("<head>")[0]) is path.startswith("/ar/")


def test_what_the_organisation_wrote_is_shown_in_its_own_language_and_marked(said: dict[str, object]) -> None:
    html = said["pages"]["/se/routine/"]  # type: ignore[index]

    assert "Vi vil vite." in html
    assert 'lang="nb" dir="ltr"' in html
    assert said["words"] == "en"


def test_a_pack_that_lacks_a_sentence_is_named_and_so_is_an_empty_folder(tmp_path: Path) -> None:
    source = pack(tmp_path, "se", leave_out="You can report safely.")

    assert translations.missing_in_pack(source) == ["templates/reporter/front.html: You can report safely."]
    assert run(tmp_path, "-m", "whistle.ui.translations", "--packs", str(tmp_path)).returncode == 1
    assert (
        run(tmp_path, "-m", "whistle.ui.translations", "--packs", str(tmp_path / "nowhere")).returncode == 1
    )


def test_a_language_that_is_no_code_stops_the_start(tmp_path: Path) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "WHISTLE_LANGUAGES": "Sámi"}
    command = [sys.executable, "-c", "import django; django.setup()"]
    found = subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    assert found.returncode != 0
    assert "WHISTLE_LANGUAGES must be like" in found.stderr
