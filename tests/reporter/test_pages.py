"""The reporter's pages are the same for everybody, and tell nobody anything."""

import gzip
import hashlib
import re
from base64 import b64encode
from html.parser import HTMLParser

import brotli
import pytest
from django.test import Client

from whistle.channel.pages import PAGES, render
from whistle.organisations.languages import INSTALLED
from whistle.organisations.models import Organisation
from whistle.ui.errors import EXIT

PATHS = [f"/{language}/{tail}" for language in INSTALLED for tail in PAGES.values()] + ["/"]

STRANGERS = [
    {},
    {"HTTP_ACCEPT_LANGUAGE": "pl,en;q=0.5", "HTTP_USER_AGENT": "Tor Browser"},
    {
        "HTTP_X_FORWARDED_FOR": "203.0.113.7",
        "HTTP_REFERER": "https://intranet.example/hr/",
        "REMOTE_ADDR": "203.0.113.9",
    },
    {"HTTP_COOKIE": "desk=abcdef; csrftoken=123", "HTTP_SEC_FETCH_SITE": "cross-site", "HTTP_DNT": "1"},
]


class Addresses(HTMLParser):
    """Everything a page points to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [
            (tag, value) for name, value in attrs if name in ("href", "src", "action", "poster") and value
        ]


@pytest.mark.parametrize("path", PATHS)
def test_every_visitor_gets_the_same_octets_and_no_cookie(
    fjellvik: Organisation, client: Client, path: str
) -> None:
    answers = [client.get(path, **stranger) for stranger in STRANGERS] + [client.get(f"{path}?ref=newspaper")]

    assert {answer.content for answer in answers} == {answers[0].content}
    assert {answer.headers["ETag"] for answer in answers} == {answers[0].headers["ETag"]}
    assert all(not answer.cookies and answer.status_code == 200 for answer in answers)
    assert {answer.headers["Vary"] for answer in answers} == {"Accept-Encoding"}


@pytest.mark.parametrize("path", [*PATHS, "/plain/nb/", "/plain/en/mailbox/"])
def test_what_is_written_is_no_business_of_the_browser_s_maker(
    fjellvik: Organisation, client: Client, path: str
) -> None:
    """Some browsers send every word to a service, to spell or to finish it; one that translates must leave the code alone."""
    page = client.get(path).content.decode()
    body = re.findall("<body[^>]*>", page)[0]

    assert 'spellcheck="false"' in body
    assert 'writingsuggestions="false"' in body
    assert 'spellcheck="true"' not in page
    assert all('translate="no"' in each for each in re.findall("<ol class=.w-code[^>]*>", page))


@pytest.mark.parametrize("language", INSTALLED)
def test_nobody_is_told_that_leaving_leaves_nothing(
    fjellvik: Organisation, client: Client, language: str
) -> None:
    """The history of a browser is beyond a page: whoever shares a device is told so where it matters."""
    word = {
        "en": "history of the browser",
        "nb": "istorikken i nettleseren",
        "nn": "istorikken i nettlesaren",
    }[language]
    for tail in ("", "mailbox/"):
        assert word in client.get(f"/{language}/{tail}").content.decode(), tail
    for tail in ("privacy/", "how/"):
        assert word.split()[0] in client.get(f"/{language}/{tail}").content.decode(), tail


def test_a_page_is_a_function_of_the_organisation_alone(
    fjellvik: Organisation, nordvik: Organisation, client: Client
) -> None:
    ours, theirs = client.get("/nb/"), client.get("/nordvik/nb/")

    assert ours.content == render(fjellvik, "nb", "front")
    assert b"Nordvik kommune" in theirs.content
    assert b"Nordvik" not in ours.content
    assert b'data-api="/nordvik/api/"' in theirs.content
    assert b64encode(bytes(fjellvik.root_key or b"")) not in theirs.content


def test_the_smaller_encodings_hold_the_same_page(fjellvik: Organisation, client: Client) -> None:
    plain = client.get("/en/").content

    assert brotli.decompress(client.get("/en/", HTTP_ACCEPT_ENCODING="gzip, br").content) == plain
    assert gzip.decompress(client.get("/en/", HTTP_ACCEPT_ENCODING="gzip").content) == plain
    assert client.get("/en/", HTTP_ACCEPT_ENCODING="br;q=0").content == plain


def test_a_visitor_who_has_the_page_is_not_sent_it_again(fjellvik: Organisation, client: Client) -> None:
    etag = client.get("/nn/").headers["ETag"]

    answer = client.get("/nn/", HTTP_IF_NONE_MATCH=etag)

    assert (answer.status_code, answer.content) == (304, b"")
    assert client.get("/nn/", HTTP_IF_NONE_MATCH='"another"').status_code == 200


def test_nothing_can_be_sent_to_a_page(fjellvik: Organisation, client: Client) -> None:
    assert client.post("/nb/", {"text": "secret"}).status_code == 405


@pytest.mark.parametrize("path", PATHS)
def test_titles_and_paths_say_nothing_about_reporting(
    fjellvik: Organisation, client: Client, path: str
) -> None:
    html = client.get(path).content.decode()

    assert re.search(r"<title>(.*?)</title>", html, re.DOTALL).group(1) == "Fjellvik kommune"  # type: ignore[union-attr]
    assert not re.search("varsl|report|whistle|tips", path)


@pytest.mark.parametrize("path", PATHS)
def test_pages_fetch_nothing_from_elsewhere(fjellvik: Organisation, client: Client, path: str) -> None:
    for tag, address in Addresses(client.get(path).content.decode()).found:
        if tag == "a":
            assert address.startswith(("/", "#", "tel:")) or address == EXIT
        else:
            assert address.startswith("/static/") or address == "data:,"


def test_every_page_that_is_pointed_to_is_there(fjellvik: Organisation, client: Client) -> None:
    for path in PATHS:
        for _tag, address in Addresses(client.get(path).content.decode()).found:
            local = address.partition("#")[0]
            # plan and log are there once somebody has published them: tests/plan, tests/audit/test_public_log
            if local.startswith("/") and "/plan/" not in local and "/log/" not in local:
                answer = client.get(local)
                answer.close()
                assert answer.status_code == 200, f"{path} points to {local}"


@pytest.mark.parametrize("sheet_or_script", ["link", "script"])
def test_what_a_page_loads_has_the_hash_it_says(
    fjellvik: Organisation, client: Client, sheet_or_script: str
) -> None:
    html = client.get("/").content.decode()

    tags = [tag for tag in re.findall(rf"<{sheet_or_script}[^>]*>", html) if "/static/" in tag]

    assert tags
    for tag in tags:
        address, integrity = (
            re.search(r'(?:src|href)="([^"]*)"', tag),
            re.search(r'integrity="sha384-([^"]*)"', tag),
        )
        answer = client.get(address.group(1))  # type: ignore[union-attr]
        octets = b"".join(answer)  # type: ignore[arg-type]
        answer.close()
        assert b64encode(hashlib.sha384(octets).digest()).decode() == integrity.group(1)  # type: ignore[union-attr]


def test_a_channel_that_is_not_open_shows_no_form(fjellvik: Organisation, client: Client) -> None:
    type(fjellvik).objects.update(live=False)

    html = client.get("/en/").content.decode()

    assert "The channel is not open yet" in html
    assert "What happened?" not in html


def test_without_script_the_first_button_leads_to_the_plain_page(
    fjellvik: Organisation, client: Client
) -> None:
    html = client.get("/nb/").content.decode()

    assert re.search(r'<a class="ds-button" href="/plain/nb/" data-begin', html)
    assert client.get("/plain/nb/").status_code == 200
