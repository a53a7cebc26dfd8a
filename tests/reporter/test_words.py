"""What reporters read is plain, and there in each language."""

import re
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.translation import override

from whistle.channel import questions
from whistle.channel.pages import PAGES
from whistle.demo.texts import ROUTINE
from whistle.organisations.languages import INSTALLED
from whistle.organisations.models import Organisation
from whistle.ui import translations

# Never of the person a report is about, nor of the reporter; and no stiff official words.
FORBIDDEN = {
    "nb": r"anklag|angiver|mistenkt|tiltalt|\bkilde|anmelder|vennligst|eventuelt|vedrørende|samt\b",
    "nn": r"anklag|angivar|mistenkt|tiltalt|\bkjelde|meldar|venlegast|\bikke\b|\bhvem\b|\bhva\b|\bjeg\b|\bnoe\b|\bfra\b|\bdere\b",
    "en": r"accus|informant|suspect|please\b|snitch",
}
HARDEST = 40  # LIX; above it a text is no longer plain (Björnsson 1968)
EXEMPT = {"encryption"}  # its last paragraph names algorithms for those who want to check


class Sentences(HTMLParser):
    """The running text of the main part of a page, a full stop after each block."""

    BLOCKS = frozenset({"p", "li", "h1", "h2", "h3", "dt", "dd", "legend", "label", "button", "a", "b"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.text = ""
        self.feed(html.partition("<main")[2].partition("</main>")[0])

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_endtag(self, tag: str) -> None:
        if tag in self.BLOCKS:
            self.text = self.text.rstrip().rstrip(".") + ". "


def lix(text: str) -> float:
    """Return Läsbarhetsindex: words a sentence, plus the share of words longer than six letters."""
    words = re.findall(r"[^\W\d_]+", text)
    sentences = [part for part in re.split(r"[.:!?]+", text) if re.search(r"\w", part)]
    return len(words) / len(sentences) + 100 * sum(len(word) > 6 for word in words) / len(words)


def test_every_string_has_a_translation() -> None:
    assert translations.missing() == {"nb": [], "nn": []}


def test_a_missing_translation_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = translations.wanted()
    monkeypatch.setattr(
        translations, "wanted", lambda: {**whole, (None, "A stranger's sentence"): "somewhere.html"}
    )

    assert "somewhere.html: A stranger's sentence" in translations.missing()["nn"]


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_translations_keep_what_is_filled_in(language: str) -> None:
    for (_context, english), entry in translations.translated(language).items():
        for said in [entry.msgstr] if entry.msgstr else entry.msgstr_plural.values():
            assert set(re.findall(r"\{\w+\}", said)) == set(re.findall(r"\{\w+\}", english)), english


@pytest.mark.parametrize("language", INSTALLED)
@pytest.mark.parametrize("page", PAGES)
def test_pages_are_plain_and_name_nobody_badly(
    fjellvik: Organisation, client: Client, language: str, page: str
) -> None:
    text = Sentences(client.get(f"/{language}/{PAGES[page]}").content.decode()).text

    assert not re.search(FORBIDDEN[language], text, re.IGNORECASE)
    assert page in EXEMPT or lix(text) <= HARDEST


@pytest.mark.parametrize("language", INSTALLED)
def test_what_the_form_asks_and_the_routine_says_is_plain_too(language: str) -> None:
    with override(language):
        asked = [said for _name, said in questions.labels()]
    text = ". ".join([*asked, *ROUTINE[language].values()])

    assert not re.search(FORBIDDEN[language], text, re.IGNORECASE)
    assert lix(text) <= HARDEST
