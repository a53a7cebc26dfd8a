"""The paper of a case that is taken out in clear: whatever people wrote, it is made, and nothing on it is lost or hidden."""

import json
import subprocess
from pathlib import Path

from tests.vault.browser_half import node

HERE = Path(__file__).parent
SAID = "Ærlig talt, Čáhppes Đ ŋ ŧ: «på» 50 € – Привіт"


def printed(*texts: str, entries: int = 1) -> dict:
    """Return what the paper says of a case with these texts, page by page."""
    entry = {
        "heading": "Varsleren, 2026-11-23",
        "facts": [
            ["Kategori", "Korrupsjon: bestikkelse, gjenytelse og smøring i en lang forklaring som må brytes"]
        ],
        "texts": [["", text] for text in texts],
        "files": ["bilde.png"],
    }
    told = {
        "title": "K7-QF-29 Maskinleie",
        "lead": "Tatt ut.",
        "facts": [["Tilstand", "Avsluttet"]],
        "parts": [{"title": "Meldinger", "entries": [entry] * entries}],
        "language": "nb",
    }
    done = subprocess.run(
        [node(), str(HERE / "paper.mjs")],
        input=json.dumps(told),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    said = json.loads(done.stdout)
    return {**said, "text": "\n".join(line for page in said["pages"] for line in page)}


def test_what_people_here_write_stands_on_the_paper_as_they_wrote_it() -> None:
    said = printed(SAID)
    assert SAID in said["text"]
    assert {"K7-QF-29 Maskinleie", "Meldinger", "Varsleren, 2026-11-23", "– bilde.png"} <= set(
        said["pages"][0]
    )
    assert (said["head"][:5], said["language"], said["title"]) == ("%PDF-", "nb", "K7-QF-29 Maskinleie")
    assert said["standard"]


def test_a_stranger_s_sign_that_cannot_be_printed_or_seen_stands_there_by_its_number() -> None:
    shown = {
        "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe": "[U+202E]gpj.exe",
        "a\N{ZERO WIDTH SPACE}b": "a[U+200B]b",
        "crab \N{CRAB}": "crab [U+1F980]",
        "\N{CJK UNIFIED IDEOGRAPH-4E2D}": "[U+4E2D]",
        "bell \x07": "bell [U+0007]",
        "\ud83d alone": "[U+D83D] alone",
        "heart \N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}": "heart \N{HEAVY BLACK HEART}",
    }
    lines = printed(*shown)["text"].split("\n")
    assert [line for line in lines if line in shown.values()] == list(shown.values())


def test_a_word_wider_than_the_sheet_is_broken_and_none_of_it_is_lost() -> None:
    said = printed("x" * 1000)
    assert "".join(line for line in said["text"].split("\n") if set(line) == {"x"}) == "x" * 1000


def test_a_thick_case_is_many_numbered_sheets_and_every_line_is_on_one() -> None:
    said = printed("\n".join(f"Line {number}" for number in range(120)), entries=5)
    count = len(said["pages"])
    assert count > 8
    assert [page[-1] for page in said["pages"]] == [f"{at} / {count}" for at in range(1, count + 1)]
    assert all(said["text"].split("\n").count(f"Line {number}") == 5 for number in range(120))


def test_the_paper_can_be_read_aloud_heading_by_heading_and_page_feet_are_left_out() -> None:
    said = printed("The first line.\nThe second.", entries=40)
    assert said["marked"]
    assert said["unmarked"] == [], "nothing stands there without saying what it is"
    assert said["aloud"][:4] == [
        ["H1", "K7-QF-29 Maskinleie"],
        ["P", "Tatt ut."],
        ["L LI Lbl", "Tilstand"],
        ["L LI LBody", "Avsluttet"],
    ]
    assert said["aloud"][4:6] == [["H2", "Meldinger"], ["H3", "Varsleren, 2026-11-23"]]
    assert sum(what == "H3" for what, _text in said["aloud"]) == 40
    assert ["P", "The second."] in said["aloud"]
    assert ["L LI LBody", "– bilde.png"] in said["aloud"]
    read = [text for _what, text in said["aloud"]]
    assert len(said["pages"]) > 3
    assert not [text for text in read if " / " in text], "page numbers are not read"
    assert [text for _what, text in said["aloud"] if not text] == []
